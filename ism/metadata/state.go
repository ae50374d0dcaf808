package metadata

import (
	"encoding/json"
	"fmt"

	"github.com/ethereum/go-ethereum/common"
)

// State is what a validator contributes.
type State uint8

const (
	// NotAsked: the quorum was complete without it, or the build ended before.
	NotAsked State = iota
	// Signed: its signature over the checkpoint is verified.
	Signed
	// Pending: it has stored nothing at this index, or not yet.
	Pending
	// WrongSigner: what it stored was signed with another key.
	WrongSigner
	// WrongCheckpoint: it signed another root, leaf, index, tree or origin.
	// Its error is a [CheckpointError] and may be evidence of fraud.
	WrongCheckpoint
	// Malformed: it stored something that is no signed checkpoint.
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

// String returns the name of the state in lower case.
func (s State) String() string {
	if int(s) < len(stateNames) {
		return stateNames[s]
	}
	return fmt.Sprintf("state %d", uint8(s))
}

// MarshalText returns the form of [State.String].
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// ValidatorStatus is what one entry of the validator set contributes, with the reason.
type ValidatorStatus struct {
	Validator common.Address
	State     State
	Index     uint32 // index of the checkpoint that the state is about
	Err       error  // reason; nil when signed
}

// String returns one line for a log.
func (v ValidatorStatus) String() string {
	text := fmt.Sprintf("%v %v at index %d", v.Validator, v.State, v.Index)
	if v.Err != nil {
		text += ": " + v.Err.Error()
	}
	return text
}

// MarshalJSON returns the status with its reason as text.
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
