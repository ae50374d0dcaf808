package hyperlanetest

import (
	"sync"
	"time"
)

// Epoch is what every clock shows at first, and the time of every chain's first block.
var Epoch = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

// Clock is the time of a network: it moves when told, and one block time with every block. Agents read it as their own, so a
// wait of an hour takes no time. It never goes back. Safe for concurrent use.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// Now is the time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the time forward and returns it. A negative duration moves nothing.
func (c *Clock) Advance(d time.Duration) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(max(d, 0))
	return c.now
}
