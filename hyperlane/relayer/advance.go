package relayer

import (
	"errors"
	"time"

	"github.com/cockroachdb/pebble"

	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

// advance makes a pass part of the state: cursor, tree, messages and their place in the queue, in one batch.
func (r *Relayer) advance(o *origin, p *pass) ([]Event, error) {
	r.queue.change.Lock()
	defer r.queue.change.Unlock()
	a := &advancing{relayer: r, origin: o, records: map[message.ID]*record{}}
	for i := range p.dispatches {
		if err := a.dispatch(&p.dispatches[i]); err != nil {
			return nil, err
		}
	}
	leaves := make([]merkle.Hash, len(p.leaves))
	for i, l := range p.leaves {
		if err := a.insert(l); err != nil {
			return nil, err
		}
		leaves[i] = merkle.Hash(l.id)
	}
	err := r.store.commit("index", func(b *pebble.Batch) error {
		for i, l := range p.leaves {
			id := p.leaves[i].id
			if err := errors.Join(b.Set(leafKey(o.domain, l.index), id[:], nil), b.Set(indexKey(o.domain, id, l.index), nil, nil)); err != nil {
				return err
			}
		}
		for _, id := range a.order {
			rec := a.records[id]
			if err := errors.Join(putRecord(b, rec), b.Set(blockKey(o.domain, rec.block, id), nil, nil)); err != nil {
				return err
			}
		}
		return putPoint(b, o, p.from, p.to)
	})
	if err != nil {
		return nil, err
	}
	o.mu.Lock()
	o.at = p.to
	err = o.tree.Append(leaves...)
	o.mu.Unlock()
	for _, id := range a.order {
		r.queue.set(a.records[id])
	}
	return a.events, err
}

// putPoint moves the cursor and leaves a point behind, forgetting the oldest now and then.
func putPoint(b *pebble.Batch, o *origin, from, to point) error {
	if to.Next/trailBlocks != from.Next/trailBlocks && to.Next > 2*trailBlocks {
		if err := b.DeleteRange(trailKey(o.domain, 0), trailKey(o.domain, to.Next-2*trailBlocks), nil); err != nil {
			return err
		}
	}
	return errors.Join(setJSON(b, domainKey(prefixPoint, o.domain), to), setJSON(b, trailKey(o.domain, to.Next), to))
}

// trail returns the points left behind, oldest first.
func (o *origin) trail() ([]point, error) {
	var trail []point
	err := o.store.scan(domainKey(prefixTrail, o.domain), nil, func(key, _ []byte) error {
		var p point
		if _, err := o.store.getJSON(key, &p); err != nil {
			return err
		}
		trail = append(trail, p)
		return nil
	})
	return trail, err
}

// advancing collects the records that a pass changes.
type advancing struct {
	relayer *Relayer
	origin  *origin
	records map[message.ID]*record
	order   []message.ID
	events  []Event
}

// open returns a record to change, or nil when the message is new.
func (a *advancing) open(id message.ID) (*record, error) {
	if rec := a.records[id]; rec != nil {
		return rec, nil
	}
	rec := a.relayer.queue.find(id)
	if rec == nil {
		stored, err := a.relayer.store.record(id)
		if stored == nil || err != nil {
			return nil, err
		}
		rec = stored
	}
	return a.keep(rec.clone()), nil
}

func (a *advancing) keep(rec *record) *record {
	a.records[rec.id] = rec
	a.order = append(a.order, rec.id)
	return rec
}

func (a *advancing) dispatch(d *dispatched) error {
	rec, err := a.open(d.msg.ID())
	if err != nil {
		return err
	}
	if rec == nil {
		rec = a.keep(&record{id: d.msg.ID(), msg: d.msg, stage: StageDispatched})
		if by := a.relayer.filteredBy(&rec.msg); by != "" {
			rec.stage, rec.reason = StageFiltered, by
		}
	}
	rec.block, rec.txHash = d.block, d.txHash
	if rec.stage == StageOrphaned {
		rec.stage, rec.next = StageDispatched, time.Time{}
		if a.relayer.underWay(rec) {
			rec.stage = StageSubmitted
		}
		if rec.delivery != nil {
			rec.stage = StageDelivered
		}
	}
	a.relayer.metrics.dispatched(a.origin.name, &rec.msg)
	e := a.relayer.event(rec)
	e.Stage, e.Chain, e.Block, e.TxHash = StageDispatched, a.origin.domain, d.block, d.txHash
	a.events = append(a.events, e)
	if rec.stage == StageFiltered {
		f := a.relayer.event(rec)
		f.Err = filteredError(rec.reason)
		a.events = append(a.events, f)
	}
	return nil
}

func (a *advancing) insert(l inserted) error {
	rec, err := a.open(l.id)
	if err != nil || rec == nil {
		return err // rec is never nil: the pass knows the dispatch of every leaf
	}
	if rec.stage == StageDispatched || rec.stage == StageNotInTree {
		rec.stage, rec.reason, rec.next = StageInserted, "", time.Time{}
	}
	e := a.relayer.event(rec)
	e.Stage, e.Chain, e.Block, e.LeafIndex = StageInserted, a.origin.domain, l.block, l.index
	a.events = append(a.events, e)
	return nil
}
