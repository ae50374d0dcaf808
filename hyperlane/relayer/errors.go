package relayer

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/message"
)

// Classes of errors, to be matched with errors.Is. The typed errors of this package carry the facts.
var (
	// ErrStore is the class of state directories that this relayer must not use: [StoreError].
	ErrStore = errors.New("relayer: unusable state")
	// ErrLocked says that another relayer has the state directory open.
	ErrLocked = errors.New("relayer: state is in use by another relayer")
	// ErrClosed says that the relayer has been closed.
	ErrClosed = errors.New("relayer: closed")
	// ErrRunning says that Run was called while Run is active.
	ErrRunning = errors.New("relayer: already running")

	// ErrInconsistent is the class of answers of an origin's node that contradict each other, so that nothing of
	// them is used: [InconsistentError].
	ErrInconsistent = errors.New("relayer: origin's node contradicts itself")
	// ErrReorg is the class of warnings that blocks which had been indexed are no longer part of the chain: [ReorgError].
	ErrReorg = errors.New("relayer: indexed blocks were reorganised away")
	// ErrStaleHead is the class of nodes whose head is behind what was indexed: [StaleHeadError].
	ErrStaleHead = errors.New("relayer: origin's node is behind")

	// ErrFiltered is the class of messages that the configuration excludes: [FilteredError].
	ErrFiltered = errors.New("relayer: message is filtered")
	// ErrUnknownMessage says that no indexed block holds a dispatch of the message: [UnknownMessageError].
	ErrUnknownMessage = errors.New("relayer: message has not been seen")
	// ErrOrphaned says that the block with the message's dispatch is no longer part of the origin.
	ErrOrphaned = errors.New("relayer: dispatch was reorganised away")
	// ErrNoRecipient says that the recipient has no code on the destination, so nothing there can handle the message.
	ErrNoRecipient = errors.New("relayer: recipient has no code")
	// ErrGasCap is the class of messages whose delivery needs more gas than is allowed: [GasCapError].
	ErrGasCap = errors.New("relayer: delivery needs more gas than allowed")
	// ErrReceipt is the class of delivery transactions that were included and failed: [ReceiptError].
	ErrReceipt = errors.New("relayer: delivery transaction failed")
	// ErrSend is the class of delivery transactions that a node does not take: [SendError].
	ErrSend = errors.New("relayer: node does not take the delivery transaction")
	// ErrReplaced says that another transaction of the same account took the delivery's nonce.
	ErrReplaced = errors.New("relayer: delivery transaction was replaced by another of the same account")
	// ErrUndelivered says that a delivery was undone by a reorganisation of the destination.
	ErrUndelivered = errors.New("relayer: delivery was reorganised away")
	// ErrReorgReport is the class of validators that report a reorganisation of their origin: [ReorgReportError].
	ErrReorgReport = errors.New("relayer: validator reports a reorganisation of the origin")
	// ErrNoLocation is the class of validators without a storage location that can be opened: [LocationError].
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

// Unwrap returns ErrStore and the cause.
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

// Unwrap returns ErrInconsistent.
func (e *InconsistentError) Unwrap() error { return ErrInconsistent }

// ReorgError is the warning that indexed blocks vanished; the relayer went back to the last common block. It matches
// ErrReorg.
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

// Unwrap returns ErrReorg.
func (e *ReorgError) Unwrap() error { return ErrReorg }

// StaleHeadError says that the final head of a node lies before the last indexed block. It matches ErrStaleHead.
type StaleHeadError struct {
	Origin  message.Domain
	Head    uint64
	Indexed uint64
}

func (e *StaleHeadError) Error() string {
	return fmt.Sprintf("%v: origin %v has its final head at block %d, block %d is indexed; waiting for it to catch up",
		ErrStaleHead, e.Origin, e.Head, e.Indexed)
}

// Unwrap returns ErrStaleHead.
func (e *StaleHeadError) Unwrap() error { return ErrStaleHead }

// FilteredError says which setting excludes a message. It matches ErrFiltered.
type FilteredError struct {
	By string // whitelist, blacklist, addressBlacklist, destination
}

func (e *FilteredError) Error() string {
	switch e.By {
	case byDestination:
		return fmt.Sprintf("%v: no chain with a transactor is configured for its destination", ErrFiltered)
	default:
		return fmt.Sprintf("%v by the %s", ErrFiltered, e.By)
	}
}

// Unwrap returns ErrFiltered.
func (e *FilteredError) Unwrap() error { return ErrFiltered }

// Position is how far an origin has been indexed.
type Position struct {
	Origin   message.Domain `json:"origin"`
	Block    uint64         `json:"block"`    // last block whose logs agree with the contracts
	Finality string         `json:"finality"` // how far behind the head the relayer stays
	// Failure is why indexing does not go on, empty when it does.
	Failure string `json:"failure,omitempty"`
}

// UnknownMessageError says how far each origin was looked at without meeting the message. It matches ErrUnknownMessage.
type UnknownMessageError struct {
	ID      message.ID
	Origins []Position
}

func (e *UnknownMessageError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%v: %v is not among the dispatches", ErrUnknownMessage, e.ID)
	for i, o := range e.Origins {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, " of origin %v up to block %d (finality %s)", o.Origin, o.Block, o.Finality)
		if o.Failure != "" {
			fmt.Fprintf(&b, ", where indexing fails: %s", o.Failure)
		}
	}
	return b.String()
}

