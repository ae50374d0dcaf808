package agent_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/core/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/agent"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/message"
)

// nodeFile is a file of one chain, whose lines 4 to 7 are RPC, chain id, domain and contracts.
func nodeFile(c *hyperlanetest.Chain) string {
	return fmt.Sprintf("stateDir: state\nchains:\n  one:\n    rpc: %q\n    chainId: %v\n    domain: %v\n    contracts: {mailbox: %q}\n",
		c.URL(), c.ChainID(), c.Domain(), c.Contracts.Mailbox)
}

func parse(t *testing.T, text string) (*agent.File, agent.Chain) {
	t.Helper()
	f, err := agent.Parse("f.yaml", []byte(text), agent.Kinds{})
	require.NoError(t, err)
	chain, ok := f.Chains.Find("one")
	require.True(t, ok)
	return f, chain
}

// A node is used only if it is a node of the chain that the file describes.
func TestDial(t *testing.T) {
	n := hyperlanetest.New(t, 1, hyperlanetest.WithHTTP())
	c := n.Chains[0]
	right := nodeFile(c)
	f, chain := parse(t, right)
	client, err := f.Dial(t.Context(), chain, chain.RPC)
	require.NoError(t, err)
	assert.Equal(t, message.Domain(1000), client.Domain())
	assert.Equal(t, c.Contracts.Mailbox, client.Outbox().Address())
	client.Close()

	t.Setenv("AGENT_TEST_URL", "http://127.0.0.1:1")
	id := fmt.Sprint("chainId: ", c.ChainID())
	for name, row := range map[string]struct {
		text, want string
		config     bool // another start does not help
	}{
		"chain id":     {strings.Replace(right, id, "chainId: 9", 1), fmt.Sprintf("chains.one.chainId (f.yaml:5) is 9, want %v, which the node of chains.one.rpc (f.yaml:4) states", c.ChainID()), true},
		"domain":       {strings.Replace(right, "domain: 1000", "domain: 9", 1), "chains.one.domain (f.yaml:6) is 9, want 1000, which the contracts state at the node of chains.one.rpc (f.yaml:4)", true},
		"no contracts": {strings.Replace(right, c.Contracts.Mailbox.String(), "0x00000000000000000000000000000000000000A1", 1), "chains.one.contracts (f.yaml:7) is unusable, want the contracts of this chain", true},
		"no node":      {strings.Replace(right, fmt.Sprintf("%q", c.URL()), "{env: AGENT_TEST_URL}", 1), "agent: chains.one.rpc (f.yaml:4): ", false},
		"no variable":  {strings.Replace(right, fmt.Sprintf("%q", c.URL()), "{env: AGENT_TEST_UNSET}", 1), "chains.one.rpc.env (f.yaml:4) is AGENT_TEST_UNSET, which is not set", true},
	} {
		t.Run(name, func(t *testing.T) {
			f, chain := parse(t, row.text)
			client, err := f.Dial(t.Context(), chain, chain.RPC)
			assert.Nil(t, client)
			require.ErrorContains(t, err, row.want)
			if row.config {
				require.ErrorIs(t, err, evm.ErrConfig)
			} else {
				require.NotErrorIs(t, err, evm.ErrConfig)
			}
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = f.Dial(ctx, chain, chain.RPC)
	assert.Equal(t, context.Canceled, err, "the file is not to blame")
}

// The node states its chain id and fails when the contracts are asked: the error names them, and
// another start can help. A context that ends meanwhile is no failure of either.
func TestDialFailingNode(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	for _, c := range []struct {
		name  string
		asked func()
	}{{"fails", func() {}}, {"stopped", cancel}} {
		node := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			if bytes.Contains(body, []byte("eth_chainId")) {
				_, _ = io.WriteString(w, `{"jsonrpc":"2.0","id":1,"result":"0x1"}`)
				return
			}
			c.asked()
			w.WriteHeader(http.StatusBadGateway)
		}))
		defer node.Close()
		f, chain := parse(t, strings.Replace(small, "http://127.0.0.1:1", node.URL, 1))
		_, err := f.Dial(ctx, chain, chain.RPC, evm.WithRetries(0))
		require.NotErrorIs(t, err, evm.ErrConfig, c.name)
		if c.name == "stopped" {
			assert.Equal(t, context.Canceled, err)
			continue
		}
		require.ErrorContains(t, err, "agent: chains.one.contracts (f.yaml:7): ", c.name)
	}
}

