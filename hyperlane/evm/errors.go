package evm

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"net/url"
	"strconv"
	"strings"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
)

// Classes of failure. Match them with errors.Is. The evidence is in the typed errors of this
// package, found with errors.As.
var (
	// ErrRPC is the class of everything that a node does wrong: it cannot be reached, refuses a
	// request, or gives an answer that cannot be used. Try again, later or with another node. A
	// context that ends is never of this class.
	ErrRPC = errors.New("evm: node failed")
	// ErrAnswer is the part of ErrRPC where the node answered and the answer contradicts the
	// request, an earlier answer, or the rules of the chain. Nothing of such an answer is passed
	// on. See [AnswerError].
	ErrAnswer = errors.New("evm: answer of the node cannot be true")
	// ErrReorg is the part of ErrRPC where a block that was read before is no longer part of the
	// chain. See [ReorgError].
	ErrReorg = errors.New("evm: block is no longer part of the chain")
	// ErrStaleHead is the part of ErrRPC where the finalized head of a node went backwards: the
	// node lags behind the one asked before (a load balancer), or it lies.
	ErrStaleHead = errors.New("evm: finalized head went backwards")
	// ErrNoFinality marks a node that does not know the block tag asked for: set a number of blocks
	// for this chain, or use another node.
	ErrNoFinality = errors.New("evm: node has no block with this tag")
	// ErrConfig marks settings that cannot work: a wrong address, chain, finality or option. See
	// [ConfigError].
	ErrConfig = errors.New("evm: configuration refused")
	// ErrNoCode marks an address without a contract.
	ErrNoCode = errors.New("evm: no contract at this address")
	// ErrReverted is the class of every refusal by a contract. See [RevertError].
	ErrReverted = errors.New("evm: contract refused")
	// ErrUnauthorized marks a refusal by a contract because the caller may not do this.
	ErrUnauthorized = errors.New("evm: caller not permitted")
	// ErrPayment marks a refusal by a contract because of too little, or too much, value.
	ErrPayment = errors.New("evm: payment refused")
	// ErrNotMined marks a transaction that was sent, or may have been, and was not seen in a block
	// before the context ended. It can still be mined: [TxError] has its hash.
	ErrNotMined = errors.New("evm: transaction not seen in a block")
	// ErrTxFailed marks a transaction that was mined and reverted. See [TxError].
	ErrTxFailed = errors.New("evm: transaction reverted")
	// ErrFunds marks an account that cannot pay for what it is to send: fund it.
	ErrFunds = errors.New("evm: account cannot pay")
)

// RPCError is a request that failed. It matches [ErrRPC] and the error of the transport.
type RPCError struct {
	Op  string // the request, for example "eth_getLogs 0x64..0xc8"
	Err error  // what the transport returned
}

func (e *RPCError) Error() string { return fmt.Sprintf("evm: %s: %s", e.Op, brief(withoutKey(e.Err))) }

// Unwrap returns the errors that e matches.
func (e *RPCError) Unwrap() []error { return []error{ErrRPC, e.Err} }

// failed gives a failed request its class. Where the caller's context has ended, that is the
// reason, and the node is not at fault.
func failed(ctx context.Context, op string, err error) error {
	if cause := ctx.Err(); cause != nil {
		return fmt.Errorf("evm: %s: %w", op, cause)
	}
	if errors.Is(err, ErrRPC) {
		return err
	}
	return &RPCError{Op: op, Err: err}
}

// withoutKey reduces a node's URL to scheme and host: the rest often holds a key, and errors end up
// in logs.
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
	quoted := strings.Trim(strconv.Quote(failed.URL), `"`) // as url.Error writes it
	return strings.ReplaceAll(strings.ReplaceAll(text, failed.URL, host), quoted, host)
}

// maxText bounds the bytes of a text of unknown length in an error: what nodes and contracts say
// ends up in logs.
const maxText = 1024

// brief cuts a text of unknown length.
func brief(text string) string {
	if len(text) <= maxText {
		return text
	}
	return fmt.Sprintf("%s... (%d bytes)", strings.ToValidUTF8(text[:maxText], ""), len(text))
}

// AnswerError is an answer that cannot be true. It matches [ErrAnswer] and [ErrRPC].
type AnswerError struct {
	Op         string      // the request
	Block      uint64      // the block in question, zero if none
	Tx         common.Hash // the transaction in question, zero if none
	What       string      // the part of the answer
	Have, Want string
}

