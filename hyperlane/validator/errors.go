package validator

import (
	"errors"
	"fmt"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/hyperlane/storage"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/merkle"
)

// Errors after which a validator does not go on. Run returns them, and every
// later Step returns the same error again.
var (
	// ErrReorg says that the chain lost history that was signed. See ReorgError.
	ErrReorg = errors.New("validator: reorganisation below finality")
	// ErrFlagged says that the storage holds a reorg flag. See FlagError.
	ErrFlagged = errors.New("validator: reorg flag in storage")
	// ErrTwin says that somebody else signs with this key. See TwinError.
	ErrTwin = errors.New("validator: key is used elsewhere")
	// ErrSignLog says that the sign log cannot be trusted. See SignLogError.
	ErrSignLog = errors.New("validator: sign log refused")
)

// Other classes. ErrConfig, ErrLocked and ErrSignLog come from New.
var (
	// ErrConfig says that a setting cannot work. See ConfigError.
	ErrConfig = errors.New("validator: configuration refused")
	// ErrLocked says that another process holds the state directory.
	ErrLocked = errors.New("validator: state directory is in use")
	// ErrClosed says that the validator was closed, or did run already.
	ErrClosed = errors.New("validator: closed")
)

// Errors of a Step that the next Step may not meet again. Nothing was signed.
// Errors of the nodes (evm.ErrRPC) and of the storage come unchanged.
var (
	// ErrStaleHead says that a node is behind what it knew before. See StaleHeadError.
	ErrStaleHead = errors.New("validator: stale head")
	// ErrBehind says that the tree does not reach the sign log yet. See BehindError.
	ErrBehind = errors.New("validator: tree is behind the sign log")
	// ErrMismatch says that logs and tree of one node contradict each other. See MismatchError.
	ErrMismatch = errors.New("validator: leaves and tree disagree")
	// ErrDisagree says that a witness contradicts the chain. See DisagreementError.
	ErrDisagree = errors.New("validator: nodes disagree")
	// ErrNotAnnounced says that the location is not announced on chain. See NotAnnouncedError.
	ErrNotAnnounced = errors.New("validator: location is not announced")
)

// fatal tells the errors that end a validator. A storage conflict is one: this
// key already published something else for an index.
func fatal(err error) bool {
	for _, class := range []error{ErrReorg, ErrFlagged, ErrTwin, ErrSignLog, storage.ErrConflict} {
		if errors.Is(err, class) {
			return true
		}
	}
	return false
}

// ConfigError names the field of Config that cannot work.
type ConfigError struct {
	Field string
	Have  string
	Want  string
	Err   error // cause; may be nil
}

