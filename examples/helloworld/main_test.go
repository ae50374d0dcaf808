package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/big"
	"net"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/ethclient"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/hyperlane/validator"
	"github.com/hyperlane-go/sdk/internal/official"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/message"
)

const longEnough = 2 * time.Minute

func TestChainsInThisProcess(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), config{timeout: longEnough}, &out))
	check(t, out.String(), "1000", "2000")
}

var delivered = regexp.MustCompile(`^delivered (0x[0-9a-f]{64}) ([0-9]+) -> ([0-9]+)$`)

// check holds the output to what it promises: for each message every stage in order, enough
// signatures, and a last line.
func check(t *testing.T, out, a, b string) {
	t.Helper()
	lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
	require.Greater(t, len(lines), 2, out)
	routes := [][2]string{{a, b}, {b, a}}
	for i, line := range lines[len(lines)-2:] {
		last := delivered.FindStringSubmatch(line)
		require.NotNil(t, last, "last lines of\n%s", out)
		assert.Equal(t, routes[i], [2]string{last[2], last[3]})

		var life []string
		for _, line := range lines[:len(lines)-2] {
			if what, rest, _ := strings.Cut(line, " "); strings.HasPrefix(strings.TrimSpace(rest), last[1][:10]) {
				life = append(life, what)
			}
		}
		require.NotEmpty(t, life, out)
		assert.Equal(t, "dispatched", life[0])
		counts := map[string]int{}
		for _, stage := range life {
			counts[stage]++
		}
		assert.GreaterOrEqual(t, counts["signed"], threshold, out)
		for _, stage := range []string{"dispatched", "metadata", "submitted", "processed", "handled"} {
			assert.Equal(t, 1, counts[stage], "%s in\n%s", stage, out)
		}
		life = slices.DeleteFunc(life, func(stage string) bool { return stage == "signed" })
		assert.Equal(t, []string{"dispatched", "metadata", "submitted", "processed", "handled"}, life)
	}
	assert.Contains(t, out, `"Hello, World!"`)
	assert.Contains(t, out, `"Hello yourself!"`)
	assert.Regexp(t, `dispatched .*, block [0-9]+, gas [0-9]+`, out)
	assert.Regexp(t, `processed .*, block [0-9]+, gas [0-9]+`, out)
}

// The same through the door for real nodes: URLs and a key.
func TestNodes(t *testing.T) {
	chains := hyperlanetest.New(t, 2, hyperlanetest.WithHTTP())
	chains.Background(t.Context()) // makes blocks
	first, second := chains.Chains[0], chains.Chains[1]
	cfg := config{
		origin: first.URL(), destination: second.URL(), timeout: longEnough,
		key: hexutil.Encode(crypto.FromECDSA(hyperlanetest.User(0).Key)),
	}
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), cfg, &out), out.String())
	check(t, out.String(), first.ChainID().String(), second.ChainID().String())

	same := cfg
	same.destination = first.URL()
	require.ErrorContains(t, run(t.Context(), same, io.Discard), "both nodes are on chain 31337")

	poor := cfg
	poor.key = strings.Repeat("42", 32)
	require.ErrorContains(t, run(t.Context(), poor, io.Discard), "chain 31337: deploy the ISM")
}

// And on two real ones, where anvil is installed.
func TestAnvil(t *testing.T) {
	anvil := official.Program(t, "anvil")
	first, second := start(t, anvil, "31401"), start(t, anvil, "31402")
	cfg := config{
		origin: first, destination: second, timeout: longEnough,
		key: "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80", // anvil's first public test key
	}
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), cfg, &out), out.String())
	check(t, out.String(), "31401", "31402")
}