// Unwrap returns ErrUnknownMessage.
func (e *UnknownMessageError) Unwrap() error { return ErrUnknownMessage }

// GasCapError says how much gas a delivery needs. It matches ErrGasCap.
type GasCapError struct{ Need, Cap uint64 }

func (e *GasCapError) Error() string {
	return fmt.Sprintf("%v: needs %d, the cap of the chain is %d; raise gasCap to deliver it", ErrGasCap, e.Need, e.Cap)
}

// Unwrap returns ErrGasCap.
func (e *GasCapError) Unwrap() error { return ErrGasCap }

// ReceiptError says which delivery transaction was included and failed. It matches ErrReceipt.
type ReceiptError struct {
	TxHash  common.Hash
	Block   uint64
	GasUsed uint64
}

func (e *ReceiptError) Error() string {
	return fmt.Sprintf("%v: transaction %v in block %d, %d gas used", ErrReceipt, e.TxHash, e.Block, e.GasUsed)
}

// Unwrap returns ErrReceipt.
func (e *ReceiptError) Unwrap() error { return ErrReceipt }

// SendError says why a node does not take a signed delivery: no money in the account, fees too low, a message larger than
// nodes pass on. At StageNotTaken the delivery was given up and is made anew when it is due; at StageSubmitted it is
// offered again until the node takes it, for it may be on its way all the same. It matches ErrSend.
type SendError struct {
	TxHash common.Hash
	Err    error
}

func (e *SendError) Error() string { return fmt.Sprintf("%v: %v: %v", ErrSend, e.TxHash, e.Err) }

// Unwrap returns ErrSend and the cause.
func (e *SendError) Unwrap() []error { return causes(ErrSend, e.Err) }

// ReorgReportError says whose storage holds a reorg flag. It matches ErrReorgReport.
type ReorgReportError struct {
	Validator common.Address
	Location  string
}

func (e *ReorgReportError) Error() string {
	return fmt.Sprintf("%v: %v in %s; its vote is not counted, set ignoreReorgReports to count it", ErrReorgReport, e.Validator, e.Location)
}

// Unwrap returns ErrReorgReport.
func (e *ReorgReportError) Unwrap() error { return ErrReorgReport }

// LocationError says why no announced location of a validator can be used. It matches ErrNoLocation.
type LocationError struct {
	Validator common.Address
	Announced int   // how many locations it announced
	Err       error // what was wrong with the newest ones, or nil
}

func (e *LocationError) Error() string {
	s := fmt.Sprintf("%v: %v announced %d", ErrNoLocation, e.Validator, e.Announced)
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns ErrNoLocation and the cause.
func (e *LocationError) Unwrap() []error { return causes(ErrNoLocation, e.Err) }

func causes(class, cause error) []error {
	if cause == nil {
		return []error{class}
	}
	return []error{class, cause}
}
