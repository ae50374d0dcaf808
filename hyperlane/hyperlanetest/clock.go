package hyperlanetest

import (
	"sync"
	"time"
)

// Epoch is the first time of every clock, and the time of every chain's first block.
var Epoch = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

// Clock is the time of a network. It advances with [Clock.Advance], and by one block time with
// every block. Agents read it instead of the wall clock, so waiting takes no time. It never goes
// back. Safe for concurrent use.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// Now returns the time.
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