// start runs a node until the test ends and returns its URL.
func start(t *testing.T, anvil, chainID string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	port := fmt.Sprint(listener.Addr().(*net.TCPAddr).Port)
	require.NoError(t, listener.Close())
	node := exec.CommandContext(t.Context(), anvil, "--silent", "--port", port, "--chain-id", chainID, "--hardfork", "osaka")
	require.NoError(t, node.Start())
	t.Cleanup(func() { _ = node.Wait() }) // killed when the test's context ends
	url := "http://127.0.0.1:" + port
	client, err := ethclient.Dial(url)
	require.NoError(t, err)
	defer client.Close()
	require.Eventually(t, func() bool {
		_, err := client.ChainID(t.Context())
		return err == nil
	}, time.Minute, 20*time.Millisecond, "the node does not answer")
	return url
}

func TestEndsEarly(t *testing.T) {
	interrupted, interrupt := context.WithCancel(t.Context())
	interrupt()
	require.EqualError(t, run(interrupted, config{timeout: longEnough}, io.Discard), "interrupted")

	err := run(t.Context(), config{timeout: time.Nanosecond}, io.Discard)
	require.ErrorContains(t, err, "gave up after 1ns")

	unreachable := config{timeout: longEnough, origin: "http://127.0.0.1:1", destination: "http://127.0.0.1:1", key: strings.Repeat("42", 32)}
	require.ErrorContains(t, run(t.Context(), unreachable, io.Discard), "connect to http://127.0.0.1:1: evm: eth_chainId")
	unreachable.key = "secret"
	err = run(t.Context(), unreachable, io.Discard)
	require.ErrorContains(t, err, "not a private key")
	require.NotContains(t, err.Error(), "secret")
}

func TestParse(t *testing.T) {
	env := map[string]string{}
	get := func(name string) string { return env[name] }
	cfg, err := parse(nil, get, io.Discard)
	require.NoError(t, err)
	assert.Equal(t, config{timeout: 10 * time.Minute}, cfg)

	env["HELLOWORLD_KEY"], env["HELLOWORLD_ORIGIN_RPC"], env["HELLOWORLD_DESTINATION_RPC"] = "k", "http://a", "http://b"
	cfg, err = parse([]string{"-finality", "15", "-destination-rpc", "http://c", "-timeout", "1s"}, get, io.Discard)
	require.NoError(t, err)
	assert.Equal(t, config{origin: "http://a", destination: "http://c", key: "k", finality: evm.Finality{Blocks: 15}, timeout: time.Second}, cfg)

	clear(env)
	tests := map[string]struct {
		args []string
		want string
	}{
		"one node":     {[]string{"-origin-rpc", "http://a"}, "one node is not enough"},
		"no key":       {[]string{"-origin-rpc", "http://a", "-destination-rpc", "http://b"}, "no key"},
		"argument":     {[]string{"hello"}, "unexpected argument"},
		"timeout":      {[]string{"-timeout", "0s"}, "-timeout"},
		"finality":     {[]string{"-finality", "soon"}, "finality"},
		"unknown flag": {[]string{"-loud"}, "not defined"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := parse(tt.args, get, io.Discard)
			require.ErrorContains(t, err, tt.want)
		})
	}
	_, err = parse([]string{"-h"}, get, io.Discard)
	require.ErrorIs(t, err, flag.ErrHelp)
}

// Validators can be quicker than the sender's own receipt; the dispatch is shown first all the
// same.
func TestDispatchIsShownFirst(t *testing.T) {
	var out bytes.Buffer
	v := newView(&out)
	sent := &hyperlane.Dispatched{Message: message.Message{Origin: 1, Destination: 2}, Receipt: &types.Receipt{BlockNumber: big.NewInt(7)}}
	v.validator(validator.Event{Kind: validator.Signed, Checkpoint: checkpoint.Signed{}})
	assert.Empty(t, out.String())
	v.validator(validator.Event{Kind: validator.Failed, Err: errors.New("no node")})
	v.dispatched(sent, "hi")
	v.close()
	lines := strings.Split(out.String(), "\n")
	require.Len(t, lines, 4)
	for i, want := range []string{"failed", "dispatched", "signed"} {
		assert.True(t, strings.HasPrefix(lines[i], want), lines[i])
	}
}
