package program_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/agent"
	"github.com/hyperlane-go/sdk/hyperlane/agent/program"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/hyperlane/relayer"
	"github.com/hyperlane-go/sdk/hyperlane/storage"
	"github.com/hyperlane-go/sdk/hyperlane/validator"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
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

// keyFile writes an account's key to a file of its own.
func keyFile(t *testing.T, account hyperlanetest.Account) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "key")
	require.NoError(t, os.WriteFile(file, []byte(hex.EncodeToString(crypto.FromECDSA(account.Key))), 0o600))
	return file
}

// section writes the section of a chain.
func section(t *testing.T, name string, c *hyperlanetest.Chain, payer hyperlanetest.Account) string {
	return fmt.Sprintf("  %s: {rpc: %q, chainId: %v, domain: %v, contracts: {mailbox: %q, validatorAnnounce: %q}, signer: {kind: file, path: %q}}\n",
		name, c.URL(), c.ChainID(), c.Domain(), c.Contracts.Mailbox, c.Contracts.ValidatorAnnounce, keyFile(t, payer))
}

// bounded ends an agent that should have refused to start: Run then returns nil, which the test
// refuses.
func bounded(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func configFile(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "agent.yaml")
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	return file
}

// mine makes a block every few milliseconds until the test ends, as a real chain does every few
// seconds.
func mine(t *testing.T, network *hyperlanetest.Network) {
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		ticker := time.NewTicker(5 * time.Millisecond)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				if err := network.Mine(1); err != nil {
					t.Error(err)
					return
				}
			}
		}
	}()
	t.Cleanup(func() { stop(); <-done }) // before the network is closed
}

// A validator whose file names the node of another chain ends before it announces, signs or pays.
// The contracts of the file are those of the other chain, as where both chains have the same
// addresses, so that nothing else would stop it.
func TestValidatorOfAnotherChain(t *testing.T) {
	n := hyperlanetest.New(t, 2, hyperlanetest.WithHTTP())
	one, two := n.Chains[0], n.Chains[1]
	right := section(t, "one", one, hyperlanetest.User(1))
	wrong := section(t, "one", two, hyperlanetest.User(1))
	wrong = strings.NewReplacer("chainId: "+two.ChainID().String(), "chainId: "+one.ChainID().String(), "domain: 2000", "domain: 1000").Replace(wrong)
	for name, c := range map[string]struct{ chain, witnesses, want string }{
		"chain id": {wrong, "",
			fmt.Sprintf("chains.one.chainId (agent.yaml:3) is %v, want %v, which the node of chains.one.rpc (agent.yaml:3) states", one.ChainID(), two.ChainID())},
		"domain": {strings.Replace(right, "domain: 1000", "domain: 7", 1), "",
			"chains.one.domain (agent.yaml:3) is 7, want 1000, which the contracts state at the node of chains.one.rpc (agent.yaml:3)"},
		"witness": {right, two.URL(),
			fmt.Sprintf("chains.one.chainId (agent.yaml:3) is %v, want %v, which the node of validator.witnesses[0] (agent.yaml:7) states", one.ChainID(), two.ChainID())},
	} {
		t.Run(name, func(t *testing.T) {
			dir, signer := t.TempDir(), hyperlanetest.ValidatorAccount(7)
			file := configFile(t, "stateDir: "+dir+"\nchains:\n"+c.chain+
				"validator:\n  signer: {kind: file, path: "+keyFile(t, signer)+"}\n  storage: file://"+dir+"/checkpoints\n  witnesses: ["+c.witnesses+"]\n")
			var log buffer
			err := agent.Run(bounded(t), []string{file}, &log, program.Validator(), agent.Kinds{})
			require.ErrorIs(t, err, evm.ErrConfig)
			assert.ErrorContains(t, err, c.want)
			for _, chain := range n.Chains {
				require.NoError(t, chain.Mine(1))
				locations, err := chain.ValidatorAnnounce().Locations(t.Context(), signer.Address)
				require.NoError(t, err)
				assert.Empty(t, locations[0], "nothing is announced")
				nonce, err := chain.PendingNonce(t.Context(), hyperlanetest.User(1).Address)
				require.NoError(t, err)
				assert.Zero(t, nonce, "nothing is paid")
			}
			entries, err := os.ReadDir(dir)
			require.NoError(t, err)
			assert.Empty(t, entries, "neither a sign log nor a storage was made")
		})
	}
}

// A relayer is as careful.
func TestRelayerOfAnotherChain(t *testing.T) {
	n := hyperlanetest.New(t, 2, hyperlanetest.WithHTTP())
	dir := t.TempDir()
	wrong := strings.Replace(section(t, "two", n.Chains[1], hyperlanetest.User(2)), n.Chains[1].URL(), n.Chains[0].URL(), 1)
	file := configFile(t, "stateDir: "+dir+"\nrelayer: {}\nchains:\n"+section(t, "one", n.Chains[0], hyperlanetest.User(2))+wrong)
	err := agent.Run(bounded(t), []string{file}, io.Discard, program.Relayer(), agent.Kinds{})
	require.ErrorIs(t, err, evm.ErrConfig)
	assert.ErrorContains(t, err, "chains.two.chainId (agent.yaml:5)")
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, entries)
}

