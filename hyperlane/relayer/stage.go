package relayer

import (
	"fmt"
	"slices"
)

// Stage is where a message stands. The zero Stage is StageUnknown.
type Stage uint8

// The stages, in the order in which a message that meets no obstacle passes StageDispatched, StageInserted,
// StageMetadataBuilt, StageSubmitted, StageDelivered and StageFinal. The others say what holds it up; each is left
// again by itself when its cause is gone, except StageFiltered, which the configuration decides.
const (
	StageUnknown             Stage = iota // no indexed block holds its dispatch
	StageDispatched                       // its dispatch is final on the origin
	StageInserted                         // it is a leaf of the origin's tree, and work on it is due
	StageFiltered                         // whitelist, blacklist, address blacklist or destination exclude it
	StageOrphaned                         // its dispatch was reorganised away after a delivery had been sent
	StageNoRecipient                      // its recipient has no code on the destination
	StageNotInTree                        // its ISM wants a checkpoint, but it was never inserted into the tree
	StageAwaitingCheckpoints              // too few validators have signed a checkpoint that covers it
	StageNoMetadata                       // its ISM cannot be read, or is of a kind for which no metadata can be built
	StageMetadataBuilt                    // the metadata is complete
	StageISMRefused                       // the destination refuses the metadata
	StageHandleReverted                   // the recipient, or what it calls, reverts
	StageOverGasCap                       // its delivery needs more gas than the chain's GasCap
	StageNotTaken                         // the destination's node does not take its delivery: too large, too much gas, no money
	StageUnreachable                      // the destination's node does not answer, or answers nonsense
	StageSubmitted                        // a delivery transaction is on its way
	StageDelivered                        // processed, in a block that is not final yet
	StageFinal                            // processed, in a final block; the relayer is done with it

	numStages
)

var stageNames = [numStages]string{
	StageUnknown:             "unknown",
	StageDispatched:          "dispatched",
	StageInserted:            "inserted",
	StageFiltered:            "filtered",
	StageOrphaned:            "orphaned",
	StageNoRecipient:         "no recipient",
	StageNotInTree:           "not in tree",
	StageAwaitingCheckpoints: "awaiting checkpoints",
	StageNoMetadata:          "no metadata",
	StageMetadataBuilt:       "metadata built",
	StageISMRefused:          "ISM refused",
	StageHandleReverted:      "handle reverted",
	StageOverGasCap:          "over gas cap",
	StageNotTaken:            "not taken",
	StageUnreachable:         "unreachable",
	StageSubmitted:           "submitted",
	StageDelivered:           "delivered",
	StageFinal:               "final",
}

// String returns the name of the stage, for example "awaiting checkpoints".
func (s Stage) String() string {
	if s < numStages {
		return stageNames[s]
	}
	return fmt.Sprintf("stage %d", uint8(s))
}

// MarshalText returns the name of the stage.
func (s Stage) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the name of a stage. On an error s keeps its value.
func (s *Stage) UnmarshalText(text []byte) error {
	i := slices.Index(stageNames[:], string(text))
	if i < 0 {
		return fmt.Errorf("relayer: %s is not a stage, want a name such as %q", excerpt(text), StageSubmitted.String())
	}
	*s = Stage(i)
	return nil
}
