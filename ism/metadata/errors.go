package metadata

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
)

// Classes of failure, matched with errors.Is.
var (
	// ErrNotFound is what sources return when something is not there, or not yet.
	ErrNotFound = errors.New("metadata: not found")

	// ErrNotReady is the class of messages whose quorum is not complete: [QuorumError]. Try again
	// later.
	ErrNotReady = errors.New("metadata: no quorum yet")

	// ErrNotInTree is the class of messages that are not in the builder's tree: not indexed yet, or
	// dispatched without being inserted.
	ErrNotInTree = errors.New("metadata: message is not in the tree")

	// ErrUnsupportedModule is the class of module types without a builder:
	// [UnsupportedModuleError].
	ErrUnsupportedModule = errors.New("metadata: unsupported module")

	// ErrSet is the class of validator sets that can never accept a message, or are larger than the
	// builder allows: [SetError].
	ErrSet = errors.New("metadata: impossible validator set")

	// ErrOrigin is the class of messages from another origin than the builder's.
	ErrOrigin = errors.New("metadata: message from another origin")

	// ErrModule is the class of failures to read a module. The cause is wrapped too.
	ErrModule = errors.New("metadata: cannot read the module")

	// ErrTree is the class of tree sources that fail or contradict themselves. The cause is wrapped
	// too.
	ErrTree = errors.New("metadata: cannot read the origin's tree")

	// ErrBuilder is the class of builders with a field missing or wrong, and of a nil message.
	ErrBuilder = errors.New("metadata: builder cannot be used")

	// ErrTypeBuilder is the class of failures of a builder that the caller registered. Its own
	// error is wrapped too.
	ErrTypeBuilder = errors.New("metadata: registered builder failed")

	// ErrUnfinished is the error of a module whose build had not ended when the module above it was
	// done.
	ErrUnfinished = errors.New("metadata: not finished")

	// ErrLimit is the class of modules that are refused because the tree of modules is too deep,
	// too wide or too large.
	ErrLimit = errors.New("metadata: too many modules")

	// ErrCycle is the class of modules that contain themselves.
	ErrCycle = errors.New("metadata: module contains itself")

	// ErrUnverified is the class of metadata that was built but does not pass the offline verifier,
	// whose error is wrapped too. It is never returned as metadata. A source changed its answer in
	// between, or a registered builder is wrong.
	ErrUnverified = errors.New("metadata: built metadata does not verify")

	// ErrSlow is the reason of a validator whose answer was missing when the quorum was complete
	// without it.
	ErrSlow = errors.New("metadata: no answer when the quorum was complete")
)

// QuorumError carries the evidence that a quorum is not complete, at the index that came closest to
// one.
type QuorumError struct {
	Have    int // signatures that count
	Want    int // threshold of the module
	Index   uint32
	Missing []ValidatorStatus // validators without a signature, in the set's order
}

func (e *QuorumError) Error() string {
	missing := make([]string, len(e.Missing))
	for i, v := range e.Missing {
		missing[i] = fmt.Sprintf("%v %v", v.Validator, v.State)
	}
	return fmt.Sprintf("%v: %d of %d signatures at index %d; missing: %s",
		ErrNotReady, e.Have, e.Want, e.Index, strings.Join(missing, ", "))
}

// Unwrap returns the errors that e matches.
func (e *QuorumError) Unwrap() error { return ErrNotReady }

// UnsupportedModuleError names a module whose type has no builder.
type UnsupportedModuleError struct {
	Address common.Address
	Type    ism.ModuleType
}

func (e *UnsupportedModuleError) Error() string {
	var names []string
	for t := range math.MaxUint8 + 1 {
		if kind := ism.ModuleType(t); builtIn(kind) != nil {
			names = append(names, kind.String())
		}
	}
	return fmt.Sprintf("%v: %v at %v has type %d; built in are %s; register a metadata.TypeBuilder for type %d to serve it",
		ErrUnsupportedModule, e.Type, e.Address, uint8(e.Type), strings.Join(names, ", "), uint8(e.Type))
}

// Unwrap returns the errors that e matches.
func (e *UnsupportedModuleError) Unwrap() error { return ErrUnsupportedModule }

// SetError carries the facts about a validator set that cannot be served.
type SetError struct {
	Address common.Address // the module
	Have    int            // validators in the set
	Want    uint8          // threshold of the module
	Max     int            // validators that the builder allows
}

func (e *SetError) Error() string {
	reason := ""
	switch {
	case e.Want == 0:
		reason = "a threshold of zero accepts nothing"
	case int(e.Want) > e.Have:
		reason = "the threshold can never be met"
	default:
		reason = fmt.Sprintf("the builder allows %d validators (Builder.MaxValidators)", e.Max)
	}
	return fmt.Sprintf("%v: threshold %d of %d validators at %v: %s", ErrSet, e.Want, e.Have, e.Address, reason)
}

// Unwrap returns the errors that e matches.
func (e *SetError) Unwrap() error { return ErrSet }

// CheckpointError is the reason of a validator that signed another checkpoint than the builder's
// tree shows. Have carries the validator's own, valid signature: if index and tree are the same and
// the builder's tree is right, it is evidence of fraud.
type CheckpointError struct {
	Have checkpoint.Signed
	Want checkpoint.Checkpoint
}

func (e *CheckpointError) Error() string {
	var differs []string
	note := func(name string, have, want any) {
		if have != want {
			differs = append(differs, fmt.Sprintf("%s is %v, want %v", name, have, want))
		}
	}
	note("index", e.Have.Index, e.Want.Index)
	note("root", e.Have.Root, e.Want.Root)
	note("message id", e.Have.MessageID, e.Want.MessageID)
	note("tree", e.Have.Tree, e.Want.Tree)
	note("origin", e.Have.Origin, e.Want.Origin)
	return "metadata: signed another checkpoint: " + strings.Join(differs, "; ")
}
