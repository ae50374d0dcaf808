package metadata

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
)

// claim is how far a validator says to have signed, and what the search found about it.
type claim struct {
	believed int64           // index it is believed to have reached; less than 0 for none
	behind   bool            // it says itself that it has not reached the leaf
	failed   int             // how often it did not deliver what it claims
	last     ValidatorStatus // its last status; NotAsked when it has none
}

// search decides which index to try next. Indexes only go down.
type search struct {
	set    *set
	leaf   uint32
	claims []claim // parallel to set.unique
}

// newSearch asks every validator for its latest index. No claim counts beyond newest, the newest
// leaf of the builder's own tree.
func (b *Builder) newSearch(ctx context.Context, s *set, leaf, newest uint32) *search {
	w := &search{set: s, leaf: leaf, claims: make([]claim, len(s.unique))}
	for i := range w.claims {
		w.claims[i].believed = -1
	}
	reached := 0
	ask(ctx, b, len(s.unique),
		func(ctx context.Context, i int) (uint32, error) {
			return b.Checkpoints.LatestIndex(ctx, s.unique[i])
		},
		func(i int, latest uint32, err error) bool {
			c := &w.claims[i]
			switch {
			case errors.Is(err, ErrNotFound):
				c.last = ValidatorStatus{State: Pending, Index: leaf, Err: err}
			case err != nil:
				c.last = ValidatorStatus{State: Unreachable, Index: leaf, Err: err}
			case latest < leaf:
				c.behind = true
				c.last = ValidatorStatus{
					State: Pending, Index: leaf,
					Err: fmt.Errorf("%w: its latest index is %d", ErrNotFound, latest),
				}
			default:
				// SECURITY: a hostile claim must not cost more than an honest one.
				c.believed = int64(min(latest, newest))
				reached += s.weight[i]
			}
			return reached >= s.threshold
		})
	return w
}

// next returns the highest index that threshold validators are believed to have reached, and their
// places. It is the leaf when there is none above.
func (w *search) next() (index uint32, who []int) {
	order := w.set.all()
	slices.SortStableFunc(order, func(i, j int) int {
		return cmp.Compare(w.claims[j].believed, w.claims[i].believed)
	})
	highest, weight := int64(w.leaf), 0
	for _, i := range order {
		if weight += w.set.weight[i]; weight >= w.set.threshold {
			highest = max(highest, w.claims[i].believed)
			break
		}
	}
	for i, c := range w.claims {
		if c.believed >= highest {
			who = append(who, i)
		}
	}
	return uint32(highest), who
}

// atLeaf lists the validators that may have signed the message's own leaf: all but those that say
// themselves that they have not reached it.
func (w *search) atLeaf() (who []int) {
	for i, c := range w.claims {
		if !c.behind {
			who = append(who, i)
		}
	}
	return who
}

// learn lowers the index that validators without the checkpoint they claim are believed to have
// reached: at most to the next validator's claim below, and below that by one index the first few
// times, then by twice as many each time. Validators that do not answer are not asked again before
// the end.
//
// SECURITY: one validator that claims everything, delivers nothing and answers slowly delays a
// quorum of the others by one index, not by many.
func (w *search) learn(r *round) {
	asked := int64(r.want.Index)
	below := asked
	for _, c := range w.claims {
		if c.believed >= int64(w.leaf) && c.believed < asked && (below == asked || c.believed > below) {
			below = c.believed
		}
	}
	for i := range w.claims {
		c, status := &w.claims[i], r.status[i]
		if c.believed < asked || status.State == Signed {
			continue // not asked, or delivered
		}
		c.last = status
		if status.State == Unreachable {
			c.believed = -1
			continue
		}
		const patient = 4
		c.failed++
		c.believed = min(below, asked-1<<min(max(c.failed-patient, 0), 32))
	}
}

// explain gives a state to the validators that the round did not ask, with the reason.
func (w *search) explain(r *round) {
	for i, c := range w.claims {
		status := &r.status[i]
		if status.State != NotAsked {
			continue
		}
		switch {
		case c.last.State != NotAsked:
			status.State, status.Index, status.Err = c.last.State, c.last.Index, c.last.Err
		case c.believed >= 0 && c.believed < int64(r.want.Index):
			status.State = Pending
			status.Err = fmt.Errorf("%w: its latest index is %d", ErrNotFound, c.believed)
		}
	}
}
