package relayer

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gocloud.dev/blob/memblob"

	"github.com/hyperlane-go/sdk/hyperlane/storage"
	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/ism/metadata"
	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

// signers are validators of the chain with domain A, whose modules on B want two of three.
type signers struct {
	w      *world
	keys   []checkpoint.Signer
	stores map[string]*storage.Store
	opened map[string]int
	broken map[string]error
}

func newSigners(t *testing.T, kind ism.ModuleType, change ...func(*world)) *signers {
	s := &signers{stores: map[string]*storage.Store{}, opened: map[string]int{}, broken: map[string]error{}}
	var mu sync.Mutex
	open := func(_ context.Context, location string) (*storage.Store, error) {
		mu.Lock()
		defer mu.Unlock()
		s.opened[location]++
		if err := s.broken[location]; err != nil {
			return nil, err
		}
		if s.stores[location] == nil {
			return nil, errors.New("no such bucket")
		}
		return storage.New(s.stores[location].Bucket(), storage.S3), nil
	}
	s.w = newWorld(t, append([]func(*world){func(w *world) { w.cfg.OpenStore = open }}, change...)...)
	s.w.b.module, s.w.b.threshold = kind, 2
	for i := range 3 {
		key, err := crypto.ToECDSA(crypto.Keccak256([]byte{byte(i)}))
		require.NoError(t, err)
		signer := checkpoint.NewKeySigner(key)
		s.keys = append(s.keys, signer)
		s.w.b.validator = append(s.w.b.validator, signer.Address())
		s.announce(i, s.location(i))
	}
	return s
}

func (s *signers) location(i int) string { return fmt.Sprintf("s3://validator-%d/us-east-1", i) }

func (s *signers) announce(i int, location string) {
	a := s.keys[i].Address()
	s.w.a.locations[a] = append(s.w.a.locations[a], location)
	if s.stores[location] == nil {
		s.stores[location] = storage.New(memblob.OpenBucket(nil), storage.S3)
	}
}

// checkpointAt returns what honest validators sign for a leaf of the chain as it is.
func (s *signers) checkpointAt(index uint32) checkpoint.Checkpoint {
	var tree merkle.Tree
	for _, b := range s.w.a.blocks {
		for _, l := range b.leaves {
			if err := tree.Insert(merkle.Hash(l.id)); err != nil {
				panic(err)
			}
			if l.index == index {
				return checkpoint.Checkpoint{Origin: domainA, Tree: message.Address{31: 1}, Root: tree.Root(), Index: index, MessageID: l.id}
			}
		}
	}
	panic("no such leaf")
}

func (s *signers) sign(i int, index uint32) {
	s.write(s.location(i), i, s.checkpointAt(index))
}

func (s *signers) write(location string, i int, c checkpoint.Checkpoint) {
	signed, err := checkpoint.Sign(context.Background(), s.keys[i], c)
	require.NoError(s.w.t, err)
	store := s.stores[location]
	_, err = store.WriteCheckpoint(context.Background(), signed)
	require.NoError(s.w.t, err)
	require.NoError(s.w.t, store.WriteLatestIndex(context.Background(), c.Index))
}

func (s *signers) raw(location, key, content string) {
	require.NoError(s.w.t, s.stores[location].Bucket().WriteAll(context.Background(), key, []byte(content), nil))
}

// state returns what the last build found about a validator.
func (s *signers) state(id message.ID, i int) metadata.State {
	r := s.w.status(id).Result
	require.NotNil(s.w.t, r)
	return r.Validators[i].State
}

func TestQuorum(t *testing.T) {
	for _, kind := range []ism.ModuleType{ism.TypeMessageIDMultisig, ism.TypeMerkleRootMultisig} {
		t.Run(kind.String(), func(t *testing.T) {
			s := newSigners(t, kind)
			w := s.w
			defer w.close(t)
			m := w.a.dispatch(domainB, recipient, "hello", true)
			w.a.mine(3)
			w.step()
			st := w.status(m.ID())
			require.Equal(t, StageAwaitingCheckpoints, st.Stage)
			var q *metadata.QuorumError
			require.ErrorAs(t, st.Err, &q)
			assert.Len(t, q.Missing, 3)
			assert.Equal(t, w.now.Add(2*time.Second), st.Next.In(w.now.Location()))

			s.sign(0, 0)
			w.now = w.now.Add(2 * time.Second)
			w.step()
			assert.Equal(t, StageAwaitingCheckpoints, w.status(m.ID()).Stage)
			assert.Equal(t, metadata.Signed, s.state(m.ID(), 0))
			assert.Equal(t, metadata.Pending, s.state(m.ID(), 1))

			s.sign(2, 0)
			w.now = w.now.Add(2 * time.Second)
			w.step()
			require.Equal(t, StageSubmitted, w.status(m.ID()).Stage)
			w.settle()
			assert.Equal(t, StageFinal, w.status(m.ID()).Stage)
		})
	}
}

