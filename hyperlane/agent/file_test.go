package agent_test

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/agent"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/matching"
	"github.com/hyperlane-go/sdk/hyperlane/storage"
	"github.com/hyperlane-go/sdk/message"
)

// small is the smallest file of a chain.
const small = `stateDir: state
chains:
  one:
    rpc: http://127.0.0.1:1
    chainId: 1
    domain: 1000
    contracts: {mailbox: 0xc005dc82818d67AF737725bD4bf75435d065D239}
`

func TestFullFile(t *testing.T) {
	f, err := agent.Load("testdata/agent.yaml", agent.Kinds{})
	require.NoError(t, err)
	assert.Equal(t, "/var/lib/hyperlane", f.StateDir)
	assert.Equal(t, "127.0.0.1:9090", f.Listen.Address)
	assert.False(t, f.Listen.Token.IsZero())
	require.Len(t, f.Chains, 2)
	one, two := f.Chains[0], f.Chains[1]
	assert.Equal(t, "ethereum", one.Name)
	assert.EqualValues(t, 1, one.ChainID)
	assert.Equal(t, message.Domain(1), one.Domain)
	assert.Equal(t, evm.Finality{Tag: evm.TagFinalized}, one.ReorgPeriod)
	assert.EqualValues(t, 18422581, one.From)
	assert.EqualValues(t, 75000, *one.GasMargin)
	assert.EqualValues(t, 5000000, one.GasCap)
	assert.Equal(t, "env", one.Signer.Kind)
	addresses := one.Contracts.Addresses()
	assert.Equal(t, addresses.Outbox, addresses.Inbox)
	assert.NotZero(t, addresses.ValidatorAnnounce)
	assert.Equal(t, evm.DefaultFinality(), two.ReorgPeriod, "trap 53")
	assert.NotEqual(t, two.Contracts.Addresses().Outbox, two.Contracts.Addresses().Inbox)
	assert.Equal(t, "ethereum", f.Validator.Chain)
	assert.Len(t, f.Validator.Witnesses, 2)
	assert.Equal(t, "keystore", f.Validator.Signer.Kind)
	assert.Equal(t, []string{"ethereum", "other"}, f.Relayer.Chains)
	assert.Equal(t, []message.Domain{1, 10}, f.Relayer.Whitelist[0].OriginDomain)
	assert.True(t, f.Relayer.Blacklist.Match(&message.Message{Body: []byte{0xff}}))
	assert.Len(t, f.Relayer.AddressBlacklist, 2)
	assert.Equal(t, 10*time.Minute, f.Relayer.ResubmitAfter)
}

// The documented file names every key that there is, so that a new one is documented too.
func TestFullFileIsFull(t *testing.T) {
	text, err := os.ReadFile("testdata/agent.yaml")
	require.NoError(t, err)
	for _, section := range []any{agent.File{}, agent.Chain{}, agent.Contracts{}, agent.Validator{}, agent.Relayer{}} {
		typ := reflect.TypeOf(section)
		for i := range typ.NumField() {
			if key := typ.Field(i).Tag.Get("yaml"); key != "" && key != "-" {
				assert.Regexp(t, `(?m)^ *`+key+`:`, string(text), "%s.%s", typ, key)
			}
		}
	}
}

func TestDefaults(t *testing.T) {
	f, err := agent.Parse("f.yaml", []byte(small+"validator: {signer: {kind: env, name: A_B}, storage: \"file:///x\"}"), agent.Kinds{})
	require.NoError(t, err)
	assert.Equal(t, evm.Finality{Blocks: 1}, f.Chains[0].ReorgPeriod)
	assert.Equal(t, "one", f.Validator.Chain, "the only chain")
	assert.Empty(t, f.Listen.Address)
	assert.Nil(t, f.Relayer)
	assert.Equal(t, filepath.Join("state", "relayer"), f.State("relayer"))
	for text, want := range map[string]evm.Finality{
		"0": {}, "15": {Blocks: 15}, `"15"`: {Blocks: 15}, "finalized": {Tag: evm.TagFinalized}, "safe": {Tag: evm.TagSafe}, "latest": {},
	} {
		f, err := agent.Parse("f.yaml", []byte(small+"    reorgPeriod: "+text), agent.Kinds{})
		require.NoError(t, err, text)
		assert.Equal(t, want, f.Chains[0].ReorgPeriod, text)
	}
}

