package agent_test

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/accounts/keystore"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/agent"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
)

const keyHex = "1111111111111111111111111111111111111111111111111111111111111111"

var keyAddress = common.HexToAddress("0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A")

// write makes a file that only this user can read.
func write(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	return file
}

// openKey opens the signer of a section that is written in one line.
func openKey(ctx context.Context, t *testing.T, section string, kinds agent.Kinds) (agent.Signer, error) {
	t.Helper()
	f, err := agent.Parse("f.yaml", []byte(small+"    signer: "+section), kinds)
	if err != nil {
		return nil, err
	}
	return f.Chains[0].Signer.Open(ctx)
}

func TestKeyFromEveryPlace(t *testing.T) {
	t.Setenv("AGENT_TEST_KEY", "0x"+keyHex)
	t.Setenv("AGENT_TEST_PASSWORD", "pass word")
	raw, err := hex.DecodeString(keyHex)
	require.NoError(t, err)
	private, err := crypto.ToECDSA(raw)
	require.NoError(t, err)
	store := keystore.NewKeyStore(t.TempDir(), keystore.LightScryptN, keystore.LightScryptP)
	account, err := store.ImportECDSA(private, "pass word")
	require.NoError(t, err)

	for name, section := range map[string]string{
		"environment":                "{kind: env, name: AGENT_TEST_KEY}",
		"file":                       "{kind: file, path: " + write(t, keyHex+"\n") + "}",
		"keystore":                   "{kind: keystore, path: " + account.URL.Path + ", password: {file: " + write(t, "pass word\r\n") + "}}",
		"keystore, password in env.": "{kind: keystore, path: " + account.URL.Path + ", password: {env: AGENT_TEST_PASSWORD}}",
	} {
		t.Run(name, func(t *testing.T) {
			s, err := openKey(t.Context(), t, section, agent.Kinds{})
			require.NoError(t, err)
			assert.Equal(t, keyAddress, s.Address())
			signature, err := s.SignDigest(t.Context(), [32]byte{1})
			require.NoError(t, err)
			require.NoError(t, signature.Verify([32]byte{1}, keyAddress))
		})
	}
}

func TestKeyRefusals(t *testing.T) {
	nearly := keyHex[:63] + "x"
	t.Setenv("AGENT_TEST_KEY", nearly)
	t.Setenv("AGENT_TEST_PASSWORD", "wrong")
	open := filepath.Join(t.TempDir(), "open")
	require.NoError(t, os.WriteFile(open, []byte(keyHex), 0o644))
	store := keystore.NewKeyStore(t.TempDir(), keystore.LightScryptN, keystore.LightScryptP)
	account, err := store.NewAccount("right")
	require.NoError(t, err)
	password := "password: {file: " + write(t, "p") + "}"
	none := filepath.Join(t.TempDir(), "none")
	for _, c := range []struct{ name, section, want string }{
		{"the key where its variable's name belongs", "{kind: env, name: " + keyHex + "}", "chains.one.signer.name (f.yaml:8) is not the name of a variable that is set"},
		{"the key where its file's name belongs", "{kind: file, path: \"" + keyHex + "\"}", "chains.one.signer.path (f.yaml:8) is (a name of 64 characters)"},
		{"unset variable", "{kind: env, name: AGENT_TEST_UNSET}", "chains.one.signer.name (f.yaml:8) is AGENT_TEST_UNSET, which is not set"},
		{"no name", "{kind: env}", "chains.one.signer.name (f.yaml:8) is missing, want the name of an environment variable"},
		{"not a key in the environment", "{kind: env, name: AGENT_TEST_KEY}", "chains.one.signer.name (f.yaml:8) is unusable, want the place of a private key: what it names does not hold 64 hexadecimal digits"},
		{"two places", "{kind: env, name: AGENT_TEST_KEY, path: also}", "chains.one.signer.path (f.yaml:8) is an unknown key, want one of name, kind"},
		{"not a key in the file", "{kind: file, path: " + write(t, nearly) + "}", "chains.one.signer.path (f.yaml:8) is unusable"},
		{"no file", "{kind: file, path: " + none + "}", "none, want a file that only this user can read: no such file"},
		{"a directory", "{kind: file, path: " + t.TempDir() + "}", "it is no regular file"},
		{"a large file", "{kind: file, path: " + write(t, strings.Repeat(" ", 1<<17)) + "}", "want at most 65536"},
		{"a file that others can read", "{kind: file, path: " + open + "}", "its mode is 0644 and lets other users in: run chmod 600"},
		{"no keystore", "{kind: keystore, path: " + none + ", " + password + "}", "a keystore file that can be read"},
		{"no password", "{kind: keystore, path: " + none + "}", "chains.one.signer.password (f.yaml:8) is missing, want the keystore's password"},
		{"password in the file", "{kind: keystore, path: x, password: " + nearly + "}", "chains.one.signer.password (f.yaml:8) is a single value, want {env: NAME} or {file: PATH}"},
		{"unset password", "{kind: keystore, path: " + account.URL.Path + ", password: {env: AGENT_TEST_UNSET}}", "chains.one.signer.password.env (f.yaml:8) is AGENT_TEST_UNSET, which is not set"},
		{"password's file", "{kind: keystore, path: " + account.URL.Path + ", password: {file: " + none + "}}", "chains.one.signer.password.file (f.yaml:8)"},
		{"wrong password", "{kind: keystore, path: " + account.URL.Path + ", password: {env: AGENT_TEST_PASSWORD}}", "a keystore that the password opens: could not decrypt key"},
		{"a bare key as keystore", "{kind: keystore, path: " + write(t, keyHex) + ", " + password + "}", "it is no keystore file of go-ethereum"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.name == "a file that others can read" && runtime.GOOS == "windows" {
				t.Skip("files have no mode on Windows")
			}
			_, err := openKey(t.Context(), t, c.section, agent.Kinds{})
			require.ErrorIs(t, err, evm.ErrConfig)
			assert.ErrorContains(t, err, c.want)
			assert.NotContains(t, err.Error(), keyHex[:16], "an error must not quote a key")
		})
	}
}

