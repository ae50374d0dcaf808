package router

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/message"
)

// maxPerCall bounds how many enrollments one call changes. Each new one uses some 100,000 gas, and
// a transaction may use 16.7 million.
const maxPerCall = 100

// Step is what has to be called on one chain.
type Step struct {
	On     message.Domain // the chain
	Router common.Address // the contract that is called
	Calls  []evm.Call     // in order; the owner of the router has to make them
}

// Plan returns the calls that remove the given differences, chain by chain in the order of domains:
// enrollments that are not in the mesh are removed first, then the missing and wrong ones are made.
// Several enrollments of one router go in one call. Plan sends nothing and asks no node: it is for
// owners that are no key in this process, such as a Safe.
//
// A difference that cannot come from [Mesh.Diff] of this mesh is refused with evm.ErrConfig.
func (m *Mesh) Plan(diff []Difference) ([]Step, error) {
	if err := m.check(diff); err != nil {
		return nil, err
	}
	var steps []Step
	for _, on := range m.ordered() {
		var remove, enroll []Difference
		for _, d := range diff {
			switch {
			case !on.is(d):
			case d.Want.IsZero():
				remove = append(remove, d)
			default:
				enroll = append(enroll, d)
			}
		}
		if calls := slices.Concat(on.router.unenrollCalls(remove), on.router.enrollCalls(enroll)); len(calls) > 0 {
			steps = append(steps, Step{On: on.domain, Router: on.router.address, Calls: calls})
		}
	}
	return steps, nil
}

// ordered returns the members in the order of domains.
func (m *Mesh) ordered() []member {
	return slices.SortedFunc(slices.Values(m.members), func(a, b member) int { return cmp.Compare(a.domain, b.domain) })
}

// is reports whether a difference is one of this router.
func (m member) is(d Difference) bool { return d.On == m.domain && d.Router == m.router.address }

// check refuses differences of other routers, and those that want something else than this mesh.
func (m *Mesh) check(diff []Difference) error {
	for i, d := range diff {
		at := slices.IndexFunc(m.members, func(on member) bool { return on.is(d) })
		if at < 0 {
			return &evm.ConfigError{
				Field: "difference", Have: fmt.Sprintf("of router %s on %s", d.Router, d.On), Want: "of a router of this mesh",
			}
		}
		if want := m.wants(m.members[at], d.Domain); d.Want != want {
			return &evm.ConfigError{
				Field: fmt.Sprintf("difference of router %s on %s for domain %s", d.Router, d.On, d.Domain),
				Have:  "to end in " + d.Want.String(), Want: want.String() + ", as this mesh has it",
			}
		}
		same := func(o Difference) bool { return o.On == d.On && o.Domain == d.Domain }
		if slices.ContainsFunc(diff[:i], same) {
			return &evm.ConfigError{
				Field: fmt.Sprintf("difference of router %s on %s for domain %s", d.Router, d.On, d.Domain), Have: "given twice", Want: "once",
			}
		}
	}
	return nil
}

// wants returns the router that the mesh wants on a chain for a domain, zero for none.
func (m *Mesh) wants(on member, domain message.Domain) message.Address {
	for _, peer := range m.members {
		if peer.domain == domain && domain != on.domain {
			return message.FromEVM(peer.router.address)
		}
	}
	return message.Address{}
}

// enrollCalls returns the calls that make enrollments, none of which is zero.
func (r *Router) enrollCalls(diff []Difference) (calls []evm.Call) {
	for part := range slices.Chunk(diff, maxPerCall) {
		var domains []uint32
		var remotes [][32]byte
		for _, d := range part {
			domains, remotes = append(domains, uint32(d.Domain)), append(remotes, d.Want)
		}
		name, data := "Router.enrollRemoteRouters", codec.PackEnrollRemoteRouters(domains, remotes)
		if len(part) == 1 {
			name, data = "Router.enrollRemoteRouter", codec.PackEnrollRemoteRouter(domains[0], remotes[0])
		}
		calls = append(calls, evm.NewCall(name, r.address, data))
	}
	return calls
}

// unenrollCalls returns the calls that remove enrollments.
func (r *Router) unenrollCalls(diff []Difference) (calls []evm.Call) {
	for part := range slices.Chunk(diff, maxPerCall) {
		var domains []uint32
		for _, d := range part {
			domains = append(domains, uint32(d.Domain))
		}
		if len(part) == 1 {
			calls = append(calls, r.UnenrollCall(part[0].Domain))
			continue
		}
		calls = append(calls, evm.NewCall("Router.unenrollRemoteRouters", r.address, codec.PackUnenrollRemoteRouters(domains)))
	}
	return calls
}