// Every refusal names the key as it is written, the place, what is there and what is wanted.
func TestRefusals(t *testing.T) {
	validator := small + "validator:\n  signer: {kind: env, name: A_B}\n  storage: file:///x\n"
	long := strings.Repeat("5e", 32)
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", "file f.yaml is empty"},
		{"only a comment", "# nothing", "file f.yaml is empty"},
		{"null", "~", "file f.yaml is empty"},
		{"not YAML", "chains: [", "file f.yaml is unusable, want YAML with the keys stateDir, log, listen, chains, validator, relayer"},
		{"a list", "[]", "file (f.yaml:1) is a list, want keys with values"},
		{"two documents", small + "---\na: 1", "is in several documents"},
		{"unknown key", "statedir: x", "statedir (f.yaml:1) is an unknown key, want stateDir; the keys here are stateDir, log"},
		{"unknown key far from any", "zzzzzzzz: x", "zzzzzzzz (f.yaml:1) is an unknown key, want one of stateDir"},
		{"key twice", small + "stateDir: y", "stateDir (f.yaml:8) is written twice, want it once (first in line 1)"},
		{"no state directory", strings.Replace(small, "stateDir: state", "log: info", 1), "stateDir (f.yaml:1) is missing, want a directory"},
		{"state directory is a list", "stateDir: [x]", "stateDir (f.yaml:1) is a list, want a single value"},
		{"state directory is empty", "stateDir:", "stateDir (f.yaml:1) is empty, want a single value"},
		{"no chains", "stateDir: x", "chains (f.yaml:1) is missing, want the chains by name"},
		{"empty chains", "stateDir: x\nchains: {}", "chains (f.yaml:2) is empty, want a chain"},
		{"nameless chain", "stateDir: x\nchains: {\"\": {}}", "is without a name"},
		{"chain's key", strings.Replace(small, "rpc:", "rcp:", 1), "chains.one.rcp (f.yaml:4) is an unknown key, want rpc;"},
		{"chain without id", strings.Replace(small, "    chainId: 1\n", "", 1), "chains.one.chainId (f.yaml:4) is missing, want the chain's number in its transactions"},
		{"chain without domain", strings.Replace(small, "    domain: 1000\n", "", 1), "chains.one.domain (f.yaml:4) is missing"},
		{"chain id in words", strings.Replace(small, "chainId: 1", "chainId: one", 1), "chains.one.chainId (f.yaml:5) is one, want a whole number"},
		{"negative", small + "    from: -1", "chains.one.from (f.yaml:8) is -1, want a whole number in decimal digits, zero or more"},
		{"domain out of range", strings.Replace(small, "domain: 1000", "domain: 4294967296", 1), "chains.one.domain (f.yaml:6) is 4294967296"},
		{"domain twice", small + strings.Replace(small[strings.Index(small, "  one"):], "one", "two", 1), "chains.two.domain (f.yaml:11) is 1000, want a domain that no other chain has; one has it too"},
		{"reorgPeriod with a unit", small + "    reorgPeriod: 5m", "chains.one.reorgPeriod (f.yaml:8) is 5m, want a number of blocks, finalized, safe or latest (blocks, not a time"},
		{"reorgPeriod", small + "    reorgPeriod: pending", "chains.one.reorgPeriod (f.yaml:8) is pending, want a number of blocks"},
		{"negative reorgPeriod", small + "    reorgPeriod: -1", "is -1, want a number of blocks"},
		{"short address", strings.Replace(small, "0xc005dc82818d67AF737725bD4bf75435d065D239", "0x12", 1), "chains.one.contracts.mailbox (f.yaml:7) is 0x12, want 0x and 40 hexadecimal digits"},
		{"address without 0x", strings.Replace(small, "0xc005", "c005", 1), "want 0x and 40 hexadecimal digits"},
		{"unknown contract", strings.Replace(small, "mailbox:", "mailBox:", 1), "chains.one.contracts.mailBox (f.yaml:7) is an unknown key, want mailbox;"},
		{"mailbox and outbox", strings.Replace(small, "{mailbox", "{outbox: 0xc005dc82818d67AF737725bD4bf75435d065D239, mailbox", 1), "chains.one.contracts (f.yaml:7) is both mailbox and its parts"},
		{"no mailbox", strings.Replace(small, "{mailbox", "{validatorAnnounce", 1), "chains.one.contracts (f.yaml:7) is without a mailbox, want mailbox, or outbox and inbox"},
		{"kind", small + "    signer: {kind: evn}", "chains.one.signer.kind (f.yaml:8) is evn, want env; the kinds are env, file, keystore"},
		{"no kind", small + "    signer: {name: x}", "chains.one.signer (f.yaml:8) is without a kind, want kind: one of env, file, keystore"},
		{"key in the file", small + "    signer: " + long, "chains.one.signer (f.yaml:8) is a single value, want keys with values"},
		{"interval without a unit", validator + "  interval: 5", "validator.interval (f.yaml:11) is 5, want a time with its unit, such as 5s or 2m (did you mean 5s?)"},
		{"interval in words", validator + "  interval: soon", "validator.interval (f.yaml:11) is soon, want a time with its unit"},
		{"negative interval", validator + "  interval: -5s", "validator.interval (f.yaml:11) is -5s, want zero or more"},
		{"not a boolean", validator + "  skipAnnounce: 1", "validator.skipAnnounce (f.yaml:11) is 1, want true or false"},
		{"no storage", small + "validator:\n  signer: {kind: env, name: A_B}", "validator.storage (f.yaml:9) is missing, want a location such as s3://bucket/us-east-1"},
		{"unknown storage", strings.Replace(validator, "file:///x", "ftp://x", 1), "validator.storage (f.yaml:10) is ftp://x, want a location such as s3://bucket/us-east-1; the schemes are file, gs, s3: "},
		{"misspelt storage", strings.Replace(validator, "file:///x", "flie:///x", 1), "validator.storage (f.yaml:10) is flie:///x, want file://; the schemes are file, gs, s3: "},
		{"malformed storage", strings.Replace(validator, "file:///x", "s3://x", 1), "validator.storage (f.yaml:10) is s3://x, want a location such as s3://bucket/us-east-1: "},
		{"unknown chain", validator + "  chain: noe", "validator.chain (f.yaml:11) is noe, want one; the chains of this file are one"},
		{"relayer's unknown chain", small + "relayer: {chains: [one, tow]}", "relayer.chains[1] (f.yaml:8) is tow, want one of the chains one"},
		{"whitelist", small + "relayer:\n  whitelist: [{orginDomain: 1}]", "relayer.whitelist (f.yaml:9) is unusable, want rules in the network's form (Protocol 15.7): matching: invalid list: [0].orginDomain is an unknown key"},
		{"whitelist that contains itself", small + "relayer:\n  whitelist: &a [*a]", "relayer.whitelist (f.yaml:9) is unusable"},
		{"address blacklist", small + "relayer:\n  addressBlacklist: x", "relayer.addressBlacklist (f.yaml:9) is x"},
		{"log level", small + "log: loud", "log.level (f.yaml:8) is loud, want debug, info, warn or error"},
		{"log format", small + "log: {format: xml}", "log.format (f.yaml:8) is xml, want text or json"},
		{"listen", small + "listen: nowhere", "listen (f.yaml:8) is nowhere, want host and port"},
		{"listen port", small + "listen: 127.0.0.1:99999", "listen (f.yaml:8) is 127.0.0.1:99999, want host and port"},
		{"token in the file", small + "listen: {address: 1, token: " + long + "}", "listen.token (f.yaml:8) is a single value, want {env: NAME} or {file: PATH}; a secret is not written in this file"},
		{"token from two places", small + "listen: {address: 1, token: {env: A, file: b}}", "listen.token (f.yaml:8) is incomplete"},
		{"token from nowhere", small + "listen: {address: 1, token: {evn: A}}", "listen.token.evn (f.yaml:8) is an unknown key, want env;"},
		{"long key", long + ": 1", "(a text of 64 characters) (f.yaml:1) is an unknown key"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := agent.Parse("f.yaml", []byte(c.text), agent.Kinds{})
			require.ErrorIs(t, err, evm.ErrConfig)
			assert.Nil(t, f)
			assert.ErrorContains(t, err, c.want)
			assert.NotContains(t, err.Error(), long[:20], "what may be a secret is not quoted")
			assert.Less(t, len(err.Error()), 600)
		})
	}
}

