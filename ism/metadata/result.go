package metadata

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"

	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

// State says what a validator contributes.
type State uint8

const (
	// NotAsked: the quorum was complete, or the build ended, without it.
	NotAsked State = iota
	// Signed: its signature over the checkpoint is there and verified.
	Signed
	// Pending: it has stored nothing at this index (yet).
	Pending
	// WrongSigner: what it stored was signed with another key.
	WrongSigner
	// WrongCheckpoint: it signed another root, leaf, index, tree or origin.
	// Its error is a [CheckpointError] and may be evidence of fraud.
	WrongCheckpoint
	// Malformed: what it stored is no signed checkpoint.
	Malformed
	// Unreachable: reading its storage failed or took too long.
	Unreachable
)

var stateNames = [...]string{
	NotAsked:        "not asked",
	Signed:          "signed",
	Pending:         "pending",
	WrongSigner:     "wrong signer",
	WrongCheckpoint: "wrong checkpoint",
	Malformed:       "malformed",
	Unreachable:     "unreachable",
}

// String names the state in lower case.
func (s State) String() string {
	if int(s) < len(stateNames) {
		return stateNames[s]
	}
	return fmt.Sprintf("state %d", uint8(s))
}

// MarshalText returns the form of [State.String].
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// ValidatorStatus says what one entry of the validator set contributes, and
// why not more.
type ValidatorStatus struct {
	Validator common.Address
	State     State
	Index     uint32 // index of the checkpoint that the state is about
	Err       error  // reason; nil when signed
}

// String is one line for a log.
func (v ValidatorStatus) String() string {
	text := fmt.Sprintf("%v %v at index %d", v.Validator, v.State, v.Index)
	if v.Err != nil {
		text += ": " + v.Err.Error()
	}
	return text
}

// MarshalJSON gives the status with its reason as text.
func (v ValidatorStatus) MarshalJSON() ([]byte, error) {
	reason := ""
	if v.Err != nil {
		reason = v.Err.Error()
	}
	return json.Marshal(struct {
		Validator common.Address `json:"validator"`
		State     State          `json:"state"`
		Index     uint32         `json:"index"`
		Error     string         `json:"error,omitempty"`
	}{v.Validator, v.State, v.Index, reason})
}

// Result is the outcome of a build, complete or not.
type Result struct {
	Message    message.ID
	Module     common.Address
	Type       ism.ModuleType
	Threshold  uint8                  // 0 for a module without validators
	LeafIndex  uint32                 // leaf of the message, once it is known to be in the tree
	Checkpoint *checkpoint.Checkpoint // what the quorum signed, or is wanted to sign; nil where none is needed or known
	Validators []ValidatorStatus      // one for each entry of the set, in its order
	Metadata   []byte                 // nil exactly if the build failed; empty for a null module
	Err        error                  // why the build failed; what Build returned
}

// Signed returns how many entries of the set have signed. It may be more than
// the threshold.
func (r *Result) Signed() int {
	n := 0
	for _, v := range r.Validators {
		if v.State == Signed {
			n++
		}
	}
	return n
}

// String is a report of several lines for a log: the message, the module,
// the checkpoint, and one line for each validator.
func (r *Result) String() string {
	var b strings.Builder
	if r.Metadata != nil {
		fmt.Fprintf(&b, "message %v: metadata of %d bytes\n", r.Message, len(r.Metadata))
	} else {
		fmt.Fprintf(&b, "message %v: no metadata\n", r.Message)
	}
	fmt.Fprintf(&b, "  module %v: %v", r.Module, r.Type)
	if len(r.Validators) > 0 {
		fmt.Fprintf(&b, ", threshold %d of %d", r.Threshold, len(r.Validators))
	}
	if c := r.Checkpoint; c != nil {
		fmt.Fprintf(&b, "\n  leaf %d, checkpoint %d of tree %v on domain %v\n  root %v", r.LeafIndex, c.Index, c.Tree, c.Origin, c.Root)
	}
	for _, v := range r.Validators {
		fmt.Fprintf(&b, "\n  %v", v)
	}
	if r.Err != nil {
		fmt.Fprintf(&b, "\n  %v", r.Err)
	}
	return b.String()
}

// MarshalJSON gives the result with its reason as text and its metadata as hex
// digits.
func (r *Result) MarshalJSON() ([]byte, error) {
	out := struct {
		Message    message.ID        `json:"message"`
		Module     common.Address    `json:"module"`
		Type       string            `json:"type"`
		Threshold  uint8             `json:"threshold"`
		LeafIndex  uint32            `json:"leafIndex"`
		Index      *uint32           `json:"checkpointIndex,omitempty"`
		Root       *merkle.Hash      `json:"checkpointRoot,omitempty"`
		Validators []ValidatorStatus `json:"validators,omitempty"`
		Metadata   *hexutil.Bytes    `json:"metadata,omitempty"`
		Error      string            `json:"error,omitempty"`
	}{
		Message: r.Message, Module: r.Module, Type: r.Type.String(), Threshold: r.Threshold,
		LeafIndex: r.LeafIndex, Validators: r.Validators,
	}
	if r.Checkpoint != nil {
		out.Index, out.Root = &r.Checkpoint.Index, &r.Checkpoint.Root
	}
	if r.Metadata != nil {
		out.Metadata = (*hexutil.Bytes)(&r.Metadata)
	}
	if r.Err != nil {
		out.Error = r.Err.Error()
	}
	return json.Marshal(out)
}
