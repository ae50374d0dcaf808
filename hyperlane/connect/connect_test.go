package connect_test

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/accounts/keystore"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/connect"
)

const keyHex = "1111111111111111111111111111111111111111111111111111111111111111"

var address = common.HexToAddress("0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A")

func write(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	return file
}

func TestKeyFromEveryPlace(t *testing.T) {
	t.Setenv("CONNECT_TEST_KEY", "0x"+keyHex)
	raw, err := hex.DecodeString(keyHex)
	require.NoError(t, err)
	private, err := crypto.ToECDSA(raw)
	require.NoError(t, err)
	store := keystore.NewKeyStore(t.TempDir(), keystore.LightScryptN, keystore.LightScryptP)
	account, err := store.ImportECDSA(private, "pass word")
	require.NoError(t, err)

	for name, key := range map[string]connect.Key{
		"environment": {Env: "CONNECT_TEST_KEY"},
		"file":        {File: write(t, keyHex+"\n")},
		"keystore":    {Keystore: account.URL.Path, Password: write(t, "pass word\r\n")},
	} {
		t.Run(name, func(t *testing.T) {
			loaded, err := key.Load("signer")
			require.NoError(t, err)
			assert.Equal(t, address, crypto.PubkeyToAddress(loaded.PublicKey))
		})
	}
	none, err := connect.Key{}.Load("signer")
	require.NoError(t, err)
	assert.Nil(t, none)
}

func TestKeyRefusals(t *testing.T) {
	nearly := keyHex[:63] + "x"
	t.Setenv("CONNECT_TEST_KEY", nearly)
	rows := []struct {
		name  string
		key   connect.Key
		field string
	}{
		{"unset and unnamed", connect.Key{Env: keyHex}, "signer.keyEnv"}, // the key itself where its variable's name belongs
		{"two places", connect.Key{Env: "CONNECT_TEST_KEY", File: "also"}, "signer"},
		{"not a key in the environment", connect.Key{Env: "CONNECT_TEST_KEY"}, "signer.keyEnv"},
		{"unset variable", connect.Key{Env: "CONNECT_TEST_UNSET"}, "signer.keyEnv"},
		{"not a key in the file", connect.Key{File: write(t, nearly)}, "signer.keyFile"},
		{"no file", connect.Key{File: filepath.Join(t.TempDir(), "none")}, "signer.keyFile"},
		{"no keystore", connect.Key{Keystore: filepath.Join(t.TempDir(), "none"), Password: write(t, "p")}, "signer.keystore"},
		{"no password", connect.Key{Keystore: write(t, "{}")}, "signer.passwordFile"},
		{"no such password", connect.Key{Keystore: write(t, "{}"), Password: filepath.Join(t.TempDir(), "none")}, "signer.passwordFile"},
		{"not a keystore", connect.Key{Keystore: write(t, nearly), Password: write(t, "p")}, "signer.keystore"},
		{"password without keystore", connect.Key{Password: write(t, "p")}, "signer.passwordFile"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			_, err := row.key.Load("signer")
			require.ErrorIs(t, err, connect.ErrConfig)
			var refused *connect.Error
			require.ErrorAs(t, err, &refused)
			assert.Equal(t, row.field, refused.Field)
			assert.NotContains(t, err.Error(), keyHex[:16], "an error must not quote a key")
		})
	}
}

func TestContracts(t *testing.T) {
	var c connect.Chain
	decoder := yaml.NewDecoder(strings.NewReader(`
rpc: http://127.0.0.1:1
contracts:
  mailbox: "0xc005dc82818d67AF737725bD4bf75435d065D239"
  merkleTreeHook: "0x48e6c30B97748d1e2e03bf3e9FbE3890ca5f8CCA"
`))
	decoder.KnownFields(true)
	require.NoError(t, decoder.Decode(&c))
	addresses, err := c.Contracts.Addresses()
	require.NoError(t, err)
	mailbox := common.HexToAddress("0xc005dc82818d67AF737725bD4bf75435d065D239")
	assert.Equal(t, hyperlane.Addresses{
		Outbox: mailbox, Inbox: mailbox, MerkleTreeHook: common.HexToAddress("0x48e6c30B97748d1e2e03bf3e9FbE3890ca5f8CCA"),
	}, addresses)

	// Without quotes, and through an anchor.
	require.NoError(t, yaml.Unmarshal([]byte("contracts: {mailbox: &it 0xc005dc82818d67AF737725bD4bf75435d065D239, merkleTreeHook: *it}"), &c))
	assert.Equal(t, mailbox, c.Contracts.Mailbox)
	assert.Equal(t, mailbox, c.Contracts.MerkleTreeHook)

	c.Contracts.Outbox = mailbox
	_, err = c.Contracts.Addresses()
	require.ErrorIs(t, err, connect.ErrConfig)
	_, _, err = c.Dial(t.Context())
	require.ErrorIs(t, err, connect.ErrConfig)
}

// Whoever misspells an address is told where.
func TestContractsInAFile(t *testing.T) {
	whole := "0x1111111111111111111111111111111111111111"
	rows := map[string]struct{ text, field, says string }{
		"short address":    {"contracts:\n  mailbox: " + whole + "\n  inbox: \"0x12\"", "contracts.inbox", `line 3 has "0x12"`},
		"no 0x":            {"contracts:\n  outbox: \"" + whole[2:] + "\"", "contracts.outbox", "0x and 40 hexadecimal digits"},
		"not hexadecimal":  {"contracts:\n  validatorAnnounce: " + whole[:41] + "g", "contracts.validatorAnnounce", "line 2"},
		"a list":           {"contracts:\n  merkleTreeHook: [" + whole + "]", "contracts.merkleTreeHook", "line 2"},
		"unknown contract": {"contracts:\n  mailBox: " + whole, "contracts.mailBox", "want one of mailbox, outbox"},
		"twice":            {"contracts:\n  inbox: " + whole + "\n  inbox: " + whole, "contracts.inbox", "each once"},
		"no mapping":       {"contracts: " + whole, "contracts", "a mapping"},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			before := connect.Contracts{Outbox: common.Address{1}}
			c := connect.Chain{Contracts: before}
			err := yaml.Unmarshal([]byte(row.text), &c)
			require.ErrorIs(t, err, connect.ErrConfig)
			var refused *connect.Error
			require.ErrorAs(t, err, &refused)
			assert.Equal(t, row.field, refused.Field)
			assert.Contains(t, err.Error(), row.says)
			assert.Equal(t, before, c.Contracts, "unchanged")
		})
	}
}

func TestDialRefusals(t *testing.T) {
	mailbox := connect.Contracts{Mailbox: common.HexToAddress("0x01")}
	rows := []struct {
		name  string
		chain connect.Chain
		field string
	}{
		{"no URL", connect.Chain{Contracts: mailbox}, "rpc"},
		{"no node", connect.Chain{RPC: "http://127.0.0.1:1", Contracts: mailbox}, "rpc"},
		{"no key", connect.Chain{RPC: "http://127.0.0.1:1", Contracts: mailbox, Signer: connect.Key{Env: "CONNECT_TEST_UNSET"}}, "signer.keyEnv"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			_, _, err := row.chain.Dial(t.Context())
			var refused *connect.Error
			require.ErrorAs(t, err, &refused)
			assert.Equal(t, row.field, refused.Field)
		})
	}
}
