package relayer

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/message"
)

// A message whose attempts are used up waits for ten weeks. Who has mended its cause need not.
func TestRetryNow(t *testing.T) {
	w := newWorld(t)
	defer w.close(t)
	m := w.a.dispatch(domainB, recipient, "hello", true)
	w.a.mine(3)
	w.b.reverts[m.ID()] = &evm.RevertError{Name: "Error", Reason: "not today", Err: errors.New("execution reverted")}
	w.step()
	_, err := w.r.queue.updateSynced("test", m.ID(), func(rec *record) bool {
		rec.failed, rec.next = maxRetries, w.r.now().Add(exhaustedWait)
		return true
	})
	require.NoError(t, err)
	clear(w.b.reverts)
	w.step()
	require.Equal(t, StageHandleReverted, w.status(m.ID()).Stage, "it is not its turn")

	s, err := w.r.RetryNow(m.ID())
	require.NoError(t, err)
	assert.Equal(t, time.Time{}, s.Next)
	assert.Zero(t, s.Attempts)
	w.crash() // the wish is on disk by now
	w.step()
	assert.Equal(t, StageSubmitted, w.status(m.ID()).Stage)

	w.settle()
	s, err = w.r.RetryNow(m.ID())
	require.NoError(t, err)
	assert.Equal(t, StageFinal, s.Stage, "what is done stays done")
	assert.Equal(t, 1, w.b.included(m.ID()))
	s, err = w.r.RetryNow(message.ID{1})
	require.NoError(t, err)
	assert.ErrorIs(t, s.Err, ErrUnknownMessage)
}

func TestRetryNowAfterClose(t *testing.T) {
	w := newWorld(t)
	w.close(t)
	_, err := w.r.RetryNow(message.ID{1})
	assert.ErrorIs(t, err, ErrClosed)
}
