package hyperlanetest

import (
	"context"
	"errors"
	"sync"
)

// ErrPaused is what stepping a paused agent by itself answers. [Network.Step] passes over paused agents.
var ErrPaused = errors.New("hyperlanetest: agent is paused")

// stepper is what validators and relayers have in common.
type stepper interface {
	Step(ctx context.Context) error
	Close() error
}

// agent is a running validator or relayer that can be paused and restarted. One step at a time.
type agent[A stepper] struct {
	start func() (A, error) // makes the agent from what it left on disk

	stepping sync.Mutex
	mu       sync.Mutex
	current  A
	paused   bool
	last     error
}

func employed[A stepper](start func() (A, error)) (*agent[A], error) {
	current, err := start()
	if err != nil {
		return nil, err
	}
	return &agent[A]{start: start, current: current}, nil
}

func (a *agent[A]) now() (A, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.current, a.paused
}

// Step makes one whole pass of the agent; what its package says of Step holds.
func (a *agent[A]) Step(ctx context.Context) error {
	a.stepping.Lock()
	defer a.stepping.Unlock()
	current, paused := a.now()
	if paused {
		return ErrPaused
	}
	err := current.Step(ctx)
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.last = err; ctx.Err() != nil {
		a.last = nil // told to stop, not failed
	}
	return err
}

// Err is how the last step ended.
func (a *agent[A]) Err() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.last
}

// Pause keeps the agent from working until [agent.Resume], as a process that hangs. A step under way is finished first.
func (a *agent[A]) Pause() { a.pause(true) }

// Resume lets a paused agent work again.
func (a *agent[A]) Resume() { a.pause(false) }

func (a *agent[A]) pause(paused bool) {
	a.stepping.Lock()
	defer a.stepping.Unlock()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.paused = paused
}

// Restart ends the agent and starts it again from what it left on disk, as after a reboot. If it cannot start again, it stays
// ended, and its steps fail.
func (a *agent[A]) Restart() error {
	a.stepping.Lock()
	defer a.stepping.Unlock()
	old, _ := a.now()
	if err := old.Close(); err != nil {
		return err
	}
	fresh, err := a.start()
	if err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.current, a.last = fresh, nil
	return nil
}

// dismiss ends the agent for good.
func (a *agent[A]) dismiss() error {
	a.stepping.Lock()
	defer a.stepping.Unlock()
	current, _ := a.now()
	return current.Close()
}
