package message

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The valid strings of BIP-173, with their prefixes and the number of values.
func TestBech32Valid(t *testing.T) {
	for text, want := range map[string]struct {
		prefix string
		values int
	}{
		"A12UEL5L": {"a", 0},
		"a12uel5l": {"a", 0},
		"an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs": {"an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio", 0},
		"abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw":                                              {"abcdef", 32},
		"1" + "1" + strings.Repeat("q", 82) + "c8247j":                                               {"1", 82},
		"split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w":                               {"split", 48},
		"?1ezyfcl": {"?", 0},
	} {
		prefix, values, err := decodeBech32(text)
		require.NoError(t, err, text)
		assert.Equal(t, want.prefix, prefix)
		assert.Len(t, values, want.values)
		assert.Equal(t, strings.ToLower(text), encodeBech32(prefix, values))
	}
	_, values, err := decodeBech32("abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw")
	require.NoError(t, err)
	for i, value := range values {
		assert.EqualValues(t, i, value, "the string spells the alphabet")
	}
}

// The invalid strings of BIP-173, and why they are.
func TestBech32Invalid(t *testing.T) {
	for text, reason := range map[string]string{
		"\x201nwldj5": "the byte 0x20 at position 0",
		"\x7f1axkwrx": "the byte 0x7f at position 0",
		"\x801eym55h": "the byte 0x80 at position 0",
		"an84characterslonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1569pvx": "has 91 characters, want at most 90",
		"pzry9x0s0muk":  "has no separator",
		"1pzry9x0s0muk": "has no prefix",
		"x1b4n0q5v":     "has 'b' at position 2, which is not a bech32 digit",
		"li1dgmt3":      "has 5 characters after the separator, want at least 6",
		"de1lg7wt\xff":  "the byte 0xff at position 8",
		"A1G7SGD8":      "wrong checksum", // over the prefix in upper case
		"10a06t8":       "has no prefix",
		"1qzzfhee":      "has no prefix",

		"a12UEL5L": "letters of both cases",
		"\u212a1":  "want printable ASCII", // the Kelvin sign folds to k
	} {
		_, _, err := decodeBech32(text)
		require.ErrorContains(t, err, reason, "%q", text)
	}
	// The valid strings of BIP-350 are bech32m.
	for _, text := range []string{"A1LQFN3A", "a1lqfn3a", "abcdef1l7aum6echk45nj3s0wdvt2fg8x9yrzpqzd3ryx", "split1checkupstagehandshakeupstreamerranterredcaperredlc445v", "?1v759aa"} {
		_, _, err := decodeBech32(text)
		require.ErrorContains(t, err, "bech32m checksum", text)
	}
}

// cosmosModule returns the account of a Cosmos SDK module: the start of the hash of its name.
func cosmosModule(name string) []byte {
	sum := sha256.Sum256([]byte(name))
	return sum[:20]
}

// firstContract returns the address of the first contract on a chain with CosmWasm (code 1,
// instance 1), by the rule of ADR-028 for derived accounts.
func firstContract() []byte {
	key := append([]byte("wasm\x00"), make([]byte, 16)...)
	binary.BigEndian.PutUint64(key[5:], 1)
	binary.BigEndian.PutUint64(key[13:], 1)
	outer := sha256.Sum256([]byte("module"))
	sum := sha256.Sum256(append(outer[:], key...))
	return sum[:]
}

// cosmosPairs are well-known accounts, with the bytes from which the chains derive them.
var cosmosPairs = []struct {
	prefix, text string
	data         []byte
}{
	{"cosmos", "cosmos1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqnrql8a", make([]byte, 20)},
	{"cosmos", "cosmos17xpfvakm2amg962yls6f84z3kell8c5lserqta", cosmosModule("fee_collector")},
	{"cosmos", "cosmos10d07y265gmmuvt4z0w9aw880jnsr700j6zn9kn", cosmosModule("gov")},
	{"cosmos", "cosmos1jv65s3grqf6v6jl3dp4t6c9t9rk99cd88lyufl", cosmosModule("distribution")},
	{"osmo", "osmo10d07y265gmmuvt4z0w9aw880jnsr700jjeq4qp", cosmosModule("gov")},
	{"cosmos", "cosmos14hj2tavq8fpesdwxxcu44rty3hh90vhujrvcmstl4zr3txmfvw9s4hmalr", firstContract()},
}