// One validator's storage, whatever it holds, keeps two honest ones from nothing.
func TestHostileStorage(t *testing.T) {
	for _, c := range []struct {
		name   string
		do     func(s *signers)
		want   metadata.State
		reason error
	}{
		{"malformed", func(s *signers) { s.raw(s.location(0), "checkpoint_0_with_id.json", "{") }, metadata.Malformed, storage.ErrMalformed},
		{"empty", func(s *signers) { s.raw(s.location(0), "checkpoint_0_with_id.json", "") }, metadata.Malformed, storage.ErrMalformed},
		{"huge", func(s *signers) {
			s.raw(s.location(0), "checkpoint_0_with_id.json", strings.Repeat(" ", 1<<20))
		}, metadata.Unreachable, storage.ErrMalformed},
		{"unrecoverable signature (trap 57)", func(s *signers) {
			s.sign(0, 0)
			key := "checkpoint_0_with_id.json"
			text, err := s.stores[s.location(0)].Bucket().ReadAll(context.Background(), key)
			require.NoError(s.w.t, err)
			text = regexp.MustCompile(`"r": ?"0x[0-9a-f]+"`).ReplaceAll(text, []byte(`"r": "0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"`))
			s.raw(s.location(0), key, string(text))
		}, metadata.Malformed, nil},
		{"signed by another", func(s *signers) { s.write(s.location(0), 1, s.checkpointAt(0)) }, metadata.WrongSigner, nil},
		{"another root", func(s *signers) {
			c := s.checkpointAt(0)
			c.Root[0] ^= 1
			s.write(s.location(0), 0, c)
		}, metadata.WrongCheckpoint, nil},
		{"latest index beyond all", func(s *signers) { s.raw(s.location(0), "checkpoint_latest_index.json", "4294967295") }, metadata.Pending, nil},
		{"unreadable", func(s *signers) { s.broken[s.location(0)] = errors.New("bucket is gone") }, metadata.Unreachable, ErrNoLocation},
		{"nothing announced", func(s *signers) { s.w.a.locations[s.keys[0].Address()] = nil }, metadata.Unreachable, ErrNoLocation},
		{"reorg flag", func(s *signers) {
			s.sign(0, 0)
			s.raw(s.location(0), "reorg_flag.json", "not even JSON")
		}, metadata.Unreachable, ErrReorgReport}, // trap 23: existence matters, not content
		{"local files", func(s *signers) {
			s.w.a.locations[s.keys[0].Address()] = []string{" FILE:///etc"}
		}, metadata.Unreachable, ErrNoLocation},
	} {
		for _, kind := range []ism.ModuleType{ism.TypeMessageIDMultisig, ism.TypeMerkleRootMultisig} {
			t.Run(c.name+"/"+kind.String(), func(t *testing.T) {
				s := newSigners(t, kind)
				w := s.w
				defer w.close(t)
				m := w.a.dispatch(domainB, recipient, "hello", true)
				w.a.mine(3)
				c.do(s)
				s.sign(1, 0)
				s.sign(2, 0)
				w.step()
				require.Empty(t, w.errs)
				require.Equal(t, StageSubmitted, w.status(m.ID()).Stage)
				v := w.status(m.ID()).Result.Validators[0]
				assert.Equal(t, c.want, v.State)
				if c.reason != nil {
					assert.ErrorIs(t, v.Err, c.reason)
				}
			})
		}
	}
}

// Without a third to make up for it, the state of the hostile one is always reported.
func TestReorgReportCostsOneVote(t *testing.T) {
	flagged := func(change ...func(*world)) (*signers, message.Message) {
		s := newSigners(t, ism.TypeMessageIDMultisig, change...)
		m := s.w.a.dispatch(domainB, recipient, "hello", true)
		s.w.a.mine(3)
		s.sign(0, 0)
		s.sign(1, 0)
		s.raw(s.location(0), "reorg_flag.json", "{}")
		s.w.step()
		return s, m
	}
	t.Run("left out", func(t *testing.T) {
		s, m := flagged()
		defer s.w.close(t)
		require.Equal(t, StageAwaitingCheckpoints, s.w.status(m.ID()).Stage)
		reported := s.w.status(m.ID()).Result.Validators[0].Err
		require.ErrorIs(t, reported, ErrReorgReport)
		require.ErrorContains(t, reported, s.keys[0].Address().Hex())
		require.ErrorContains(t, reported, s.location(0))
	})
	t.Run("not by an older location either", func(t *testing.T) {
		s := newSigners(t, ism.TypeMessageIDMultisig)
		defer s.w.close(t)
		m := s.w.a.dispatch(domainB, recipient, "hello", true)
		s.w.a.mine(3)
		s.sign(0, 0)
		s.sign(1, 0)
		s.announce(0, "s3://newer/us-east-1")
		s.raw("s3://newer/us-east-1", "reorg_flag.json", "{}")
		s.w.step()
		assert.Equal(t, StageAwaitingCheckpoints, s.w.status(m.ID()).Stage)
	})
	t.Run("ignored", func(t *testing.T) {
		s, m := flagged(func(w *world) { w.cfg.IgnoreReorgReports = true })
		defer s.w.close(t)
		assert.Equal(t, StageSubmitted, s.w.status(m.ID()).Stage)
	})
}

