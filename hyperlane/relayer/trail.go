package relayer

import (
	"context"
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble"
	"github.com/ethereum/go-ethereum"
)

// trailBlocks is how far back points are kept. A reorganisation that goes deeper is answered by indexing from the start.
const trailBlocks = 1 << 13

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

// common returns the newest earlier point that is still part of the chain. If a point is, all before it are, so the
// points are searched by halves.
func (o *origin) common(ctx context.Context, at point) (point, error) {
	trail, err := o.trail()
	if err != nil {
		return point{}, err
	}
	low, high := 0, len(trail) // trail[:low] are part of the chain, trail[high:] are not
	for low < high {
		mid := int(uint(low+high) / 2)
		p := trail[mid]
		if p.Next >= at.Next {
			high = mid
			continue
		}
		now, err := o.src.HashAt(ctx, p.Next-1)
		switch {
		case err != nil && !errors.Is(err, ethereum.NotFound):
			return point{}, fmt.Errorf("relayer: origin %s: block %d: %w", o.name, p.Next-1, err)
		case err == nil && now == p.Hash:
			low = mid + 1
		default:
			high = mid
		}
	}
	if low == 0 {
		return o.start(), nil
	}
	return trail[low-1], nil
}
