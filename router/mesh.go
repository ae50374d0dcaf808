package router

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"github.com/hyperlane-go/sdk/message"
)

// Mesh is a set of routers, at most one a chain, that shall all trust each other
// and nobody else.
type Mesh struct {
	members []member
}

type member struct {
	router *Router
	domain message.Domain
}

// NewMesh asks every router for its domain and returns the set of them.
func NewMesh(ctx context.Context, routers ...*Router) (*Mesh, error) {
	mesh := new(Mesh)
	for _, r := range routers {
		domain, err := r.Domain(ctx)
		if err != nil {
			return nil, fmt.Errorf("router: domain of %s: %w", r.address, err)
		}
		for _, other := range mesh.members {
			if other.domain == domain {
				return nil, fmt.Errorf("%w: %s and %s are both on domain %s, want one a chain", ErrMember, other.router.address, r.address, domain)
			}
		}
		mesh.members = append(mesh.members, member{router: r, domain: domain})
	}
	return mesh, nil
}

// Drift is one enrollment that is not as the mesh wants it.
type Drift struct {
	Router common.Address  // the router that must change
	On     message.Domain  // the chain it is on
	Domain message.Domain  // the domain it has the wrong router for
	Have   message.Address // zero when none is enrolled
	Want   message.Address // zero when the domain is not part of the mesh
}

// String is one line: who trusts whom, and whom it should.
func (d Drift) String() string {
	switch {
	case d.Want.IsZero():
		return fmt.Sprintf("router %s on %s trusts %s on %s, which is not in the mesh", d.Router, d.On, d.Have, d.Domain)
	case d.Have.IsZero():
		return fmt.Sprintf("router %s on %s misses %s on %s", d.Router, d.On, d.Want, d.Domain)
	default:
		return fmt.Sprintf("router %s on %s trusts %s on %s, want %s", d.Router, d.On, d.Have, d.Domain, d.Want)
	}
}

// Drift reads every router and returns what is not as it should be, ordered by
// chain and domain. It changes nothing. An empty answer means the mesh stands.
func (m *Mesh) Drift(ctx context.Context) ([]Drift, error) {
	var drifts []Drift
	for _, on := range m.members {
		have, err := enrolled(ctx, on.router)
		if err != nil {
			return nil, fmt.Errorf("router: reading %s on %s: %w", on.router.address, on.domain, err)
		}
		for _, peer := range m.members {
			want := message.FromEVM(peer.router.address)
			if peer.domain == on.domain {
				continue
			}
			if have[peer.domain] != want {
				drifts = append(drifts, Drift{Router: on.router.address, On: on.domain, Domain: peer.domain, Have: have[peer.domain], Want: want})
			}
			delete(have, peer.domain)
		}
		for domain, stranger := range have {
			drifts = append(drifts, Drift{Router: on.router.address, On: on.domain, Domain: domain, Have: stranger})
		}
	}
	slices.SortFunc(drifts, func(a, b Drift) int {
		return cmp.Or(cmp.Compare(a.On, b.On), cmp.Compare(a.Domain, b.Domain))
	})
	return drifts, nil
}

func enrolled(ctx context.Context, r *Router) (map[message.Domain]message.Address, error) {
	domains, err := r.Domains(ctx)
	if err != nil {
		return nil, err
	}
	have := make(map[message.Domain]message.Address, len(domains))
	for _, domain := range domains {
		remote, err := r.Remote(ctx, domain)
		if err != nil && !errors.Is(err, ErrNotEnrolled) {
			return nil, err
		}
		have[domain] = remote
	}
	return have, nil
}

// Mend sends the transactions that remove the given drifts, in their order, and
// returns them; on error those already sent come with it. transactor returns who
// signs on a chain: the owner of the router there.
func (m *Mesh) Mend(ctx context.Context, drifts []Drift, transactor func(message.Domain) *bind.TransactOpts) ([]*types.Transaction, error) {
	var sent []*types.Transaction
	for _, drift := range drifts {
		at := slices.IndexFunc(m.members, func(on member) bool { return on.domain == drift.On && on.router.address == drift.Router })
		if at < 0 {
			return sent, fmt.Errorf("%w: router %s on %s is not in this mesh", ErrMember, drift.Router, drift.On)
		}
		r, opts := m.members[at].router, transactor(drift.On)
		var tx *types.Transaction
		var err error
		if drift.Want.IsZero() {
			tx, err = r.Unenroll(ctx, opts, drift.Domain)
		} else {
			tx, err = r.Enroll(ctx, opts, drift.Domain, drift.Want)
		}
		if err != nil {
			return sent, fmt.Errorf("router: mending %q: %w", drift, err)
		}
		sent = append(sent, tx)
	}
	return sent, nil
}
