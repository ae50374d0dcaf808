package agent

import (
	"context"
	"crypto/ecdsa"
	"errors"
	"os"
	"strings"

	"github.com/ethereum/go-ethereum/accounts"
	"github.com/ethereum/go-ethereum/accounts/keystore"
	"github.com/ethereum/go-ethereum/crypto"
	"go.yaml.in/yaml/v3"

	"github.com/hyperlane-go/sdk/ism/checkpoint"
)

// Key is a section that says which signer to use. A private key is never written in the file
// itself.
//
//	signer: {kind: env, name: RELAYER_KEY}
//	signer: {kind: file, path: /run/secrets/relayer}
//	signer: {kind: keystore, path: key.json, password: {file: /run/secrets/password}}
//
// Variable and file hold 64 hexadecimal digits, with or without 0x. Other kinds are those of
// [Kinds.Signers].
type Key struct {
	Kind   string
	params Params
}

func (k *Key) read(d *decoder, path string, n *yaml.Node) error {
	all, err := d.pairs(path, n)
	if err != nil {
		return err
	}
	for _, p := range all {
		if p.key.Value != "kind" {
			continue
		}
		at := join(path, "kind")
		d.lines[at] = p.value.Line
		if d.kinds.signer(p.value.Value) == nil {
			known := d.kinds.signerNames()
			want := "one of " + strings.Join(known, ", ")
			if near, ok := nearest(p.value.Value, known); ok {
				want = near + "; the kinds are " + strings.Join(known, ", ")
			}
			return d.refuse(at, quoted(p.value.Value), want, nil)
		}
		*k = Key{Kind: p.value.Value, params: Params{d: d, path: path, node: n}}
		return nil
	}
	return d.refuse(path, "without a kind", "kind: one of "+strings.Join(d.kinds.signerNames(), ", "), nil)
}

// Open makes the signer.
func (k *Key) Open(ctx context.Context) (Signer, error) {
	if k == nil || k.params.d == nil {
		return nil, errors.New("agent: no key is named")
	}
	s, err := k.params.d.kinds.signer(k.Kind)(ctx, k.params)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, err
	case s == nil:
		return nil, k.params.Refuse("kind", k.Kind, "a kind that returns a signer or an error", nil)
	}
	return s, nil
}

// errNoKey describes a text that is no private key. The text is not quoted: it can be a key with a
// typing error.
var errNoKey = errors.New("what it names does not hold 64 hexadecimal digits")

var errNoKeystore = errors.New("it is no keystore file of go-ethereum")

func envSigner(_ context.Context, p Params) (Signer, error) {
	var section struct {
		Name string `yaml:"name" required:"the name of an environment variable that holds the key"`
	}
	if err := p.Decode(&section); err != nil {
		return nil, err
	}
	text := os.Getenv(section.Name)
	if text == "" {
		return nil, p.Refuse("name", variable(section.Name), "the name of an environment variable that holds the key", nil)
	}
	return p.keySigner("name", text)
}

func fileSigner(_ context.Context, p Params) (Signer, error) {
	var section struct {
		Path string `yaml:"path" required:"a file that holds the key"`
	}
	if err := p.Decode(&section); err != nil {
		return nil, err
	}
	text, err := readPrivate(section.Path)
	if err != nil {
		return nil, p.Refuse("path", fileName(section.Path), "a file that only this user can read", err)
	}
	return p.keySigner("path", text)
}

func keystoreSigner(_ context.Context, p Params) (Signer, error) {
	var section struct {
		Path     string `yaml:"path" required:"a keystore file of go-ethereum"`
		Password Secret `yaml:"password" required:"the keystore's password, as {env: NAME} or {file: PATH}"`
	}
	if err := p.Decode(&section); err != nil {
		return nil, err
	}
	text, err := os.ReadFile(section.Path)
	if err != nil {
		return nil, p.Refuse("path", fileName(section.Path), "a keystore file that can be read", withoutPath(err))
	}
	password, err := section.Password.Read()
	if err != nil {
		return nil, err
	}
	key, err := keystore.DecryptKey(text, password)
	if err != nil {
		if !errors.Is(err, keystore.ErrDecrypt) {
			err = errNoKeystore // the original can quote the file, which can be a bare key
		}
		return nil, p.Refuse("path", fileName(section.Path), "a keystore that the password opens", err)
	}
	return p.signer(key.PrivateKey), nil
}

func (p Params) keySigner(field, text string) (Signer, error) {
	key, err := crypto.HexToECDSA(strings.TrimPrefix(strings.TrimSpace(text), "0x"))
	if err != nil {
		return nil, p.Refuse(field, "unusable", "the place of a private key", errNoKey)
	}
	p.Hide(strings.TrimPrefix(strings.TrimSpace(text), "0x"))
	return p.signer(key), nil
}

func (p Params) signer(key *ecdsa.PrivateKey) Signer { return checkpoint.NewKeySigner(key) }

// NewKeystoreSigner returns a signer of an account in a keystore of go-ethereum. The account must
// be unlocked before it signs; a locked one fails with keystore.ErrLocked.
func NewKeystoreSigner(ks *keystore.KeyStore, account accounts.Account) Signer {
	return checkpoint.SignerFunc(account.Address, func(_ context.Context, digest [32]byte) ([]byte, error) {
		return ks.SignHash(account, digest[:])
	})
}
