package relayer

import (
	"context"
	"errors"
	"math/big"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/storage"
	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/ism/metadata"
	"github.com/hyperlane-go/sdk/message"
)

// A delivery that its node refuses at first sight gives its nonce back, and the messages behind it arrive.
func TestNotTaken(t *testing.T) {
	w := newWorld(t)
	defer w.close(t)
	large := w.a.dispatch(domainB, recipient, "large", true)
	small := w.a.dispatch(domainB, recipient, "small", true)
	tooLarge := errors.New("oversized data")
	w.b.refuse = func(tx *types.Transaction) error {
		if len(tx.Data()) > 0 && deliveredBy(tx).ID() == large.ID() {
			return tooLarge
		}
		return nil
	}
	w.a.mine(3)
	w.step()
	s := w.status(large.ID())
	require.Equal(t, StageNotTaken, s.Stage)
	require.ErrorIs(t, s.Err, ErrSend)
	require.ErrorIs(t, s.Err, tooLarge)
	assert.Equal(t, 1, s.Attempts)
	assert.Empty(t, s.Transactions)
	assert.Len(t, w.status(small.ID()).Transactions, 1)
	assert.Equal(t, []uint64{0}, w.nonces(w.b), "the nonce is used by the one behind")
	w.restart()
	require.ErrorIs(t, w.status(large.ID()).Err, ErrSend)
	w.b.mine(3)
	w.step()
	require.NotNil(t, w.status(small.ID()).Delivery)

	w.b.refuse = nil
	w.settle()
	assert.Equal(t, StageFinal, w.status(large.ID()).Stage)
	assert.Equal(t, 1, w.b.included(large.ID()))
}

// A refused delivery is kept where it may be on its way all the same: the node has a transaction of its nonce, or
// cannot say.
func TestNotTakenInDoubt(t *testing.T) {
	for name, set := range map[string]func(*world){
		"nonce is taken": func(w *world) { w.b.steal() },
		"no answer":      func(w *world) { w.b.fail["PendingNonce"] = 1 },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			defer w.close(t)
			m := w.a.dispatch(domainB, recipient, "hello", true)
			w.a.mine(3)
			w.b.refuse = func(*types.Transaction) error { return errors.New("no") }
			w.r.store.step = func(name string) {
				if name == "send: after" {
					set(w)
				}
			}
			w.step()
			s := w.status(m.ID())
			assert.Equal(t, StageSubmitted, s.Stage)
			assert.Len(t, s.Transactions, 1)
			require.ErrorIs(t, s.Err, ErrSend)
			w.b.refuse, w.r.store.step = nil, w.pass
			w.settle()
			assert.Equal(t, StageFinal, w.status(m.ID()).Stage)
			assert.Equal(t, 1, w.b.included(m.ID()))
		})
	}
}

// A delivery that was stored, and is refused only when it is offered after a restart, uses its nonce up in the end.
func TestNotTakenAfterRestart(t *testing.T) {
	w, large := submitted(t)
	defer w.close(t)
	w.b.dropPool()
	w.b.refuse = func(tx *types.Transaction) error {
		if len(tx.Data()) > 0 && deliveredBy(tx).ID() == large.ID() {
			return errors.New("oversized data")
		}
		return nil
	}
	w.restart()
	w.step()
	require.Equal(t, StageSubmitted, w.status(large.ID()).Stage)
	require.ErrorIs(t, w.status(large.ID()).Err, ErrSend)
	small := w.a.dispatch(domainB, recipient, "small", true)
	w.a.mine(3)
	for range 3 {
		w.now = w.now.Add(defaultResubmitAfter)
		w.step()
	}
	w.b.mine(3)
	w.step()
	w.step()
	require.NotNil(t, w.status(small.ID()).Delivery)
	w.b.refuse = nil
	w.settle()
	assert.Equal(t, StageFinal, w.status(large.ID()).Stage)
	assert.Equal(t, 1, w.b.included(large.ID()))
}

