package agent

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// The bounds of the server. Clients are strangers where the address is public, and the agent's work
// comes first.
const (
	headerTimeout   = 5 * time.Second
	readTimeout     = 10 * time.Second
	writeTimeout    = 30 * time.Second
	idleTimeout     = time.Minute
	shutdownTimeout = 3 * time.Second
	maxHeader       = 8 << 10 // bytes
	maxConnections  = 64
)

// Serve serves a handler on a listener until ctx ends, and closes the listener. Slow clients are
// cut off, and at most 64 connections are open at a time.
func Serve(ctx context.Context, l net.Listener, handler http.Handler, log *slog.Logger) error {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	server := newServer(handler, log)
	return serve(ctx, l, server)
}

// newServer returns a server that cuts slow clients off.
func newServer(handler http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler: handler, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}

func serve(ctx context.Context, l net.Listener, server *http.Server) error {
	ended := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(ended)
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
		defer cancel()
		if server.Shutdown(ctx) != nil {
			_ = server.Close() // clients that do not leave are cut off
		}
	})
	err := server.Serve(&limited{Listener: l, slots: make(chan struct{}, maxConnections)})
	if !stop() {
		<-ended
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return fmt.Errorf("agent: serve %s: %w", l.Addr(), err)
}

// limited accepts a connection only while fewer than its slots are open, so that strangers cannot
// use up the file descriptors that the agent needs.
type limited struct {
	net.Listener
	slots chan struct{}
}

func (l *limited) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	select {
	case l.slots <- struct{}{}:
		return &slot{Conn: conn, release: sync.OnceFunc(func() { <-l.slots })}, nil
	default:
		_ = conn.Close() // too many: refused at once, without a word
		return &closed{conn}, nil
	}
}

// slot gives its place back when it is closed.
type slot struct {
	net.Conn
	release func()
}

func (s *slot) Close() error {
	defer s.release()
	return s.Conn.Close()
}

// closed is a connection that was refused. The server finds that out at its first read.
type closed struct{ net.Conn }

func (c *closed) Close() error { return nil }