func TestRefusals(t *testing.T) {
	n := hyperlanetest.New(t, 1, hyperlanetest.WithHTTP())
	chain := section(t, "one", n.Chains[0], hyperlanetest.User(1))
	head := "stateDir: " + t.TempDir() + "\nchains:\n"
	signer := "validator: {signer: {kind: file, path: " + keyFile(t, hyperlanetest.ValidatorAccount(7)) + "}, storage: "
	dead := strings.Replace(chain, n.Chains[0].URL(), "http://127.0.0.1:1/v3/0123456789abcdef0123?key=topsecret", 1)
	t.Setenv("PROGRAM_TEST_URL", "ftp://node/topsecret")
	for name, c := range map[string]struct {
		text  string
		start agent.Start
		want  string
		class error // nil: not a wrong setting
	}{
		"no validator": {head + chain, program.Validator(), "validator (agent.yaml) is missing, want the section of the validator", evm.ErrConfig},
		"no relayer":   {head + chain, program.Relayer(), "relayer (agent.yaml) is missing", evm.ErrConfig},
		"no node":      {head + dead + "relayer: {}", program.Relayer(), "chains.one.rpc (agent.yaml:3)", nil},
		"scheme": {head + strings.Replace(chain, fmt.Sprintf("%q", n.Chains[0].URL()), "{env: PROGRAM_TEST_URL}", 1) + "relayer: {}",
			program.Relayer(), "chains.one.rpc (agent.yaml:3) is not a URL that can be dialed", evm.ErrConfig},
		"no contract": {head + strings.Replace(chain, n.Chains[0].Contracts.Mailbox.String(), "0x00000000000000000000000000000000000000A1", 1) + "relayer: {}",
			program.Relayer(), "chains.one.contracts (agent.yaml:3) is unusable", evm.ErrConfig},
		"payer": {head + strings.Replace(chain, "kind: file", "kind: env, name: PROGRAM_TEST_UNSET #", 1) + "\n    }}\nrelayer: {}", program.Relayer(), "", evm.ErrConfig},
		"state directory": {"stateDir: /dev/null\nchains:\n" + chain + signer + "\"file://" + t.TempDir() + "\"}", program.Validator(),
			"stateDir (agent.yaml:1) is /dev/null/validator-1000, want a directory that can be written", evm.ErrConfig},
		"no announcement": {head + strings.Replace(chain, ", validatorAnnounce: ", "} #", 1) + "  }\n" + signer + "\"file://" + t.TempDir() + "\"}", program.Validator(),
			"chains.one.contracts.validatorAnnounce (agent.yaml) is missing", evm.ErrConfig},
		"short interval": {head + chain + signer + "\"file://" + t.TempDir() + "\", interval: 1us}", program.Validator(),
			"validator.interval (agent.yaml:4) is 1µs, want min 1ms", evm.ErrConfig},
		"payer without inbox": {head + strings.Replace(chain, "mailbox:", "outbox:", 1) + "relayer: {}", program.Relayer(),
			"chains.one.signer (agent.yaml:3) is set, want nil, for the chain's Client has no Inbox", evm.ErrConfig},
		"storage without driver": {head + chain + signer + "\"s3://bucket/us-east-1\"}", program.Validator(),
			"validator.storage (agent.yaml:4) is unusable, want a storage that can be written", evm.ErrConfig},
		"storage that cannot be written": {head + chain + signer + "\"file:///dev/null/x\"}", program.Validator(), "validator.storage (agent.yaml:4)", evm.ErrConfig},
	} {
		t.Run(name, func(t *testing.T) {
			var log buffer
			err := agent.Run(bounded(t), []string{configFile(t, c.text)}, &log, c.start, agent.Kinds{})
			require.Error(t, err)
			assert.ErrorContains(t, err, c.want)
			for _, secret := range []string{"topsecret", "0123456789abcdef0123"} {
				assert.NotContains(t, err.Error()+log.String(), secret)
			}
			if c.class != nil {
				require.ErrorIs(t, err, c.class)
			} else {
				require.NotErrorIs(t, err, evm.ErrConfig, "another start can help")
			}
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.NoError(t, agent.Run(ctx, []string{configFile(t, head+chain+"relayer: {}")}, io.Discard, program.Relayer(), agent.Kinds{}), "stopped, not failed")
}

var addressOf = regexp.MustCompile(`address=(127\.0\.0\.1:\d+)`)

// Both agents from one file, with a signer and a storage of the program's own kind, and what they
// serve.
func TestBothAgents(t *testing.T) {
	n := hyperlanetest.New(t, 2, hyperlanetest.WithHTTP(), hyperlanetest.WithValidators(1, 1))
	for _, c := range n.Chains {
		for _, v := range c.Validators {
			v.Pause() // this test brings its own
		}
	}
	n.Relayer.Pause()
	origin, destination := n.Chains[0], n.Chains[1]
	sent, err := origin.Dispatch(t.Context(), destination, []byte("hello"))
	require.NoError(t, err)

	shelf := hyperlanetest.NewStorage("s3://shelf/x")
	kinds := agent.Kinds{
		Signers: map[string]agent.OpenSigner{"test": func(_ context.Context, p agent.Params) (agent.Signer, error) {
			var section struct {
				Number int `yaml:"number"`
			}
			return checkpoint.NewKeySigner(hyperlanetest.ValidatorAccount(section.Number).Key), p.Decode(&section)
		}},
		Stores: map[string]agent.OpenStore{"shelf": func(_ context.Context, _ string, access storage.Access) (*storage.Store, error) {
			if access == storage.Write {
				return shelf.Open(), nil
			}
			return shelf.Open(storage.WithReadOnly()), nil
		}},
	}
	t.Setenv("PROGRAM_TEST_TOKEN", "0123456789abcdef")
	file := configFile(t, "stateDir: "+t.TempDir()+"\nlisten: {address: \"127.0.0.1:0\", token: {env: PROGRAM_TEST_TOKEN}}\nchains:\n"+
		section(t, "one", origin, hyperlanetest.User(1))+section(t, "two", destination, hyperlanetest.User(2))+
		"validator: {chain: one, signer: {kind: test, number: 0}, storage: \"shelf://top\", interval: 10ms}\nrelayer: {interval: 10ms}\n")

	ctx, stop := context.WithCancel(t.Context())
	var agents sync.WaitGroup
	defer agents.Wait()
	defer stop()
	run := func(start agent.Start) *buffer {
		log := &buffer{}
		agents.Go(func() { assert.NoError(t, agent.Run(ctx, []string{file}, log, start, kinds)) })
		return log
	}
	ask := func(log *buffer, method, path, accept string) (int, string) {
		address := addressOf.FindStringSubmatch(log.String())
		if len(address) != 2 {
			return 0, log.String()
		}
		request, err := http.NewRequestWithContext(t.Context(), method, "http://"+address[1]+path, nil)
		require.NoError(t, err)
		request.Header.Set("Accept", accept)
		request.Header.Set("Authorization", "Bearer 0123456789abcdef")
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			return 0, err.Error()
		}
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		return answer.StatusCode, string(text)
	}
	eventually := func(what string, done func() bool) {
		require.Eventually(t, done, time.Minute, 10*time.Millisecond, what)
	}

	// Without a validator the message waits, and the relayer says why.
	relay := run(program.Relayer(func(c *relayer.Config) { assert.Len(t, c.Chains, 2) }))
	mine(t, n)
	one := "/messages/" + sent.ID.String()
	eventually("the message waits", func() bool {
		_, text := ask(relay, "GET", one, "application/json")
		return strings.Contains(text, "awaiting checkpoints")
	})
	code, text := ask(relay, "GET", one, "text/plain")
	assert.Equal(t, 200, code)
	assert.Contains(t, text, "message "+sent.ID.String()+" (1000 -> 2000, nonce 0): awaiting checkpoints: ")
	code, text = ask(relay, "GET", "/messages", "")
	assert.Equal(t, 200, code)
	var page struct {
		Total    int
		Messages []struct{ ID, Stage string }
	}
	require.NoError(t, json.Unmarshal([]byte(text), &page), text)
	require.Equal(t, 1, page.Total)
	assert.Equal(t, sent.ID.String(), page.Messages[0].ID)
	code, text = ask(relay, "GET", "/messages/0x"+strings.Repeat("00", 32), "text/plain")
	assert.Equal(t, 404, code)
	assert.Contains(t, text, "unknown")
	code, _ = ask(relay, "POST", one+"/retry", "")
	assert.Equal(t, 200, code)
	code, text = ask(relay, "GET", "/metrics", "")
	assert.Equal(t, 200, code)
	assert.Contains(t, text, `hyperlane_block_height{chain="one"}`)

	// The validator announces, signs, and publishes to the storage of the program's own kind.
	sign := run(program.Validator(func(c *validator.Config) { assert.True(t, c.AnyLocation) }))
	eventually("the validator is healthy", func() bool {
		code, text := ask(sign, "GET", "/healthz", "")
		return code == 200 && text == "ok\n"
	})
	code, _ = ask(sign, "GET", "/messages", "")
	assert.Equal(t, 404, code, "a validator carries no messages")
	eventually("the message is delivered", func() bool {
		_, text := ask(relay, "GET", one, "text/plain")
		return strings.Contains(text, "final")
	})
	delivered, err := destination.Inbox().Delivered(t.Context(), sent.ID)
	require.NoError(t, err)
	assert.True(t, delivered)
	code, text = ask(relay, "GET", "/healthz", "")
	assert.Equal(t, 200, code, text)
	assert.Contains(t, sign.String(), "msg=announced")
	assert.Contains(t, sign.String(), "published checkpoints")
	assert.NotContains(t, sign.String()+relay.String(), "0123456789abcdef")
}
