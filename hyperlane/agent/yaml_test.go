package agent_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/agent"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/message"
)

// YAML has more than one way to write a value, and more than one wrong kind of value.
func TestShapes(t *testing.T) {
	validator := small + "validator:\n  signer: {kind: env, name: A_B}\n  storage: file:///x\n"
	for name, c := range map[string]struct{ text, want string }{
		"keys in place of a value":     {"stateDir: {a: b}", "stateDir (f.yaml:1) is keys with values, want a single value"},
		"a value in place of a list":   {small + "relayer: {chains: one}", "relayer.chains (f.yaml:8) is a single value, want a list"},
		"a value in place of keys":     {small + "relayer: yes", "relayer (f.yaml:8) is a single value, want keys with values"},
		"a list in place of chains":    {"stateDir: x\nchains: [one]", "chains (f.yaml:2) is a list, want keys with values"},
		"a chain that is a value":      {"stateDir: x\nchains: {one: 1}", "chains.one (f.yaml:2) is a single value, want keys with values"},
		"a URL that is a list":         {strings.Replace(small, "http://127.0.0.1:1", "[a]", 1), "chains.one.rpc (f.yaml:4) is a list, want {env: NAME} or {file: PATH}"},
		"a URL that is empty":          {strings.Replace(small, "http://127.0.0.1:1", "", 1), "chains.one.rpc (f.yaml:4) is empty, want {env: NAME} or {file: PATH}"},
		"an empty number":              {strings.Replace(small, "chainId: 1", "chainId:", 1), "chains.one.chainId (f.yaml:5) is empty, want a single value"},
		"a log that is a list":         {small + "log: [debug]", "log (f.yaml:8) is a list, want keys with values"},
		"a listen that is a list":      {small + "listen: [1]", "listen (f.yaml:8) is a list, want keys with values"},
		"a signer that is a list":      {small + "    signer: [1]", "chains.one.signer (f.yaml:8) is a list, want keys with values"},
		"a witness that is a list":     {validator + "  witnesses: [\"http://x\", []]", "validator.witnesses[1] (f.yaml:11) is a list"},
		"which of two chains":          {strings.Replace(validator, "validator:", strings.Replace(strings.Replace(small[strings.Index(small, "  one"):], "one", "two", 1), "1000", "2000", 1)+"validator:", 1), "validator.chain (f.yaml) is missing, want one of the chains one, two"},
		"a key of file's signer":       {small + "    signer: {kind: file, pth: x}", ""},
		"rules nested too deeply":      {small + "relayer: {whitelist: [{a: " + strings.Repeat("[", 20) + strings.Repeat("]", 20) + "}]}", "it is nested too deeply, or has too many values"},
		"rules nested through aliases": {small + "relayer: {whitelist: [{a: &x {b: *x}}]}", "it is nested too deeply, or has too many values"},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := agent.Parse("f.yaml", []byte(c.text), agent.Kinds{})
			if c.want == "" {
				require.NoError(t, err, "the kind reads its own section, when the key is opened")
				_, err = f.Chains[0].Signer.Open(t.Context())
				c.want = "chains.one.signer.pth (f.yaml:8) is an unknown key, want path;"
			}
			require.ErrorIs(t, err, evm.ErrConfig)
			assert.ErrorContains(t, err, c.want)
		})
	}
}

// A value can be written once and used in several places, also in matching lists.
func TestAliases(t *testing.T) {
	f, err := agent.Parse("f.yaml", []byte(`stateDir: &dir state
chains:
  one:
    rpc: &node http://127.0.0.1:1
    chainId: &id 1
    domain: 1000
    contracts: &core {mailbox: 0xc005dc82818d67AF737725bD4bf75435d065D239}
  two:
    rpc: *node
    chainId: *id
    domain: 2000
    contracts: *core
relayer:
  whitelist: [{originDomain: &ours [1000, 2000]}, {destinationDomain: *ours, bodyRegex: *dir}, {originDomain: 7, bodyRegex: ~}]
`), agent.Kinds{})
	require.NoError(t, err)
	assert.Equal(t, f.Chains[0].Contracts, f.Chains[1].Contracts)
	assert.EqualValues(t, 1, f.Chains[1].ChainID)
	node, err := f.Chains[1].RPC.URL()
	require.NoError(t, err)
	assert.Equal(t, "http://127.0.0.1:1", node)
	assert.Equal(t, []message.Domain{1000, 2000}, f.Relayer.Whitelist[1].DestinationDomain)
	assert.True(t, f.Relayer.Whitelist.Match(&message.Message{Origin: 2000, Destination: 3}))
	assert.False(t, f.Relayer.Whitelist.Match(&message.Message{Origin: 3, Destination: 4}))
	assert.True(t, f.Relayer.Whitelist.Match(&message.Message{Origin: 7}), "null restricts nothing, as in JSON")
}

// The number of values is bounded where a list is read item by item as well.
func TestManyValues(t *testing.T) {
	for n, want := range map[int]bool{1000: true, 100_001: false} {
		text := small + "relayer:\n  chains: [" + strings.Repeat("one,", n) + "]\n"
		f, err := agent.Parse("f.yaml", []byte(text), agent.Kinds{})
		if want {
			require.NoError(t, err)
			assert.Len(t, f.Relayer.Chains, n)
			continue
		}
		require.ErrorIs(t, err, evm.ErrConfig)
		assert.ErrorContains(t, err, "is one value too many, want at most 100000 values in a file")
	}
}
