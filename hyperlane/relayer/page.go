package relayer

import (
	"errors"
	"fmt"
)

// Page returns the status of messages that are not done, in the order of [Relayer.Pending]: at most
// limit of them after the first skip, and how many there are in all. Unlike Pending it reads no
// more than the page.
func (r *Relayer) Page(skip, limit int) (page []Status, total int, err error) {
	leave, err := r.use.enter()
	if err != nil {
		return nil, 0, err
	}
	defer leave()
	all := r.queue.all()
	total = len(all)
	skip = min(max(skip, 0), total)
	for _, rec := range all[skip : skip+min(max(limit, 0), total-skip)] {
		page = append(page, r.status(rec))
	}
	return page, total, nil
}

// Health returns nil if the last pass over every chain was complete, and else what failed on which
// chain.
func (r *Relayer) Health() error {
	var errs []error
	for _, o := range r.origins {
		if err := o.health.last(); err != nil {
			errs = append(errs, fmt.Errorf("indexing %s: %w", o.name, err))
		}
	}
	for _, d := range r.destinations {
		if err := d.health.last(); err != nil {
			errs = append(errs, fmt.Errorf("delivering %s: %w", d.name, err))
		}
	}
	return errors.Join(errs...)
}
