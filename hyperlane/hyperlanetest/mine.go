package hyperlanetest

import (
	"context"
	"fmt"

	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/ethclient"
)

// wire is the end of every link: the node itself, which makes a block of each transaction while
// automatic mining is on.
type wire struct {
	*ethclient.Client
	chain *Chain
}

// SendTransaction puts a transaction into the pool. With automatic mining the transaction is in a
// block when the call returns.
func (w *wire) SendTransaction(ctx context.Context, tx *types.Transaction) error {
	if err := w.chain.node.Send(ctx, tx); err != nil {
		return err
	}
	if w.chain.autoMines() {
		return w.chain.Mine(1)
	}
	return nil
}

// Mine makes n blocks, the first with everything that is pending. Every block advances the
// network's clock by one block time.
func (c *Chain) Mine(n int) error {
	if n < 0 {
		return refused("Chain.Mine", fmt.Sprint(n, " blocks"), "zero or more; Reorg removes blocks")
	}
	for range n {
		if err := c.mineOne(); err != nil {
			return err
		}
	}
	return nil
}

func (c *Chain) mineOne() error {
	c.mining.Lock()
	defer c.mining.Unlock()
	now := c.clock.Advance(c.blockTime)
	if _, err := c.node.Mine(uint64(now.Unix())); err != nil {
		return fmt.Errorf("hyperlanetest: domain %d: %w", c.domain, err)
	}
	return c.finalize()
}

// AutoMine sets whether each transaction gets a block of its own before the call that sends it
// returns. It is on at first. Turn it off to put many transactions into one block, or to leave one
// pending, and call [Chain.Mine].
func (c *Chain) AutoMine(on bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.auto = on
}

func (c *Chain) autoMines() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.auto
}

// Height returns the number of the newest block. It asks the node directly, past every link.
func (c *Chain) Height() uint64 { return c.node.Head().Number.Uint64() }

// Header returns a block of the chain, nil where none has this number. It asks the node directly,
// past every link.
func (c *Chain) Header(number uint64) *types.Header { return c.node.Header(number) }

// Pending returns how many transactions wait for a block.
func (c *Chain) Pending() int { return c.node.Pending() }

// PauseFinality keeps the blocks of the tags "finalized" and "safe" where they are, while new
// blocks come.
func (c *Chain) PauseFinality() { c.pauseFinality(true) }

// ResumeFinality lets the tags follow the newest block again, at once.
func (c *Chain) ResumeFinality() error {
	c.pauseFinality(false)
	c.mining.Lock()
	defer c.mining.Unlock()
	return c.finalize()
}

func (c *Chain) pauseFinality(stopped bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stopped = stopped
}

// finalize moves the tags behind the head, never back. The caller holds the mining lock.
func (c *Chain) finalize() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.stopped {
		head := c.Height()
		c.final = max(c.final, head-min(head, c.finalDepth))
		c.safe = max(c.safe, head-min(head, c.safeDepth))
	}
	return c.node.Finalize(c.final, c.safe)
}

// undo moves the tags back to the newest common block, after a reorganisation of final blocks.
func (c *Chain) undo(common uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.final, c.safe = min(c.final, common), min(c.safe, common)
}
