package relayer

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/evm/sender"
	"github.com/hyperlane-go/sdk/hyperlane/matching"
	"github.com/hyperlane-go/sdk/message"
)

// submitted returns a world in which a delivery is on its way.
func submitted(t *testing.T) (*world, message.Message) {
	w := newWorld(t)
	m := w.a.dispatch(domainB, recipient, "hello", true)
	w.a.mine(3)
	w.step()
	require.Equal(t, StageSubmitted, w.status(m.ID()).Stage)
	require.Len(t, w.status(m.ID()).Transactions, 1)
	return w, m
}

func TestStuckTransaction(t *testing.T) {
	w, m := submitted(t)
	defer w.close(t)
	first := w.status(m.ID()).Transactions[0]
	w.b.dropPool()

	t.Run("is sent again as it is", func(t *testing.T) {
		w.now = w.now.Add(defaultResubmitAfter / 10)
		w.step()
		assert.Contains(t, w.b.pool, first)
		assert.Len(t, w.status(m.ID()).Transactions, 1)
	})
	t.Run("then with higher fees and the same nonce", func(t *testing.T) {
		w.now = w.now.Add(defaultResubmitAfter)
		w.step()
		txs := w.status(m.ID()).Transactions
		require.Len(t, txs, 2)
		assert.Equal(t, w.b.pool[txs[0]].Nonce(), w.b.pool[txs[1]].Nonce())
		assert.Positive(t, w.b.pool[txs[1]].GasPrice().Cmp(w.b.pool[txs[0]].GasPrice()))
	})
	w.settle()
	assert.Equal(t, StageFinal, w.status(m.ID()).Stage)
	assert.Equal(t, 1, w.b.included(m.ID()))
}

func TestReplacedNonce(t *testing.T) {
	w, m := submitted(t)
	defer w.close(t)
	w.b.steal()
	w.b.mine(1)
	w.step()
	assert.Equal(t, StageSubmitted, w.status(m.ID()).Stage, "the block that took the nonce is not final yet")
	w.b.mine(2)
	w.step()
	s := w.status(m.ID())
	assert.Equal(t, StageInserted, s.Stage)
	assert.ErrorIs(t, s.Err, ErrReplaced)
	w.settle()
	assert.Equal(t, StageFinal, w.status(m.ID()).Stage)
	assert.Equal(t, 1, w.b.included(m.ID()))
}

func TestFailedReceipt(t *testing.T) {
	w, m := submitted(t)
	defer w.close(t)
	w.b.reverts[m.ID()] = errModel
	w.b.mine(1)
	w.step()
	assert.Equal(t, StageSubmitted, w.status(m.ID()).Stage, "a failure in a block that is not final decides nothing")
	w.b.mine(2)
	w.step()
	var e *evm.TxError
	require.ErrorAs(t, w.status(m.ID()).Err, &e)
	require.ErrorIs(t, e, evm.ErrTxFailed)
	assert.EqualValues(t, 1, e.Receipt.BlockNumber.Uint64())
	delete(w.b.reverts, m.ID())
	w.settle()
	assert.Equal(t, StageFinal, w.status(m.ID()).Stage)
}

// A node that answers null for receipts loses nothing, and no delivery is paid for twice.
func TestNullReceipt(t *testing.T) {
	w, m := submitted(t)
	defer w.close(t)
	w.b.lies.nullReceipt = true
	w.b.mine(3)
	w.step()
	s := w.status(m.ID())
	require.Equal(t, StageDelivered, s.Stage)
	assert.Zero(t, s.Delivery.TxHash)
	assert.EqualValues(t, 1, s.Delivery.Block)
	w.b.lies.nullReceipt = false
	w.step()
	s = w.status(m.ID())
	require.Equal(t, StageFinal, s.Stage)
	assert.NotZero(t, s.Delivery.TxHash)
	assert.Equal(t, 1, w.b.included(m.ID()))
}

func TestUndoneDelivery(t *testing.T) {
	w, m := submitted(t)
	defer w.close(t)
	w.b.mine(1)
	w.step()
	require.Equal(t, StageDelivered, w.status(m.ID()).Stage)
	tx := w.status(m.ID()).Transactions[0]
	w.b.reorg(1)
	w.b.dropPool()
	w.b.mine(3)
	w.step()
	s := w.status(m.ID())
	require.Equal(t, StageSubmitted, s.Stage)
	require.ErrorIs(t, w.events[len(w.events)-1].Err, ErrUndelivered)
	w.step()
	assert.Contains(t, w.b.pool, tx, "the same transaction is sent again")
	w.settle()
	assert.Equal(t, StageFinal, w.status(m.ID()).Stage)
	assert.Equal(t, 1, w.b.included(m.ID()))
}

