package relayer

import (
	"encoding/json"
	"errors"
	"log/slog"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/cockroachdb/pebble"
	"github.com/cockroachdb/pebble/vfs"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/hyperlane-go/sdk/hyperlane/evm/sender"
	"github.com/hyperlane-go/sdk/message"
)

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }

func TestStoreRefused(t *testing.T) {
	fs := vfs.NewMem()
	s, err := openStore("mine", fs, discard())
	require.NoError(t, err)

	t.Run("in use", func(t *testing.T) {
		_, err := openStore("mine", fs, discard())
		require.ErrorIs(t, err, ErrLocked)
		dir := filepath.Join(t.TempDir(), "a", "b") // on disk too, in one process and in several
		disk, err := openStore(dir, nil, discard())
		require.NoError(t, err)
		_, err = openStore(dir, nil, discard())
		require.ErrorIs(t, err, ErrLocked)
		require.NoError(t, disk.close())
	})
	require.NoError(t, s.commit("test", func(b *pebble.Batch) error { return b.Set([]byte(keySchema), []byte("another version"), nil) }))
	require.NoError(t, s.close())

	t.Run("of another version", func(t *testing.T) {
		_, err := openStore("mine", fs, discard())
		var e *StoreError
		require.ErrorAs(t, err, &e)
		assert.Equal(t, keySchema, e.Key)
		assert.Equal(t, "another version", e.Have)
	})
	t.Run("of another program", func(t *testing.T) {
		db, err := pebble.Open("foreign", &pebble.Options{FS: fs, Logger: pebbleLogger{discard()}})
		require.NoError(t, err)
		require.NoError(t, db.Set([]byte("key"), []byte("value"), pebble.Sync))
		require.NoError(t, db.Close())
		_, err = openStore("foreign", fs, discard())
		require.ErrorIs(t, err, ErrStore)
	})
	t.Run("that is no database", func(t *testing.T) {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, "CURRENT"), []byte("nonsense"), 0o600))
		_, err := openStore(dir, nil, discard())
		require.ErrorIs(t, err, ErrStore)
		require.ErrorContains(t, err, dir)
	})
	t.Run("that is a file", func(t *testing.T) {
		name := filepath.Join(t.TempDir(), "file")
		require.NoError(t, os.WriteFile(name, nil, 0o600))
		_, err := openStore(filepath.Join(name, "state"), nil, discard())
		require.ErrorIs(t, err, ErrStore)
	})
}

