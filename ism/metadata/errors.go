package metadata

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/message"
)

// Classes of failure, matched with errors.Is. The typed errors below carry the
// facts and match with errors.As.
var (
	// ErrNotFound is what sources answer when something is not there (yet).
	ErrNotFound = errors.New("metadata: not found")

	// ErrNotReady marks a message whose quorum is not complete. Trying again
	// later is the right thing to do. See [QuorumError].
	ErrNotReady = errors.New("metadata: no quorum yet")

	// ErrNotInTree marks a message that is not in the caller's tree: not
	// indexed yet, or dispatched past it. See [NotInTreeError].
	ErrNotInTree = errors.New("metadata: message is not in the tree")

	// ErrUnsupportedModule marks a module that no metadata can be built for
	// here. See [UnsupportedModuleError].
	ErrUnsupportedModule = errors.New("metadata: unsupported module")

	// ErrSet marks a validator set that can never accept a message, or is
	// larger than the builder allows. See [SetError].
	ErrSet = errors.New("metadata: impossible validator set")

	// ErrOrigin marks a message from another origin than the builder's. See
	// [OriginError].
	ErrOrigin = errors.New("metadata: message from another origin")

	// ErrModule marks a failure to read the module; the cause is wrapped too.
	ErrModule = errors.New("metadata: cannot read the module")

	// ErrTree marks a tree source that fails or contradicts itself; the cause
	// is wrapped too.
	ErrTree = errors.New("metadata: cannot read the origin's tree")

	// ErrBuilder marks a builder with a field missing, or no message.
	ErrBuilder = errors.New("metadata: builder is incomplete")

	// ErrUnverified marks metadata that was built but does not pass the
	// offline verifier, whose error is wrapped too. It is never returned as
	// metadata. It means that a source changed its answer meanwhile, or a bug.
	ErrUnverified = errors.New("metadata: built metadata does not verify")

	// ErrSlow is the reason noted for a validator whose answer had not come
	// when the quorum was complete without it.
	ErrSlow = errors.New("metadata: no answer when the quorum was complete")
)

// QuorumError says how many signatures are there and who is missing, at the
// index that came closest to a quorum.
type QuorumError struct {
	Have    int // signatures that count
	Want    int // threshold of the module
	Index   uint32
	Missing []ValidatorStatus // everybody who has not signed, in the set's order
}

func (e *QuorumError) Error() string {
	missing := make([]string, len(e.Missing))
	for i, v := range e.Missing {
		missing[i] = fmt.Sprintf("%v %v", v.Validator, v.State)
	}
	return fmt.Sprintf("%v: %d of %d signatures at index %d; missing: %s",
		ErrNotReady, e.Have, e.Want, e.Index, strings.Join(missing, ", "))
}

// Unwrap makes a QuorumError match [ErrNotReady].
func (e *QuorumError) Unwrap() error { return ErrNotReady }

// NotInTreeError says which message is missing among how many leaves.
type NotInTreeError struct {
	ID    message.ID
	Count uint32
}

func (e *NotInTreeError) Error() string {
	return fmt.Sprintf("%v: %v is none of the %d leaves known; index further, or the message was never inserted", ErrNotInTree, e.ID, e.Count)
}

// Unwrap makes a NotInTreeError match [ErrNotInTree].
func (e *NotInTreeError) Unwrap() error { return ErrNotInTree }

// UnsupportedModuleError says which module is not supported.
type UnsupportedModuleError struct {
	Module common.Address
	Type   ism.ModuleType
}

func (e *UnsupportedModuleError) Error() string {
	return fmt.Sprintf("%v: %v at %v; supported are %v, %v and %v", ErrUnsupportedModule, e.Type, e.Module,
		ism.TypeMessageIDMultisig, ism.TypeMerkleRootMultisig, ism.TypeNull)
}

// Unwrap makes an UnsupportedModuleError match [ErrUnsupportedModule].
func (e *UnsupportedModuleError) Unwrap() error { return ErrUnsupportedModule }

// SetError says why a validator set cannot be served.
type SetError struct {
	Module     common.Address
	Threshold  uint8
	Validators int // size of the set
	Max        int // size the builder allows
}

func (e *SetError) Error() string {
	reason := ""
	switch {
	case e.Threshold == 0:
		reason = "a threshold of zero accepts nothing"
	case int(e.Threshold) > e.Validators:
		reason = "the threshold can never be met"
	default:
		reason = fmt.Sprintf("the builder allows %d validators", e.Max)
	}
	return fmt.Sprintf("%v: threshold %d of %d validators at %v: %s", ErrSet, e.Threshold, e.Validators, e.Module, reason)
}

// Unwrap makes a SetError match [ErrSet].
func (e *SetError) Unwrap() error { return ErrSet }

// OriginError says where the message is from.
type OriginError struct {
	Have message.Domain
	Want message.Domain
}

func (e *OriginError) Error() string {
	return fmt.Sprintf("%v: message is from domain %v, builder reads domain %v", ErrOrigin, e.Have, e.Want)
}

// Unwrap makes an OriginError match [ErrOrigin].
func (e *OriginError) Unwrap() error { return ErrOrigin }

// CheckpointError is the reason noted for a validator that signed something
// else than the caller's tree shows. Have carries the validator's own, valid
// signature: if the index and tree are the same and the caller's tree is
// right, it is evidence of fraud.
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
