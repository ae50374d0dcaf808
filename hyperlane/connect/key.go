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

// What is said about a text that is not a key, and about a variable without one.
// Neither is quoted: the text may be a key with a typing error, and the
// variable's name a key in the wrong place.
var (
	errNoKey = errors.New("what it names does not hold 64 hexadecimal digits of one")
	errUnset = errors.New("no variable of this name is set")
)

// Load reads the key. The zero Key has none: nil without an error. The name is
// what the key is called in the file, such as "signer"; errors begin with it.
func (k Key) Load(name string) (*ecdsa.PrivateKey, error) {
	named := 0
	for _, place := range []string{k.Env, k.File, k.Keystore} {
		if place != "" {
			named++
		}
	}
	switch {
	case named > 1:
		return nil, &Error{Field: name, Want: "only one of keyEnv, keyFile and keystore"}
	case k.Env != "":
		text := os.Getenv(k.Env)
		if text == "" {
			return nil, &Error{Field: name + ".keyEnv", Want: "an environment variable that holds the key", Err: errUnset}
		}
		return parse(name+".keyEnv", text)
	case k.File != "":
		text, err := os.ReadFile(k.File)
		if err != nil {
			return nil, &Error{Field: name + ".keyFile", Want: "a readable file", Err: err}
		}
		return parse(name+".keyFile", string(text))
	case k.Keystore != "":
		return k.decrypt(name)
	case k.Password != "":
		return nil, &Error{Field: name + ".passwordFile", Want: "a keystore beside it, which it is the password of"}
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

func (k Key) decrypt(name string) (*ecdsa.PrivateKey, error) {
	text, err := os.ReadFile(k.Keystore)
	if err != nil {
		return nil, &Error{Field: name + ".keystore", Want: "a readable file", Err: err}
	}
	if k.Password == "" {
		return nil, &Error{Field: name + ".passwordFile", Want: "a file with the keystore's password"}
	}
	password, err := os.ReadFile(k.Password)
	if err != nil {
		return nil, &Error{Field: name + ".passwordFile", Want: "a readable file with the keystore's password", Err: err}
	}
	key, err := keystore.DecryptKey(text, strings.TrimRight(string(password), "\r\n"))
	if err != nil {
		return nil, &Error{Field: name + ".keystore", Want: "a keystore that the password opens", Err: err}
	}
	return key.PrivateKey, nil
}
