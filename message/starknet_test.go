package message

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestStarknet(t *testing.T) {
	const eth = "0x049d36570d4e46f48e99674bd3fcc84644ddd6b96f7c741b1562b82f9e004dc7" // the ETH token
	for text, want := range map[string]string{
		eth:                             eth,
		"0x" + eth[3:]:                  eth, // as many of Starknet's tools print it
		"0X" + strings.ToUpper(eth[2:]): eth,
		"0x1":                           "0x" + strings.Repeat("0", 63) + "1",
		"0x0":                           "0x" + strings.Repeat("0", 64),
		"0x800000000000011000000000000000000000000000000000000000000000000": "0x0800000000000011000000000000000000000000000000000000000000000000",
	} {
		a, err := ParseStarknet(text)
		require.NoError(t, err, text)
		have, err := a.Starknet()
		require.NoError(t, err)
		assert.Equal(t, want, have)
		same, err := ParseAddress(have)
		require.NoError(t, err)
		assert.Equal(t, a, same)
	}
}

func TestStarknetRefuses(t *testing.T) {
	for text, reason := range map[string]string{
		"":                             "does not start with 0x, want 0x and 1 to 64",
		"49d36":                        "does not start with 0x",
		"0x":                           "has 0 characters after 0x, want 0x and 1 to 64",
		"0x" + strings.Repeat("0", 65): "has 65 characters",
		"0x49d3g":                      "not a hexadecimal digit",
		"0x 1":                         "not a hexadecimal digit",
		starknetPrime.String():         "is not a felt, want a value below 0x0800000000000011",
		"0x" + strings.Repeat("f", 64): "is not a felt",
	} {
		a, err := ParseStarknet(text)
		require.ErrorIs(t, err, ErrSyntax, text)
		assert.ErrorContains(t, err, reason)
		assert.True(t, hasClass(err), err)
		assert.True(t, a.IsZero())
	}
	for _, a := range []Address{starknetPrime, {0: 0xff}, {0: 0x08, 7: 0x12}} {
		_, err := a.Starknet()
		require.ErrorIs(t, err, ErrAddress)
		assert.ErrorContains(t, err, a.String())
		assert.True(t, hasClass(err), err)
	}
}

func FuzzStarknet(f *testing.F) {
	f.Add("0x49d36570d4e46f48e99674bd3fcc84644ddd6b96f7c741b1562b82f9e004dc7")
	f.Add(starknetPrime.String())
	f.Fuzz(func(t *testing.T, s string) {
		a, err := ParseStarknet(s)
		if err != nil {
			require.ErrorIs(t, err, ErrSyntax)
			require.True(t, a.IsZero())
			return
		}
		text, err := a.Starknet()
		require.NoError(t, err)
		require.True(t, strings.HasSuffix(text, strings.ToLower(s[2:])))
		again, err := ParseStarknet(text)
		require.NoError(t, err)
		require.Equal(t, a, again)
	})
}
