package hyperlane_test

import (
	"bufio"
	"context"
	"math/big"
	"os/exec"
	"strings"
	"testing"
	"time"

	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/ethclient"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/contracts/contractstest"
	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/deploy"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/internal/official"
	"github.com/hyperlane-go/sdk/message"
)

// anvil starts a real node, from npm, that mines each transaction at once.
func anvil(t *testing.T) (address string) {
	t.Helper()
	node := exec.Command(official.Program(t, "anvil"), "--port", "0", "--chain-id", "31400", "--hardfork", "osaka")
	out, err := node.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, node.Start())
	t.Cleanup(func() { _ = node.Process.Kill(); _ = node.Wait() })
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if _, at, ok := strings.Cut(lines.Text(), "Listening on "); ok {
			go func() {
				for lines.Scan() { // a full pipe would stop the node
				}
			}()
			return strings.TrimSpace(at)
		}
	}
	t.Fatal("anvil ended before it listened")
	return ""
}

// A node that is not go-ethereum: its own shapes of errors, its own reorganisations, plain HTTP and
// WebSocket.
func TestAnvil(t *testing.T) {
	address := anvil(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	client, err := ethclient.DialContext(ctx, "http://"+address)
	require.NoError(t, err)
	defer client.Close()
	// The first of the accounts that anvil gives means to; everybody knows its key.
	key, err := crypto.HexToECDSA("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80")
	require.NoError(t, err)
	opts := func() *bind.TransactOpts { return bind.NewKeyedTransactor(key, big.NewInt(31400)) }

	node, err := evm.New(ctx, client, fast)
	require.NoError(t, err)
	noop, err := deploy.NoopISM(ctx, node, opts())
	require.NoError(t, err)
	addrs, err := deploy.Core(ctx, node, opts(), deploy.CoreConfig{Domain: coreDomain, DefaultISM: noop})
	require.NoError(t, err)
	recipient, _, err := bind.DeployContract(opts(), contractstest.TestRecipientInitCode(), client, nil)
	require.NoError(t, err)
	for _, scheme := range []string{"http", "ws"} {
		c, err := hyperlane.Dial(ctx, scheme+"://"+address, addrs, fast)
		require.NoError(t, err)
		defer c.Close()
		for _, f := range []evm.Finality{{}, {Blocks: 2}, {Tag: "safe"}, {Tag: "finalized"}} {
			_, err := c.Head(ctx, f)
			require.NoError(t, err)
		}
		sent, err := c.Outbox().Dispatch(ctx, opts(), hyperlane.Dispatch{
			Destination: coreDomain, Recipient: message.FromEVM(recipient), Body: []byte(scheme),
		})
		require.NoError(t, err)
		require.True(t, sent.InTree)
		at, err := c.Head(ctx, evm.Finality{})
		require.NoError(t, err)
		view := c.At(at)
		tree, err := view.Tree().Read(ctx)
		require.NoError(t, err)
		assert.Equal(t, sent.LeafIndex+1, tree.Count())
		_, index, err := view.Tree().LatestCheckpoint(ctx)
		require.NoError(t, err)
		assert.Equal(t, sent.LeafIndex, index)

		got := make(chan error, 1)
		go func() { _, err := c.Inbox().Wait(ctx, sent.ID); got <- err }()
		_, err = c.Inbox().Process(ctx, opts(), nil, &sent.Message)
		require.NoError(t, err)
		require.NoError(t, <-got)

		_, err = c.Inbox().Process(ctx, opts(), nil, &sent.Message)
		require.ErrorIs(t, err, hyperlane.ErrAlreadyDelivered)
		_, err = c.Inbox().EstimateProcess(ctx, opts().From, nil, &sent.Message)
		require.ErrorIs(t, err, hyperlane.ErrAlreadyDelivered)
		nobody := sent.Message
		nobody.Recipient[31]++
		require.ErrorIs(t, c.Inbox().Simulate(ctx, opts().From, nil, &nobody), hyperlane.ErrRecipient)
		poor := opts()
		poor.Value = new(big.Int).Lsh(big.NewInt(1), 200)
		_, err = c.Outbox().Dispatch(ctx, poor, toSomebody)
		require.ErrorIs(t, err, evm.ErrFunds)
	}

	// Four messages, two of them undone.
	c, err := connect(ctx, client, addrs, fast)
	require.NoError(t, err)
	var have []uint32
	for e, err := range c.Tree().FollowInsertions(ctx, evm.Range{}) {
		require.NoError(t, err)
		if !e.Removed {
			have = append(have, e.Index)
		} else {
			require.Equal(t, have[len(have)-1], e.Index, "the newest is taken back first")
			have = have[:len(have)-1]
		}
		switch {
		case e.Removed:
		case len(have) == 2:
			for range 2 {
				_, err := c.Outbox().Dispatch(ctx, opts(), toSomebody)
				require.NoError(t, err)
			}
		case len(have) == 4:
			require.NoError(t, client.Client().CallContext(ctx, nil, "anvil_reorg", 2, []any{}))
		}
		if e.Removed && len(have) == 2 {
			break
		}
	}
	assert.Equal(t, []uint32{0, 1}, have)
	n, err := c.Outbox().Nonce(ctx)
	require.NoError(t, err)
	assert.EqualValues(t, 2, n)
}
