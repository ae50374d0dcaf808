package hyperlanetest

import (
	"fmt"

	"github.com/ethereum/go-ethereum/core/types"

	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest/internal/devnode"
)

// ReorgOption says what becomes of the transactions of undone blocks.
type ReorgOption func(*devnode.Fork)

// Dropping leaves the transactions for which drop is true out of the new blocks, and forgets them; nil drops all.
func Dropping(drop func(*types.Transaction) bool) ReorgOption {
	return leaveOut(drop, true)
}

// Requeueing leaves the transactions for which requeue is true out of the new blocks, and returns them to the pool, so that
// the next [Chain.Mine] contains them; nil returns all.
func Requeueing(requeue func(*types.Transaction) bool) ReorgOption {
	return leaveOut(requeue, false)
}

func leaveOut(out func(*types.Transaction) bool, forget bool) ReorgOption {
	return func(f *devnode.Fork) {
		f.Keep = func(tx *types.Transaction) bool { return out != nil && !out(tx) }
		f.Forget = forget
	}
}

// Blocks is how many blocks replace the undone ones: one more than those if not given. A chain may become shorter.
func Blocks(n int) ReorgOption { return func(f *devnode.Fork) { f.Blocks = n } }

// Reorged is what a reorganisation did.
type Reorged struct {
	Undone  []*types.Header      // blocks that are no longer part of the chain, newest first
	Dropped []*types.Transaction // transactions that were in them and are in no block now
}

// Reorg replaces the newest depth blocks by others. Without options the new blocks contain the same transactions, in the same
// order, so the same messages come back in blocks of another hash. Readers see the old chain or the new one, nothing between.
//
// A depth beyond the finalized block is allowed, to see what agents do when finality was a lie; the tags move back with it.
func (c *Chain) Reorg(depth int, opts ...ReorgOption) (Reorged, error) {
	c.mining.Lock()
	defer c.mining.Unlock()
	fork := devnode.Fork{Depth: depth, Blocks: depth + 1, Time: uint64(c.clock.Advance(c.blockTime).Unix())}
	for _, opt := range opts {
		opt(&fork)
	}
	height := c.Height()
	undone, dropped, err := c.node.Reorg(fork)
	if err != nil {
		return Reorged{}, fmt.Errorf("hyperlanetest: domain %d: %w", c.domain, err)
	}
	c.undo(height - uint64(depth))
	return Reorged{Undone: undone, Dropped: dropped}, c.finalize()
}
