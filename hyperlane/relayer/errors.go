package relayer

import (
	"errors"
	"fmt"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/message"
)

// Classes of errors. Match them with errors.Is. The evidence, where there is any, is in
// [ReorgError] and in the types of package evm: a node whose logs and contracts contradict each
// other is an *evm.AnswerError, for example.
var (
	// ErrStore marks a state directory that this relayer must not use. The error says what is wrong
	// with it and what to do.
	ErrStore = errors.New("relayer: unusable state")
	// ErrLocked marks a state directory that another relayer has open. Stop it, or set another
	// StateDir.
	ErrLocked = errors.New("relayer: state is in use by another relayer")
	// ErrClosed marks a call to a relayer that has been closed.
	ErrClosed = errors.New("relayer: closed")
	// ErrRunning marks a call of Run while Run is active.
	ErrRunning = errors.New("relayer: already running")

	// ErrFiltered marks a message that the configuration excludes. The error names the setting.
	ErrFiltered = errors.New("relayer: message is filtered")
	// ErrUnknownMessage marks a message whose dispatch is in no indexed block. The error says how
	// far each origin has been indexed, as [Relayer.Progress] does.
	ErrUnknownMessage = errors.New("relayer: message has not been seen")
	// ErrOrphaned marks a message whose dispatch is in a block that is no longer part of the
	// origin.
	ErrOrphaned = errors.New("relayer: dispatch was reorganised away")
	// ErrNoRecipient marks a message whose recipient has no code on the destination.
	ErrNoRecipient = errors.New("relayer: recipient has no code")
	// ErrGasCap marks a message whose delivery needs more gas than Chain.GasCap.
	ErrGasCap = errors.New("relayer: delivery needs more gas than allowed")
	// ErrSend marks a delivery that is signed and that the node refuses: the account has no funds
	// (evm.ErrFunds), the fees are too low, or the transaction is too large. At StageNotTaken no
	// transaction is under way (sender.ErrNotTaken, sender.ErrForeign), and the relayer makes the
	// delivery again when it is due. At StageSubmitted the relayer offers the transaction again,
	// because it may have reached other nodes. The hash is in the *evm.TxError.
	//
	// A delivery that was mined and reverted is an *evm.TxError of class evm.ErrTxFailed.
	ErrSend = errors.New("relayer: node refuses the delivery transaction")
	// ErrReplaced marks a delivery whose nonce another transaction of the same account has used.
	ErrReplaced = errors.New("relayer: delivery transaction was replaced by another of the same account")
	// ErrUndelivered marks a delivery that a reorganisation of the destination has removed.
	ErrUndelivered = errors.New("relayer: delivery was reorganised away")
	// ErrReorgReport marks a validator whose storage reports a reorganisation of the origin.
	ErrReorgReport = errors.New("relayer: validator reports a reorganisation of the origin")
	// ErrNoLocation marks a validator that has announced no storage location that can be opened.
	ErrNoLocation = errors.New("relayer: validator has no storage location that can be opened")
)

// ReorgError reports that indexed blocks are no longer part of an origin, although they were final
// by the configured measure. The relayer has returned to the last block that both histories share.
// The error is the warning of the events of [StageOrphaned]. It matches ErrOrphaned and
// evm.ErrReorg.
type ReorgError struct {
	Origin     message.Domain
	Block      uint64       // highest indexed block
	Have, Want common.Hash  // its hash now, and when it was indexed
	Common     uint64       // highest block that both histories share; indexing continues after it
	Leaves     int          // leaves removed
	Messages   []message.ID // messages whose dispatch is gone
}

func (e *ReorgError) Error() string {
	return fmt.Sprintf("relayer: indexed blocks were reorganised away: origin %v, block %d is %v, want %v; "+
		"returned to block %d, removed %d leaves and %d messages; consider a deeper finality",
		e.Origin, e.Block, e.Have, e.Want, e.Common, e.Leaves, len(e.Messages))
}

// Unwrap returns the errors that e matches.
func (e *ReorgError) Unwrap() []error { return []error{ErrOrphaned, evm.ErrReorg} }

// storeError returns an error of class ErrStore: which part of the state is wrong, what it is, what
// it must be, the next step, and the cause, which may be nil.
func storeError(part, have, want, next string, cause error) error {
	if cause == nil {
		return fmt.Errorf("%w: %s is %s, want %s; %s", ErrStore, part, have, want, next)
	}
	return fmt.Errorf("%w: %s is %s, want %s; %s: %w", ErrStore, part, have, want, next, cause)
}
