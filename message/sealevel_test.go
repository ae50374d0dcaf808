package message

import (
	"bytes"
	"encoding/hex"
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The three pairs of the Base58 Internet-Draft (draft-msporny-base58, test vectors), and those of
// Bitcoin Core (src/test/data/base58_encode_decode.json).
func TestBase58(t *testing.T) {
	for digits, want := range map[string]string{
		hex.EncodeToString([]byte("Hello World!")):                                 "2NEpo7TZRRrLZSi2U",
		hex.EncodeToString([]byte("The quick brown fox jumps over the lazy dog.")): "USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z",
		"0000287fb4cd": "11233QC4",

		"":       "",
		"61":     "2g",
		"626262": "a3gV",
		"636363": "aPEr",
		"73696d706c792061206c6f6e6720737472696e67":           "2cFupjhnEsSn59qHXstmK2ffpLv2",
		"00eb15231dfceb60925886b67d065299925915aeb172c06647": "1NS17iag9jJgTHD1VXjvLCEnZuQ3rJDE9L",
		"516b6fcd0f":           "ABnLTmg",
		"bf4f89001e670274dd":   "3SEo3LWLoPntC",
		"572e4794":             "3EFU7m",
		"ecac89cad93923c02321": "EJDM8drfXA6uyA",
		"10c8511e":             "Rt5zm",
		"00000000000000000000": "1111111111",
	} {
		data, err := hex.DecodeString(digits)
		require.NoError(t, err)
		assert.Equal(t, want, encodeBase58(data))
		decoded, bad := decodeBase58(want)
		assert.Equal(t, -1, bad)
		assert.Equal(t, digits, hex.EncodeToString(decoded))
	}
}

// Program addresses of Solana and the bytes that its explorers show for them.
var sealevelPairs = map[string]string{
	"11111111111111111111111111111111":             "0x" + strings.Repeat("0", 64),
	"TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA":  "0x06ddf6e1d765a193d9cbe146ceeb79ac1cb485ed5f5b37913a8cf5857eff00a9",
	"JEKNVnkbo3jma5nREBBJCDoXFVeKkD56V3xKrvRmWxFG": "0x" + strings.Repeat("f", 64),
}

func TestSealevel(t *testing.T) {
	for text, digits := range sealevelPairs {
		a, err := ParseSealevel(text)
		require.NoError(t, err, text)
		assert.Equal(t, digits, a.String())
		assert.Equal(t, text, a.Sealevel())
	}
}

func TestSealevelRefuses(t *testing.T) {
	for text, reason := range map[string]string{
		"":                                   "is empty",
		"0x" + hex64:                         "is hexadecimal (ParseAddress reads it)",
		strings.Repeat("1", 45):              "has 45 characters, the most is 44",
		strings.Repeat("1", 31):              "has 31 bytes",
		strings.Repeat("1", 33):              "has 33 bytes",
		strings.Repeat("z", 44):              "has 33 bytes",
		"Token0":                             "has '0' at position 5, which is not a base58 digit",
		"TokenO":                             "has 'O' at position 5",
		"TokenI":                             "has 'I' at position 5",
		"Tokenl":                             "has 'l' at position 5",
		"Token\xff":                          "has 'ÿ' at position 5",
		" " + strings.Repeat("1", 32):        "has ' ' at position 0",
		"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t": "the length of a Tron address (use its 0x form)",
		"JEKNVnkbo3jma5nREBBJCDoXFVeKkD56V3xKrvRmWxFH": "has 33 bytes", // 2^256
	} {
		_, err := ParseSealevel(text)
		require.ErrorIs(t, err, ErrSyntax, text)
		assert.ErrorContains(t, err, reason)
		assert.ErrorContains(t, err, "want a public key of 32 bytes in base58")
		assert.True(t, hasClass(err), err)
	}
}

func FuzzSealevel(f *testing.F) {
	for text := range sealevelPairs {
		f.Add(text)
	}
	f.Add("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t")
	f.Fuzz(func(t *testing.T, s string) {
		a, err := ParseSealevel(s)
		if err != nil {
			require.ErrorIs(t, err, ErrSyntax)
			require.True(t, a.IsZero())
		} else {
			require.Equal(t, s, a.Sealevel(), "one text an address")
		}

		// Every address has a text that reads back, and arithmetic on whole numbers agrees.
		a = Address{}
		copy(a[:], s)
		text := a.Sealevel()
		again, err := ParseSealevel(text)
		require.NoError(t, err)
		require.Equal(t, a, again)
		require.Equal(t, slowBase58(a[:]), text)
	})
}

// slowBase58 divides the whole number again and again.
func slowBase58(data []byte) string {
	n, digit := new(big.Int).SetBytes(data), new(big.Int)
	var reversed []byte
	for n.Sign() > 0 {
		n.DivMod(n, big.NewInt(58), digit)
		reversed = append(reversed, base58Digits[digit.Int64()])
	}
	var out []byte
	for range len(data) - len(bytes.TrimLeft(data, "\x00")) {
		out = append(out, '1')
	}
	for i := len(reversed) - 1; i >= 0; i-- {
		out = append(out, reversed[i])
	}
	return string(out)
}
