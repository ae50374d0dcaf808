package agent

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/hyperlane-go/sdk/message"
)

const (
	defaultPage = 100
	largestPage = 1000
	longestURL  = 512 // bytes of path and query; the longest that is served has about 120
	scrapes     = 4   // at a time
)

// Served is what an agent shows of itself, see [NewHandler]. A nil field shows nothing.
type Served struct {
	Metrics  prometheus.Gatherer
	Health   func() error // returns why the agent is not healthy, or nil
	Messages Messages
	Token    string       // of retries; empty refuses every retry
	Log      *slog.Logger // of retries and of what fails; nil discards it
}

// NewHandler serves what an agent shows of itself:
//
//	GET  /metrics              the metrics, in the form of Prometheus
//	GET  /healthz              200 ok, or 503 and why the agent is not healthy
//	GET  /messages             the messages that wait, ?skip=0&limit=100
//	GET  /messages/{id}        one message: where it is, and why it is not delivered
//	POST /messages/{id}/retry  try it now; with Authorization: Bearer TOKEN
//
// Messages are JSON, or text with ?format=text or Accept: text/plain. A message that the agent has
// not seen is 404, with a status that says how far the agent has read.
func NewHandler(s Served) http.Handler {
	if s.Log == nil {
		s.Log = slog.New(slog.DiscardHandler)
	}
	h := &handler{Served: s, listing: make(chan struct{}, 1)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", h.index)
	if h.Metrics != nil {
		mux.Handle("GET /metrics", promhttp.HandlerFor(h.Metrics, promhttp.HandlerOpts{MaxRequestsInFlight: scrapes}))
	}
	if h.Health != nil {
		mux.HandleFunc("GET /healthz", h.health)
	}
	if h.Messages != nil {
		mux.HandleFunc("GET /messages", h.list)
		mux.HandleFunc("GET /messages/{id}", h.one)
		mux.HandleFunc("POST /messages/{id}/retry", h.retry)
	}
	return guarded(mux)
}

// handler answers the routes of NewHandler.
type handler struct {
	Served
	listing chan struct{} // one list at a time: a long queue is costly to list
}

// guarded refuses what no route takes, before the routes see it.
func guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Cache-Control", "no-store")
		if len(r.URL.Path)+len(r.URL.RawQuery) > longestURL {
			http.Error(w, fmt.Sprintf("the URL is too long, want at most %d bytes", longestURL), http.StatusRequestURITooLong)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, 1<<10) // no route reads a body
		next.ServeHTTP(w, r)
	})
}

func (h *handler) index(w http.ResponseWriter, _ *http.Request) {
	var b strings.Builder
	for _, route := range []struct {
		there bool
		text  string
	}{
		{h.Metrics != nil, "GET  /metrics"},
		{h.Health != nil, "GET  /healthz"},
		{h.Messages != nil, "GET  /messages?skip=0&limit=100\nGET  /messages/{id}\nPOST /messages/{id}/retry"},
	} {
		if route.there {
			b.WriteString(route.text + "\n")
		}
	}
	writeText(w, http.StatusOK, b.String())
}

func (h *handler) health(w http.ResponseWriter, _ *http.Request) {
	if err := h.Health(); err != nil {
		writeText(w, http.StatusServiceUnavailable, err.Error()+"\n")
		return
	}
	writeText(w, http.StatusOK, "ok\n")
}

func (h *handler) list(w http.ResponseWriter, r *http.Request) {
	skip, err := number(r, "skip", 0, 1<<31-1)
	limit, limitErr := number(r, "limit", defaultPage, largestPage)
	text, formatErr := wantsText(r)
	if err := errors.Join(err, limitErr, formatErr); err != nil {
		writeText(w, http.StatusBadRequest, err.Error()+"\n")
		return
	}
	select {
	case h.listing <- struct{}{}:
		defer func() { <-h.listing }()
	default:
		w.Header().Set("Retry-After", "1")
		writeText(w, http.StatusServiceUnavailable, "another list is being made, try again\n")
		return
	}
	page, total, err := h.Messages.Waiting(skip, limit)
	if err != nil {
		h.fail(w, r, err)
		return
	}
	next := ""
	if len(page) > 0 && skip+len(page) < total {
		next = fmt.Sprintf("/messages?skip=%d&limit=%d", skip+len(page), limit)
	}
	if text {
		h.listText(w, page, total, next)
		return
	}
	if page == nil {
		page = []Message{}
	}
	h.writeJSON(w, r, http.StatusOK, struct {
		Total    int       `json:"total"`
		Messages []Message `json:"messages"`
		Next     string    `json:"next,omitempty"`
	}{total, page, next})
}