// A signer of a caller's own kind is named in the file, with settings of its own.
func TestOwnSigner(t *testing.T) {
	type settings struct {
		Region string       `yaml:"region" required:"a region such as eu-central-1"`
		Token  agent.Secret `yaml:"token"`
		Slots  []uint32     `yaml:"slots"`
	}
	t.Setenv("AGENT_TEST_TOKEN", "a token of the KMS")
	key, err := crypto.HexToECDSA(keyHex)
	require.NoError(t, err)
	var have settings
	kinds := agent.Kinds{Signers: map[string]agent.OpenSigner{
		"my-kms": func(_ context.Context, p agent.Params) (agent.Signer, error) {
			have = settings{}
			if err := p.Decode(&have); err != nil {
				return nil, err
			}
			if have.Region == "mars" {
				return nil, p.Refuse("region", have.Region, "a region on this planet", nil)
			}
			return checkpoint.NewKeySigner(key), nil
		},
		"broken": func(context.Context, agent.Params) (agent.Signer, error) { return nil, nil },
		"wrong":  func(_ context.Context, p agent.Params) (agent.Signer, error) { return nil, p.Decode(have) },
	}}
	s, err := openKey(t.Context(), t, "{kind: my-kms, region: eu-central-1, token: {env: AGENT_TEST_TOKEN}, slots: [1, 2]}", kinds)
	require.NoError(t, err)
	assert.Equal(t, keyAddress, s.Address())
	assert.Equal(t, "eu-central-1", have.Region)
	assert.Equal(t, []uint32{1, 2}, have.Slots)
	token, err := have.Token.Read()
	require.NoError(t, err)
	assert.Equal(t, "a token of the KMS", token)
	assert.NotContains(t, fmt.Sprintf("%v %+v %#v %s", have.Token, have, have, have.Token), "a token")

	for section, want := range map[string]string{
		"{kind: my-kms, region: mars}":              "chains.one.signer.region (f.yaml:8) is mars, want a region on this planet",
		"{kind: my-kms}":                            "chains.one.signer.region (f.yaml:8) is missing, want a region such as",
		"{kind: my-kms, region: x, slot: [1]}":      "chains.one.signer.slot (f.yaml:8) is an unknown key, want slots;",
		"{kind: my-kms, region: x, slots: [1, -1]}": "chains.one.signer.slots[1] (f.yaml:8) is -1",
		"{kind: my-kmss}":                           "is my-kmss, want my-kms; the kinds are broken, env, file, keystore, my-kms, wrong",
		"{kind: broken}":                            "want a kind that returns a signer or an error",
	} {
		_, err := openKey(t.Context(), t, section, kinds)
		require.ErrorIs(t, err, evm.ErrConfig, section)
		assert.ErrorContains(t, err, want)
	}
	kinds.Signers["unreadable"] = func(_ context.Context, p agent.Params) (agent.Signer, error) {
		return nil, p.Decode(&struct {
			Ratio float64 `yaml:"ratio"`
		}{})
	}
	_, err = openKey(t.Context(), t, "{kind: unreadable, ratio: 1}", kinds)
	require.EqualError(t, err, "agent: chains.one.signer.ratio: a field of type float64 cannot be read from a file")
	require.NotErrorIs(t, err, evm.ErrConfig, "the program is wrong, not the file")
	_, err = openKey(t.Context(), t, "{kind: wrong}", kinds)
	require.ErrorContains(t, err, "Decode wants a pointer to a struct")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = openKey(ctx, t, "{kind: my-kms, region: mars}", kinds)
	require.ErrorIs(t, err, context.Canceled)
	require.NotErrorIs(t, err, evm.ErrConfig)
	var none *agent.Key
	_, err = none.Open(t.Context())
	require.Error(t, err)
}

// whole signs whole transactions, as a remote signer does.
type whole struct {
	agent.Signer
	opts   *bind.TransactOpts
	change func(*types.Transaction) *types.Transaction
	asked  int
}