func TestCosmos(t *testing.T) {
	for _, pair := range cosmosPairs {
		a, err := ParseCosmos(pair.prefix, pair.text)
		require.NoError(t, err, pair.text)
		assert.Equal(t, pair.data, a[32-len(pair.data):])
		assert.Equal(t, make([]byte, 32-len(pair.data)), a[:32-len(pair.data)])
		text, err := a.Cosmos(pair.prefix)
		require.NoError(t, err)
		assert.Equal(t, pair.text, text)

		upper, err := ParseCosmos(pair.prefix, strings.ToUpper(pair.text))
		require.NoError(t, err)
		assert.Equal(t, a, upper)
	}
}

func TestCosmosRefuses(t *testing.T) {
	gov := cosmosPairs[2].text
	for name, row := range map[string]struct{ prefix, text, reason string }{
		"empty":              {"cosmos", "", "has no separator"},
		"hexadecimal":        {"cosmos", "0x" + hex40, "is hexadecimal"},
		"another chain":      {"osmo", gov, "has prefix cosmos, want osmo"},
		"wanted in capitals": {"COSMOS", gov, "has prefix cosmos, want COSMOS"},
		"typing error":       {"cosmos", strings.Replace(gov, "d07", "d70", 1), "wrong checksum"},
		"both cases":         {"cosmos", strings.Replace(gov, "d07", "D07", 1), "both cases"},
		"19 bytes":           {"cosmos", encodeBech32("cosmos", toFives(make([]byte, 19))), "has 19 bytes, want 20 or 32"},
		"33 bytes":           {"cosmos", encodeBech32("cosmos", toFives(make([]byte, 33))), "has 33 bytes"},
		"no bytes":           {"cosmos", encodeBech32("cosmos", nil), "has 0 bytes"},
		"padding not zero":   {"cosmos", encodeBech32("cosmos", append(toFives(make([]byte, 32))[:51], 1)), "padding"},
		"padding too long":   {"cosmos", encodeBech32("cosmos", make([]byte, 33)), "padding"},
		"huge":               {"cosmos", "cosmos1" + strings.Repeat("q", 1<<20), "want at most 90"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParseCosmos(row.prefix, row.text)
			require.ErrorIs(t, err, ErrSyntax)
			assert.ErrorContains(t, err, row.reason)
			assert.True(t, hasClass(err), err)
			assert.Less(t, len(err.Error()), 300)
		})
	}
	for prefix, reason := range map[string]string{
		"":                      "is empty",
		"Cosmos":                "the byte 0x43 at position 0",
		"cos mos":               "the byte 0x20 at position 3",
		"cosmos\x80":            "the byte 0x80 at position 6",
		strings.Repeat("x", 32): "has 32 characters, want at most 31",
	} {
		_, err := Address{1}.Cosmos(prefix)
		require.ErrorIs(t, err, ErrSyntax)
		assert.ErrorContains(t, err, reason)
		assert.True(t, hasClass(err), err)
	}
	longest := strings.Repeat("x", 31)
	text, err := Address{1}.Cosmos(longest)
	require.NoError(t, err)
	assert.Len(t, text, 90)
	a, err := ParseCosmos(longest, text)
	require.NoError(t, err)
	assert.Equal(t, Address{1}, a)
}

func FuzzCosmos(f *testing.F) {
	for _, pair := range cosmosPairs {
		f.Add(pair.prefix, pair.text)
	}
	f.Add("bc", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4")
	f.Fuzz(func(t *testing.T, prefix, s string) {
		if a, err := ParseCosmos(prefix, s); err != nil {
			require.ErrorIs(t, err, ErrSyntax)
			require.True(t, a.IsZero())
		} else if text, err := a.Cosmos(prefix); err == nil && len(text) == len(s) {
			require.Equal(t, strings.ToLower(s), text)
		}

		var a Address
		copy(a[:], s)
		text, err := a.Cosmos(prefix)
		if err != nil {
			require.ErrorIs(t, err, ErrSyntax)
			return
		}
		again, err := ParseCosmos(prefix, text)
		require.NoError(t, err)
		require.Equal(t, a, again)
	})
}
