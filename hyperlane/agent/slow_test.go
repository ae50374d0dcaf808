package agent

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A client that never finishes its request is cut off. The bounds are shortened here; that the
// server has them all is checked beside.
func TestSlowClient(t *testing.T) {
	server := newServer(http.NotFoundHandler(), slog.New(slog.DiscardHandler))
	for name, bound := range map[string]time.Duration{
		"header": server.ReadHeaderTimeout, "read": server.ReadTimeout, "write": server.WriteTimeout, "idle": server.IdleTimeout,
	} {
		assert.Greater(t, bound, time.Duration(0), name)
		assert.LessOrEqual(t, bound, time.Minute, name)
	}
	server.ReadHeaderTimeout = 20 * time.Millisecond
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- serve(ctx, listener, server) }()
	c, err := net.Dial("tcp", listener.Addr().String())
	require.NoError(t, err)
	defer c.Close()
	_, err = io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\n")
	require.NoError(t, err)
	require.NoError(t, c.SetDeadline(time.Now().Add(30*time.Second)))
	_, err = io.ReadAll(c)
	require.NoError(t, err, "the server closes the connection")
	stop()
	require.NoError(t, <-done)
}

// The end of the command line: one line, and a code that says whether another start can help.
func TestExitCode(t *testing.T) {
	var out writer
	d := &decoder{file: "f.yaml", lines: map[string]int{}}
	assert.Equal(t, 0, exitCode(&out, "relayer", nil))
	assert.Equal(t, 1, exitCode(&out, "relayer", assert.AnError))
	assert.Equal(t, 2, exitCode(&out, "relayer", d.refuse("stateDir", "missing\nreally", "one", nil)))
	assert.Equal(t, "relayer: "+assert.AnError.Error()+"\nrelayer: configuration: stateDir (f.yaml) is missing; really, want one\n", string(out))
}

type writer []byte

func (w *writer) Write(b []byte) (int, error) { *w = append(*w, b...); return len(b), nil }

func TestHidden(t *testing.T) {
	h := &hidden{}
	h.add("short")
	h.add("line one\nline \"two\"")
	node, err := url.Parse("https://user:pass-word@node.example/v3/0123456789abcdef0123?apikey=k-e-y-1&x=1")
	require.NoError(t, err)
	h.addURL(node)
	var out writer
	w := &cleanWriter{h: h, w: &out}
	for _, log := range []*slog.Logger{Log{}.logger(w), Log{JSON: true}.logger(w)} {
		log.Info("dial", "url", "https://user:pass-word@node.example/v3/0123456789abcdef0123?apikey=k-e-y-1&x=1", "short", "short",
			"password", "line one\nline \"two\"")
	}
	text := string(out)
	for _, secret := range []string{"pass-word", "0123456789abcdef0123", "k-e-y-1", "line one", "two"} {
		assert.NotContains(t, text, secret)
	}
	assert.Contains(t, text, "node.example")
	assert.Contains(t, text, "short")
	n, err := (&cleanWriter{h: h, w: full{}}).Write([]byte("text"))
	require.ErrorIs(t, err, io.ErrShortWrite)
	assert.Zero(t, n)
}

// full is a disk that is full.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

// Only the path of an error is dropped, never its class.
func TestWithoutPath(t *testing.T) {
	_, err := os.Open("0123456789abcdef")
	require.ErrorContains(t, err, "0123456789abcdef")
	require.ErrorIs(t, withoutPath(err), os.ErrNotExist)
	assert.NotContains(t, withoutPath(err).Error(), "0123456789abcdef")
	assert.Equal(t, io.ErrUnexpectedEOF, withoutPath(io.ErrUnexpectedEOF))
}

func TestNearest(t *testing.T) {
	known := []string{"reorgPeriod", "rpc", "chainId", "from", "gs"}
	for word, want := range map[string]string{
		"reorgperiod": "reorgPeriod", "reorg_period": "reorgPeriod", "rcp": "rpc", "chainID": "chainId", "form": "from",
		"g3": "gs", "": "", "whitelist": "", "x": "", "az": "",
	} {
		have, ok := nearest(word, known)
		assert.Equal(t, want, have, word)
		assert.Equal(t, want != "", ok, word)
	}
}
