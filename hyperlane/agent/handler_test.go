package agent_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/hyperlane-go/sdk/hyperlane/agent"
	"github.com/hyperlane-go/sdk/message"
)

// status is a Message of a name.
type status string

func (s status) String() string { return "message " + string(s) }
func (s status) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]string{"name": string(s)})
}

// box is what an agent knows of its messages, for tests.
type box struct {
	known   map[message.ID]status
	waiting []status
	err     error
	retried []message.ID
	hold    chan struct{} // lists wait for it where it is set
	entered chan struct{}
}

func (b *box) Message(id message.ID) (agent.Message, bool, error) {
	s, ok := b.known[id]
	if !ok {
		s = "unknown\x1b[31m"
	}
	return s, ok, b.err
}

func (b *box) Waiting(skip, limit int) ([]agent.Message, int, error) {
	if b.hold != nil {
		b.entered <- struct{}{}
		<-b.hold
	}
	var page []agent.Message
	for i := skip; i < min(skip+limit, len(b.waiting)); i++ {
		page = append(page, b.waiting[i])
	}
	return page, len(b.waiting), b.err
}

func (b *box) Retry(id message.ID) (agent.Message, bool, error) {
	b.retried = append(b.retried, id)
	return b.Message(id)
}

var knownID = message.ID{0xab, 31: 1}

func newBox() *box {
	b := &box{known: map[message.ID]status{knownID: "one"}}
	for i := range 250 {
		b.waiting = append(b.waiting, status(fmt.Sprint(i)))
	}
	return b
}

