package agent_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/agent"
)

// asAgent makes the test binary an agent: what the agent does is the value of this variable.
const asAgent = "AGENT_TEST_MAIN"

func TestMain(m *testing.M) {
	does := os.Getenv(asAgent)
	if does == "" {
		os.Exit(m.Run())
	}
	agent.Main(func(_ context.Context, s *agent.Setup) (*agent.Service, error) {
		return &agent.Service{Run: func(ctx context.Context) error {
			s.Log.Info("working")
			switch does {
			case "fail":
				return errors.New("out of luck\nand time")
			case "hang":
				<-ctx.Done()
				s.Log.Info("hanging")
				again := make(chan os.Signal, 1)
				signal.Notify(again, syscall.SIGHUP) // a reason to live that is not a deadlock
				<-again
			}
			<-ctx.Done()
			return ctx.Err()
		}}, nil
	}, agent.Kinds{})
}

// startMain starts this binary as an agent and returns its log, line by line as it comes.
func startMain(t *testing.T, does string, args ...string) (*exec.Cmd, *bytes.Buffer, io.Reader) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // a process that hangs is killed
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, os.Args[0], args...)
	cmd.Env = append(os.Environ(), asAgent+"="+does)
	var out bytes.Buffer
	cmd.Stdout = &out
	log, err := cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	return cmd, &out, log
}

// until reads a log up to a text.
func until(t *testing.T, log io.Reader, text string) {
	t.Helper()
	var have []byte
	for b := make([]byte, 1); !bytes.Contains(have, []byte(text)); have = append(have, b[0]) {
		_, err := io.ReadFull(log, b)
		require.NoError(t, err, "log so far: %s", have)
	}
}

// The life of a process: what ends it, with which code, and what its last line is.
func TestMainOfAProcess(t *testing.T) {
	file := write(t, small)
	t.Run("fails", func(t *testing.T) {
		cmd, out, log := startMain(t, "fail", file)
		text, err := io.ReadAll(log)
		require.NoError(t, err)
		_ = cmd.Wait()
		assert.Equal(t, 1, cmd.ProcessState.ExitCode())
		assert.Regexp(t, `msg=working\n.*: out of luck; and time\n$`, string(text))
		assert.Empty(t, out.String())
	})
	t.Run("wrong command line", func(t *testing.T) {
		cmd, _, log := startMain(t, "work", "-h")
		text, err := io.ReadAll(log)
		require.NoError(t, err)
		_ = cmd.Wait()
		assert.Equal(t, 2, cmd.ProcessState.ExitCode())
		assert.Contains(t, string(text), "want one, the configuration file; there are no flags\n")
	})
	if runtime.GOOS == "windows" {
		t.Skip("processes get no signals on Windows")
	}
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		t.Run(s.String(), func(t *testing.T) {
			cmd, _, log := startMain(t, "work", file)
			until(t, log, "msg=working\n")
			require.NoError(t, cmd.Process.Signal(s))
			rest, err := io.ReadAll(log)
			require.NoError(t, err)
			require.NoError(t, cmd.Wait(), "stopped, not failed: %s", rest)
			assert.Empty(t, string(rest))
		})
	}
	t.Run("second signal", func(t *testing.T) {
		cmd, _, log := startMain(t, "hang", file)
		until(t, log, "msg=working\n")
		require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
		until(t, log, "msg=hanging\n")
		ended := make(chan struct{})
		go func() { defer close(ended); _ = cmd.Wait() }()
		require.Eventually(t, func() bool { // the first signal can still be on its way through Main
			_ = cmd.Process.Signal(syscall.SIGTERM) // fails once the process has ended
			select {
			case <-ended:
				return true
			default:
				return false
			}
		}, time.Minute, 5*time.Millisecond)
		assert.Equal(t, -1, cmd.ProcessState.ExitCode(), "the signal ended it")
	})
}