func (h *handler) listText(w http.ResponseWriter, page []Message, total int, next string) {
	var b strings.Builder
	for _, m := range page {
		b.WriteString(m.String() + "\n")
	}
	fmt.Fprintf(&b, "%d of %d messages that wait\n", len(page), total)
	if next != "" {
		b.WriteString("next: " + next + "&format=text\n")
	}
	writeText(w, http.StatusOK, b.String())
}

func (h *handler) one(w http.ResponseWriter, r *http.Request) { h.answer(w, r, h.Messages.Message) }

func (h *handler) retry(w http.ResponseWriter, r *http.Request) {
	if h.Token == "" {
		writeText(w, http.StatusForbidden, "retries are refused, because listen.token is not set in the configuration file\n")
		return
	}
	token, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	// SECURITY: hashes of equal length are compared in constant time, so that the time tells
	// nothing of the token.
	have, want := sha256.Sum256([]byte(token)), sha256.Sum256([]byte(h.Token))
	if subtle.ConstantTimeCompare(have[:], want[:]) != 1 || !found {
		w.Header().Set("WWW-Authenticate", "Bearer")
		writeText(w, http.StatusUnauthorized, "want Authorization: Bearer TOKEN with the token that listen.token names\n")
		return
	}
	h.answer(w, r, func(id message.ID) (Message, bool, error) {
		h.Log.Info("retry asked for", "id", id, "from", r.RemoteAddr)
		return h.Messages.Retry(id)
	})
}

// answer writes the status that ask returns for the message of the request.
func (h *handler) answer(w http.ResponseWriter, r *http.Request, ask func(id message.ID) (Message, bool, error)) {
	text, err := wantsText(r)
	if err != nil {
		writeText(w, http.StatusBadRequest, err.Error()+"\n")
		return
	}
	id, err := message.ParseID(r.PathValue("id"))
	if err != nil {
		writeText(w, http.StatusBadRequest, fmt.Sprintf("%s is no message id, want 0x and 64 hexadecimal digits\n", strconv.Quote(clip(r.PathValue("id")))))
		return
	}
	m, known, err := ask(id)
	if err != nil {
		h.fail(w, r, err)
		return
	}
	status := http.StatusOK
	if !known {
		status = http.StatusNotFound
	}
	if text {
		writeText(w, status, m.String()+"\n")
		return
	}
	h.writeJSON(w, r, status, m)
}

// fail answers that the agent could not find out. The cause is for the log: it can hold paths of
// this machine.
func (h *handler) fail(w http.ResponseWriter, r *http.Request, err error) {
	h.Log.Error("request failed", "path", clip(r.URL.Path), "err", err)
	writeText(w, http.StatusInternalServerError, "the agent could not find out; its log says why\n")
}

func (h *handler) writeJSON(w http.ResponseWriter, r *http.Request, status int, v any) {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		h.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(text, '\n')) // a client that is gone needs no answer
}

// writeText writes text for a terminal. Strangers choose parts of it, such as the reason of a
// revert: control characters are replaced, so that they cannot control the terminal.
func writeText(w http.ResponseWriter, status int, text string) {
	text = strings.Map(func(r rune) rune {
		if r != '\n' && !strconv.IsPrint(r) {
			return '\uFFFD'
		}
		return r
	}, text)
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text)) // a client that is gone needs no answer
}

// number reads a parameter of the query.
func number(r *http.Request, name string, missing, most int) (int, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return missing, nil
	}
	n, err := strconv.ParseUint(text, 10, 31)
	if err != nil || int(n) > most {
		return 0, fmt.Errorf("%s is %s, want a number from 0 to %d", name, strconv.Quote(clip(text)), most)
	}
	return int(n), nil
}

// wantsText reports whether the client asks for text: by the query, or by an Accept header that
// names text/plain, and names it before JSON.
func wantsText(r *http.Request) (bool, error) {
	switch format := r.URL.Query().Get("format"); format {
	case "":
	case "text", "json":
		return format == "text", nil
	default:
		return false, fmt.Errorf("format is %s, want text or json", strconv.Quote(clip(format)))
	}
	for part := range strings.SplitSeq(r.Header.Get("Accept"), ",") {
		kind, _, _ := strings.Cut(part, ";")
		switch strings.TrimSpace(kind) {
		case "text/plain", "text/html", "text/*":
			return true, nil
		case "application/json", "application/*":
			return false, nil
		}
	}
	return false, nil
}

// clip shortens what an answer or the log quotes of a request.
func clip(text string) string {
	const most = 80
	if len(text) <= most {
		return text
	}
	return text[:most] + "..."
}
