package relayer

import (
	"context"
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble"
	"github.com/ethereum/go-ethereum"
)

// trailBlocks is how many blocks back the store keeps points to return to. After a deeper
// reorganisation the relayer indexes the origin from the start.
const trailBlocks = 1 << 13

// putPoint moves the cursor and adds the new point to the trail. Every trailBlocks blocks it
// removes the points that are older than twice that many.
func putPoint(b *pebble.Batch, o *origin, from, to point) error {
	if to.Next/trailBlocks != from.Next/trailBlocks && to.Next > 2*trailBlocks {
		if err := b.DeleteRange(trailKey(o.domain, 0), trailKey(o.domain, to.Next-2*trailBlocks), nil); err != nil {
			return err
		}
	}
	return errors.Join(setJSON(b, domainKey(prefixPoint, o.domain), to), setJSON(b, trailKey(o.domain, to.Next), to))
}

// trail returns the stored points, oldest first.
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

// common returns the newest earlier point that is still part of the chain. All points before such a
// point are part of the chain too, so common uses a binary search.
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