// A scheme of the program is suggested as one of this package is.
func TestStorageSchemesOfTheProgram(t *testing.T) {
	memory := func(context.Context, string, storage.Access) (*storage.Store, error) { return storage.NewMemory(), nil }
	kinds := agent.Kinds{Stores: map[string]agent.OpenStore{"team": memory, "s3": memory}}
	_, err := agent.Parse("f.yaml", []byte(small+"validator: {signer: {kind: env, name: A_B}, storage: \"taem://x\"}"), kinds)
	require.ErrorIs(t, err, evm.ErrConfig)
	assert.ErrorContains(t, err, "validator.storage (f.yaml:8) is taem://x, want team://; the schemes are file, gs, s3, team: ")
}

// A few lines of aliases must not fill the memory.
func TestManyAliases(t *testing.T) {
	var b strings.Builder
	b.WriteString("stateDir: x\nrelayer:\n  whitelist:\n  - &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n")
	names := "abcdefghij"
	for i := 1; i < len(names); i++ {
		b.WriteString("  - &" + names[i:i+1] + " [" + strings.Repeat("*"+names[i-1:i]+", ", 9) + "*" + names[i-1:i] + "]\n")
	}
	_, err := agent.Parse("f.yaml", []byte(b.String()), agent.Kinds{})
	require.ErrorIs(t, err, evm.ErrConfig)
	_, err = agent.Parse("f.yaml", []byte("a: "+strings.Repeat("x", 1<<20)), agent.Kinds{})
	require.ErrorContains(t, err, "longer than 1 MiB")
}