func get(h http.Handler, method, target string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestHandler(t *testing.T) {
	const token = "0123456789abcdef"
	registry := prometheus.NewRegistry()
	gauge := prometheus.NewGauge(prometheus.GaugeOpts{Name: "hyperlane_test"})
	registry.MustRegister(gauge)
	b := newBox()
	var unhealthy error
	var log bytes.Buffer
	h := agent.NewHandler(agent.Served{
		Metrics: registry, Health: func() error { return unhealthy }, Messages: b, Token: token,
		Log: slog.New(slog.NewTextHandler(&log, nil)),
	})
	one, other := "/messages/"+knownID.String(), "/messages/"+message.ID{}.String()
	bearer := []string{"Authorization", "Bearer " + token}
	plain := []string{"Accept", "text/plain, application/json;q=0.5"}
	for _, c := range []struct {
		method, target string
		header         []string
		status         int
		kind, want     string
	}{
		{"GET", "/", nil, 200, "text/plain", "POST /messages/{id}/retry"},
		{"GET", "/metrics", nil, 200, "text/plain", "hyperlane_test 0"},
		{"GET", "/healthz", nil, 200, "text/plain", "ok"},
		{"GET", "/nothing", nil, 404, "", ""},
		{"GET", one, nil, 200, "application/json", `"name": "one"`},
		{"HEAD", one, nil, 200, "application/json", ""},
		{"GET", one, []string{"Accept", "*/*"}, 200, "application/json", `"name": "one"`},
		{"GET", one, []string{"Accept", "application/json, text/plain"}, 200, "application/json", `"name": "one"`},
		{"GET", one, plain, 200, "text/plain", "message one\n"},
		{"GET", one, []string{"Accept", "text/html,*/*"}, 200, "text/plain", "message one\n"},
		{"GET", one + "?format=text", nil, 200, "text/plain", "message one\n"},
		{"GET", one + "?format=json", plain, 200, "application/json", `"name": "one"`},
		{"GET", one + "?format=xml", nil, 400, "text/plain", `format is "xml", want text or json`},
		{"GET", other, nil, 404, "application/json", `"name": "unknown`},
		{"GET", other, plain, 404, "text/plain", "message unknown\uFFFD[31m\n"}, // no control of the terminal
		{"GET", "/messages/0x12", nil, 400, "text/plain", `"0x12" is no message id, want 0x and 64 hexadecimal digits`},
		{"GET", "/messages/%1b%5b31m", nil, 400, "text/plain", `"\x1b[31m" is no message id`},
		{"GET", "/messages/" + strings.Repeat("a", 400), nil, 400, "text/plain", "..."},
		{"GET", "/messages/" + strings.Repeat("a", 5000), nil, 414, "text/plain", "the URL is too long, want at most 512 bytes"},
		{"GET", "/messages?" + strings.Repeat("a", 5000), nil, 414, "text/plain", "the URL is too long"},
		{"DELETE", one, nil, 405, "", ""},
		{"PUT", "/messages", nil, 405, "", ""},
		{"POST", "/messages", nil, 405, "", ""},
		{"POST", "/metrics", nil, 405, "", ""},
		{"POST", "/healthz", nil, 405, "", ""},
		{"GET", one + "/retry", nil, 405, "", ""},
		{"GET", one + "/retry/more", nil, 404, "", ""},
		{"POST", one + "/retry", nil, 401, "text/plain", "want Authorization: Bearer TOKEN"},
		{"POST", one + "/retry", []string{"Authorization", "Bearer " + token + "x"}, 401, "text/plain", "want Authorization"},
		{"POST", one + "/retry", []string{"Authorization", "Bearer "}, 401, "text/plain", "want Authorization"},
		{"POST", one + "/retry", []string{"Authorization", token}, 401, "text/plain", "want Authorization"},
		{"POST", one + "/retry", []string{"Authorization", "Basic " + token}, 401, "text/plain", "want Authorization"},
		{"POST", "/messages/1/retry", bearer, 400, "text/plain", "is no message id"},
		{"GET", "/messages?limit=2", nil, 200, "application/json", `"next": "/messages?skip=2\u0026limit=2"`},
		{"GET", "/messages?skip=248&limit=2", plain, 200, "text/plain", "message 248\nmessage 249\n2 of 250 messages that wait\n"},
		{"GET", "/messages?skip=1&limit=1", plain, 200, "text/plain", "next: /messages?skip=2&limit=1&format=text\n"},
		{"GET", "/messages?skip=2147483647", nil, 200, "application/json", `"messages": []`},
		{"GET", "/messages?skip=-1", nil, 400, "text/plain", `skip is "-1", want a number from 0 to 2147483647`},
		{"GET", "/messages?limit=1001", nil, 400, "text/plain", `limit is "1001", want a number from 0 to 1000`},
		{"GET", "/messages?limit=99999999999999999999", nil, 400, "text/plain", "want a number from 0 to 1000"},
	} {
		w := get(h, c.method, c.target, c.header...)
		name := c.method + " " + clipped(c.target) + " " + strings.Join(c.header, ": ")
		require.Equal(t, c.status, w.Code, name+"\n"+clipped(w.Body.String()))
		assert.Contains(t, w.Header().Get("Content-Type"), c.kind, name)
		assert.Contains(t, w.Body.String(), c.want, name)
		assert.Less(t, w.Body.Len(), 1<<16, name)
		if c.kind == "application/json" && c.method != "HEAD" {
			assert.True(t, json.Valid(w.Body.Bytes()), name)
		}
	}
	assert.Empty(t, b.retried, "nothing was retried without the token")

	w := get(h, "GET", "/messages")
	var page struct {
		Total    int
		Messages []struct{ Name string }
		Next     string
	}
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &page))
	assert.Equal(t, 250, page.Total)
	assert.Len(t, page.Messages, 100, "a page is bounded without being asked")
	assert.Equal(t, "/messages?skip=100&limit=100", page.Next)

	w = get(h, "POST", one+"/retry", bearer...)
	require.Equal(t, 200, w.Code)
	assert.Equal(t, []message.ID{knownID}, b.retried)
	assert.Contains(t, log.String(), `msg="retry asked for" id=`+knownID.String(), "the log names the message")
	assert.Equal(t, 404, get(h, "POST", other+"/retry", bearer...).Code)

	unhealthy = errors.New("node of ethereum is down\x07")
	w = get(h, "GET", "/healthz")
	assert.Equal(t, 503, w.Code)
	assert.Equal(t, "node of ethereum is down\uFFFD\n", w.Body.String())

	b.err = errors.New("/var/lib/relayer: disk on fire")
	for _, target := range []string{one, "/messages"} {
		w = get(h, "GET", target)
		assert.Equal(t, 500, w.Code)
		assert.NotContains(t, w.Body.String(), "/var/lib")
	}
}

func clipped(text string) string { return text[:min(len(text), 100)] }

// What cannot be written as JSON is a failure of the agent, whose cause is for the log.
func TestHandlerCannotEncode(t *testing.T) {
	var log bytes.Buffer
	h := agent.NewHandler(agent.Served{Messages: mute{newBox()}, Log: slog.New(slog.NewTextHandler(&log, nil))})
	for _, path := range []string{"/messages", "/messages/" + knownID.String()} {
		log.Reset()
		w := get(h, "GET", path)
		assert.Equal(t, http.StatusInternalServerError, w.Code)
		assert.Equal(t, "the agent could not find out; its log says why\n", w.Body.String())
		assert.Contains(t, log.String(), "path="+path)
		assert.Contains(t, log.String(), "tongue-tied")
	}
	w := get(h, "GET", "/messages/"+knownID.String(), "Accept", "text/plain")
	assert.Equal(t, "message mute\n", w.Body.String(), "as text it can be read")
}

// mute knows messages that cannot be written as JSON.
type mute struct{ *box }