// Entries that do not belong together are noticed when the relayer starts.
func TestCorruptState(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(t *testing.T, w *world, m message.Message) ([]byte, []byte) // key and value; nil value deletes
	}{
		{"leaf missing", func(*testing.T, *world, message.Message) ([]byte, []byte) { return leafKey(domainA, 0), nil }},
		{"leaf changed", func(*testing.T, *world, message.Message) ([]byte, []byte) {
			return leafKey(domainA, 0), make([]byte, 32)
		}},
		{"leaf too short", func(*testing.T, *world, message.Message) ([]byte, []byte) { return leafKey(domainA, 0), []byte{1} }},
		{"leaf too many", func(*testing.T, *world, message.Message) ([]byte, []byte) {
			return leafKey(domainA, 2), make([]byte, 32)
		}},
		{"cursor malformed", func(*testing.T, *world, message.Message) ([]byte, []byte) {
			return domainKey(prefixPoint, domainA), []byte("{")
		}},
		{"pin malformed", func(*testing.T, *world, message.Message) ([]byte, []byte) {
			return domainKey(prefixPin, domainA), []byte("7")
		}},
		{"record malformed", func(_ *testing.T, _ *world, m message.Message) ([]byte, []byte) {
			return recordKey(prefixQueue, m.ID()), []byte("{}")
		}},
		{"transaction malformed", func(*testing.T, *world, message.Message) ([]byte, []byte) {
			return sendingKey(domainB, 7), []byte(`{"nonce":7,"txs":[]}`)
		}},
		{"transaction of another account", func(t *testing.T, _ *world, m message.Message) ([]byte, []byte) {
			tx := types.NewTx(&types.LegacyTx{Nonce: 7, V: big.NewInt(27), R: big.NewInt(1), S: big.NewInt(1)})
			data, err := json.Marshal(sender.Record{Nonce: 7, Keys: []sender.Key{keyOf(m.ID())}, Txs: []sender.Tx{{Transaction: tx}}})
			require.NoError(t, err)
			return sendingKey(domainB, 7), data
		}},
		{"transaction of no message", func(t *testing.T, _ *world, _ message.Message) ([]byte, []byte) {
			tx := types.NewTx(&types.LegacyTx{Nonce: 7, V: big.NewInt(27), R: big.NewInt(1), S: big.NewInt(1)})
			data, err := json.Marshal(sender.Record{Nonce: 7, Keys: []sender.Key{"hello"}, Txs: []sender.Tx{{Transaction: tx}}})
			require.NoError(t, err)
			return sendingKey(domainB, 7), data
		}},
		{"record of another message", func(t *testing.T, w *world, m message.Message) ([]byte, []byte) {
			rec := w.r.queue.find(m.ID()).clone()
			rec.msg.Nonce++
			data, err := rec.encode()
			require.NoError(t, err)
			return recordKey(prefixQueue, m.ID()), data
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, func(w *world) { w.b.fail["Head"] = -1 })
			m := w.a.dispatch(domainB, recipient, "hello", true)
			w.a.dispatch(domainB, recipient, "again", true)
			w.a.mine(3)
			w.step()
			key, value := c.spoil(t, w, m)
			if value == nil {
				require.NoError(t, w.r.store.db.Delete(key, pebble.Sync))
			} else {
				require.NoError(t, w.r.store.db.Set(key, value, pebble.Sync))
			}
			cfg := w.r.cfg
			require.NoError(t, w.r.Close())
			_, err := open(cfg, w.ends())
			require.ErrorIs(t, err, ErrStore)
			var e *StoreError
			if errors.As(err, &e) {
				assert.NotEmpty(t, e.Next)
			} else {
				require.ErrorIs(t, err, sender.ErrState)
			}
		})
	}
}

func TestRecordCodec(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawRecord(t)
		data, err := r.encode()
		require.NoError(t, err)
		back, err := decodeRecord(data)
		require.NoError(t, err)
		require.Equal(t, r, back)
		c := r.clone()
		require.Equal(t, r, c)
		if c.delivery != nil {
			c.delivery.Block++
			require.NotEqual(t, r, c, "a clone shares nothing")
		}
	})
}

func drawRecord(t *rapid.T) *record {
	bytes := func(label string) []byte { return rapid.SliceOfN(rapid.Byte(), 1, 40).Draw(t, label) }
	r := &record{
		msg:   message.Message{Version: 3, Nonce: rapid.Uint32().Draw(t, "nonce"), Origin: domainA, Destination: domainB, Body: bytes("body")},
		block: rapid.Uint64().Draw(t, "block"), txHash: common.BytesToHash(bytes("tx")),
		stage:  rapid.SampledFrom([]Stage{StageDispatched, StageSubmitted, StageFinal}).Draw(t, "stage"),
		failed: rapid.IntRange(0, 100).Draw(t, "failed"), reason: rapid.StringMatching(`[a-z: ]*`).Draw(t, "reason"),
		next: fromNanos(rapid.Int64().Draw(t, "next")),
	}
	r.id = r.msg.ID()
	if rapid.Bool().Draw(t, "delivered") {
		r.delivery = &Delivery{TxHash: common.BytesToHash(bytes("hash")), Block: 7, GasUsed: 9}
	}
	return r
}

func FuzzRecord(f *testing.F) {
	r := &record{msg: sample, stage: StageSubmitted, delivery: &Delivery{Block: 7}, next: time.Unix(1, 2)}
	data, err := r.encode()
	require.NoError(f, err)
	f.Add(data)
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := decodeRecord(data)
		if err != nil {
			return
		}
		first, err := r.encode()
		require.NoError(t, err)
		back, err := decodeRecord(first)
		require.NoError(t, err)
		require.Equal(t, r, back)
	})
}

func TestAfter(t *testing.T) {
	assert.Equal(t, []byte("b"), after([]byte("a")))
	assert.Equal(t, []byte{2}, after([]byte{1, 0xff}))
	assert.Nil(t, after([]byte{0xff, 0xff}))
}