// A clock that is set back does not put anything off for as long.
func TestClockSetBack(t *testing.T) {
	t.Run("attempts", func(t *testing.T) {
		w := newWorld(t)
		defer w.close(t)
		m := w.a.dispatch(domainB, recipient, "hello", true)
		w.b.noCode[common.Address{19: 0x42}] = true
		w.a.mine(3)
		w.step()
		require.Equal(t, 1, w.status(m.ID()).Attempts)
		w.now = w.now.Add(-time.Second)
		w.step()
		require.Equal(t, 1, w.status(m.ID()).Attempts, "a little is no reason")
		w.now = w.now.Add(-time.Hour)
		clear(w.b.noCode)
		w.step()
		require.Equal(t, StageSubmitted, w.status(m.ID()).Stage)
	})
	t.Run("transactions", func(t *testing.T) {
		w, m := submitted(t)
		defer w.close(t)
		w.b.dropPool()
		w.now = w.now.Add(-24 * time.Hour)
		w.step()
		assert.Len(t, w.b.pool, 2, "offered again, and replaced")
		w.step()
		require.Len(t, w.status(m.ID()).Transactions, 2, "once")
	})
	t.Run("locations", func(t *testing.T) {
		s := newSigners(t, ism.TypeMessageIDMultisig)
		w := s.w
		defer w.close(t)
		m := w.a.dispatch(domainB, recipient, "hello", true)
		w.a.mine(3)
		w.step()
		require.Equal(t, StageAwaitingCheckpoints, w.status(m.ID()).Stage)
		before := w.a.calls["Locations"]
		w.now = w.now.Add(-24 * time.Hour)
		w.step()
		assert.Greater(t, w.a.calls["Locations"], before)
	})
}

// Late schedules have long waits, and those are waited for.
func TestLongWaitsAreKept(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	for _, random := range []float64{0, 0.5, 0.999} {
		for n := range 80 {
			for _, stage := range []Stage{StageAwaitingCheckpoints, StageHandleReverted} {
				r := Retry{Rand: func() float64 { return random }}
				rec := &record{failed: n, stage: stage, next: now.Add(r.After(n, stage == StageAwaitingCheckpoints))}
				require.Equal(t, !rec.next.After(now), r.due(rec, now), "%d %v", n, stage)
				require.True(t, r.due(rec, rec.next))
			}
		}
	}
}

// While a long list of messages is worked off that take their time, one that comes meanwhile has its turn before those
// that have not had theirs for long.
func TestNewMessagesDoNotWaitForOldOnes(t *testing.T) {
	w := newWorld(t)
	defer w.close(t)
	w.b.noCode[common.Address{19: 0x42}] = true
	for i := range 10 {
		w.a.dispatch(domainB, recipient, string(rune('a'+i)), true)
	}
	w.a.mine(3)
	w.step()
	w.now = w.now.Add(time.Minute) // all are due again
	var late message.Message
	attempts := 0
	w.b.watch = map[string]func(){"HasCode": func() {
		attempts++
		w.now = w.now.Add(refreshDue)
		if attempts == 2 {
			late = w.a.dispatch(domainB, message.Address{31: 0x43}, "late", true)
			w.a.mine(3)
			require.NoError(t, w.r.index(t.Context(), w.r.origins[0]))
		}
	}}
	w.events = nil
	w.step()
	require.Equal(t, 11, attempts, "everybody had one turn")
	for i, e := range w.events {
		if e.ID == late.ID() && e.Stage == StageSubmitted {
			assert.Less(t, i, 6)
			return
		}
	}
	t.Fatal("the late message was not submitted")
}

// While the origin's node does not say where validators keep their checkpoints, what it said before is used.
func TestLocationsOutOfReach(t *testing.T) {
	s := newSigners(t, ism.TypeMessageIDMultisig)
	w := s.w
	defer w.close(t)
	m := w.a.dispatch(domainB, recipient, "hello", true)
	w.a.mine(3)
	w.step()
	require.Equal(t, StageAwaitingCheckpoints, w.status(m.ID()).Stage)
	w.a.fail["Locations"] = -1
	s.sign(0, 0)
	s.sign(1, 0)
	w.now = w.now.Add(2 * defaultMaxLocationAge)
	w.step()
	require.Equal(t, StageSubmitted, w.status(m.ID()).Stage)

	// A report of a reorganisation is noticed all the same.
	second := w.a.dispatch(domainB, recipient, "second", true)
	w.a.mine(3)
	s.sign(0, 1)
	s.sign(1, 1)
	s.raw(s.location(0), s.stores[s.location(0)].Keys().Reorg, "{}")
	w.now = w.now.Add(2 * defaultMaxLocationAge)
	w.step()
	require.Equal(t, StageAwaitingCheckpoints, w.status(second.ID()).Stage)
	require.ErrorIs(t, w.status(second.ID()).Result.Validators[0].Err, ErrReorgReport)
}