func (m mute) Message(message.ID) (agent.Message, bool, error) { return mute{}, true, nil }
func (m mute) Waiting(int, int) ([]agent.Message, int, error) {
	return []agent.Message{mute{}}, 1, nil
}
func (mute) String() string               { return "message mute" }
func (mute) MarshalJSON() ([]byte, error) { return nil, errors.New("tongue-tied") }

func TestHandlerWithoutToken(t *testing.T) {
	b := newBox()
	h := agent.NewHandler(agent.Served{Messages: b})
	for _, header := range [][]string{nil, {"Authorization", "Bearer "}, {"Authorization", "Bearer x"}} {
		w := get(h, "POST", "/messages/"+knownID.String()+"/retry", header...)
		assert.Equal(t, 403, w.Code)
		assert.Contains(t, w.Body.String(), "listen.token is not set")
	}
	assert.Empty(t, b.retried)
	for _, target := range []string{"/metrics", "/healthz"} {
		assert.Equal(t, 404, get(h, "GET", target).Code, "nothing to serve")
	}
	assert.Equal(t, 404, get(agent.NewHandler(agent.Served{}), "GET", "/messages").Code)
}

// A long queue is listed once at a time, however many ask.
func TestOneListAtATime(t *testing.T) {
	b := newBox()
	b.hold, b.entered = make(chan struct{}), make(chan struct{})
	h := agent.NewHandler(agent.Served{Messages: b})
	first := make(chan int)
	go func() { first <- get(h, "GET", "/messages").Code }()
	<-b.entered
	w := get(h, "GET", "/messages")
	assert.Equal(t, 503, w.Code)
	assert.Equal(t, "1", w.Header().Get("Retry-After"))
	close(b.hold)
	assert.Equal(t, 200, <-first)
}

// A server with hostile clients: more than it has room for, and some that say nothing.
func TestServeHostileClients(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- agent.Serve(ctx, listener, agent.NewHandler(agent.Served{Health: func() error { return nil }}), nil)
	}()
	address := listener.Addr().String()

	// 64 connections hold every place, each in the middle of a request.
	var held []net.Conn
	for range 64 {
		c, err := net.Dial("tcp", address)
		require.NoError(t, err)
		_, err = io.WriteString(c, "GET /healthz HTTP/1.1\r\nHost: x\r\n")
		require.NoError(t, err)
		held = append(held, c)
	}
	c, err := net.Dial("tcp", address)
	require.NoError(t, err)
	require.NoError(t, c.SetDeadline(time.Now().Add(10*time.Second)))
	_, _ = io.WriteString(c, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n") // can fail: the server is closing
	_, err = c.Read(make([]byte, 1))
	require.Error(t, err, "one too many is closed without an answer")
	require.False(t, errors.Is(err, context.DeadlineExceeded) || isTimeout(err), "and at once: %v", err)
	require.NoError(t, c.Close())

	// A place that is given back serves the next.
	_, err = io.WriteString(held[0], "Connection: close\r\n\r\n")
	require.NoError(t, err)
	answer, err := http.ReadResponse(bufio.NewReader(held[0]), nil)
	require.NoError(t, err)
	require.Equal(t, 200, answer.StatusCode)
	require.NoError(t, answer.Body.Close())
	require.NoError(t, held[0].Close())
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	require.Eventually(t, func() bool {
		answer, err := client.Get("http://" + address + "/healthz")
		if err != nil {
			return false
		}
		return answer.Body.Close() == nil && answer.StatusCode == 200
	}, 10*time.Second, 10*time.Millisecond)

	// A header without end is refused.
	require.NoError(t, held[1].SetDeadline(time.Now().Add(10*time.Second)))
	_, _ = io.WriteString(held[1], "X: "+strings.Repeat("x", 1<<16)+"\r\n\r\n") // can fail: the server is closing
	answer, err = http.ReadResponse(bufio.NewReader(held[1]), nil)
	if err == nil { // the connection may be reset before the answer is read
		assert.Equal(t, http.StatusRequestHeaderFieldsTooLarge, answer.StatusCode)
		require.NoError(t, answer.Body.Close())
	}

	// Those that still hold a place do not keep the server from ending.
	stop()
	require.NoError(t, <-done)
	for _, c := range held[1:] {
		require.NoError(t, c.Close())
	}
	_, err = net.Dial("tcp", address)
	require.Error(t, err, "the address is free again")
}

// A listener that fails ends the server with an error that names its address.
func TestServeFails(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	err = agent.Serve(t.Context(), listener, http.NotFoundHandler(), nil)
	require.ErrorIs(t, err, net.ErrClosed)
	assert.ErrorContains(t, err, "agent: serve "+listener.Addr().String()+": ")
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}
