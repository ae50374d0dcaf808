package connect

import (
	"crypto/ecdsa"
	"errors"
	"os"
	"strings"

	"github.com/ethereum/go-ethereum/accounts/keystore"
	"github.com/ethereum/go-ethereum/crypto"
)

// Key says where a private key is: in one of three places, or nowhere.
type Key struct {
	// Env names an environment variable with 64 hexadecimal digits.
	Env string `yaml:"keyEnv"`
	// File is a file with 64 hexadecimal digits.
	File string `yaml:"keyFile"`
	// Keystore is a keystore file of go-ethereum, and Password a file with its
	// password; a line end after the password does not count.
	Keystore string `yaml:"keystore"`
	Password string `yaml:"passwordFile"`
}

// errNoKey is all that is said about a text that is not a key, lest the log quote
// a key with a typing error.
var errNoKey = errors.New("it does not hold 64 hexadecimal digits of a private key")

// Load reads the key. The zero Key has none: nil without an error.
func (k Key) Load() (*ecdsa.PrivateKey, error) {
	named := 0
	for _, place := range []string{k.Env, k.File, k.Keystore} {
		if place != "" {
			named++
		}
	}
	switch {
	case named > 1:
		return nil, &Error{Field: "signer", Want: "one of keyEnv, keyFile and keystore, have more"}
	case k.Env != "":
		return parse("signer.keyEnv", os.Getenv(k.Env))
	case k.File != "":
		text, err := os.ReadFile(k.File)
		if err != nil {
			return nil, &Error{Field: "signer.keyFile", Want: "a readable file", Err: err}
		}
		return parse("signer.keyFile", string(text))
	case k.Keystore != "":
		return k.decrypt()
	case k.Password != "":
		return nil, &Error{Field: "signer.passwordFile", Want: "a keystore that it is the password of"}
	}
	return nil, nil
}

func parse(field, text string) (*ecdsa.PrivateKey, error) {
	key, err := crypto.HexToECDSA(strings.TrimPrefix(strings.TrimSpace(text), "0x"))
	if err != nil {
		return nil, &Error{Field: field, Want: "a private key", Err: errNoKey}
	}
	return key, nil
}

func (k Key) decrypt() (*ecdsa.PrivateKey, error) {
	text, err := os.ReadFile(k.Keystore)
	if err != nil {
		return nil, &Error{Field: "signer.keystore", Want: "a readable file", Err: err}
	}
	password, err := os.ReadFile(k.Password)
	if err != nil {
		return nil, &Error{Field: "signer.passwordFile", Want: "a readable file with the keystore's password", Err: err}
	}
	key, err := keystore.DecryptKey(text, strings.TrimRight(string(password), "\r\n"))
	if err != nil {
		return nil, &Error{Field: "signer.keystore", Want: "a keystore that the password opens", Err: err}
	}
	return key.PrivateKey, nil
}
