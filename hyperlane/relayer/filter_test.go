package relayer

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/matching"
	"github.com/hyperlane-go/sdk/message"
)

var sample = message.Message{Version: 3, Nonce: 7, Origin: 1, Sender: message.MustParseAddress("0x1111111111111111111111111111111111111111"),
	Destination: 10, Recipient: message.MustParseAddress("0x2222222222222222222222222222222222222222222222222222222222222222"), Body: []byte{0x00, 0xab, 0xcd}}

func TestFilters(t *testing.T) {
	rule := func(text string) matching.List {
		l, err := matching.Parse(text)
		require.NoError(t, err)
		return l
	}
	for _, c := range []struct {
		name string
		set  func(*Config)
		by   string
	}{
		{"none", func(*Config) {}, ""},
		{"whitelisted", func(c *Config) { c.Whitelist = rule(`[{"originDomain":1000}]`) }, ""},
		{"empty whitelist", func(c *Config) { c.Whitelist = rule(`[]`) }, ""},
		{"not whitelisted", func(c *Config) { c.Whitelist = rule(`[{"originDomain":1}]`) }, byWhitelist},
		{"blacklisted", func(c *Config) { c.Blacklist = rule(`[{"originDomain":1000}]`) }, byBlacklist},
		{"both", func(c *Config) { c.Whitelist, c.Blacklist = rule(`[{}]`), rule(`[{}]`) }, byBlacklist},
		{"not blacklisted", func(c *Config) { c.Blacklist = rule(`[{"originDomain":1}]`) }, ""},
		{"address", func(c *Config) { c.AddressBlacklist = matching.AddressBlacklist{[]byte("hell")} }, byAddressBlacklist},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, func(w *world) { c.set(&w.cfg) })
			defer w.close(t)
			m := w.a.dispatch(domainB, recipient, "hello", true)
			w.settle()
			s := w.status(m.ID())
			if c.by == "" {
				require.Equal(t, StageFinal, s.Stage)
				return
			}
			require.Equal(t, StageFiltered, s.Stage)
			require.ErrorIs(t, s.Err, ErrFiltered)
			require.ErrorContains(t, s.Err, "by the "+c.by)
			assert.Equal(t, []Stage{StageDispatched, StageFiltered}, w.stages(m.ID())[:2])
			assert.Equal(t, 0, w.b.included(m.ID()))

			// When the configuration changes, so does what becomes of the message.
			w.cfg.Whitelist, w.cfg.Blacklist, w.cfg.AddressBlacklist = nil, nil, nil
			w.restart()
			w.settle()
			assert.Equal(t, StageFinal, w.status(m.ID()).Stage)
		})
	}
	t.Run("destination", func(t *testing.T) {
		w := newWorld(t)
		defer w.close(t)
		m := w.a.dispatch(3000, recipient, "hello", true)
		w.settle()
		require.ErrorIs(t, w.status(m.ID()).Err, ErrFiltered)
		require.ErrorContains(t, w.status(m.ID()).Err, "no chain with a transactor")
	})
	t.Run("later", func(t *testing.T) {
		w := newWorld(t, func(w *world) { w.b.fail["Head"] = -1 })
		defer w.close(t)
		m := w.a.dispatch(domainB, recipient, "hello", true)
		w.a.mine(3)
		w.step()
		require.Equal(t, StageInserted, w.status(m.ID()).Stage)
		w.cfg.Blacklist = rule(`[{}]`)
		w.restart()
		require.Equal(t, StageFiltered, w.status(m.ID()).Stage)
		for range w.r.Pending() {
			t.Error("a filtered message is not pending")
		}
	})
}
