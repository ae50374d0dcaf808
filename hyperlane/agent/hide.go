package agent

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
)

const (
	// shortestHidden is the shortest secret that is replaced in logs. Replacing shorter ones would
	// make logs unreadable.
	shortestHidden = 6
	hiddenText     = "(secret)"
)

// hidden collects the secrets that were read, to keep them out of logs and error lines. The
// packages below take care not to write them; this is the second line of defence.
type hidden struct {
	mu    sync.Mutex
	texts [][]byte
}

// add hides a text, in the forms in which log handlers write it.
func (h *hidden) add(text string) {
	text = strings.TrimSpace(text)
	if len(text) < shortestHidden {
		return
	}
	forms := []string{text, strings.Trim(strconv.Quote(text), `"`)}
	if quoted, err := json.Marshal(text); err == nil {
		forms = append(forms, strings.Trim(string(quoted), `"`))
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, form := range forms {
		if !slices.ContainsFunc(h.texts, func(t []byte) bool { return string(t) == form }) {
			h.texts = append(h.texts, []byte(form))
		}
	}
	// The longest first: one secret can be part of another.
	slices.SortFunc(h.texts, func(a, b []byte) int { return cmp.Compare(len(b), len(a)) })
}

// addURL hides what can be a credential in the URL of a node: user, password, path and query. The
// host stays readable.
func (h *hidden) addURL(u *url.URL) {
	if password, ok := u.User.Password(); ok {
		h.add(password)
	}
	h.add(u.User.Username())
	for part := range strings.SplitSeq(u.EscapedPath(), "/") {
		if len(part) >= 16 {
			h.add(part)
		}
	}
	for _, values := range u.Query() {
		for _, value := range values {
			h.add(value)
		}
	}
}

// clean replaces the secrets in a text.
func (h *hidden) clean(text []byte) []byte {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, secret := range h.texts {
		text = bytes.ReplaceAll(text, secret, []byte(hiddenText))
	}
	return text
}

// cleanWriter writes without the secrets. Handlers of package slog write each record at once, so
// that no secret is cut in two.
type cleanWriter struct {
	h  *hidden
	mu sync.Mutex
	w  io.Writer
}

func (c *cleanWriter) Write(text []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, err := c.w.Write(c.h.clean(text)); err != nil {
		return 0, err
	}
	return len(text), nil
}
