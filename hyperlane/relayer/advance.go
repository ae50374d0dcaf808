package relayer

import (
	"errors"
	"time"

	"github.com/cockroachdb/pebble"

	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

// advance stores a segment in one batch: the cursor, the leaves, and the messages with their places
// in the queue. It returns the events to report.
func (r *Relayer) advance(o *origin, p *segment) ([]Event, error) {
	r.queue.change.Lock()
	defer r.queue.change.Unlock()
	a := &changeSet{relayer: r, origin: o, records: map[message.ID]*record{}}
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

// changeSet collects the records that a segment changes.
type changeSet struct {
	relayer *Relayer
	origin  *origin
	records map[message.ID]*record
	order   []message.ID // of the first change
	events  []Event
}

// open returns the record of a message, to be changed, or nil if the message is new.
func (a *changeSet) open(id message.ID) (*record, error) {
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

// keep adds a record to the set.
func (a *changeSet) keep(rec *record) *record {
	a.records[rec.id] = rec
	a.order = append(a.order, rec.id)
	return rec
}

// dispatch applies a Dispatch event. It filters a new message, and returns an orphan to the queue.
func (a *changeSet) dispatch(d *dispatchEvent) error {
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

// insert applies an InsertedIntoTree event.
func (a *changeSet) insert(l insertionEvent) error {
	rec, err := a.open(l.id)
	if err != nil || rec == nil {
		return err // rec is not nil: the segment has the dispatch of every leaf
	}
	if rec.stage == StageDispatched || rec.stage == StageNotInTree {
		rec.stage, rec.reason, rec.next = StageInserted, "", time.Time{}
	}
	e := a.relayer.event(rec)
	e.Stage, e.Chain, e.Block, e.LeafIndex = StageInserted, a.origin.domain, l.block, l.index
	a.events = append(a.events, e)
	return nil
}