// The account of a chain is that of its signer, on the chain of the node.
func TestOpenChain(t *testing.T) {
	n := hyperlanetest.New(t, 1, hyperlanetest.WithHTTP())
	c := n.Chains[0]
	f, chain := parse(t, nodeFile(c))
	client, payer, err := f.OpenChain(t.Context(), chain)
	require.NoError(t, err)
	assert.Nil(t, payer, "the file names none")
	client.Close()

	t.Setenv("AGENT_TEST_KEY", keyHex)
	f, chain = parse(t, nodeFile(c)+"    signer: {kind: env, name: AGENT_TEST_KEY}\n")
	client, payer, err = f.OpenChain(t.Context(), chain)
	require.NoError(t, err)
	defer client.Close()
	assert.Equal(t, keyAddress, payer.From)
	signed, err := payer.Signer(keyAddress, types.NewTx(&types.DynamicFeeTx{ChainID: c.ChainID(), Gas: 21000}))
	require.NoError(t, err)
	sender, err := types.Sender(types.LatestSignerForChainID(c.ChainID()), signed)
	require.NoError(t, err)
	assert.Equal(t, keyAddress, sender)

	// A key that is missing is reported before the node is asked, and a node as Dial reports it.
	f, chain = parse(t, small+"    signer: {kind: env, name: AGENT_TEST_UNSET}\n")
	_, payer, err = f.OpenChain(t.Context(), chain)
	require.ErrorContains(t, err, "chains.one.signer.name (f.yaml:8) is AGENT_TEST_UNSET, which is not set")
	assert.Nil(t, payer)
	f, chain = parse(t, small+"    signer: {kind: env, name: AGENT_TEST_KEY}\n")
	_, payer, err = f.OpenChain(t.Context(), chain)
	require.ErrorContains(t, err, "agent: chains.one.rpc (f.yaml:4): ")
	assert.Nil(t, payer)
}

// The URL of a node can be in the file, in a variable, or in a file of its own.
func TestURL(t *testing.T) {
	url := func(rpc string) (string, error) {
		_, chain := parse(t, strings.Replace(small, "http://127.0.0.1:1", rpc, 1))
		return chain.RPC.URL()
	}
	t.Setenv("AGENT_TEST_URL", " wss://node.example/key\n")
	socket := filepath.Join(t.TempDir(), "geth.ipc")
	for rpc, want := range map[string]string{
		"https://node.example":                            "https://node.example",
		"{env: AGENT_TEST_URL}":                           "wss://node.example/key",
		"{file: " + write(t, "ws://node.example\n") + "}": "ws://node.example",
		socket: socket,
	} {
		have, err := url(rpc)
		require.NoError(t, err, rpc)
		assert.Equal(t, want, have)
	}
	for _, rpc := range []string{"ftp://node.example/secret", "http://[::1/secret", "\"http://node.example/\\x7fsecret\""} {
		_, err := url(rpc)
		require.ErrorIs(t, err, evm.ErrConfig)
		require.ErrorContains(t, err, "chains.one.rpc (f.yaml:4) is not a URL that can be dialed, want http://")
		assert.NotContains(t, err.Error(), "secret")
	}
	_, err := url("{env: AGENT_TEST_UNSET}")
	require.ErrorContains(t, err, "chains.one.rpc.env (f.yaml:4) is AGENT_TEST_UNSET, which is not set")
	_, err = agent.Endpoint{}.URL()
	require.ErrorContains(t, err, "agent: the secret is not set")
}

func TestFind(t *testing.T) {
	f, _ := parse(t, small)
	_, ok := f.Chains.Find("two")
	assert.False(t, ok)
}
