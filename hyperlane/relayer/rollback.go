package relayer

import (
	"context"
	"encoding/binary"
	"errors"

	"github.com/cockroachdb/pebble"

	"github.com/hyperlane-go/sdk/message"
)

// rollback takes back everything after a point. Messages whose delivery has been sent stay, as orphans: the
// transaction may still be included, and the same message usually is dispatched again.
func (r *Relayer) rollback(ctx context.Context, o *origin, from, to point, warning *ReorgError) ([]Event, error) {
	r.queue.change.Lock()
	defer r.queue.change.Unlock()
	var kept []*record
	var dropped []message.ID
	var events []Event
	err := r.store.commit("rollback", func(b *pebble.Batch) error {
		for index := to.Count; index < from.Count; index++ {
			leaf, err := o.Leaf(ctx, index)
			if err != nil {
				return err
			}
			if err := errors.Join(b.Delete(leafKey(o.domain, index), nil), b.Delete(indexKey(o.domain, message.ID(leaf), index), nil)); err != nil {
				return err
			}
		}
		err := r.store.scan(domainKey(prefixBlock, o.domain), blockKey(o.domain, to.Next, message.ID{}), func(key, _ []byte) error {
			id := message.ID(key[len(key)-32:])
			if err := b.Delete(append([]byte(nil), key...), nil); err != nil {
				return err
			}
			rec, err := r.store.record(id)
			if err != nil || rec == nil || rec.stage == StageFinal || rec.block != binary.BigEndian.Uint64(key[5:]) {
				return err
			}
			warning.Messages = append(warning.Messages, id)
			sent := r.underWay(rec)
			rec.stage, rec.reason = StageOrphaned, ErrOrphaned.Error()
			e := r.event(rec)
			e.Chain, e.Block, e.Err = o.domain, rec.block, warning
			events = append(events, e)
			if sent || rec.delivery != nil {
				kept = append(kept, rec)
				return putRecord(b, rec)
			}
			dropped = append(dropped, id)
			return dropRecord(b, id)
		})
		return errors.Join(err, b.DeleteRange(trailKey(o.domain, to.Next+1), after(domainKey(prefixTrail, o.domain)), nil),
			setJSON(b, domainKey(prefixPoint, o.domain), to))
	})
	if err != nil {
		return nil, err
	}
	r.queue.set(kept...)
	r.queue.drop(dropped...)
	for _, id := range dropped {
		r.results.drop(id)
		r.errors.drop(id)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.at = to
	return events, o.tree.Truncate(to.Count)
}

func dropRecord(b *pebble.Batch, id message.ID) error {
	return errors.Join(b.Delete(recordKey(prefixQueue, id), nil), b.Delete(recordKey(prefixAside, id), nil), b.Delete(recordKey(prefixDone, id), nil))
}
