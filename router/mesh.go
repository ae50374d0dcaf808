package router

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/ethereum/go-ethereum/common"
	"golang.org/x/sync/errgroup"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/message"
)

// lanes bounds how many chains are asked at the same time.
const lanes = 8

// Mesh is a set of routers, at most one a chain, that shall enroll each other and no other router.
type Mesh struct {
	members []member
}

type member struct {
	router *Router
	domain message.Domain
}

// NewMesh asks every router for its domain and returns the set of them. It refuses two routers of
// one domain with evm.ErrConfig.
func NewMesh(ctx context.Context, routers ...*Router) (*Mesh, error) {
	mesh := &Mesh{members: make([]member, len(routers))}
	for i, r := range routers {
		if r == nil {
			return nil, &evm.ConfigError{Field: fmt.Sprintf("router %d of the mesh", i), Have: "nil", Want: "a router, see New"}
		}
		mesh.members[i].router = r
	}
	err := mesh.each(func(_ int, m *member) (err error) {
		m.domain, err = m.router.Domain(ctx)
		return err
	})
	if err != nil {
		return nil, err
	}
	seen := make(map[message.Domain]common.Address, len(routers))
	for _, m := range mesh.members {
		if other, ok := seen[m.domain]; ok {
			return nil, &evm.ConfigError{
				Field: fmt.Sprintf("router of domain %s", m.domain),
				Have:  fmt.Sprintf("both %s and %s", other, m.router.address), Want: "one router a chain",
			}
		}
		seen[m.domain] = m.router.address
	}
	return mesh, nil
}

// each does something for each member, several at a time. The failures come joined, each with its
// router.
func (m *Mesh) each(do func(int, *member) error) error {
	errs := make([]error, len(m.members))
	var group errgroup.Group
	group.SetLimit(lanes)
	for i := range m.members {
		group.Go(func() error {
			if err := do(i, &m.members[i]); err != nil {
				errs[i] = fmt.Errorf("router: read %s: %w", m.members[i], err)
			}
			return nil
		})
	}
	_ = group.Wait() // each failure is in errs
	return errors.Join(errs...)
}

// String returns where the router is; its domain is zero until known.
func (m member) String() string {
	if m.domain == 0 {
		return "router " + m.router.address.Hex()
	}
	return fmt.Sprintf("router %s on %s", m.router.address, m.domain)
}

// Difference is one enrollment that is not as the mesh wants it.
type Difference struct {
	Router common.Address  // the router that has to change
	On     message.Domain  // its chain
	Domain message.Domain  // the domain whose enrollment differs
	Have   message.Address // zero where none is enrolled
	Want   message.Address // zero where the domain shall have no router
}

// String returns the difference in one line.
func (d Difference) String() string {
	at := fmt.Sprintf("router %s on %s", d.Router, d.On)
	switch {
	case d.Want.IsZero():
		return fmt.Sprintf("%s has %s enrolled for %s, which is not in the mesh", at, d.Have, d.Domain)
	case d.Have.IsZero():
		return fmt.Sprintf("%s has no router enrolled for %s, want %s", at, d.Domain, d.Want)
	}
	return fmt.Sprintf("%s has %s enrolled for %s, want %s", at, d.Have, d.Domain, d.Want)
}

// Diff reads every router and returns how the enrollments differ from the mesh, ordered by chain
// and domain. It sends nothing. An empty list means that all routers enroll each other, and no
// other router.
//
// Each router is read as of one block: that of [Router.At], or the latest.
func (m *Mesh) Diff(ctx context.Context) ([]Difference, error) {
	found := make([][]Difference, len(m.members))
	err := m.each(func(i int, on *member) error {
		have, err := on.router.enrolled(ctx)
		found[i] = m.compare(on, have)
		return err
	})
	if err != nil {
		return nil, err
	}
	diff := slices.Concat(found...)
	slices.SortFunc(diff, func(a, b Difference) int {
		return cmp.Or(cmp.Compare(a.On, b.On), cmp.Compare(a.Domain, b.Domain))
	})
	return diff, nil
}

// compare returns how what a router has enrolled differs from the mesh.
func (m *Mesh) compare(on *member, have map[message.Domain]message.Address) (diff []Difference) {
	want := make(map[message.Domain]message.Address, len(m.members))
	for _, peer := range m.members {
		if peer.domain != on.domain {
			want[peer.domain] = message.FromEVM(peer.router.address)
		}
	}
	for domain, remote := range want {
		if have[domain] != remote {
			diff = append(diff, Difference{Router: on.router.address, On: on.domain, Domain: domain, Have: have[domain], Want: remote})
		}
	}
	for domain, remote := range have {
		if _, ok := want[domain]; !ok {
			diff = append(diff, Difference{Router: on.router.address, On: on.domain, Domain: domain, Have: remote})
		}
	}
	return diff
}

// enrolled returns what the router has enrolled, as of one block. A domain that an official router
// lists with the zero router is in the map.
func (r *Router) enrolled(ctx context.Context) (map[message.Domain]message.Address, error) {
	head := r.at
	if head.IsLatest() {
		var err error
		if head, err = r.client.Head(ctx, evm.Finality{}); err != nil {
			return nil, err
		}
	}
	domains, err := r.At(head).Domains(ctx)
	if err != nil {
		return nil, err
	}
	batch := r.client.Batch(head)
	answers := make([]*evm.Answer[message.Address], len(domains))
	for i, domain := range domains {
		answers[i] = evm.Add(batch, r.RemoteQuery(domain))
	}
	if err := batch.Run(ctx); err != nil {
		return nil, err
	}
	have := make(map[message.Domain]message.Address, len(domains))
	for i, domain := range domains {
		if have[domain], err = answers[i].Get(); err != nil {
			return nil, err
		}
	}
	return have, nil
}
