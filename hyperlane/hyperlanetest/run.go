package hyperlanetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hyperlane-go/sdk/hyperlane/relayer"
)

// startAgents makes validators and relayer.
func (n *Network) startAgents(ctx context.Context) error {
	for _, c := range n.Chains {
		for i := range n.settings.validators {
			v, err := n.startValidator(ctx, c, i)
			if err != nil {
				return err
			}
			c.Validators = append(c.Validators, v)
		}
		if err := c.announce(ctx); err != nil {
			return fmt.Errorf("hyperlanetest: domain %d: announce: %w", c.domain, err)
		}
		// Agents read final blocks only, so a network begins with its contracts final.
		if err := c.Mine(int(n.settings.lag())); err != nil {
			return err
		}
	}
	var err error
	n.Relayer, err = n.startRelayer(ctx)
	return err
}

// stopAgents stops what runs in the background and closes all agents.
func (n *Network) stopAgents() error {
	n.StopBackground()
	var errs []error
	for _, v := range n.validators() {
		errs = append(errs, v.close())
	}
	if n.Relayer != nil && n.Relayer.agent != nil {
		errs = append(errs, n.Relayer.close())
	}
	return errors.Join(errs...)
}

func (n *Network) validators() []*Validator {
	var all []*Validator
	for _, c := range n.Chains {
		all = append(all, c.Validators...)
	}
	return all
}

// Step lets every agent that is not paused make one pass: the validators, chain by chain, then the
// relayer. Where one fails the others still have their turn. The errors come joined, each with the
// name of its agent.
func (n *Network) Step(ctx context.Context) error {
	var errs []error
	for _, c := range n.Chains {
		for i, v := range c.Validators {
			errs = append(errs, named(v.Step(ctx), "validator %d of domain %d", i, c.domain))
		}
	}
	errs = append(errs, named(n.Relayer.Step(ctx), "relayer"))
	return errors.Join(errs...)
}

func named(err error, format string, args ...any) error {
	if err == nil || errors.Is(err, ErrPaused) {
		return nil
	}
	return fmt.Errorf("hyperlanetest: %s: %w", fmt.Sprintf(format, args...), err)
}

// ErrStuck marks messages that agents do not deliver. See [StuckError].
var ErrStuck = errors.New("hyperlanetest: messages are stuck")

// StuckError is which messages are not delivered, and why. It matches [ErrStuck] and the last
// failures of agents.
type StuckError struct {
	Messages []relayer.Status // those that the relayer has seen
	Err      error            // of the last step of the agents, nil where it succeeded
}

func (e *StuckError) Error() string {
	lines := []string{fmt.Sprintf("%v: %d", ErrStuck, len(e.Messages))}
	for _, s := range e.Messages {
		lines = append(lines, s.String())
	}
	if e.Err != nil {
		lines = append(lines, "last failure: "+e.Err.Error())
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the errors that e matches.
func (e *StuckError) Unwrap() []error {
	if e.Err == nil {
		return []error{ErrStuck}
	}
	return []error{ErrStuck, e.Err}
}

// maxIdle is how many rounds [Network.Relay] makes without progress of any message, beyond those
// that finality takes.
const maxIdle = 16

// Relay steps all agents, and makes a block on every chain after each round, until every message
// that was dispatched before the call is delivered and final, or filtered. A failing agent gets
// further rounds. Where a message waits for its next attempt, the clock advances to it. When no
// message makes progress, Relay returns a *[StuckError].
func (n *Network) Relay(ctx context.Context) error {
	target := make([]uint64, len(n.Chains))
	for i, c := range n.Chains {
		target[i] = c.Height()
	}
	most := maxIdle + int(n.settings.lag())
	var before string
	for idle := 0; ; idle++ {
		failed := n.Step(ctx)
		if err := ctx.Err(); err != nil {
			return err
		}
		waiting, seen := n.waiting(), n.seen(target)
		if seen && len(waiting) == 0 {
			return nil
		}
		if now := progress(waiting, seen); now != before {
			before, idle = now, 0
		}
		if idle == most {
			return &StuckError{Messages: waiting, Err: failed}
		}
		if err := n.Mine(1); err != nil {
			return err
		}
		n.awaitAttempt(waiting)
	}
}

// awaitAttempt advances the clock to the next attempt of any message.
func (n *Network) awaitAttempt(waiting []relayer.Status) {
	if len(waiting) == 0 {
		return
	}
	first := slices.MinFunc(waiting, func(a, b relayer.Status) int { return a.Next.Compare(b.Next) }).Next
	n.Clock.Advance(first.Sub(n.Clock.Now()))
}

// waiting returns the messages that the relayer still has to deliver.
func (n *Network) waiting() []relayer.Status {
	var waiting []relayer.Status
	for s := range n.Relayer.Agent().Pending() {
		if s.Stage != relayer.StageFiltered {
			waiting = append(waiting, s)
		}
	}
	return waiting
}

// seen reports whether the relayer has read every chain up to a height.
func (n *Network) seen(target []uint64) bool {
	for _, p := range n.Relayer.Agent().Progress() {
		for i, c := range n.Chains {
			if c.domain == p.Origin && p.Block < target[i] {
				return false
			}
		}
	}
	return true
}

// progress returns a text that changes when any message makes progress.
func progress(waiting []relayer.Status, seen bool) string {
	var b strings.Builder
	fmt.Fprint(&b, seen)
	for _, s := range waiting {
		fmt.Fprint(&b, s.ID, s.Stage, len(s.LeafIndexes))
	}
	return b.String()
}

// background is a network that runs in real time.
type background struct {
	cancel context.CancelFunc
	done   sync.WaitGroup
}

// Background runs the network in real time until ctx ends, [Network.StopBackground] or
// [Network.Close]: at every heartbeat each chain makes a block and each agent a pass. A failing agent
// logs and tries again; its Err method returns how its last pass ended. Background returns at once,
// and does nothing where the network runs already.
func (n *Network) Background(ctx context.Context) {
	n.runs.Lock()
	defer n.runs.Unlock()
	if n.running != nil {
		return
	}
	ctx, cancel := context.WithCancel(ctx)
	n.running = &background{cancel: cancel}
	beat := func(what string, work func(context.Context) error) {
		n.running.done.Go(func() { n.beat(ctx, what, work) })
	}
	for _, c := range n.Chains {
		beat("mining", func(context.Context) error { return c.Mine(1) })
		for _, v := range c.Validators {
			beat("validator", v.Step)
		}
	}
	beat("relayer", n.Relayer.Step)
}

// beat repeats work at every heartbeat.
func (n *Network) beat(ctx context.Context, what string, work func(context.Context) error) {
	ticker := time.NewTicker(n.settings.heartbeat)
	defer ticker.Stop()
	for {
		if err := work(ctx); err != nil && !errors.Is(err, ErrPaused) && ctx.Err() == nil {
			n.settings.log.Warn(what+" failed", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// StopBackground ends [Network.Background], and returns when everything has stopped.
func (n *Network) StopBackground() {
	n.runs.Lock()
	defer n.runs.Unlock()
	if n.running != nil {
		n.running.cancel()
		n.running.done.Wait()
		n.running = nil
	}
}
