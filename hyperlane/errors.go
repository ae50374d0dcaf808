package hyperlane

import (
	"errors"
	"fmt"
	"math/big"
	"net/url"
	"strings"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
)

// Classes of failure. Match them with errors.Is; the evidence is in the typed errors of this file and of revert.go,
// found with errors.As.
var (
	// ErrRPC is the class of everything a node does wrong: it cannot be reached, refuses, or gives an answer that
	// cannot be used. Try again, later or with another node.
	ErrRPC = errors.New("hyperlane: node failed")
	// ErrAnswer is the part of ErrRPC where the node did answer and the answer contradicts the protocol, the request
	// or an earlier answer. Nothing of such an answer is passed on.
	ErrAnswer = errors.New("hyperlane: node's answer cannot be true")
	// ErrReorg is the part of ErrRPC where a block that was read before is no longer part of the chain.
	ErrReorg = errors.New("hyperlane: block is no longer part of the chain")
	// ErrStaleHead is the part of ErrRPC where the finalized head of a node went backwards.
	ErrStaleHead = errors.New("hyperlane: finalized head went backwards")
	// ErrNoFinality says that the node does not know the block tag asked for.
	ErrNoFinality = errors.New("hyperlane: node has no block with this tag")

	// ErrConfig says that the caller's own settings cannot work: a wrong address, chain, domain or option.
	ErrConfig = errors.New("hyperlane: configuration refused")
	// ErrNoCode says that there is no contract at an address.
	ErrNoCode = errors.New("hyperlane: no contract at this address")
	// ErrFinality says that a finality setting cannot be read.
	ErrFinality = errors.New("hyperlane: finality not understood")

	// ErrNotMined says that a transaction was sent, or may have been, and was not seen in a block before the
	// context ended. It can still be mined: see [TxError] for its hash.
	ErrNotMined = errors.New("hyperlane: transaction not seen in a block")
	// ErrTxFailed says that a transaction was mined and reverted.
	ErrTxFailed = errors.New("hyperlane: transaction reverted")
	// ErrFunds says that an account cannot pay for what it is to send.
	ErrFunds = errors.New("hyperlane: account cannot pay")
	// ErrEmptyTree says that a tree without leaves has no checkpoint.
	ErrEmptyTree = errors.New("hyperlane: the tree is empty and has no checkpoint")
)

// RPCError is a call that failed. It matches [ErrRPC] and whatever the transport returned.
type RPCError struct {
	Op  string // what was asked, for example "eth_getLogs 100..200"
	Err error  // what came back
}

func (e *RPCError) Error() string   { return fmt.Sprintf("hyperlane: %s: %s", e.Op, withoutKey(e.Err)) }
func (e *RPCError) Unwrap() []error { return []error{ErrRPC, e.Err} }

// withoutKey leaves of a node's address its scheme and host: the rest often holds a key, and errors end up in logs.
func withoutKey(err error) string {
	text := err.Error()
	var failed *url.Error
	if !errors.As(err, &failed) {
		return text
	}
	host := "the node"
	if u, parseErr := url.Parse(failed.URL); parseErr == nil && u.Host != "" {
		host = u.Scheme + "://" + u.Host
	}
	return strings.ReplaceAll(text, failed.URL, host)
}

// AnswerError is an answer that cannot be true. It matches [ErrAnswer] and [ErrRPC].
type AnswerError struct {
	Op         string      // what was asked
	Block      uint64      // the block it is about, zero if none
	Tx         common.Hash // the transaction it is about, zero if none
	What       string      // which part of the answer
	Have, Want string
}

func (e *AnswerError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "hyperlane: %s: %s is %s, want %s", e.Op, e.What, e.Have, e.Want)
	if e.Block != 0 {
		fmt.Fprintf(&b, " (block %d)", e.Block)
	}
	if e.Tx != (common.Hash{}) {
		fmt.Fprintf(&b, " (transaction %s)", e.Tx)
	}
	return b.String()
}

