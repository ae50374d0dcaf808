package validator

import (
	"fmt"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/message"
)

// Kind says what an Event is about.
type Kind uint8

// Kinds of events, in the order of a validator's life.
const (
	// Announced: the location is on chain. Location is set.
	Announced Kind = iota + 1
	// Observed: all nodes agree on new final leaves. Checkpoint is the newest of them, without
	// signature.
	Observed
	// Signed: the checkpoint was signed. It may not be readable yet.
	Signed
	// Published: the checkpoint is in the storage, written now or before.
	Published
	// Failed: a step failed. Err is set.
	Failed
)

// String returns the name of the kind.
func (k Kind) String() string {
	switch k {
	case Announced:
		return "announced"
	case Observed:
		return "observed"
	case Signed:
		return "signed"
	case Published:
		return "published"
	case Failed:
		return "failed"
	}
	return fmt.Sprintf("kind %d", uint8(k))
}

// Event is one thing that a validator did or met, for a trace.
type Event struct {
	Kind      Kind
	Time      time.Time
	Origin    message.Domain
	Validator common.Address
	// Checkpoint is set with Observed, Signed and Published.
	Checkpoint checkpoint.Signed
	// Block is the final block as of which the step was made.
	Block uint64
	// Location is set with Announced.
	Location string
	// Err is set with Failed.
	Err error
}

// emit fills in what all events have, and calls the observer, one call at a time.
func (v *Validator) emit(e Event) {
	e.Time, e.Origin, e.Validator = v.cfg.Now(), v.id.origin, v.id.validator
	v.observeMu.Lock()
	defer v.observeMu.Unlock()
	v.cfg.Observe(e)
}