func TestDeliveredInALaterBlock(t *testing.T) {
	w, m := submitted(t)
	defer w.close(t)
	w.b.mine(1)
	w.step()
	w.b.reorg(1)
	pool := w.b.pool
	w.b.pool = nil
	w.b.mine(1)
	w.b.pool = pool
	w.b.mine(2)
	w.step()
	s := w.status(m.ID())
	require.Equal(t, StageDelivered, s.Stage)
	assert.EqualValues(t, 2, s.Delivery.Block)
	w.b.mine(1)
	w.step()
	assert.Equal(t, StageFinal, w.status(m.ID()).Stage)
}

func TestDeliveredBySomebodyElse(t *testing.T) {
	w := newWorld(t)
	defer w.close(t)
	m := w.a.dispatch(domainB, recipient, "hello", true)
	w.b.foreign = append(w.b.foreign, m.ID())
	w.b.mine(1)
	w.a.mine(3)
	w.step()
	s := w.status(m.ID())
	require.Equal(t, StageDelivered, s.Stage)
	assert.Zero(t, s.Delivery.TxHash)
	assert.Empty(t, w.b.pool)
	assert.Zero(t, w.b.calls["Module"], "nothing is built for what is delivered")
	w.settle()
	assert.Equal(t, StageFinal, w.status(m.ID()).Stage)
	assert.Equal(t, 0, w.b.included(m.ID()))
}

// When another relayer delivers while our transaction waits, and the pool then loses that one, its
// nonce is used up so that later transactions can follow.
func TestGapInNonces(t *testing.T) {
	w, first := submitted(t)
	defer w.close(t)
	second := w.a.dispatch(domainB, recipient, "second", true)
	w.a.mine(3)
	w.step()
	require.Equal(t, StageSubmitted, w.status(second.ID()).Stage)
	delete(w.b.pool, w.status(first.ID()).Transactions[0])
	w.b.foreign = append(w.b.foreign, first.ID())
	w.b.mine(3)
	w.step()
	w.step()
	require.Equal(t, StageFinal, w.status(first.ID()).Stage)
	require.Equal(t, StageSubmitted, w.status(second.ID()).Stage)
	w.now = w.now.Add(defaultResubmitAfter + time.Second)
	w.step()
	assert.Equal(t, 1, w.b.empties())
	w.settle()
	assert.Equal(t, StageFinal, w.status(second.ID()).Stage)
	assert.Equal(t, 1, w.b.included(second.ID()))
	assert.Equal(t, 0, w.b.included(first.ID()))
}

// A pool that claims a hundred nonces, once or always, costs no empty transaction, and leaves no
// gap behind.
func TestPoolClaimsNonces(t *testing.T) {
	for name, always := range map[string]bool{"once": false, "always": true} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			defer w.close(t)
			m := w.a.dispatch(domainB, recipient, "hello", true)
			w.a.mine(3)
			w.b.lies.pending = 100
			if !always {
				w.b.watch = map[string]func(){"PendingNonce": func() {
					if w.b.calls["PendingNonce"] == 2 {
						w.b.lies.pending = 0
					}
				}}
			}
			w.step()
			s := w.status(m.ID())
			if always {
				require.Equal(t, StageNotTaken, s.Stage)
				require.ErrorIs(t, s.Err, ErrSend)
				require.ErrorIs(t, s.Err, sender.ErrForeign)
				require.ErrorContains(t, s.Err, "counts 100, the sender knows of 0")
				require.Empty(t, w.nonces(w.b))
			} else {
				require.Equal(t, StageSubmitted, s.Stage)
			}
			w.settle()
			require.Equal(t, StageFinal, w.status(m.ID()).Stage)
			assert.Equal(t, 1, w.b.included(m.ID()))
			assert.Zero(t, w.b.empties())
			assert.EqualValues(t, 1, w.b.tip().account)
		})
	}
}

