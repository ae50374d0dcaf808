package relayer

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/message"
)

func TestPage(t *testing.T) {
	w := newWorld(t, func(w *world) { w.b.fail["Head"] = -1 })
	defer w.close(t)
	require.NoError(t, w.r.Health(), "before the first pass nothing has failed")
	var sent []message.ID
	for _, body := range []string{"one", "two", "three"} {
		m := w.a.dispatch(domainB, recipient, body, true)
		sent = append(sent, m.ID())
	}
	w.a.mine(3)
	w.step()

	for _, c := range []struct {
		skip, limit int
		want        []message.ID
	}{
		{0, 2, sent[:2]}, {2, 2, sent[2:]}, {0, 3, sent}, {3, 1, nil}, {1 << 40, 1, nil}, {0, 0, nil}, {0, -1, nil}, {-1, 1, sent[:1]}, {1, 1 << 40, sent[1:]},
	} {
		page, total, err := w.r.Page(c.skip, c.limit)
		require.NoError(t, err)
		assert.Equal(t, 3, total)
		var have []message.ID
		for _, s := range page {
			have = append(have, s.ID)
		}
		assert.Equal(t, c.want, have, "skip %d, limit %d", c.skip, c.limit)
	}

	assert.ErrorContains(t, w.r.Health(), "delivering ", "a chain that does not answer is named")
	w.b.fail["Head"] = 0
	w.settle()
	assert.NoError(t, w.r.Health())
	require.NoError(t, w.r.Close())
	_, _, err := w.r.Page(0, 1)
	assert.ErrorIs(t, err, ErrClosed)
}
