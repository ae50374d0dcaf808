package relayer

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// The table of protocol section 15.5.
func TestRetrySchedule(t *testing.T) {
	never := Retry{Rand: func() float64 { return 0 }}
	for _, c := range []struct {
		n        int
		awaiting bool
		want     time.Duration
	}{
		{0, false, 0},
		{1, false, 5 * time.Second}, {2, false, 10 * time.Second}, {3, false, 30 * time.Second}, {4, false, time.Minute},
		{5, false, 3 * time.Minute}, {24, false, 3 * time.Minute},
		{25, false, 5 * time.Minute}, {26, false, 6*time.Minute + 30*time.Second}, {39, false, 26 * time.Minute},
		{40, false, 30 * time.Minute}, {44, false, 30 * time.Minute},
		{45, false, time.Hour}, {49, false, time.Hour},
		{50, false, 2 * time.Hour}, {51, false, 4 * time.Hour}, {65, false, 32 * time.Hour},
		{66, false, 70 * 24 * time.Hour}, {1 << 40, false, 70 * 24 * time.Hour},
		{1, true, 2 * time.Second}, {3, true, 2 * time.Second}, {4, true, 5 * time.Second}, {7, true, time.Minute},
		{8, true, 3 * time.Minute}, {68, true, 32 * time.Hour}, {69, true, 70 * 24 * time.Hour},
	} {
		assert.Equal(t, c.want, never.After(c.n, c.awaiting), "%+v", c)
	}
}

func TestRetryJitterIsBounded(t *testing.T) {
	most := Retry{Rand: func() float64 { return 0.999999 }}
	for n := range 80 {
		for _, awaiting := range []bool{false, true} {
			full := Retry{Rand: func() float64 { return 0 }}.After(n, awaiting)
			least := most.After(n, awaiting)
			if n < 50 {
				assert.LessOrEqual(t, least, full)
			}
			assert.GreaterOrEqual(t, least, full*9/10)
			assert.LessOrEqual(t, least, full+lateJitter)
		}
	}
	for range 100 {
		d := Retry{}.After(50, false)
		assert.GreaterOrEqual(t, d, 2*time.Hour*9/10)
		assert.Less(t, d, 8*time.Hour)
	}
}

func TestRetryReplaced(t *testing.T) {
	r := Retry{Wait: func(n int, awaiting bool) time.Duration {
		if awaiting {
			return time.Second
		}
		return time.Duration(n) * time.Hour
	}, Rand: func() float64 { return 0 }}
	assert.Equal(t, 3*time.Hour, r.After(3, false))
	assert.Equal(t, time.Second, r.After(3, true))
}

// No number of failures makes a message vanish from the queue.
func TestNeverGivenUp(t *testing.T) {
	w := newWorld(t)
	defer w.close(t)
	m := w.a.dispatch(domainB, recipient, "hello", true)
	w.a.mine(3)
	w.b.reverts[m.ID()] = errReverted
	for range maxRetries + 3 {
		w.step()
		w.now = w.now.Add(exhaustedWait)
	}
	s := w.status(m.ID())
	assert.Equal(t, maxRetries+3, s.Attempts)
	w.restart()
	delete(w.b.reverts, m.ID())
	w.settle()
	assert.Equal(t, StageFinal, w.status(m.ID()).Stage)
}
