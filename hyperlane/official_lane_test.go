package hyperlane_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/hyperlane/relayer"
	"github.com/hyperlane-go/sdk/hyperlane/storage"
	"github.com/hyperlane-go/sdk/hyperlane/validator"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/ism/metadata"
	"github.com/hyperlane-go/sdk/message"
)

// lane is two parties with our agents between them.
type lane struct {
	t          testing.TB
	network    *hyperlanetest.Network
	parties    [2]*party
	validators []*validator.Validator
	relayer    *relayer.Relayer
	stores     map[string]*hyperlanetest.Storage
	built      map[message.ID]*metadata.Result // with what each message was delivered
}

// newLane employs three validators for each party and a relayer between them. Each first validator
// publishes into a directory, the others into memory that stands for S3.
func newLane(t testing.TB, network *hyperlanetest.Network, a, b *party) *lane {
	t.Helper()
	l := &lane{t: t, network: network, parties: [2]*party{a, b}, stores: map[string]*hyperlanetest.Storage{}, built: map[message.ID]*metadata.Result{}}
	final := evm.Finality{Blocks: 1}
	var chains []relayer.Chain
	for _, p := range l.parties {
		for i := range trio() {
			store, location := l.store(p, i)
			v, err := validator.New(validator.Config{
				Chain: p.Chain, Signer: checkpoint.NewKeySigner(hyperlanetest.ValidatorAccount(i).Key), Store: store, Location: location, StateDir: t.TempDir(),
				Finality: final, Transactor: p.on.TransactorOf(hyperlanetest.ValidatorAccount(i)), Now: network.Clock.Now,
			})
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, v.Close()) })
			l.validators = append(l.validators, v)
		}
		chains = append(chains, relayer.Chain{Client: p.Chain, Transactor: p.on.Transactor(9), Finality: &final})
	}
	r, err := relayer.New(relayer.Config{
		Chains: chains, Ephemeral: true, AllowLocal: true, OpenStore: l.open, Now: network.Clock.Now,
		Observe: func(e relayer.Event) {
			if e.Stage == relayer.StageMetadataBuilt {
				l.built[e.ID] = e.Result
			}
		},
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, r.Close()) })
	l.relayer = r
	return l
}

func (l *lane) store(p *party, i int) (*storage.Store, string) {
	l.t.Helper()
	if i == 0 {
		location := "file://" + l.t.TempDir()
		store, err := storage.Open(l.t.Context(), location, storage.Write)
		require.NoError(l.t, err)
		l.t.Cleanup(func() { require.NoError(l.t, store.Close()) })
		return store, location
	}
	s := hyperlanetest.NewStorage(fmt.Sprintf("s3://validator-%d-of-%s/us-east-1", i, p.Domain()))
	l.stores[s.Location()] = s
	return s.Open(), s.Location()
}

// open is how the relayer gets from an announced location to a store.
func (l *lane) open(ctx context.Context, location string) (*storage.Store, error) {
	if s := l.stores[location]; s != nil {
		return s.Open(storage.WithReadOnly()), nil
	}
	return storage.Open(ctx, location, storage.Read)
}

// work lets blocks come and everybody work until all messages have come to rest: delivered for
// good, or not to be delivered.
func (l *lane) work(ids ...message.ID) map[message.ID]relayer.Status {
	l.t.Helper()
	var at map[message.ID]relayer.Status
	for range 20 {
		l.pass()
		at = l.status(ids...)
		resting := true
		for _, status := range at {
			resting = resting && (status.Stage == relayer.StageFinal || status.Stage == relayer.StageNotInTree)
		}
		if resting {
			break
		}
	}
	return at
}

// pass makes blocks, lets everybody work once, and time pass until whatever failed is tried again.
func (l *lane) pass() {
	l.t.Helper()
	require.NoError(l.t, l.network.Mine(2))
	for _, v := range l.validators {
		require.NoError(l.t, v.Step(l.t.Context()))
	}
	require.NoError(l.t, l.relayer.Step(l.t.Context()))
	l.network.Clock.Advance(10 * time.Minute)
}

func (l *lane) status(ids ...message.ID) map[message.ID]relayer.Status {
	l.t.Helper()
	at := map[message.ID]relayer.Status{}
	for _, id := range ids {
		status, err := l.relayer.Status(id)
		require.NoError(l.t, err)
		at[id] = status
	}
	return at
}