// Several messages for one destination use nonces one after the other.
func TestNoncesInSequence(t *testing.T) {
	w := newWorld(t)
	defer w.close(t)
	for i := range 5 {
		w.a.dispatch(domainB, recipient, string(rune('a'+i)), true)
	}
	w.a.mine(3)
	w.step()
	w.b.dropPool() // the node forgets, the relayer does not
	w.a.dispatch(domainB, recipient, "f", true)
	w.a.mine(3)
	w.step()
	assert.Equal(t, []uint64{0, 1, 2, 3, 4, 5}, w.nonces(w.b))
}

// Waiting for finality writes nothing.
func TestWaitingForFinality(t *testing.T) {
	w, m := submitted(t)
	defer w.close(t)
	w.b.mine(1)
	w.step()
	require.Equal(t, StageDelivered, w.status(m.ID()).Stage)
	writes, calls := len(w.steps), w.b.calls["ProcessedAt"]
	w.step()
	w.step()
	assert.Len(t, w.steps, writes)
	assert.Equal(t, calls, w.b.calls["ProcessedAt"])
}

// A message whose delivery is under way is tracked to its end, whatever the filters say later.
func TestFilterAfterSubmission(t *testing.T) {
	w, m := submitted(t)
	defer w.close(t)
	w.cfg.Blacklist = matching.List{{}}
	w.restart()
	require.Equal(t, StageSubmitted, w.status(m.ID()).Stage)
	w.settle()
	assert.Equal(t, StageFinal, w.status(m.ID()).Stage)
}

// A node that does not take the transaction, for want of money say, shows in the status, and does
// not end the attempt.
func TestRefusedTransaction(t *testing.T) {
	w := newWorld(t)
	defer w.close(t)
	m := w.a.dispatch(domainB, recipient, "hello", true)
	w.a.mine(3)
	w.b.fail["Send"] = 2
	w.step()
	s := w.status(m.ID())
	require.Equal(t, StageSubmitted, s.Stage)
	require.ErrorIs(t, s.Err, ErrSend)
	var e *evm.TxError
	require.ErrorAs(t, s.Err, &e)
	assert.Equal(t, s.Transactions[0], e.Hash)
	require.ErrorIs(t, s.Err, errModel)
	require.ErrorIs(t, w.events[len(w.events)-1].Err, ErrSend)
	events := len(w.events)

	w.now = w.now.Add(defaultResubmitAfter / 10)
	w.step()
	assert.Len(t, w.events, events, "the same refusal is reported once")
	w.restart()
	require.ErrorIs(t, w.status(m.ID()).Err, ErrSend)
	w.step() // offered again at once
	assert.NoError(t, w.status(m.ID()).Err)
	assert.Len(t, w.b.pool, 1)
	w.settle()
	assert.Equal(t, StageFinal, w.status(m.ID()).Stage)
	assert.Equal(t, 1, w.b.included(m.ID()))
}

// A message whose dispatch is reorganised away while its delivery is being signed is not delivered.
func TestTakenBackWhileSigning(t *testing.T) {
	w := newWorld(t)
	defer w.close(t)
	m := w.a.dispatch(domainB, recipient, "hello", true)
	w.a.mine(3)
	w.b.watch = map[string]func(){"PendingNonce": func() {
		w.b.watch = nil
		w.a.reorg(3)
		w.a.nextOut, w.a.nextLeaf = nil, nil
		w.a.mine(4)
		require.NoError(t, w.r.index(t.Context(), w.r.origin(domainA)))
	}}
	w.step()
	require.Equal(t, StageUnknown, w.status(m.ID()).Stage)
	assert.Empty(t, w.b.pool, "nothing left the process")
	assert.Empty(t, w.nonces(w.b))
	require.Empty(t, w.errs)
}

// A kill between the end of a message and the release of its transaction leaves nothing behind.
func TestReleasedAfterKill(t *testing.T) {
	w, m := submitted(t)
	defer w.close(t)
	w.b.mine(1)
	w.step()
	require.Equal(t, StageDelivered, w.status(m.ID()).Stage)
	w.b.mine(2)
	killed := false
	w.r.store.step = func(name string) {
		if name == "settle: before" && !killed {
			killed = true
			panic(errKilled)
		}
	}
	w.step()
	require.True(t, killed)
	w.settle()
	require.Equal(t, StageFinal, w.status(m.ID()).Stage)
	later := w.a.dispatch(domainB, recipient, "later", true)
	w.settle()
	require.Equal(t, StageFinal, w.status(later.ID()).Stage)
	assert.Empty(t, w.nonces(w.b))
	assert.Equal(t, 1, w.b.included(m.ID()))
}
