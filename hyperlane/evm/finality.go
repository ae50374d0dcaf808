package evm

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strconv"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/rpc"
)

// Block tags that a node answers for itself.
const (
	TagFinalized = "finalized" // cannot be undone without destroying a third of the stake
	TagSafe      = "safe"      // justified, very unlikely to be undone
	tagLatest    = "latest"    // written as the zero Finality
)

// Finality says how far behind the newest block reading stops: a number of blocks, or a block tag.
//
// The zero value is the newest block itself, no lag at all. The network's agents use 1 block when
// their configuration names none (Protocol 15.1); that default belongs to a configuration, see
// [DefaultFinality].
type Finality struct {
	Blocks uint64 // this many blocks behind the newest
	Tag    string // TagFinalized or TagSafe; Blocks is zero then
}

// DefaultFinality is the finality of an agent whose configuration names none: one block.
func DefaultFinality() Finality { return Finality{Blocks: 1} }

// badFinality describes a text that is no finality.
func badFinality(text string) error {
	want := fmt.Sprintf("a number of blocks in decimal digits, %q, %q or %q", TagFinalized, TagSafe, tagLatest)
	if text == "pending" || text == "earliest" {
		want += ": a block that is not mined, or never changes, cannot be followed"
	}
	return &ConfigError{Field: "finality", Have: strconv.Quote(text), Want: want}
}

// ParseFinality reads the network's reorgPeriod: "15", "finalized", "safe" or "latest". It refuses
// the tags "pending" and "earliest", which the agents' configuration accepts: nothing sound can be
// signed or delivered at them.
func ParseFinality(s string) (Finality, error) {
	switch s {
	case tagLatest:
		return Finality{}, nil
	case TagFinalized, TagSafe:
		return Finality{Tag: s}, nil
	}
	n, err := strconv.ParseUint(s, 10, 64) // decimal digits only, without a sign
	if err != nil {
		return Finality{}, badFinality(s)
	}
	return Finality{Blocks: n}, nil
}

// String returns the number of blocks or the tag; "latest" for the zero value.
func (f Finality) String() string {
	switch {
	case f.Tag != "" && f.Blocks != 0:
		return fmt.Sprintf("%s+%d", f.Tag, f.Blocks) // not valid, and does not parse
	case f.Tag != "":
		return f.Tag
	case f.Blocks == 0:
		return tagLatest
	}
	return strconv.FormatUint(f.Blocks, 10)
}

// Validate reports a finality that no node can answer.
func (f Finality) Validate() error {
	if (f.Tag != "" && f.Blocks != 0) || (f.Tag != "" && f.Tag != TagFinalized && f.Tag != TagSafe && f.Tag != tagLatest) {
		return badFinality(f.String())
	}
	return nil
}

// MarshalText returns the form that [ParseFinality] reads.
func (f Finality) MarshalText() ([]byte, error) {
	if err := f.Validate(); err != nil {
		return nil, err
	}
	return []byte(f.String()), nil
}

// UnmarshalText reads what [ParseFinality] reads; f is unchanged on error.
func (f *Finality) UnmarshalText(text []byte) error {
	v, err := ParseFinality(string(text))
	if err != nil {
		return err
	}
	*f = v
	return nil
}

// MarshalJSON writes a number of blocks as a number and a tag as a string, as the agents'
// configuration does.
func (f Finality) MarshalJSON() ([]byte, error) {
	text, err := f.MarshalText()
	if err != nil {
		return nil, err
	}
	if f.Blocks != 0 {
		return text, nil
	}
	return json.Marshal(string(text))
}

// UnmarshalJSON reads a number or a string; f is unchanged on error.
func (f *Finality) UnmarshalJSON(data []byte) error {
	data = bytes.TrimSpace(data)
	if len(data) > 0 && data[0] == '"' {
		var s string
		if err := json.Unmarshal(data, &s); err != nil {
			return badFinality(string(data))
		}
		return f.UnmarshalText([]byte(s))
	}
	return f.UnmarshalText(data)
}

// tagNumber is how go-ethereum's interfaces spell a tag.
func (f Finality) tagNumber() *big.Int {
	switch f.Tag {
	case TagFinalized:
		return big.NewInt(int64(rpc.FinalizedBlockNumber))
	case TagSafe:
		return big.NewInt(int64(rpc.SafeBlockNumber))
	}
	return nil
}

// Head returns the newest block that is final by f. Make all reads of one decision at one Head.
func (c *Client) Head(ctx context.Context, f Finality) (Head, error) {
	if err := f.Validate(); err != nil {
		return Head{}, err
	}
	tag, before := f.tagNumber(), c.finalized.highest()
	head, err := c.block(ctx, tag)
	switch {
	case err != nil && tag != nil && saidNo(err):
		return Head{}, fmt.Errorf("%w: %s: set a number of blocks for this chain, or use another node: %w", ErrNoFinality, f, err)
	case err != nil:
		return Head{}, err
	case f.Tag == TagFinalized:
		// The remembered block makes every lower answer a failure. So it takes more than one
		// answer: a node that names a block of the far future once, or one of several behind a load
		// balancer that does, must not end all reading.
		if head.Number > before.Number {
			if err := c.SameBlock(ctx, head.Number, head.Hash); err != nil {
				return Head{}, err
			}
		}
		return c.finalized.advance(before, head)
	case f.Blocks == 0:
		return head, nil
	}
	return c.HeadAt(ctx, head.Number-min(head.Number, f.Blocks))
}

// HeadAt returns the block of a number as the chain is now.
func (c *Client) HeadAt(ctx context.Context, number uint64) (Head, error) {
	head, err := c.block(ctx, new(big.Int).SetUint64(number))
	if err != nil {
		return Head{}, err
	}
	if head.Number != number {
		return Head{}, &AnswerError{
			Op: "eth_getBlockByNumber", Block: number,
			What: "number", Have: strconv.FormatUint(head.Number, 10), Want: strconv.FormatUint(number, 10),
		}
	}
	return head, nil
}

// SameBlock returns nil if the block of a number still has this hash, and a *[ReorgError] if it has
// another. A node without any block of that number only lags behind: that is an [RPCError] and no
// reorganisation.
func (c *Client) SameBlock(ctx context.Context, number uint64, hash common.Hash) error {
	now, err := c.HeadAt(ctx, number)
	if err != nil {
		return err
	}
	if now.Hash != hash {
		return &ReorgError{Number: number, Had: hash, Now: now.Hash}
	}
	return nil
}

// Answered reports whether err comes from a node that answered, with a refusal, a null or an answer
// that cannot be true. A node that could not be reached, or did not answer in time, has not.
func Answered(err error) bool { return saidNo(err) || errors.Is(err, ErrAnswer) }

// saidNo distinguishes a node that refused a request, or answered null, from one that could not be
// reached.
func saidNo(err error) bool {
	var said rpc.Error
	return errors.Is(err, ethereum.NotFound) || errors.As(err, &said)
}
