package agent_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"regexp"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/hyperlane-go/sdk/hyperlane/agent"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
)

// buffer takes the log of an agent while a test reads it.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

var addressOf = regexp.MustCompile(`address=(127\.0\.0\.1:\d+)`)

// An agent of a caller's own: it has log and metrics, is served while it runs, and is closed in the
// end.
func TestRun(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	t.Setenv("AGENT_TEST_TOKEN", "0123456789abcdef")
	file := write(t, small+"listen: {address: \"127.0.0.1:0\", token: {env: AGENT_TEST_TOKEN}}\nlog: {level: debug, format: text}\n")
	ctx, stop := context.WithCancel(t.Context())
	var log buffer
	b, closed := newBox(), 0
	start := func(_ context.Context, s *agent.Setup) (*agent.Service, error) {
		token, err := s.Listen.Token.Read()
		s.Log.Debug("started", "chain", s.Chains[0].Name, "leak", token)
		return &agent.Service{
			Run: func(ctx context.Context) error {
				defer stop()
				address := addressOf.FindStringSubmatch(log.String())
				if !assert.Len(t, address, 2, log.String()) {
					return nil
				}
				client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
				for _, path := range []string{"/healthz", "/metrics", "/messages", "/messages/" + knownID.String()} {
					answer, err := client.Get("http://" + address[1] + path)
					if assert.NoError(t, err) {
						text, _ := io.ReadAll(answer.Body)
						assert.Equal(t, 200, answer.StatusCode, "%s: %s", path, text)
						assert.NoError(t, answer.Body.Close())
					}
				}
				request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+address[1]+"/messages/"+knownID.String()+"/retry", nil)
				assert.NoError(t, err)
				request.Header.Set("Authorization", "Bearer "+token)
				answer, err := client.Do(request)
				if assert.NoError(t, err) {
					assert.Equal(t, 200, answer.StatusCode)
					assert.NoError(t, answer.Body.Close())
				}
				return nil
			},
			Close:    func() error { closed++; return nil },
			Messages: b,
		}, err
	}
	require.NoError(t, agent.Run(ctx, []string{file}, &log, start, agent.Kinds{}))
	assert.Equal(t, 1, closed)
	assert.Len(t, b.retried, 1)
	assert.Contains(t, log.String(), `msg=started chain=one leak=(secret)`)
	assert.NotContains(t, log.String(), "0123456789abcdef")
}

func TestRunRefuses(t *testing.T) {
	none := func(context.Context, *agent.Setup) (*agent.Service, error) {
		t.Error("started")
		return nil, errors.New("started")
	}
	for _, args := range [][]string{nil, {"a", "b"}, {"-config"}, {"--help"}} {
		err := agent.Run(t.Context(), args, io.Discard, none, agent.Kinds{})
		require.ErrorIs(t, err, evm.ErrConfig)
		assert.ErrorContains(t, err, "want one, the configuration file")
	}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	t.Setenv("AGENT_TEST_TOKEN", "short")
	for text, want := range map[string]string{
		"":                            "is empty",
		small + "listen: nowhere":     "listen (file:8) is nowhere",
		small + "listen: 192.0.2.1:1": "listen (file:8): listen tcp 192.0.2.1:1",
		small + "listen: " + taken.Addr().String():                     "listen (file:8): listen tcp",
		small + "listen: {address: 0, token: {env: AGENT_TEST_TOKEN}}": "listen.token (file:8) is too short, want at least 16 characters",
		small + "listen: {address: 0, token: {env: AGENT_TEST_UNSET}}": "listen.token.env (file:8) is AGENT_TEST_UNSET, which is not set",
	} {
		err := agent.Run(t.Context(), []string{write(t, text)}, io.Discard, none, agent.Kinds{})
		require.Error(t, err, text)
		assert.ErrorContains(t, err, want)
	}
}

// The address is open before the agent starts, and free again when it cannot start. One that other
// machines reach is a warning.
func TestRunListens(t *testing.T) {
	for address, want := range map[string]string{
		"127.0.0.1:0": "level=INFO msg=\"serving metrics, health and messages\" address=127.0.0.1:",
		"0.0.0.0:0":   "level=WARN msg=\"metrics, health and messages can be read from other machines\" address=",
	} {
		var log buffer
		failure := errors.New("out of luck")
		var open string
		start := func(context.Context, *agent.Setup) (*agent.Service, error) {
			open = log.String()
			return nil, failure
		}
		err := agent.Run(t.Context(), []string{write(t, small+"listen: \""+address+"\"")}, &log, start, agent.Kinds{})
		require.ErrorIs(t, err, failure)
		require.Contains(t, open, want)
		port := regexp.MustCompile(`:(\d+)"?\n`).FindStringSubmatch(open)
		require.Len(t, port, 2, open)
		listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", port[1]))
		require.NoError(t, err, "the port is free")
		require.NoError(t, listener.Close())
	}
}

// The form of the log is that of the file.
func TestRunLogs(t *testing.T) {
	for section, want := range map[string]string{
		"log: debug": "level=DEBUG msg=hello", "log: {format: json}": `"level":"INFO","msg":"hello"`, "log: {level: error, format: text}": "",
	} {
		var log buffer
		start := func(_ context.Context, s *agent.Setup) (*agent.Service, error) {
			s.Log.Debug("hello")
			s.Log.Info("hello")
			return &agent.Service{Run: func(context.Context) error { return nil }}, nil
		}
		require.NoError(t, agent.Run(t.Context(), []string{write(t, small+section)}, &log, start, agent.Kinds{}))
		if want == "" {
			assert.Empty(t, log.String())
		}
		assert.Contains(t, log.String(), want)
	}
}

// How an agent ends is how Run ends, except that a context that ends is no failure.
func TestRunEnds(t *testing.T) {
	file := write(t, small)
	failure := errors.New("out of luck")
	run := func(ctx context.Context, service *agent.Service, startErr error) error {
		return agent.Run(ctx, []string{file}, io.Discard, func(context.Context, *agent.Setup) (*agent.Service, error) { return service, startErr }, agent.Kinds{})
	}
	require.ErrorIs(t, run(t.Context(), nil, failure), failure)
	require.ErrorIs(t, run(t.Context(), &agent.Service{Run: func(context.Context) error { return failure }}, nil), failure)
	err := run(t.Context(), &agent.Service{Run: func(context.Context) error { return failure }, Close: func() error { return io.ErrClosedPipe }}, nil)
	require.ErrorIs(t, err, failure)
	require.ErrorIs(t, err, io.ErrClosedPipe)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	require.NoError(t, run(ctx, nil, ctx.Err()), "stopped while it started")
	require.NoError(t, run(ctx, &agent.Service{Run: func(ctx context.Context) error { return ctx.Err() }}, nil))
	require.ErrorIs(t, run(t.Context(), nil, context.Canceled), context.Canceled, "the context has not ended")
}
