package relayer

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/ism/metadata"
	"github.com/hyperlane-go/sdk/message"
)

// Every obstacle has a stage and a class of error, also after a restart, and is left when its cause is gone.
func TestObstacles(t *testing.T) {
	dirty := recipient
	dirty[0] = 1
	revert := func(class error) func(w *world, id message.ID) {
		return func(w *world, id message.ID) {
			w.b.reverts[id] = &evm.RevertError{Name: "Error", Reason: "not today", Class: class, Err: errors.New("execution reverted")}
		}
	}
	for _, c := range []struct {
		name      string
		recipient message.Address
		inTree    bool
		set       func(w *world, id message.ID)
		heal      func(w *world, id message.ID) // nil: cannot be healed
		stage     Stage
		class     error
		stops     bool // the pass ends
	}{
		{"recipient without code (trap 7)", recipient, true,
			func(w *world, _ message.ID) { w.b.noCode[common.Address{19: 0x42}] = true },
			func(w *world, _ message.ID) { clear(w.b.noCode) }, StageNoRecipient, ErrNoRecipient, false},
		{"recipient that is no EVM address", dirty, true, nil, nil, StageNoRecipient, ErrNoRecipient, false},
		{"not in the tree", recipient, false,
			func(w *world, _ message.ID) {
				w.b.module, w.b.validator, w.b.threshold = ism.TypeMessageIDMultisig, make([]common.Address, 1), 1
			},
			func(w *world, _ message.ID) { w.b.module = ism.TypeNull }, StageNotInTree, metadata.ErrNotInTree, false},
		{"module of an unknown kind", recipient, true,
			func(w *world, _ message.ID) { w.b.module = ism.TypeCCIPRead },
			func(w *world, _ message.ID) { w.b.module = ism.TypeNull }, StageNoMetadata, metadata.ErrUnsupportedModule, false},
		{"module refuses", recipient, true, revert(hyperlane.ErrISMRefused),
			func(w *world, _ message.ID) { clear(w.b.reverts) }, StageISMRefused, hyperlane.ErrISMRefused, false},
		{"handle reverts", recipient, true, revert(nil),
			func(w *world, _ message.ID) { clear(w.b.reverts) }, StageHandleReverted, evm.ErrReverted, false},
		{"recipient refuses", recipient, true, revert(hyperlane.ErrRecipient),
			func(w *world, _ message.ID) { clear(w.b.reverts) }, StageNoRecipient, evm.ErrReverted, false},
		{"too much gas", recipient, true, func(w *world, _ message.ID) { w.r.destinations[1].gasCap = 150_000 },
			func(w *world, _ message.ID) { w.r.destinations[1].gasCap = 0 }, StageOverGasCap, ErrGasCap, false},
		{"node fails", recipient, true, func(w *world, _ message.ID) {
			w.b.fail["Estimate"] = 1
			w.b.watch = map[string]func(){"Estimate": func() { w.b.fail["Delivered"] = 1 }}
		}, func(w *world, _ message.ID) { w.b.watch = nil }, StageUnreachable, evm.ErrRPC, true},
		{"node fails about the recipient", recipient, true, func(w *world, _ message.ID) { w.b.fail["Estimate"] = 1 },
			func(*world, message.ID) {}, StageUnreachable, evm.ErrRPC, false},
		{"node fails about the module", recipient, true, func(w *world, _ message.ID) { w.b.fail["Module"] = 1 },
			func(*world, message.ID) {}, StageUnreachable, evm.ErrRPC, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			defer w.close(t)
			m := w.a.dispatch(domainB, c.recipient, "hello", c.inTree)
			w.a.mine(3)
			if c.set != nil {
				c.set(w, m.ID())
			}
			w.step()
			assert.Equal(t, c.stops, len(w.errs) > 0)
			s := w.status(m.ID())
			require.Equal(t, c.stage, s.Stage, "%v", s)
			require.ErrorIs(t, s.Err, c.class)
			assert.Equal(t, 1, s.Attempts)
			assert.Equal(t, 1, w.events[len(w.events)-1].Attempt)
			assert.Equal(t, s.Next, w.events[len(w.events)-1].Next)
			assert.True(t, s.Next.After(w.now))
			text := s.Err.Error()

			w.restart()
			past := w.status(m.ID())
			assert.Equal(t, text, past.Err.Error())
			assert.Equal(t, c.stage, past.Stage)
			if class := stageClass[c.stage]; class != nil {
				assert.ErrorIs(t, past.Err, class)
			}
			assert.NotErrorIs(t, past.Err, ErrFiltered)

			calls := w.b.calls["Delivered"]
			w.step()
			assert.Equal(t, calls, w.b.calls["Delivered"], "not due yet")
			if c.heal == nil {
				return
			}
			w.step()
			c.heal(w, m.ID())
			w.settle()
			assert.Equal(t, StageFinal, w.status(m.ID()).Stage)
			assert.NoError(t, w.status(m.ID()).Err)
		})
	}
}

