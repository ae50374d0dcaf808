package relayer

import (
	"fmt"
	"time"

	"github.com/cockroachdb/pebble"

	"github.com/hyperlane-go/sdk/message"
)

// refilter puts messages in or out of the queue where the configuration has changed since they were
// seen. A message whose delivery has been sent is seen through.
func (r *Relayer) refilter() error {
	var changed []*record
	err := r.store.scan([]byte{prefixAside}, nil, func(key, value []byte) error {
		rec, err := readRecord(key, value)
		if err == nil && r.filteredBy(&rec.msg) == "" {
			rec.stage, rec.reason, rec.next = StageInserted, "", time.Time{}
			changed = append(changed, rec)
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, rec := range r.queue.all() {
		if by := r.filteredBy(&rec.msg); by != "" && !r.underWay(rec) && rec.delivery == nil {
			rec = rec.clone()
			rec.stage, rec.reason = StageFiltered, by
			changed = append(changed, rec)
		}
	}
	if len(changed) == 0 {
		return nil
	}
	err = r.store.commit("filters", func(b *pebble.Batch) error {
		for _, rec := range changed {
			if err := putRecord(b, rec); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		r.queue.set(changed...)
	}
	return err
}

// Settings that exclude a message, as records keep them.
const (
	byWhitelist        = "whitelist"
	byBlacklist        = "blacklist"
	byAddressBlacklist = "addressBlacklist"
	byDestination      = "destination"
)

// filteredError returns the error of a message that a setting excludes.
func filteredError(by string) error {
	if by == byDestination {
		return fmt.Errorf("%w: no chain with a transactor is configured for its destination", ErrFiltered)
	}
	return fmt.Errorf("%w by the %s", ErrFiltered, by)
}

// filteredBy returns the setting that excludes a message, or nothing.
func (r *Relayer) filteredBy(m *message.Message) string {
	switch {
	case len(r.cfg.Whitelist) > 0 && !r.cfg.Whitelist.Match(m):
		return byWhitelist
	case r.cfg.Blacklist.Match(m):
		return byBlacklist
	case r.cfg.AddressBlacklist.Match(m):
		return byAddressBlacklist
	case r.destination(m.Destination) == nil:
		return byDestination
	}
	return ""
}
