package relayer

import (
	"fmt"
	"slices"
)

// Stage is how far a message has come, or which obstacle it has met. The zero Stage is
// StageUnknown.
type Stage uint8

// The stages. A message without an obstacle passes StageDispatched, StageInserted,
// StageMetadataBuilt, StageSubmitted, StageDelivered and StageFinal, in this order. The other
// stages name an obstacle. A message leaves such a stage without help once the obstacle is gone; it
// leaves StageFiltered when the relayer starts with another configuration.
const (
	StageUnknown             Stage = iota // no indexed block holds its dispatch
	StageDispatched                       // its dispatch is in a final block of the origin
	StageInserted                         // it is a leaf of the origin's tree
	StageFiltered                         // a whitelist, a blacklist or its destination excludes it
	StageOrphaned                         // its dispatch is gone, after its delivery was sent
	StageNoRecipient                      // its recipient has no code on the destination
	StageNotInTree                        // its ISM requires a checkpoint; it is not in the tree
	StageAwaitingCheckpoints              // too few validators have signed a checkpoint of it
	StageNoMetadata                       // its ISM cannot be read, or has a type without a builder
	StageMetadataBuilt                    // the metadata is complete
	StageISMRefused                       // its ISM refuses the metadata
	StageHandleReverted                   // its recipient, or a contract that it calls, reverts
	StageOverGasCap                       // its delivery needs more gas than the chain's GasCap
	StageNotTaken                         // the destination's node refuses its delivery
	StageUnreachable                      // the destination's node fails
	StageSubmitted                        // its delivery is sent, and not decided
	StageDelivered                        // it is processed, in a block that is not final yet
	StageFinal                            // it is processed, in a final block: the relayer is done

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
