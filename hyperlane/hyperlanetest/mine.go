package hyperlanetest

import (
	"context"
	"fmt"

	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/ethclient"
)

// wire is the end of every link: the node itself, which may make a block of each transaction it gets.
type wire struct {
	*ethclient.Client
	chain *Chain
}

// SendTransaction puts a transaction in the pool. With automatic mining it is in a block when the call returns.
func (w *wire) SendTransaction(ctx context.Context, tx *types.Transaction) error {
	if err := w.chain.node.Send(ctx, tx); err != nil {
		return err
	}
	if w.chain.autoMines() {
		return w.chain.Mine(1)
	}
	return nil
}

// Mine makes n blocks, the first with everything that is pending. Every block moves the network's clock by one block time.
func (c *Chain) Mine(n int) error {
	if n < 0 {
		return &OptionError{Option: "Mine", Have: fmt.Sprint(n, " blocks"), Want: "none or more; Reorg takes blocks away"}
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

// AutoMine says whether each transaction that is sent gets a block of its own at once, before the sending call returns.
// It does at first. Turn it off to put many transactions in one block, or to leave one pending, and call [Chain.Mine].
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

// Height is the number of the newest block, as the node knows it: no link is asked.
func (c *Chain) Height() uint64 { return c.node.Head().Number.Uint64() }

// Header is a block of the chain, nil when there is none of this number; no link is asked.
func (c *Chain) Header(number uint64) *types.Header { return c.node.Header(number) }

// Pending is the number of transactions that wait for a block.
func (c *Chain) Pending() int { return c.node.Pending() }

// StopFinality keeps the blocks that the tags finalized and safe name where they are, while new blocks come.
func (c *Chain) StopFinality() { c.setFinality(true) }

// ResumeFinality lets the tags follow again, from now on and for what was mined meanwhile.
func (c *Chain) ResumeFinality() error {
	c.setFinality(false)
	c.mining.Lock()
	defer c.mining.Unlock()
	return c.finalize()
}

func (c *Chain) setFinality(stopped bool) {
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

// undo moves the tags back to the newest common block, after a reorganisation that undid a final one.
func (c *Chain) undo(common uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.final, c.safe = min(c.final, common), min(c.safe, common)
}
