package relayer

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Whatever happens on the way, in the end every message of the origins as they are has been delivered, and none was paid
// for twice. Reorganisations of destinations stay above finality; those of origins do not.
func TestDeliveredExactlyOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		defer func() { require.NoError(t, w.r.Close()) }()
		bodies := 0
		pick := func(label string) (*model, *model) {
			if rapid.Bool().Draw(t, label) {
				return w.a, w.b
			}
			return w.b, w.a
		}
		methods := []string{"Head", "HashAt", "Dispatches", "Insertions", "State", "Delivered", "ProcessedAt", "HasCode",
			"RecipientISM", "Module", "Estimate", "Header", "Price", "Send", "Transaction", "Receipt", "NonceAt", "PendingNonce"}
		foreign := map[string]bool{}
		t.Repeat(map[string]func(*rapid.T){
			"": func(*rapid.T) {},
			"dispatch": func(t *rapid.T) {
				from, to := pick("from")
				bodies++
				from.dispatch(to.domain, recipient, fmt.Sprint(bodies), rapid.Bool().Draw(t, "in tree"))
			},
			"mine":       func(t *rapid.T) { m, _ := pick("chain"); m.mine(rapid.IntRange(1, 12).Draw(t, "blocks")) },
			"step":       func(*rapid.T) { w.step() },
			"step again": func(*rapid.T) { w.step() },
			"wait":       func(t *rapid.T) { w.now = w.now.Add(time.Duration(rapid.IntRange(1, 1200).Draw(t, "s")) * time.Second) },
			"restart":    func(*rapid.T) { w.restart() },
			"kill": func(t *rapid.T) {
				w.killAt = rapid.IntRange(0, 12).Draw(t, "at")
				w.step()
				w.killAt = -1
			},
			"reorg": func(t *rapid.T) {
				m, _ := pick("chain")
				m.reorg(rapid.IntRange(0, max(m.shallow(), 0)).Draw(t, "depth"))
			},
			"deep reorg": func(t *rapid.T) { deepReorg(t, w) },
			"drop pool":  func(t *rapid.T) { m, _ := pick("chain"); m.dropPool() },
			"steal":      func(t *rapid.T) { m, _ := pick("chain"); m.steal() },
			"fail": func(t *rapid.T) {
				m, _ := pick("chain")
				m.fail[rapid.SampledFrom(methods).Draw(t, "method")] = rapid.IntRange(1, 3).Draw(t, "times")
			},
			"lie": func(t *rapid.T) {
				m, _ := pick("chain")
				m.lies = lies{
					noDispatch: rapid.Bool().Draw(t, "noDispatch"), noInsertion: rapid.Bool().Draw(t, "noInsertion"),
					noLogs: rapid.Bool().Draw(t, "noLogs"), wrongRoot: rapid.Bool().Draw(t, "wrongRoot"),
					staleHead:   rapid.Uint64Range(0, 3).Draw(t, "staleHead"),
					nullReceipt: rapid.Bool().Draw(t, "nullReceipt"), noProcessed: rapid.Bool().Draw(t, "noProcessed"),
					oldState: rapid.Uint64Range(0, 4).Draw(t, "oldState"), pending: rapid.Uint64Range(0, 100).Draw(t, "pending"),
				}
				w.step()
				m.lies = lies{}
			},
			"somebody else": func(t *rapid.T) {
				from, to := pick("from")
				if all := from.messages(); len(all) > 0 {
					msg := rapid.SampledFrom(all).Draw(t, "message")
					id := msg.ID()
					to.foreign = append(to.foreign, id)
					foreign[id.String()] = true
				}
			},
		})
		for _, m := range []*model{w.a, w.b} {
			clear(m.fail)
		}
		w.settle()
		for _, m := range []*model{w.a, w.b} {
			to := w.a
			if m == w.a {
				to = w.b
			}
			for _, msg := range m.messages() {
				id := msg.ID()
				_, done := to.processedAt(id, uint64(len(to.blocks)-1))
				require.True(t, done, "message %v is not delivered: %v", id, w.status(id))
				require.Equal(t, StageFinal, w.status(id).Stage)
				if !foreign[id.String()] {
					require.Equal(t, 1, to.included(id), "message %v was paid for more than once", id)
				}
			}
			at := w.r.origin(m.domain).position()
			require.Equal(t, m.tip().tree.Root(), at.Root)
		}
	})
}

// deepReorg takes back blocks that were final by the configured measure, where nothing was delivered.
func deepReorg(t *rapid.T, w *world) {
	for _, m := range []*model{w.a, w.b} {
		clean := 0
		for i := len(m.blocks) - 1; i > 0 && len(m.blocks[i].txs) == 0 && len(m.blocks[i].processed) == 0; i-- {
			clean++
		}
		if clean > 0 {
			m.reorg(rapid.IntRange(1, clean).Draw(t, "depth"))
		}
	}
}