// An old location that never answers does not keep a validator from being read at its new one.
func TestHangingOldLocation(t *testing.T) {
	s := newSigners(t, ism.TypeMessageIDMultisig, func(w *world) { w.cfg.ValidatorTimeout = 400 * time.Millisecond })
	w := s.w
	defer w.close(t)
	open := w.r.cfg.OpenStore
	w.r.cfg.OpenStore = func(ctx context.Context, location string) (*storage.Store, error) {
		if strings.HasPrefix(location, "s3://old") {
			<-ctx.Done()
			return nil, ctx.Err()
		}
		return open(ctx, location)
	}
	for i := range 3 {
		a := s.keys[i].Address()
		old := []string{"s3://old-1/us-east-1", "s3://old-2/us-east-1", "s3://old-3/us-east-1"}
		w.a.locations[a] = append(old, w.a.locations[a]...)
	}
	m := w.a.dispatch(domainB, recipient, "hello", true)
	w.a.mine(3)
	s.sign(0, 0)
	s.sign(1, 0)
	s.sign(2, 0)
	w.step()
	require.Equal(t, StageSubmitted, w.status(m.ID()).Stage, "%v", w.status(m.ID()))
}

// Modules that name other validators each time do not fill the memory.
func TestManyValidators(t *testing.T) {
	s := newSigners(t, ism.TypeMessageIDMultisig)
	w := s.w
	defer w.close(t)
	c := newCheckpoints(w.r, w.r.origin(domainA))
	for i := range 2 * maxValidators {
		_, err := c.LatestIndex(t.Context(), common.BigToAddress(big.NewInt(int64(i+1))))
		require.ErrorIs(t, err, ErrNoLocation)
	}
	assert.LessOrEqual(t, len(c.validators), maxValidators)
	_, err := c.LatestIndex(t.Context(), s.keys[0].Address())
	require.ErrorIs(t, err, metadata.ErrNotFound, "others are still found")
}

// Storages are looked up again while they are being read.
func TestRefreshWhileReading(t *testing.T) {
	s := newSigners(t, ism.TypeMessageIDMultisig, func(w *world) { w.cfg.MaxLocationAge = time.Nanosecond })
	w := s.w
	defer w.close(t)
	w.a.dispatch(domainB, recipient, "hello", true)
	w.a.mine(3)
	s.sign(0, 0)
	c := newCheckpoints(w.r, w.r.origin(domainA))
	var ticks atomic.Int64
	w.r.cfg.Now = func() time.Time { return time.Unix(1_700_000_000, ticks.Add(1000)) }
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 50 {
				_, err := c.LatestIndex(context.Background(), s.keys[0].Address())
				assert.NoError(t, err)
			}
		})
	}
	all.Wait()
	assert.Equal(t, 1, s.opened[s.location(0)])
}

// What is remembered of messages has an end, and what is forgotten is still told in words.
func TestDetailsAreBounded(t *testing.T) {
	w := newWorld(t)
	defer w.close(t)
	w.r.errors.most, w.r.results.most = 3, 3
	w.b.noCode[common.Address{19: 0x42}] = true
	var all []message.Message
	for i := range 10 {
		all = append(all, w.a.dispatch(domainB, recipient, string(rune('a'+i)), true))
	}
	w.a.mine(3)
	w.step()
	past := 0
	for _, m := range all {
		s := w.status(m.ID())
		require.ErrorIs(t, s.Err, ErrNoRecipient)
		var e *PastError
		if errors.As(s.Err, &e) {
			past++
		}
	}
	assert.Equal(t, 7, past)
	id := all[9].ID()
	before, _ := w.r.errors.find(id)
	w.r.errors.set(id, ErrOrphaned)
	after, _ := w.r.errors.find(id)
	assert.NotEqual(t, before, after, "what is new replaces what is known")
	assert.LessOrEqual(t, len(w.r.errors.of), 3)
}

// What a stranger's contract reverts with is kept in words, not in full.
func TestLargeRevert(t *testing.T) {
	for size, large := range map[int]bool{100: false, maxDetail: false, maxDetail + 1: true, 1 << 20: true} {
		w := newWorld(t)
		m := w.a.dispatch(domainB, recipient, "hello", true)
		w.b.reverts[m.ID()] = &evm.RevertError{Data: make([]byte, size), Err: dataError(size)}
		w.a.mine(3)
		w.step()
		s := w.status(m.ID())
		require.Equal(t, StageHandleReverted, s.Stage)
		require.ErrorIs(t, s.Err, evm.ErrReverted)
		var e *PastError
		assert.Equal(t, large, errors.As(s.Err, &e), "%d", size)
		w.close(t)
	}
	require.NoError(t, lasting(StageInserted, nil))
	require.ErrorAs(t, lasting(StageHandleReverted, dataError(1<<20)), new(*PastError))
}

// dataError is an answer with so many bytes of revert data.
type dataError int

func (dataError) Error() string    { return "execution reverted" }
func (dataError) ErrorCode() int   { return 3 }
func (e dataError) ErrorData() any { return "0x" + strings.Repeat("00", int(e)) }

