package relayer

import (
	"errors"
	"fmt"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/message"
)

// Classes of errors, to be matched with errors.Is. Where there is evidence, a type holds it: [StoreError],
// [InconsistentError], [ReorgError], and those of package evm.
var (
	// ErrStore is the class of state directories that this relayer must not use: [StoreError].
	ErrStore = errors.New("relayer: unusable state")
	// ErrLocked means that another relayer has the state directory open.
	ErrLocked = errors.New("relayer: state is in use by another relayer")
	// ErrClosed means that the relayer has been closed.
	ErrClosed = errors.New("relayer: closed")
	// ErrRunning means that Run was called while Run is active.
	ErrRunning = errors.New("relayer: already running")

	// ErrInconsistent is the class of answers of an origin's node that contradict each other, so that nothing of
	// them is used: [InconsistentError].
	ErrInconsistent = errors.New("relayer: origin's node contradicts itself")
	// ErrReorg is the class of warnings that blocks which had been indexed are no longer part of the chain: [ReorgError].
	ErrReorg = errors.New("relayer: indexed blocks were reorganised away")

	// ErrFiltered marks messages that the configuration excludes. The error says which setting does.
	ErrFiltered = errors.New("relayer: message is filtered")
	// ErrUnknownMessage marks messages whose dispatch is in no indexed block. The error says how far each origin has
	// been indexed; so does [Relayer.Progress].
	ErrUnknownMessage = errors.New("relayer: message has not been seen")
	// ErrOrphaned marks messages whose dispatch is in a block that is no longer part of the origin.
	ErrOrphaned = errors.New("relayer: dispatch was reorganised away")
	// ErrNoRecipient marks messages whose recipient has no code on the destination, so nothing there can handle them.
	ErrNoRecipient = errors.New("relayer: recipient has no code")
	// ErrGasCap marks messages whose delivery needs more gas than Chain.GasCap.
	ErrGasCap = errors.New("relayer: delivery needs more gas than allowed")
	// ErrSend marks deliveries that are signed and that the node does not take: no money in the account (evm.ErrFunds),
	// fees too low, a message larger than nodes pass on. At StageNotTaken nothing is under way (sender.ErrNotTaken,
	// sender.ErrForeign), and the delivery is made again when it is due. At StageSubmitted the transaction is offered
	// again, for it may have reached other nodes. The hash is in the *evm.TxError.
	//
	// A delivery that was mined and reverted is an *evm.TxError of class evm.ErrTxFailed.
	ErrSend = errors.New("relayer: node does not take the delivery transaction")
	// ErrReplaced marks deliveries whose nonce another transaction of the same account took.
	ErrReplaced = errors.New("relayer: delivery transaction was replaced by another of the same account")
	// ErrUndelivered marks deliveries that a reorganisation of the destination undid.
	ErrUndelivered = errors.New("relayer: delivery was reorganised away")
	// ErrReorgReport marks validators whose storage reports a reorganisation of their origin.
	ErrReorgReport = errors.New("relayer: validator reports a reorganisation of the origin")
	// ErrNoLocation marks validators without a storage location that can be opened.
	ErrNoLocation = errors.New("relayer: validator has no usable storage location")
)

// StoreError says why a state directory cannot be used, and what to do. It matches ErrStore.
type StoreError struct {
	Key  string // what in it is wrong, for example schema, or the domain of a chain
	Have string // what it holds
	Want string // what this relayer needs
	Next string // the next step
	Err  error  // the cause, or nil
}

func (e *StoreError) Error() string {
	s := fmt.Sprintf("%v: %s is %s, want %s; %s", ErrStore, e.Key, e.Have, e.Want, e.Next)
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the errors that e matches.
func (e *StoreError) Unwrap() []error { return causes(ErrStore, e.Err) }

// InconsistentError says how the logs of an origin fail to reproduce the contracts' state at the same block. Nothing
// of the range is used; it is read again from the last block where both agreed. It matches ErrInconsistent.
type InconsistentError struct {
	Origin message.Domain
	From   uint64 // first block of the range
	To     uint64 // last block, whose state was compared
	What   string // root, count, nonce, leaf index, dispatch of a leaf, ...
	Have   string // what the logs give
	Want   string // what the contract says
}

func (e *InconsistentError) Error() string {
	return fmt.Sprintf("%v: origin %v, blocks %d to %d: %s from logs is %s, contract says %s; reading again from block %d",
		ErrInconsistent, e.Origin, e.From, e.To, e.What, e.Have, e.Want, e.From)
}

// Unwrap returns the errors that e matches.
func (e *InconsistentError) Unwrap() error { return ErrInconsistent }

// ReorgError is the warning that indexed blocks are gone and that the relayer went back to the last common block. It
// matches ErrReorg.
type ReorgError struct {
	Origin   message.Domain
	Block    uint64      // highest indexed block that is gone
	Have     common.Hash // its hash when it was indexed
	Now      common.Hash // the hash of that height now
	Common   uint64      // block that both share; indexing goes on after it
	Leaves   int         // leaves taken back
	Messages []message.ID
}

func (e *ReorgError) Error() string {
	return fmt.Sprintf("%v: origin %v, block %d was %v and is %v; back to block %d, %d leaves and %d messages taken back; consider a deeper finality",
		ErrReorg, e.Origin, e.Block, e.Have, e.Now, e.Common, e.Leaves, len(e.Messages))
}

// Unwrap returns the errors that e matches.
func (e *ReorgError) Unwrap() error { return ErrReorg }

func causes(class, cause error) []error {
	if cause == nil {
		return []error{class}
	}
	return []error{class, cause}
}
