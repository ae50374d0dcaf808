package hyperlanetest

import (
	"fmt"

	"github.com/ethereum/go-ethereum/core/types"

	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest/internal/devnode"
)

// ReorgOption changes what [Chain.Reorg] does. Nil options are skipped.
type ReorgOption func(*reorg)

// reorg is what the options choose.
type reorg struct{ fork devnode.Fork }

// WithDropped omits the transactions for which drop is true from the new blocks, and the pool
// forgets them. Nil drops all.
func WithDropped(drop func(*types.Transaction) bool) ReorgOption {
	return leaveOut(drop, true)
}

// WithRequeued omits the transactions for which requeue is true from the new blocks, and returns
// them to the pool, so the next [Chain.Mine] includes them. Nil requeues all.
func WithRequeued(requeue func(*types.Transaction) bool) ReorgOption {
	return leaveOut(requeue, false)
}

func leaveOut(out func(*types.Transaction) bool, forget bool) ReorgOption {
	return func(r *reorg) {
		r.fork.Keep = func(tx *types.Transaction) bool { return out != nil && !out(tx) }
		r.fork.Forget = forget
	}
}

// WithNewBlocks sets how many blocks replace the undone ones. The default is one more than were
// undone. A chain can become shorter.
func WithNewBlocks(n int) ReorgOption { return func(r *reorg) { r.fork.Blocks = n } }

// Reorged is what a reorganisation did.
type Reorged struct {
	Undone  []*types.Header      // blocks that are no longer part of the chain, newest first
	Dropped []*types.Transaction // transactions of these blocks that are in no block now
}

// Reorg replaces the newest depth blocks. Without options the new blocks have the same transactions
// in the same order, so the same messages are in blocks of another hash. Readers see the old chain
// or the new one, nothing between.
//
// A depth beyond the finalized block is permitted, to test agents against a broken finality. The
// tags then move back to the newest common block.
func (c *Chain) Reorg(depth int, opts ...ReorgOption) (Reorged, error) {
	c.mining.Lock()
	defer c.mining.Unlock()
	r := reorg{devnode.Fork{Depth: depth, Blocks: depth + 1, Time: uint64(c.clock.Advance(c.blockTime).Unix())}}
	for _, opt := range opts {
		if opt != nil {
			opt(&r)
		}
	}
	height := c.Height()
	undone, dropped, err := c.node.Reorg(r.fork)
	if err != nil {
		return Reorged{}, fmt.Errorf("hyperlanetest: domain %d: %w", c.domain, err)
	}
	c.undo(height - uint64(depth))
	return Reorged{Undone: undone, Dropped: dropped}, c.finalize()
}