// Sent is a call that [Mesh.Apply] sent, or tried to.
type Sent struct {
	On      message.Domain
	Call    evm.Call
	Receipt *types.Receipt // nil unless mined
	Err     error          // nil where the call was mined and succeeded
}

// Apply removes the given differences, and returns what it sent. transactor returns who signs on a
// chain: the owner of the router there.
//
// It reads the routers again first. Differences that are gone already are skipped, so a second
// Apply sends nothing. One that has become another is refused with [ErrOutdated]. Then it simulates
// every call of the [Mesh.Plan]. Up to here any failure, on any chain, means that nothing is sent.
//
// It sends chain by chain and waits until each call is mined. A call that fails ends the work on
// its chain, and the other chains go on; the failures come joined. Call Diff and Apply again for
// what is left.
func (m *Mesh) Apply(
	ctx context.Context, diff []Difference, transactor func(message.Domain) *bind.TransactOpts,
) ([]Sent, error) {
	left, err := m.left(ctx, diff)
	if err != nil {
		return nil, err
	}
	steps, err := m.Plan(left)
	if err != nil {
		return nil, err
	}
	signers, err := m.simulate(ctx, steps, transactor)
	if err != nil {
		return nil, err
	}
	var sent []Sent
	var errs []error
	for i, step := range steps {
		if err := ctx.Err(); err != nil {
			errs = append(errs, fmt.Errorf("router: nothing sent to %s: %w", step.On, err))
			break
		}
		done, err := m.send(ctx, signers[i], step)
		sent, errs = append(sent, done...), append(errs, err)
	}
	return sent, errors.Join(errs...)
}

// send makes the calls of one chain, up to the first that fails.
func (m *Mesh) send(ctx context.Context, opts *bind.TransactOpts, step Step) (sent []Sent, err error) {
	for _, call := range step.Calls {
		receipt, err := m.client(step).Send(ctx, opts, call)
		sent = append(sent, Sent{On: step.On, Call: call, Receipt: receipt, Err: err})
		if err != nil {
			return sent, fmt.Errorf("router: %s on %s: %w", call, step.On, err)
		}
	}
	return sent, nil
}

// left returns the differences that the chains still show.
func (m *Mesh) left(ctx context.Context, diff []Difference) (left []Difference, err error) {
	if err := m.check(diff); err != nil || len(diff) == 0 {
		return nil, err
	}
	latest := &Mesh{members: slices.Clone(m.members)}
	for i := range latest.members {
		latest.members[i].router = m.members[i].router.At(evm.Head{})
	}
	now, err := latest.Diff(ctx)
	if err != nil {
		return nil, err
	}
	for _, d := range diff {
		at := slices.IndexFunc(now, func(n Difference) bool { return n.On == d.On && n.Domain == d.Domain })
		switch {
		case at < 0: // gone
		case now[at] == d:
			left = append(left, d)
		default:
			return nil, fmt.Errorf("%w: have %q, want %q: call Diff again", ErrOutdated, now[at], d)
		}
	}
	return left, nil
}

// simulate runs every call without sending it, and returns who signs for each step.
func (m *Mesh) simulate(
	ctx context.Context, steps []Step, transactor func(message.Domain) *bind.TransactOpts,
) ([]*bind.TransactOpts, error) {
	if transactor == nil && len(steps) > 0 {
		return nil, &evm.ConfigError{Field: "transactor", Have: "nil", Want: "a function that returns who signs on a chain"}
	}
	var errs []error
	signers := make([]*bind.TransactOpts, len(steps))
	for i, step := range steps {
		signers[i] = transactor(step.On)
		if err := checkOpts(signers[i]); err != nil {
			errs = append(errs, fmt.Errorf("router: domain %s: %w", step.On, err))
			continue
		}
		for _, call := range step.Calls {
			if _, err := m.client(step).Simulate(ctx, signers[i].From, call); err != nil {
				errs = append(errs, fmt.Errorf("router: simulate %s on %s: %w", call, step.On, err))
			}
		}
	}
	return signers, errors.Join(errs...)
}

// client returns the client of the chain of a step.
func (m *Mesh) client(step Step) *evm.Client {
	at := slices.IndexFunc(m.members, func(on member) bool { return on.domain == step.On })
	return m.members[at].router.client
}
