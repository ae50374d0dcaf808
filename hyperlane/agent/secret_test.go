package agent_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/agent"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
)

// token returns the token of a section listen that names it so.
func token(t *testing.T, source string) (agent.Secret, error) {
	t.Helper()
	f, err := agent.Parse("f.yaml", []byte(small+"listen: {address: 1, token: "+source+"}"), agent.Kinds{})
	if err != nil {
		return agent.Secret{}, err
	}
	return f.Listen.Token, nil
}

// No encoder and no verb of package fmt shows a secret, where it is kept, or that there is none.
func TestSecretIsNotShown(t *testing.T) {
	t.Setenv("AGENT_TEST_TOKEN", "0123456789abcdef")
	secret, err := token(t, "{env: AGENT_TEST_TOKEN}")
	require.NoError(t, err)
	text, err := secret.Read()
	require.NoError(t, err)
	require.Equal(t, "0123456789abcdef", text)
	endpoint := agent.Endpoint{Secret: secret}
	encoded, err := json.Marshal(map[string]any{"a": secret, "b": endpoint, "c": agent.Secret{}})
	require.NoError(t, err)
	assert.JSONEq(t, `{"a": "(secret)", "b": "(secret)", "c": "(secret)"}`, string(encoded))
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "secret", secret, "endpoint", endpoint)
	shown := fmt.Sprintf("%v %+v %#v %s %q", secret, secret, secret, endpoint, endpoint) + log.String()
	assert.Equal(t, 7, strings.Count(shown, "(secret)"))
	assert.NotContains(t, shown, "0123456789abcdef")
	assert.NotContains(t, shown, "AGENT_TEST_TOKEN")

	assert.False(t, secret.IsZero())
	assert.True(t, agent.Secret{}.IsZero())
	_, err = agent.Secret{}.Read()
	require.EqualError(t, err, "agent: the secret is not set")
}

// What keeps a file of a secret from being read is said, and the class is that of a wrong file.
func TestSecretFiles(t *testing.T) {
	open := write(t, "0123456789abcdef")
	require.NoError(t, os.Chmod(open, 0o640))
	for name, c := range map[string]struct{ path, want string }{
		"line ends":         {write(t, "a b \r\n\n"), ""},
		"none":              {filepath.Join(t.TempDir(), "none"), "want a file that only this user can read: no such file"},
		"a directory":       {t.TempDir(), "it is no regular file"},
		"group can read":    {open, "its mode is 0640 and lets other users in: run chmod 600 on it"},
		"too large":         {write(t, strings.Repeat("x", 64<<10+1)), "it has 65537 bytes, want at most 65536"},
		"a read that fails": {"/proc/self/mem", "/proc/self/mem, want a file that only this user can read: input/output error"},
	} {
		t.Run(name, func(t *testing.T) {
			switch {
			case runtime.GOOS == "windows" && name == "group can read":
				t.Skip("files have no mode on Windows")
			case runtime.GOOS != "linux" && name == "a read that fails":
				t.Skip("only Linux has a file that opens and cannot be read")
			}
			secret, err := token(t, fmt.Sprintf("{file: %q}", c.path))
			require.NoError(t, err, "the file is read when the secret is")
			text, err := secret.Read()
			if c.want == "" {
				require.NoError(t, err)
				assert.Equal(t, "a b ", text, "spaces are a part of it")
				return
			}
			require.ErrorIs(t, err, evm.ErrConfig)
			assert.ErrorContains(t, err, "listen.token.file (f.yaml:8) is ")
			assert.ErrorContains(t, err, c.want)
		})
	}
	_, err := token(t, "{env: A, env: B}")
	require.ErrorContains(t, err, "listen.token.env (f.yaml:8) is written twice")
}