func (e *AnswerError) Unwrap() []error { return []error{ErrAnswer, ErrRPC} }

// ReorgError names a block that was replaced. It matches [ErrReorg] and [ErrRPC]: read again.
type ReorgError struct {
	Number uint64
	Had    common.Hash // the block read before, or named by a log
	Now    common.Hash // the block of that number now; zero if not looked up
	Deep   bool        // a Follow iterator cannot go back that far: start again from an earlier block, see WithReorgWindow
}

func (e *ReorgError) Error() string {
	return fmt.Sprintf("hyperlane: block %d was %s and is now %s: read again from a block further back", e.Number, e.Had, e.Now)
}

func (e *ReorgError) Unwrap() []error { return []error{ErrReorg, ErrRPC} }

// StaleHeadError is a finalized head that went backwards. It matches [ErrStaleHead] and [ErrRPC]: a node that lags
// behind the one asked before (a balanced address), or one that lies.
type StaleHeadError struct{ Have, Seen Head }

func (e *StaleHeadError) Error() string {
	return fmt.Sprintf("hyperlane: finalized head is block %d, was block %d before", e.Have.Number, e.Seen.Number)
}

func (e *StaleHeadError) Unwrap() []error { return []error{ErrStaleHead, ErrRPC} }

// ConfigError names the setting that cannot work. It matches [ErrConfig], and [ErrNoCode] or the cause in Err.
type ConfigError struct {
	Field      string
	Have, Want string
	Err        error // cause, may be nil
}

func (e *ConfigError) Error() string {
	s := fmt.Sprintf("hyperlane: %s is %s, want %s", e.Field, e.Have, e.Want)
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *ConfigError) Unwrap() []error {
	if e.Err == nil {
		return []error{ErrConfig}
	}
	return []error{ErrConfig, e.Err}
}

// NoCodeError names an address without a contract. It matches [ErrNoCode].
type NoCodeError struct {
	Address common.Address
	Block   uint64 // zero: the latest block
}

func (e *NoCodeError) Error() string {
	if e.Block == 0 {
		return fmt.Sprintf("hyperlane: no contract at %s: is this the right address, and the right chain?", e.Address)
	}
	return fmt.Sprintf("hyperlane: no contract at %s as of block %d", e.Address, e.Block)
}

func (e *NoCodeError) Unwrap() error { return ErrNoCode }

// TxError is a transaction that was signed and did not do what it should. It matches [ErrNotMined] or
// [ErrTxFailed], and its cause: for a reverted one that is a *RevertError when replaying it gave a reason.
type TxError struct {
	Hash    common.Hash    // known from the moment of signing, so a doubtful transaction can be looked up
	Receipt *types.Receipt // nil unless mined
	Class   error          // ErrNotMined or ErrTxFailed
	Err     error          // cause, nil if replaying a failed transaction succeeds
}

func (e *TxError) Error() string {
	s := e.Class.Error() + " " + e.Hash.Hex()
	if e.Receipt != nil && e.Receipt.BlockNumber != nil {
		s += fmt.Sprintf(" (block %s, gas used %d)", e.Receipt.BlockNumber, e.Receipt.GasUsed)
	}
	if e.Err != nil {
		s += ": " + strings.TrimPrefix(e.Err.Error(), "hyperlane: ")
	}
	return s
}

func (e *TxError) Unwrap() []error {
	if e.Err == nil {
		return []error{e.Class}
	}
	return []error{e.Class, e.Err}
}

// FundsError is an account that cannot pay. It matches [ErrFunds] and what the node said.
type FundsError struct {
	Account    common.Address
	Have, Want *big.Int // in the chain's smallest unit; Want may leave out gas that could not be estimated
	Err        error    // as the node gave it
}

func (e *FundsError) Error() string {
	return fmt.Sprintf("hyperlane: account %s has %s and needs at least %s: fund it", e.Account, e.Have, e.Want)
}

func (e *FundsError) Unwrap() []error { return []error{ErrFunds, e.Err} }
