package relayer

import (
	"math/rand/v2"
	"time"
)

// Retry decides how long a message waits after an attempt to deliver it failed. It never decides to stop: the interval
// grows until a human would have looked, and the message stays in the queue.
//
// The zero Retry is the schedule of the network's relayer (protocol specification, section 15.5), n being the attempts
// so far:
//
//	n         wait
//	0         none
//	1 .. 4    5 s, 10 s, 30 s, 60 s
//	5 .. 24   3 min
//	25 .. 39  5 min + (n-25) * 90 s
//	40 .. 44  30 min
//	45 .. 49  1 h
//	50 .. 65  (n-49) * 2 h + random time below 6 h
//	66 ..     10 weeks
//
// While validators' signatures are missing the first three waits are 2 s, and the table follows with n-3. Each wait is
// shortened by a random part of up to one tenth, so that messages which failed together do not return together.
type Retry struct {
	// Wait replaces the schedule when it is not nil. n counts the failed attempts, from 1; awaiting says that nothing
	// failed but signatures of validators, which are expected, were missing.
	Wait func(n int, awaiting bool) time.Duration
	// Rand returns a number in [0, 1) and is the source of all randomness here. nil means math/rand/v2.
	Rand func() float64
}

const (
	maxRetries       = 66
	exhaustedWait    = 10 * 7 * 24 * time.Hour
	lateJitter       = 6 * time.Hour
	awaitingRetries  = 3
	awaitingInterval = 2 * time.Second
	jitterPart       = 10 // waits are shortened by up to 1/jitterPart
)

// After returns how long to wait after the n-th failed attempt.
func (r Retry) After(n int, awaiting bool) time.Duration {
	random := r.Rand
	if random == nil {
		random = rand.Float64
	}
	var wait time.Duration
	switch {
	case r.Wait != nil:
		wait = r.Wait(n, awaiting)
	case awaiting && n <= awaitingRetries:
		wait = awaitingInterval
	case awaiting:
		wait = schedule(n-awaitingRetries, random)
	default:
		wait = schedule(n, random)
	}
	return wait - time.Duration(random()*float64(wait/jitterPart))
}

// due reports whether the time of a message has come. A time so far ahead that this schedule cannot have set it was set
// by a clock that was wrong; it has come as well.
func (r Retry) due(rec *record, now time.Time) bool {
	if !rec.next.After(now) {
		return true
	}
	r.Rand = func() float64 { return 0 } // the longest part of After
	longest := r.After(rec.failed, rec.stage == StageAwaitingCheckpoints)
	if longest >= time.Hour {
		longest += lateJitter
	}
	return rec.next.Sub(now) > 2*longest+time.Minute
}

// passed reports whether so much time lies between then and now. Where now is the earlier one, the clock has been set
// back, and the time counts as passed.
func passed(now, then time.Time, d time.Duration) bool {
	return now.Before(then) || now.Sub(then) >= d
}

// schedule is the table.
func schedule(n int, random func() float64) time.Duration {
	switch {
	case n <= 0:
		return 0
	case n <= 4:
		return [...]time.Duration{5 * time.Second, 10 * time.Second, 30 * time.Second, time.Minute}[n-1]
	case n < 25:
		return 3 * time.Minute
	case n < 40:
		return 5*time.Minute + time.Duration(n-25)*90*time.Second
	case n < 45:
		return 30 * time.Minute
	case n < 50:
		return time.Hour
	case n < maxRetries:
		return time.Duration(n-49)*2*time.Hour + time.Duration(random()*float64(lateJitter))
	default:
		return exhaustedWait
	}
}