func TestUnknownMessage(t *testing.T) {
	w := newWorld(t)
	defer w.close(t)
	w.a.mine(7)
	w.step()
	s := w.status(message.ID{1})
	assert.Equal(t, StageUnknown, s.Stage)
	require.ErrorIs(t, s.Err, ErrUnknownMessage)
	assert.Equal(t, []Progress{{Origin: domainA, Block: 5, Finality: "2"}, {Origin: domainB, Finality: "2"}}, w.r.Progress())
	assert.Equal(t, "message 0x0100000000000000000000000000000000000000000000000000000000000000: unknown: "+
		"relayer: message has not been seen: 0x0100000000000000000000000000000000000000000000000000000000000000 is not among the dispatches"+
		" of origin 1000 up to block 5 (finality 2), of origin 2000 up to block 0 (finality 2)", s.String())
	text, err := json.Marshal(s)
	require.NoError(t, err)
	assert.Contains(t, string(text), `"stage":"unknown"`)
	assert.NotContains(t, string(text), "origin\":")
}

func TestStatusJSON(t *testing.T) {
	s := newSigners(t, ism.TypeMessageIDMultisig)
	w := s.w
	defer w.close(t)
	m := w.a.dispatch(domainB, recipient, "hello", true)
	w.a.mine(3)
	s.sign(0, 0)
	w.step()
	text, err := json.Marshal(w.status(m.ID()))
	require.NoError(t, err)
	var got map[string]any
	require.NoError(t, json.Unmarshal(text, &got))
	for key, want := range map[string]any{
		"id": m.ID().String(), "stage": "awaiting checkpoints", "origin": 1000.0, "destination": 2000.0, "nonce": 0.0,
		"originBlock": 1.0, "leafIndexes": []any{0.0}, "attempts": 1.0, "next": w.now.UTC().Add(2 * time.Second).Format(time.RFC3339),
	} {
		assert.Equal(t, want, got[key], key)
	}
	require.Len(t, got["validators"], 3)
	assert.Equal(t, "signed", got["validators"].([]any)[0].(map[string]any)["state"])
	assert.Contains(t, w.status(m.ID()).String(), "attempts failed")
	assert.Contains(t, w.status(m.ID()).String(), "threshold 2 of 3")
}

func TestStatusSaysWhy(t *testing.T) {
	hash := common.Hash{31: 7}
	for want, s := range map[string]Status{
		"next in line":                 {},
		"transaction " + hash.String(): {Transactions: []common.Hash{{1}, hash}},
		"in block 9, transaction " + hash.String() + ", waiting for the block to be final": {Stage: StageDelivered, Delivery: &Delivery{Block: 9, TxHash: hash}},
		"relayer: origin is asleep": {Err: errors.New("relayer: origin is asleep")},
	} {
		assert.Equal(t, "message "+s.ID.String()+": "+s.Stage.String()+": "+want, s.String())
	}
	s := Status{Stage: StageFinal, Delivery: &Delivery{Block: 9, TxHash: hash}}
	assert.NotContains(t, s.String(), "waiting")
}

func TestStageText(t *testing.T) {
	seen := map[string]bool{}
	for s := range numStages {
		text, err := s.MarshalText()
		require.NoError(t, err)
		require.NotEmpty(t, text)
		require.False(t, seen[string(text)])
		seen[string(text)] = true
		var back Stage
		require.NoError(t, back.UnmarshalText(text))
		assert.Equal(t, s, back)
	}
	keep := StageFinal
	require.Error(t, keep.UnmarshalText([]byte("nonsense")))
	assert.Equal(t, StageFinal, keep)
	assert.Equal(t, "stage 200", Stage(200).String())
}

// A failing node ends a pass, but the message it failed on goes to the back, so that it cannot starve the others.
func TestOneMessageDoesNotStarveOthers(t *testing.T) {
	w := newWorld(t)
	defer w.close(t)
	bad := w.a.dispatch(domainB, recipient, "bad", true)
	good := w.a.dispatch(domainB, recipient, "good", true)
	w.b.reverts[bad.ID()] = errModel // no revert, but an answer that cannot be used
	w.a.mine(3)
	w.step()
	require.Equal(t, StageUnreachable, w.status(bad.ID()).Stage)
	w.step()
	assert.Equal(t, StageSubmitted, w.status(good.ID()).Stage)
}

func TestEventsInOrder(t *testing.T) {
	w := newWorld(t)
	defer w.close(t)
	m := w.a.dispatch(domainB, recipient, "hello", true)
	w.settle()
	want := []struct {
		stage Stage
		chain message.Domain
		block uint64
	}{
		{StageDispatched, domainA, 1}, {StageInserted, domainA, 1}, {StageMetadataBuilt, domainB, 0}, {StageSubmitted, domainB, 0},
		{StageDelivered, domainB, 4}, {StageFinal, domainB, 4},
	}
	require.Len(t, w.events, len(want))
	for i, e := range w.events {
		assert.Equal(t, want[i].stage, e.Stage)
		assert.Equal(t, want[i].chain, e.Chain, e.Stage)
		assert.Equal(t, want[i].block, e.Block, e.Stage)
		assert.Equal(t, m.ID(), e.ID)
		assert.Equal(t, &m, e.Message)
		assert.NoError(t, e.Err)
		assert.False(t, e.Time.IsZero())
	}
	assert.Equal(t, w.events[3].TxHash, w.events[4].TxHash)
	assert.EqualValues(t, 50_000, w.events[4].GasUsed)
}

var errReverted = &evm.RevertError{Name: "Error", Reason: "not today", Err: errors.New("execution reverted")}