func (w *whole) SignTransaction(_ context.Context, tx *types.Transaction, _ *big.Int) (*types.Transaction, error) {
	w.asked++
	if tx = w.change(tx); tx == nil {
		return nil, nil
	}
	return w.opts.Signer(w.opts.From, tx)
}

// refusing wants to see whole transactions and signs none.
type refusing struct {
	agent.Signer
	err error
}

func (r refusing) SignTransaction(context.Context, *types.Transaction, *big.Int) (*types.Transaction, error) {
	return nil, r.err
}

func TestTransactor(t *testing.T) {
	chain := big.NewInt(31337)
	key, err := crypto.HexToECDSA(keyHex)
	require.NoError(t, err)
	other, err := crypto.GenerateKey()
	require.NoError(t, err)
	signer := checkpoint.NewKeySigner(key)
	unsigned := func(nonce uint64) []*types.Transaction {
		return []*types.Transaction{
			types.NewTx(&types.LegacyTx{Nonce: nonce, Gas: 21000, GasPrice: big.NewInt(1), To: &common.Address{}, Value: big.NewInt(1)}),
			types.NewTx(&types.DynamicFeeTx{ChainID: chain, Nonce: nonce, Gas: 21000, GasFeeCap: big.NewInt(2), GasTipCap: big.NewInt(1), Data: []byte{1}}),
		}
	}
	want := bind.NewKeyedTransactor(key, chain)
	keep := func(tx *types.Transaction) *types.Transaction { return tx }
	remote := &whole{Signer: signer, opts: want, change: keep}
	for name, s := range map[string]agent.Signer{"digest": signer, "whole": remote} {
		opts := agent.Transactor(t.Context(), s, chain)
		assert.Equal(t, keyAddress, opts.From)
		for nonce := range uint64(20) { // both values of v
			for _, tx := range unsigned(nonce) {
				have, err := opts.Signer(opts.From, tx)
				require.NoError(t, err, name)
				reference, err := want.Signer(want.From, tx)
				require.NoError(t, err)
				assert.Equal(t, reference.Hash(), have.Hash(), name)
			}
		}
		_, err = opts.Signer(common.Address{1}, unsigned(0)[0])
		require.ErrorIs(t, err, bind.ErrNotAuthorized)
	}
	assert.NotZero(t, remote.asked)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	opts := agent.Transactor(ctx, signer, chain)
	_, err = opts.Signer(opts.From, unsigned(0)[0])
	require.ErrorIs(t, err, context.Canceled)

	failure := errors.New("the HSM is on fire")
	more := func(tx *types.Transaction) *types.Transaction { return unsigned(tx.Nonce() + 1)[0] }
	for name, c := range map[string]struct {
		signer agent.Signer
		want   string
		is     error
	}{
		"refuses":             {checkpoint.SignerFunc(keyAddress, func(context.Context, [32]byte) ([]byte, error) { return nil, failure }), "on fire", failure},
		"signs with another":  {checkpoint.SignerFunc(keyAddress, func(_ context.Context, d [32]byte) ([]byte, error) { return crypto.Sign(d[:], other) }), "", checkpoint.ErrSigner},
		"another transaction": {&whole{Signer: signer, opts: want, change: more}, "the signer changed the transaction", nil},
		"nothing":             {&whole{Signer: signer, opts: want, change: func(*types.Transaction) *types.Transaction { return nil }}, "neither a transaction nor an error", nil},
		"refuses whole":       {refusing{signer, failure}, "on fire", failure},
		"another account":     {&whole{Signer: signer, opts: &bind.TransactOpts{Signer: bind.NewKeyedTransactor(other, chain).Signer, From: crypto.PubkeyToAddress(other.PublicKey)}, change: keep}, "want " + keyAddress.String(), checkpoint.ErrSigner},
	} {
		opts := agent.Transactor(t.Context(), c.signer, chain)
		_, err := opts.Signer(opts.From, unsigned(7)[0])
		require.Error(t, err, name)
		assert.ErrorContains(t, err, c.want, name)
		if c.is != nil {
			require.ErrorIs(t, err, c.is, name)
		}
	}
}

func TestKeystoreSigner(t *testing.T) {
	ks := keystore.NewKeyStore(t.TempDir(), keystore.LightScryptN, keystore.LightScryptP)
	account, err := ks.NewAccount("p")
	require.NoError(t, err)
	s := agent.NewKeystoreSigner(ks, account)
	_, err = s.SignDigest(t.Context(), [32]byte{1})
	require.ErrorIs(t, err, keystore.ErrLocked)
	require.NoError(t, ks.Unlock(account, "p"))
	signature, err := s.SignDigest(t.Context(), [32]byte{1})
	require.NoError(t, err)
	require.NoError(t, signature.Verify([32]byte{1}, account.Address))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = s.SignDigest(ctx, [32]byte{1})
	require.ErrorIs(t, err, context.Canceled)
}