// A node that once says that a message was delivered, in a block that does not exist, loses no message.
func TestDeliveredInTheFarFuture(t *testing.T) {
	for name, start := range map[string]func(*testing.T) (*world, message.Message){
		"before it is sent": func(t *testing.T) (*world, message.Message) {
			w := newWorld(t)
			return w, w.a.dispatch(domainB, recipient, "hello", true)
		},
		"on its way": submitted,
	} {
		t.Run(name, func(t *testing.T) {
			w, m := start(t)
			defer w.close(t)
			w.b.lies.farFuture = true
			w.a.mine(3)
			w.step()
			require.Equal(t, StageDelivered, w.status(m.ID()).Stage)
			w.step()
			require.Equal(t, StageDelivered, w.status(m.ID()).Stage, "as long as the node says so")
			w.b.lies.farFuture = false
			w.settle()
			require.Equal(t, StageFinal, w.status(m.ID()).Stage)
			assert.Equal(t, 1, w.b.included(m.ID()))
		})
	}
}

// A transaction that nobody looks after any more, and that pays too little by now, does not hold up those behind it.
func TestForgottenTransactionInFront(t *testing.T) {
	w, first := submitted(t)
	defer w.close(t)
	second := w.a.dispatch(domainB, recipient, "second", true)
	w.a.mine(3)
	w.step()
	require.Len(t, w.b.pool, 2)
	w.b.foreign = append(w.b.foreign, first.ID()) // somebody else delivers the first
	for hash, tx := range w.b.pool {
		if tx.Nonce() == 0 { // and ours is cheap
			delete(w.b.pool, hash)
			cheap := types.NewTx(&types.LegacyTx{Nonce: 0, GasPrice: big.NewInt(1), Gas: tx.Gas(), To: tx.To(), Data: tx.Data()})
			w.b.pool[cheap.Hash()] = cheap
		}
	}
	w.b.floor = 500
	w.b.mine(3)
	w.step()
	w.step()
	require.Equal(t, StageFinal, w.status(first.ID()).Stage)
	require.Equal(t, StageSubmitted, w.status(second.ID()).Stage)
	w.now = w.now.Add(defaultResubmitAfter)
	w.step()
	w.b.mine(3)
	w.step()
	require.NotNil(t, w.status(second.ID()).Delivery)
	assert.Equal(t, 0, w.b.included(first.ID()))
}

// A message that waits for a chain whose node fails says so, and one that is not known says what keeps it from being so.
func TestStatusNamesTheFailingChain(t *testing.T) {
	w := newWorld(t)
	defer w.close(t)
	m := w.a.dispatch(domainB, recipient, "hello", true)
	w.a.mine(3)
	w.b.fail["Head"] = -1
	w.step()
	s := w.status(m.ID())
	require.Equal(t, StageInserted, s.Stage)
	require.ErrorIs(t, s.Err, errModel)
	assert.Contains(t, s.String(), "destination 2000: head")
	assert.Zero(t, s.Attempts)

	w.b.fail["Head"], w.a.fail["State"] = 0, -1
	late := w.a.dispatch(domainB, recipient, "late", true)
	w.a.mine(3)
	w.step()
	require.NoError(t, w.status(m.ID()).Err)
	unknown := w.status(late.ID())
	require.ErrorIs(t, unknown.Err, ErrUnknownMessage)
	assert.Contains(t, unknown.String(), "indexing fails: relayer: origin 1000: state")

	w.a.fail["State"] = 0
	w.settle()
	require.Equal(t, StageFinal, w.status(late.ID()).Stage)
	assert.NotContains(t, w.status(message.ID{1}).String(), "indexing fails")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.Error(t, w.r.Step(ctx))
	assert.NotContains(t, w.status(message.ID{1}).String(), "indexing fails", "an interruption is no failure")
}

// One wrong answer about the genesis, right after a start, does not end the relayer.
func TestGenesisLieOnce(t *testing.T) {
	w := newWorld(t)
	defer w.close(t)
	m := w.a.dispatch(domainB, recipient, "hello", true)
	w.a.mine(3)
	w.step()
	w.restart()
	genesis := w.a.blocks[0].hash
	w.a.blocks[0].hash = common.Hash{1}
	w.a.watch = map[string]func(){"HashAt": func() {
		if w.a.calls["HashAt"]%2 == 0 {
			w.a.blocks[0].hash = genesis
		}
	}}
	if w.a.calls["HashAt"]%2 == 1 {
		w.a.calls["HashAt"]++
	}
	w.step()
	require.ErrorIs(t, w.lastErr(), ErrInconsistent)
	require.False(t, fatal(w.lastErr()))
	w.a.watch = nil
	w.settle()
	require.Equal(t, StageFinal, w.status(m.ID()).Stage)
}
