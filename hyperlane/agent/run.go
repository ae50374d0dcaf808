package agent

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
)

// Service is a running agent, as [Run] sees it.
type Service struct {
	// Run works until ctx ends and then returns nil, or until an error that another try does not
	// help. Required.
	Run func(ctx context.Context) error
	// Close releases what the agent holds, after Run. Nil releases nothing.
	Close func() error
	// Health returns why the agent is not healthy. Nil means that it is whenever it runs.
	Health func() error
	// Messages answers for an agent that carries messages. Nil means that it carries none.
	Messages Messages
}

// Setup is what [Run] prepares for an agent: its file, its log and its metrics.
type Setup struct {
	*File
	Log     *slog.Logger
	Metrics *prometheus.Registry
}

// Start makes an agent of its file. Package program has those of this module: program.Validator and
// program.Relayer.
type Start func(ctx context.Context, s *Setup) (*Service, error)

// Exit codes of [Main].
const (
	exitFailed = 1 // the agent failed; starting it again can help
	exitConfig = 2 // the command line or the file is wrong; starting it again does not help
)

// Main is the main function of an agent's program. The only argument is the configuration file.
// Main works until an interrupt or SIGTERM, and exits with 0 then, with 1 when the agent fails, and
// with 2 when the command line or the file is wrong. The log goes to standard error, and its last
// line is the error.
//
//	func main() { agent.Main(program.Validator(), agent.Kinds{}) }
func Main(start Start, kinds Kinds) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	os.Exit(exitCode(os.Stderr, filepath.Base(os.Args[0]), Run(ctx, os.Args[1:], os.Stderr, start, kinds)))
}

// exitCode prints an error as one line and returns the exit code that belongs to it.
func exitCode(w io.Writer, name string, err error) int {
	if err == nil {
		return 0
	}
	_, _ = fmt.Fprintf(w, "%s: %s\n", name, strings.ReplaceAll(err.Error(), "\n", "; "))
	if errors.Is(err, evm.ErrConfig) {
		return exitConfig
	}
	return exitFailed
}

// Run is [Main] for programs with a process of their own: args is the command line without the
// program's name, and w takes the log. It returns nil when ctx ends.
func Run(ctx context.Context, args []string, w io.Writer, start Start, kinds Kinds) error {
	if len(args) != 1 || strings.HasPrefix(args[0], "-") {
		return &evm.ConfigError{Field: "command line", Have: fmt.Sprintf("%d arguments", len(args)), Want: "one, the configuration file; there are no flags"}
	}
	secrets := &hidden{}
	kinds.hidden = secrets
	err := run(ctx, args[0], &cleanWriter{h: secrets, w: w}, start, kinds)
	if err == nil || errors.Is(err, context.Canceled) && ctx.Err() != nil {
		return nil //nolint:nilerr // to end with ctx is no failure
	}
	return &cleanError{text: string(secrets.clean([]byte(err.Error()))), err: err}
}

// cleanError is an error without secrets in its text.
type cleanError struct {
	text string
	err  error
}

func (e *cleanError) Error() string { return e.text }

// Unwrap returns the errors that e matches.
func (e *cleanError) Unwrap() error { return e.err }

func run(ctx context.Context, path string, w io.Writer, start Start, kinds Kinds) (err error) {
	file, err := Load(path, kinds)
	if err != nil {
		return err
	}
	s := &Setup{File: file, Log: file.Log.logger(w), Metrics: newRegistry()}
	server, err := s.listen(ctx)
	if err != nil {
		return err
	}
	service, err := start(ctx, s)
	if err != nil {
		return errors.Join(err, server.close())
	}
	if service.Close != nil {
		defer func() { err = errors.Join(err, service.Close()) }()
	}
	return s.work(ctx, service, server)
}

// work runs the agent and the server until one of them ends.
func (s *Setup) work(ctx context.Context, service *Service, server *server) error {
	ctx, cancel := context.WithCancel(ctx)
	var serving sync.WaitGroup
	var serveErr error
	if server != nil {
		served := Served{Metrics: s.Metrics, Health: service.Health, Messages: service.Messages, Token: server.token, Log: s.Log}
		if served.Health == nil {
			served.Health = func() error { return nil }
		}
		serving.Go(func() {
			defer cancel()
			serveErr = Serve(ctx, server.listener, NewHandler(served), s.Log)
		})
	}
	err := service.Run(ctx)
	cancel()
	serving.Wait()
	return errors.Join(err, serveErr)
}

// server is the address on which an agent serves, opened before anything is sent to a chain.
type server struct {
	listener net.Listener
	token    string
}

func (s *server) close() error {
	if s == nil {
		return nil
	}
	return s.listener.Close()
}

// listen opens the address of the section listen, nil where there is none.
func (s *Setup) listen(ctx context.Context) (*server, error) {
	l := s.Listen
	if l.Address == "" {
		return nil, nil
	}
	var token string
	if !l.Token.IsZero() {
		var err error
		if token, err = l.Token.Read(); err != nil {
			return nil, err
		}
		if len(token) < shortestToken {
			return nil, s.Refuse("listen.token", "too short", fmt.Sprintf("at least %d characters", shortestToken), nil)
		}
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", l.Address)
	if err != nil {
		return nil, fmt.Errorf("agent: %s: %w", s.d.at("listen"), err)
	}
	if l.Public() {
		s.Log.Warn("metrics, health and messages can be read from other machines", "address", listener.Addr())
	} else {
		s.Log.Info("serving metrics, health and messages", "address", listener.Addr())
	}
	return &server{listener: listener, token: token}, nil
}

// shortestToken is the shortest token that callers cannot guess, in characters.
const shortestToken = 16

func (l Log) logger(w io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: l.Level}
	if l.JSON {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

// newRegistry returns a registry with the metrics of the process.
func newRegistry() *prometheus.Registry {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return registry
}
