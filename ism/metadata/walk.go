package metadata

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
)

// claim is how far a validator says to have signed, and what came of it.
type claim struct {
	believed int64           // index it is believed to have reached, or less than 0
	behind   bool            // it says itself that it has not reached the leaf
	failed   int             // how often it did not deliver what it claims
	last     ValidatorStatus // what is known of it beside its claim; NotAsked when nothing is
}

// walk decides which index to try next. Indexes only go down.
type walk struct {
	set    *set
	leaf   uint32
	claims []claim // parallel to set.unique
}

// newWalk asks every validator for its latest index. No claim goes beyond
// newest, the caller's own newest leaf.
func (b *Builder) newWalk(ctx context.Context, s *set, leaf, newest uint32) *walk {
	w := &walk{set: s, leaf: leaf, claims: make([]claim, len(s.unique))}
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

// next returns the highest index that threshold validators are believed to
// have reached, and who they are. It is the leaf when there is none above.
func (w *walk) next() (index uint32, who []int) {
	order := w.set.everybody()
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

// atLeaf lists everybody who may have signed the message's own leaf: all but
// those who say themselves that they have not come so far.
func (w *walk) atLeaf() (who []int) {
	for i, c := range w.claims {
		if !c.behind {
			who = append(who, i)
		}
	}
	return who
}

// learn believes those less who did not deliver: at most as far as the next
// validator below claims to be, and below that by one index the first few
// times, then by twice as many each time. Those who did not answer are not
// believed at all before the end.
//
// SECURITY: one validator that claims everything, delivers nothing and takes
// its time over it delays a quorum of the others by one index, not by many.
func (w *walk) learn(r *round) {
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
			continue // not asked, or true to its word
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

// explain gives those a state who were not asked in the round, for the reason
// that they were not.
func (w *walk) explain(r *round) {
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