func (e *ConfigError) Error() string {
	s := fmt.Sprintf("%v: %s is %s, want %s", ErrConfig, e.Field, e.Have, e.Want)
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap gives ErrConfig and the cause.
func (e *ConfigError) Unwrap() []error { return classAnd(ErrConfig, e.Err) }

func classAnd(class, cause error) []error {
	if cause == nil {
		return []error{class}
	}
	return []error{class, cause}
}

// LockedError names the lock that another process holds.
type LockedError struct{ Path string }

func (e *LockedError) Error() string {
	return fmt.Sprintf("%v: %s is locked; stop the other validator, or give this one a directory and a key of its own", ErrLocked, e.Path)
}

// Unwrap gives ErrLocked.
func (e *LockedError) Unwrap() error { return ErrLocked }

// SignLogError tells what is wrong with the sign log.
type SignLogError struct {
	Path   string
	Reason string
	Err    error // cause; may be nil
}

func (e *SignLogError) Error() string {
	s := fmt.Sprintf("%v: %s: %s", ErrSignLog, e.Path, e.Reason)
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s + "; once no other process signs with this key, call validator.Recover"
}

// Unwrap gives ErrSignLog and the cause.
func (e *SignLogError) Unwrap() []error { return classAnd(ErrSignLog, e.Err) }

// ReorgError holds both histories of a reorganisation below finality.
type ReorgError struct {
	Index     uint32      // of the checkpoint that was signed
	Signed    merkle.Hash // the root that was signed
	Canonical merkle.Hash // the root that the chain has there now
	Block     uint64      // as of which the chain has it
	BlockHash common.Hash
}

func (e *ReorgError) Error() string {
	return fmt.Sprintf("%v: signed root %s at index %d, but as of block %d (%s) the root there is %s; a flag was written to the storage, find out what happened before removing it",
		ErrReorg, e.Signed, e.Index, e.Block, e.BlockHash, e.Canonical)
}

// Unwrap gives ErrReorg.
func (e *ReorgError) Unwrap() error { return ErrReorg }

// FlagError holds the flag found in the storage; it is zero if it could not be read.
type FlagError struct{ Flag storage.ReorgFlag }

func (e *FlagError) Error() string {
	return fmt.Sprintf("%v: checkpoint index %d, local root %s, canonical root %s, at %s; find out what happened before removing it",
		ErrFlagged, e.Flag.Index, e.Flag.LocalRoot, e.Flag.CanonicalRoot, e.Flag.Time.Format(time.RFC3339))
}

// Unwrap gives ErrFlagged.
func (e *FlagError) Unwrap() error { return ErrFlagged }

// TwinError holds a checkpoint of our key that our sign log does not know.
type TwinError struct {
	Found checkpoint.Signed
	Known uint32 // highest index in the sign log; meaningless if Empty
	Empty bool   // the sign log has no record
}

func (e *TwinError) Error() string {
	known := fmt.Sprintf("signed up to index %d", e.Known)
	if e.Empty {
		known = "has signed nothing"
	}
	return fmt.Sprintf("%v: storage holds a checkpoint of this key at index %d, but the sign log %s; another process signs with this key, or the state directory is an old copy",
		ErrTwin, e.Found.Index, known)
}

// Unwrap gives ErrTwin.
func (e *TwinError) Unwrap() error { return ErrTwin }

// StaleHeadError holds the numbers of two heads of one node.
type StaleHeadError struct{ Have, Seen uint64 }

func (e *StaleHeadError) Error() string {
	return fmt.Sprintf("%v: final block is %d, was %d before", ErrStaleHead, e.Have, e.Seen)
}

// Unwrap gives ErrStaleHead.
func (e *StaleHeadError) Unwrap() error { return ErrStaleHead }

// BehindError holds the size of a tree that is too small to be compared with
// the sign log: a node that lags, or a reorganisation that is not over.
type BehindError struct {
	Count  uint32 // leaves as of Block
	Signed uint32 // highest index signed
	Block  uint64
}

func (e *BehindError) Error() string {
	return fmt.Sprintf("%v: %d leaves as of block %d, but index %d is signed", ErrBehind, e.Count, e.Block, e.Signed)
}

// Unwrap gives ErrBehind.
func (e *BehindError) Unwrap() error { return ErrBehind }

// MismatchError compares the tree made of logs with the contract's own.
type MismatchError struct {
	Block                uint64
	HaveCount, WantCount uint32 // leaves read, leaves in the contract
	HaveRoot, WantRoot   merkle.Hash
}

func (e *MismatchError) Error() string {
	return fmt.Sprintf("%v: as of block %d the logs give %d leaves and root %s, the contract has %d and %s; logs are missing or wrong",
		ErrMismatch, e.Block, e.HaveCount, e.HaveRoot, e.WantCount, e.WantRoot)
}

// Unwrap gives ErrMismatch.
func (e *MismatchError) Unwrap() error { return ErrMismatch }

// DisagreementError tells which witness says what.
type DisagreementError struct {
	Witness    int // place in Config.Witnesses
	Block      uint64
	What       string
	Have, Want string // the witness's, the chain's
}

func (e *DisagreementError) Error() string {
	return fmt.Sprintf("%v: as of block %d witness %d has %s %s, the chain has %s", ErrDisagree, e.Block, e.Witness, e.What, e.Have, e.Want)
}

// Unwrap gives ErrDisagree.
func (e *DisagreementError) Unwrap() error { return ErrDisagree }

// NotAnnouncedError tells what is missing on chain.
type NotAnnouncedError struct {
	Location string
	Next     time.Time // of our next attempt; zero if we have no account to send with
	Err      error     // failure of the last attempt; may be nil
}

func (e *NotAnnouncedError) Error() string {
	s := fmt.Sprintf("%v: %q", ErrNotAnnounced, e.Location)
	if e.Next.IsZero() {
		return s + "; set a Transactor, or have somebody send the announcement in the storage"
	}
	s += "; next attempt at " + e.Next.Format(time.RFC3339)
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap gives ErrNotAnnounced and the cause.
func (e *NotAnnouncedError) Unwrap() []error { return classAnd(ErrNotAnnounced, e.Err) }
