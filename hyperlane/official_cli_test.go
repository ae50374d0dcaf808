package hyperlane_test

import (
	"context"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/internal/official"
	"github.com/hyperlane-go/sdk/message"
)

// TestOfficialCommandLine has the network's own command line read our contracts,
// send a message through them, and relay it: software that knows nothing of us.
func TestOfficialCommandLine(t *testing.T) {
	program := official.Program(t, "hyperlane")
	network := hyperlanetest.New(t, 2, hyperlanetest.WithHTTP(), hyperlanetest.WithISM(hyperlanetest.Noop))
	network.Relayer.Pause() // the message is to be delivered by somebody else
	network.Background(t.Context())
	origin, destination := network.Chains[0], network.Chains[1]

	registry := t.TempDir()
	for i, c := range network.Chains {
		register(t, filepath.Join(registry, "chains", [2]string{"one", "two"}[i]), c)
	}
	payer := hyperlanetest.User(3)
	run := func(args ...string) string {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
		defer cancel()
		command := exec.CommandContext(ctx, program, append(args, "--registry", registry, "--yes")...)
		command.Dir = t.TempDir()
		command.Env = append(os.Environ(), "HYP_KEY=0x"+hex.EncodeToString(crypto.FromECDSA(payer.Key)), "NO_COLOR=1")
		out, err := command.CombinedOutput()
		require.NoErrorf(t, err, "%s", out)
		return string(out)
	}

	config := filepath.Join(t.TempDir(), "core.yaml")
	run("core", "read", "--chain", "one", "--config", config)
	text, err := os.ReadFile(config)
	require.NoError(t, err)
	assert.Contains(t, string(text), fmt.Sprintf("address: %q\n  type: merkleTreeHook", origin.Contracts.Mailbox), "our Outbox passes for its default hook")
	assert.Contains(t, string(text), fmt.Sprintf("address: %q\n  type: testIsm", origin.Contracts.Noop))

	out := run("send", "message", "--origin", "one", "--destination", "two", "--relay", "--body", "from the official command line")
	require.Contains(t, out, "Message was self-relayed!")
	found := regexp.MustCompile(`Message ID: (0x[0-9a-f]{64})`).FindStringSubmatch(out)
	require.NotNil(t, found, out)
	delivery, err := destination.Inbox().Wait(t.Context(), message.MustParseID(found[1]))
	require.NoError(t, err)
	assert.Equal(t, payer.Address, delivery.Processor)
}

// register writes what the official registry says of a chain.
func register(t *testing.T, folder string, c *hyperlanetest.Chain) {
	t.Helper()
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
	}
	require.NoError(t, os.MkdirAll(folder, 0o700))
	write("metadata.yaml", fmt.Sprintf(`name: %[1]s
displayName: %[1]s
protocol: ethereum
isTestnet: true
chainId: %[2]s
domainId: %[3]s
nativeToken: {name: Ether, symbol: ETH, decimals: 18}
rpcUrls: [{http: %[4]s}]
blocks: {confirmations: 1, reorgPeriod: 0, estimateBlockTime: 1}
`, filepath.Base(folder), c.ChainID(), c.Domain(), c.URL()))
	write("addresses.yaml", fmt.Sprintf(`mailbox: %[1]q
merkleTreeHook: %[1]q
validatorAnnounce: %[2]q
interchainSecurityModule: %[3]q
testRecipient: %[4]q
`, c.Contracts.Mailbox, c.Contracts.ValidatorAnnounce, c.Contracts.Noop, c.Contracts.TestRecipient))
}