// The newest announcement is used first; an older one helps where the newest has nothing, or does not open.
func TestLocations(t *testing.T) {
	s := newSigners(t, ism.TypeMessageIDMultisig)
	w := s.w
	defer w.close(t)
	m := w.a.dispatch(domainB, recipient, "hello", true)
	w.a.mine(3)
	s.sign(0, 0)
	s.sign(1, 0)
	s.announce(0, "s3://newer/us-east-1")
	s.announce(1, "s3://broken/us-east-1")
	s.broken["s3://broken/us-east-1"] = errors.New("bucket is gone")
	w.step()
	require.Equal(t, StageSubmitted, w.status(m.ID()).Stage)

	t.Run("are opened once and read again in time", func(t *testing.T) {
		opened := s.opened[s.location(0)]
		require.Equal(t, 1, opened)
		calls := w.a.calls["Locations"]
		c := newCheckpointsOf(w.r)
		_, err := c.LatestIndex(t.Context(), s.keys[0].Address())
		require.NoError(t, err)
		assert.Equal(t, calls, w.a.calls["Locations"])
		w.now = w.now.Add(defaultMaxLocationAge)
		_, err = c.LatestIndex(t.Context(), s.keys[0].Address())
		require.NoError(t, err)
		assert.Equal(t, calls+1, w.a.calls["Locations"])
		assert.Equal(t, opened, s.opened[s.location(0)])
	})
	t.Run("beyond the newest few are not looked at", func(t *testing.T) {
		for i := range 50 {
			location := fmt.Sprintf("s3://many-%d/us-east-1", i)
			s.w.a.locations[s.keys[2].Address()] = append(s.w.a.locations[s.keys[2].Address()], location)
		}
		c := newCheckpointsOf(w.r)
		before := len(s.opened)
		_, err := c.Checkpoint(t.Context(), s.keys[2].Address(), 0)
		require.ErrorIs(t, err, ErrNoLocation)
		require.ErrorContains(t, err, "announced 51")
		assert.Equal(t, before+maxLocations, len(s.opened))
	})
	t.Run("on this machine need to be allowed", func(t *testing.T) {
		c := newCheckpointsOf(w.r)
		_, err := c.open(t.Context(), "file:///etc")
		require.ErrorContains(t, err, "allowLocalCheckpointSyncers")
		w.r.cfg.AllowLocal = true
		_, err = c.open(t.Context(), "file:///etc")
		require.ErrorContains(t, err, "no such bucket")
	})
}

func newCheckpointsOf(r *Relayer) *checkpoints {
	return r.destination(domainB).builders[domainA].Checkpoints.(*checkpoints)
}

// A checkpoint that agrees with the relayer's tree is fetched once; any other is fetched again, for it may be put right.
func TestCheckpointsAreKept(t *testing.T) {
	s := newSigners(t, ism.TypeMessageIDMultisig)
	w := s.w
	defer w.close(t)
	w.a.dispatch(domainB, recipient, "hello", true)
	w.a.mine(3)
	w.step()
	c := newCheckpointsOf(w.r)
	a := s.keys[0].Address()

	wrong := s.checkpointAt(0)
	wrong.Root[0] ^= 1
	s.write(s.location(0), 0, wrong)
	got, err := c.Checkpoint(t.Context(), a, 0)
	require.NoError(t, err)
	assert.Equal(t, wrong, got.Checkpoint)

	s.write(s.location(0), 1, s.checkpointAt(0)) // right, but signed by somebody else
	_, err = c.Checkpoint(t.Context(), a, 0)
	require.NoError(t, err)
	s.raw(s.location(0), "checkpoint_0_with_id.json", "{")
	_, err = c.Checkpoint(t.Context(), a, 0)
	require.ErrorIs(t, err, storage.ErrMalformed)

	require.NoError(t, s.stores[s.location(0)].Bucket().Delete(t.Context(), "checkpoint_0_with_id.json"))
	_, err = c.Checkpoint(t.Context(), a, 0)
	require.ErrorIs(t, err, metadata.ErrNotFound)
	s.sign(0, 0)
	_, err = c.Checkpoint(t.Context(), a, 0)
	require.NoError(t, err)
	require.NoError(t, s.stores[s.location(0)].Bucket().Delete(t.Context(), "checkpoint_0_with_id.json"))
	got, err = c.Checkpoint(t.Context(), a, 0)
	require.NoError(t, err)
	assert.Equal(t, s.checkpointAt(0), got.Checkpoint)
	_, err = c.Checkpoint(t.Context(), common.Address{1}, 0)
	require.ErrorIs(t, err, ErrNoLocation)
}