func TestMatchingLists(t *testing.T) {
	read := func(text string) (*agent.Relayer, error) {
		f, err := agent.Parse("f.yaml", []byte(small+"relayer:\n"+text), agent.Kinds{})
		if err != nil {
			return nil, err
		}
		return f.Relayer, nil
	}
	r, err := read(`
  whitelist:
    - originDomain: [1, "10"]
      senderAddress: 0x1111111111111111111111111111111111111111
      bodyRegex: ^00
  blacklist: '[{"destinationDomain": 1}]'
  addressBlacklist: 0x3333,4444
`)
	require.NoError(t, err)
	sender := message.MustParseAddress("0x1111111111111111111111111111111111111111")
	assert.True(t, r.Whitelist.Match(&message.Message{Origin: 10, Sender: sender, Body: []byte{0}}))
	assert.Equal(t, []message.Domain{1, 10}, r.Whitelist[0].OriginDomain)
	assert.Equal(t, []message.Domain{1}, r.Blacklist[0].DestinationDomain)
	assert.Equal(t, matching.AddressBlacklist{{0x33, 0x33}, {0x44, 0x44}}, r.AddressBlacklist)
	for _, text := range []string{"  whitelist: 1", "  whitelist: {a: 1}", "  whitelist: [{originDomain: 0x10}]", "  whitelist: [{originDomain: 010}]"} {
		_, err := read(text)
		require.ErrorIs(t, err, matching.ErrSyntax, text)
	}
}

func TestListenAddress(t *testing.T) {
	for text, want := range map[string]struct {
		address string
		public  bool
	}{
		"9090": {"127.0.0.1:9090", false}, `":9090"`: {"127.0.0.1:9090", false}, "localhost:9090": {"localhost:9090", false},
		`"[::1]:9090"`: {"[::1]:9090", false}, "0.0.0.0:9090": {"0.0.0.0:9090", true}, `"[::]:9090"`: {"[::]:9090", true},
		"10.0.0.1:9090": {"10.0.0.1:9090", true}, "{address: 9090}": {"127.0.0.1:9090", false},
	} {
		f, err := agent.Parse("f.yaml", []byte(small+"listen: "+text), agent.Kinds{})
		require.NoError(t, err, text)
		assert.Equal(t, want.address, f.Listen.Address, text)
		assert.Equal(t, want.public, f.Listen.Public(), text)
	}
}

func TestLoad(t *testing.T) {
	_, err := agent.Load(filepath.Join(t.TempDir(), "none.yaml"), agent.Kinds{})
	require.ErrorIs(t, err, evm.ErrConfig)
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = agent.Load(t.TempDir(), agent.Kinds{})
	require.ErrorIs(t, err, evm.ErrConfig)
	for _, example := range []string{"../../examples/validator/validator.yaml", "../../examples/relayer/relayer.yaml"} {
		_, err := agent.Load(example, agent.Kinds{})
		require.NoError(t, err)
	}
}

func FuzzParse(f *testing.F) {
	full, err := os.ReadFile("testdata/agent.yaml")
	require.NoError(f, err)
	f.Add(full)
	f.Add([]byte(small))
	f.Add([]byte("a: &a [*a]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := agent.Parse("f.yaml", data, agent.Kinds{}); err != nil {
			require.ErrorIs(t, err, evm.ErrConfig)
		}
	})
}
