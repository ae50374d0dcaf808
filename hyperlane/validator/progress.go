package validator

import (
	"errors"
	"fmt"
	"time"
)

// Progress is how far a validator is.
type Progress struct {
	Block     uint64    // newest final block on which all nodes agree
	Leaves    uint32    // leaves of the tree as of Block
	Pending   int       // of those, how many have no published checkpoint yet
	Announced bool      // the location is on chain, or needs not be
	Passed    time.Time // when the last complete step ended; zero before the first
	Err       error     // how the last step failed; nil if it did not
	Stopped   bool      // Err ended the validator
}

// staleAfter is the time without a complete step after which a validator is not healthy.
const staleAfter = 10 * time.Minute

// errNoPass is the health of a validator that has only started.
var errNoPass = errors.New("validator: the first step is not complete")

// Progress returns how far the validator is. It does not wait for a step under way.
func (v *Validator) Progress() Progress {
	v.progressMu.Lock()
	defer v.progressMu.Unlock()
	return v.progress
}

// Health returns nil if the last step was complete and is not long ago, and else why not. It does
// not wait for a step under way.
func (v *Validator) Health() error {
	switch p := v.Progress(); {
	case p.Err != nil:
		return p.Err
	case p.Passed.IsZero():
		return errNoPass
	case v.cfg.Now().Sub(p.Passed) > staleAfter+2*v.cfg.Interval:
		return fmt.Errorf("validator: no step was complete since %s", p.Passed.Format(time.RFC3339))
	}
	return nil
}

// note changes the progress that others see.
func (v *Validator) note(change func(p *Progress)) {
	v.progressMu.Lock()
	defer v.progressMu.Unlock()
	change(&v.progress)
}

// pending counts the known leaves without a published checkpoint. The caller holds v.mu.
func (v *Validator) pending() int {
	n := uint64(0)
	for _, s := range v.missing {
		n += s.to - s.from
	}
	return int(n)
}
