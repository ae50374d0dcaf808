package hyperlanetest

import (
	"context"
	"errors"
	"sync"
)

// ErrPaused is the error of a step of a paused agent. [Network.Step] skips paused agents.
var ErrPaused = errors.New("hyperlanetest: agent is paused")

// stepper is what validators and relayers have in common.
type stepper interface {
	Step(ctx context.Context) error
	Close() error
}

// agent is a running validator or relayer that can be paused and restarted. It makes one step at a
// time.
type agent[A stepper] struct {
	start func() (A, error) // makes the agent from the files it left

	stepping sync.Mutex
	mu       sync.Mutex
	current  A
	paused   bool
	last     error
}

func newAgent[A stepper](start func() (A, error)) (*agent[A], error) {
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

// Step makes one pass of the agent, as the agent's own package describes it. A paused agent returns
// [ErrPaused].
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
		a.last = nil // a cancelled step is no failure
	}
	return err
}

// Err returns the error of the last step, nil where it succeeded or was cancelled.
func (a *agent[A]) Err() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.last
}

// Pause stops the agent until [agent.Resume], as a process that hangs. It waits until the current
// step ends.
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

// Restart closes the agent and starts it from the files it left, as after a reboot. Where it cannot
// start, it stays closed and its steps fail.
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

// close ends the agent.
func (a *agent[A]) close() error {
	a.stepping.Lock()
	defer a.stepping.Unlock()
	current, _ := a.now()
	return current.Close()
}