func (e *AnswerError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "evm: %s: %s is %s, want %s", e.Op, e.What, e.Have, e.Want)
	if e.Block != 0 {
		fmt.Fprintf(&b, " (block %d)", e.Block)
	}
	if e.Tx != (common.Hash{}) {
		fmt.Fprintf(&b, " (transaction %s)", e.Tx)
	}
	return b.String()
}

// Unwrap returns the errors that e matches.
func (e *AnswerError) Unwrap() []error { return []error{ErrAnswer, ErrRPC} }

// ReorgError is a block that was replaced. It matches [ErrReorg] and [ErrRPC]: read again.
type ReorgError struct {
	Number uint64
	Had    common.Hash // the block read before, or named by a log
	Now    common.Hash // the block of that number now; zero if not looked up
	Deep   bool        // [Follow] cannot go back that far: start again from an earlier block, see [WithReorgWindow]
}

func (e *ReorgError) Error() string {
	if e.Now == (common.Hash{}) {
		return fmt.Sprintf("evm: block %d was %s and is no longer part of the chain: read again from an earlier block", e.Number, e.Had)
	}
	return fmt.Sprintf("evm: block %d was %s and is now %s: read again from an earlier block", e.Number, e.Had, e.Now)
}

// Unwrap returns the errors that e matches.
func (e *ReorgError) Unwrap() []error { return []error{ErrReorg, ErrRPC} }

// ConfigError is a setting that cannot work. It matches [ErrConfig] and its cause.
type ConfigError struct {
	Field      string // the setting
	Have, Want string
	Err        error // cause, may be nil
}

func (e *ConfigError) Error() string {
	s := fmt.Sprintf("configuration: %s is %s, want %s", e.Field, e.Have, e.Want)
	if e.Err != nil {
		s += ": " + strings.TrimPrefix(e.Err.Error(), "evm: ")
	}
	return s
}

// Unwrap returns the errors that e matches.
func (e *ConfigError) Unwrap() []error { return matches(ErrConfig, e.Err) }

// WrongAddress turns the failure of a first read at a configured address into a *[ConfigError] for
// the setting, if the node answered: there is no contract, or another than the one wanted. A
// failure of the node stays what it is.
func WrongAddress(field string, have common.Address, want string, err error) error {
	if errors.Is(err, ErrNoCode) || errors.Is(err, ErrReverted) || errors.Is(err, ErrAnswer) {
		return &ConfigError{Field: field, Have: have.Hex(), Want: want, Err: err}
	}
	return err
}

// TxError is a transaction that was signed and did not do what it should. It matches [ErrNotMined]
// or [ErrTxFailed], and its cause: for a reverted one that is a *[RevertError] where repeating the
// call gave a reason.
type TxError struct {
	Hash    common.Hash    // known from the moment of signing, so that a doubtful transaction can be looked up
	Receipt *types.Receipt // nil unless mined
	Class   error          // ErrNotMined or ErrTxFailed
	Err     error          // cause, nil if unknown
}

func (e *TxError) Error() string {
	s := e.Class.Error() + " " + e.Hash.Hex()
	if e.Receipt != nil && e.Receipt.BlockNumber != nil {
		s += fmt.Sprintf(" (block %s, gas used %d)", e.Receipt.BlockNumber, e.Receipt.GasUsed)
	}
	if e.Err != nil {
		s += ": " + strings.TrimPrefix(e.Err.Error(), "evm: ")
	}
	return s
}

// Unwrap returns the errors that e matches.
func (e *TxError) Unwrap() []error { return matches(e.Class, e.Err) }

// FundsError is an account that cannot pay. It matches [ErrFunds] and what the node said.
type FundsError struct {
	Account    common.Address
	Have, Want *big.Int // in the chain's smallest unit; Want leaves out gas that could not be estimated
	Err        error    // as the node gave it
}

func (e *FundsError) Error() string {
	return fmt.Sprintf("evm: account %s has %s and needs at least %s: fund it", e.Account, e.Have, e.Want)
}

// Unwrap returns the errors that e matches.
func (e *FundsError) Unwrap() []error { return matches(ErrFunds, e.Err) }

// matches lists a class and a cause that may be nil.
func matches(class, cause error) []error {
	if cause == nil {
		return []error{class}
	}
	return []error{class, cause}
}
