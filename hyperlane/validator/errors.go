package validator

import (
	"errors"
	"fmt"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/hyperlane/storage"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/merkle"
)

// Errors after which a validator does not go on. Run returns them, and every later Step returns the
// same error again.
var (
	// ErrReorg marks a chain that lost history which was signed. See ReorgError.
	ErrReorg = errors.New("validator: reorganisation below finality")
	// ErrFlagged marks a storage that holds a reorg flag. Find out what happened before removing
	// it.
	ErrFlagged = errors.New("validator: reorg flag in storage")
	// ErrTwin marks a key with which another process signs. See TwinError.
	ErrTwin = errors.New("validator: key is used elsewhere")
	// ErrSignLog marks a sign log that cannot be trusted. Once no other process signs with the key,
	// Recover rebuilds it.
	ErrSignLog = errors.New("validator: sign log refused")
)

// Other classes. New also returns evm.ErrConfig and ErrSignLog.
var (
	// ErrKeyInUse marks a state directory that another process has locked. Stop the other
	// validator, or give this one a key and a directory of its own.
	ErrKeyInUse = errors.New("validator: sign log of this key is in use")
	// ErrClosed marks a validator that was closed, or has run already.
	ErrClosed = errors.New("validator: closed")
)

// Errors of a Step that the next Step may not meet again. Nothing was signed. Errors of the nodes
// (evm.ErrRPC) and of the storage come unchanged. Logs and tree of one node that contradict each
// other are an *evm.AnswerError.
var (
	// ErrBehind marks a chain that is behind what this validator has seen or signed: its node lags,
	// or a reorganisation is not over.
	ErrBehind = errors.New("validator: chain is behind")
	// ErrDisagree marks a witness that contradicts the chain. See DisagreementError.
	ErrDisagree = errors.New("validator: nodes disagree")
	// ErrNotAnnounced marks a location that is not announced on chain yet.
	ErrNotAnnounced = errors.New("validator: location is not announced")
)

// fatal reports whether an error ends a validator. A storage conflict is one: this key already
// published another content of an index.
func fatal(err error) bool {
	for _, class := range []error{ErrReorg, ErrFlagged, ErrTwin, ErrSignLog, storage.ErrConflict} {
		if errors.Is(err, class) {
			return true
		}
	}
	return false
}

// ReorgError holds both histories of a reorganisation below finality. It matches ErrReorg.
type ReorgError struct {
	Index      uint32      // of the checkpoint that was signed
	Have, Want merkle.Hash // the root there now, and the root that was signed
	Block      uint64      // as of which the chain has Have
	BlockHash  common.Hash
}

func (e *ReorgError) Error() string {
	return fmt.Sprintf("%v: signed root %s at index %d, but as of block %d (%s) the root there is %s; a flag was written to the storage, find out what happened before removing it",
		ErrReorg, e.Want, e.Index, e.Block, e.BlockHash, e.Have)
}

// Unwrap returns the errors that e matches.
func (e *ReorgError) Unwrap() error { return ErrReorg }

// TwinError holds a checkpoint of our key that our sign log does not know. It matches ErrTwin.
type TwinError struct {
	Have  checkpoint.Signed // in the storage
	Known uint32            // highest index in the sign log; meaningless if Empty
	Empty bool              // the sign log has no record
}

func (e *TwinError) Error() string {
	known := fmt.Sprintf("signed up to index %d", e.Known)
	if e.Empty {
		known = "has signed nothing"
	}
	return fmt.Sprintf("%v: storage holds a checkpoint of this key at index %d, but the sign log %s; another process signs with this key, or the state directory is an old copy",
		ErrTwin, e.Have.Index, known)
}

// Unwrap returns the errors that e matches.
func (e *TwinError) Unwrap() error { return ErrTwin }

// DisagreementError says which witness contradicts the chain, and in what. It matches ErrDisagree.
type DisagreementError struct {
	Witness    int // place in Config.Witnesses
	Block      uint64
	What       string // block, count or root
	Have, Want string // the witness's, the chain's
}

func (e *DisagreementError) Error() string {
	return fmt.Sprintf("%v: as of block %d witness %d has %s %s, the chain has %s", ErrDisagree, e.Block, e.Witness, e.What, e.Have, e.Want)
}

// Unwrap returns the errors that e matches.
func (e *DisagreementError) Unwrap() error { return ErrDisagree }
