package message

import (
	"encoding"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	_ encoding.TextAppender    = ID{}
	_ encoding.TextAppender    = Address{}
	_ encoding.TextAppender    = Domain(0)
	_ encoding.TextUnmarshaler = (*ID)(nil)
	_ encoding.TextUnmarshaler = (*Address)(nil)
	_ encoding.TextUnmarshaler = (*Domain)(nil)
)

const (
	hex64 = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
	hex40 = "5fbdb2315678afecb367f032d93f642f64180aa3"
)

// Trap 54: domains are decimal.
func TestDomainText(t *testing.T) {
	for text, want := range map[string]Domain{"0": 0, "1": 1, "1000": 1000, "4294967295": 1<<32 - 1} {
		d, err := ParseDomain(text)
		require.NoError(t, err)
		assert.Equal(t, want, d)
		assert.Equal(t, text, d.String())
	}
	for _, bad := range []string{"", " ", "0x3e8", "3e8", "-1", "+1", "1 ", " 1", "1_000", "1.0", "01", "00", "4294967296", "99999999999999999999999", "ethereum", "١"} {
		_, err := ParseDomain(bad)
		require.ErrorIs(t, err, ErrSyntax, "%q", bad)
		assert.ErrorContains(t, err, fmt.Sprintf("domain %q ", bad))

		kept := Domain(7)
		require.ErrorIs(t, kept.UnmarshalText([]byte(bad)), ErrSyntax)
		assert.Equal(t, Domain(7), kept)
	}
}

func TestIDText(t *testing.T) {
	id, err := ParseID("0x" + hex64)
	require.NoError(t, err)
	assert.Equal(t, "0x"+hex64, id.String())
	for _, form := range []string{"0x" + strings.ToUpper(hex64), "0X" + hex64} {
		same, err := ParseID(form)
		require.NoError(t, err)
		assert.Equal(t, id, same)
	}
	_, err = ParseID("0x" + hex40)
	require.ErrorIs(t, err, ErrSyntax, "an address is not an id")
	assert.True(t, ID{}.IsZero())
	assert.False(t, id.IsZero())
}

func TestAddressText(t *testing.T) {
	full, err := ParseAddress("0x" + hex64)
	require.NoError(t, err)
	assert.Equal(t, "0x"+hex64, full.String())

	padded := "0x" + strings.Repeat("0", 24) + hex40
	for _, form := range []string{"0x" + hex40, "0x" + strings.ToUpper(hex40), "0X" + hex40, common.HexToAddress(hex40).Hex(), padded} {
		a, err := ParseAddress(form)
		require.NoError(t, err, form)
		assert.Equal(t, padded, a.String())
		evm, err := a.EVM()
		require.NoError(t, err)
		assert.Equal(t, common.HexToAddress(hex40), evm)
	}
	assert.True(t, Address{}.IsZero())
	assert.False(t, full.IsZero())
}

func TestHexBrokenInOneWay(t *testing.T) {
	rows := map[string]string{
		"empty":          "",
		"prefix only":    "0x",
		"no prefix":      hex64,
		"wrong prefix":   "1x" + hex64,
		"63 digits":      "0x" + hex64[1:],
		"65 digits":      "0x" + hex64 + "0",
		"39 digits":      "0x" + hex40[1:],
		"41 digits":      "0x" + hex40 + "0",
		"42 digits":      "0x" + hex40 + "00",
		"not hex":        "0x" + hex64[:63] + "g",
		"space in front": " 0x" + hex64,
		"line end":       "0x" + hex64 + "\n",
		"space for last": "0x" + hex64[:63] + " ",
		"two prefixes":   "0x0x" + hex64[2:],
		"huge":           "0x" + strings.Repeat("0", 1_000_000),
	}
	for name, bad := range rows {
		t.Run(name, func(t *testing.T) {
			check := func(kind string, err error) {
				require.ErrorIs(t, err, ErrSyntax)
				assert.True(t, hasClass(err), err)
				quoted := bad[:min(len(bad), maxQuoted)]
				assert.ErrorContains(t, err, strings.TrimSuffix(fmt.Sprintf("%s %q", kind, quoted), `"`))
				assert.Contains(t, err.Error(), "want 0x and ", "teaches the form")
				assert.Less(t, len(err.Error()), 300)
			}
			_, err := ParseID(bad)
			check("message ID", err)
			id := goldenID
			check("message ID", id.UnmarshalText([]byte(bad)))
			assert.Equal(t, goldenID, id)
			assert.Panics(t, func() { MustParseID(bad) })

			_, err = ParseAddress(bad)
			check("address", err)
			a := distinct.Sender
			check("address", a.UnmarshalText([]byte(bad)))
			assert.Equal(t, distinct.Sender, a)
			assert.Panics(t, func() { MustParseAddress(bad) })
		})
	}
}

func TestAppendTextAppends(t *testing.T) {
	for want, v := range map[string]encoding.TextAppender{
		"> 1000":                                 Domain(1000),
		"> 0x" + hex64:                           MustParseID("0x" + hex64),
		"> 0x" + strings.Repeat("0", 24) + hex40: MustParseAddress("0x" + hex40),
	} {
		out, err := v.AppendText([]byte("> "))
		require.NoError(t, err)
		assert.Equal(t, want, string(out))
	}
}

func TestJSON(t *testing.T) {
	type record struct {
		Domain  Domain
		Address Address
		ID      ID
		Byname  map[Domain]ID
	}
	want := record{1000, MustParseAddress("0x" + hex64), MustParseID("0x" + hex64), map[Domain]ID{5: {}}}
	encoded, err := json.Marshal(want)
	require.NoError(t, err)
	assert.Equal(t, `{"Domain":1000,"Address":"0x`+hex64+`","ID":"0x`+hex64+`","Byname":{"5":"0x`+strings.Repeat("0", 64)+`"}}`, string(encoded))
	var have record
	require.NoError(t, json.Unmarshal(encoded, &have))
	assert.Equal(t, want, have)

	require.NoError(t, json.Unmarshal([]byte(`{"Domain":"2000","Address":"0x`+hex40+`"}`), &have))
	assert.Equal(t, Domain(2000), have.Domain, "a decimal string is a domain too")
	assert.Equal(t, MustParseAddress("0x"+hex40), have.Address)
	require.NoError(t, json.Unmarshal([]byte(`{"Domain":null}`), &have))
	assert.Equal(t, Domain(2000), have.Domain, "null changes nothing")

	for _, bad := range []string{`"0x3e8"`, `1e3`, `-1`, `1.5`, `4294967296`, `true`, `""`, `{}`, `[1]`, `"`} {
		d := Domain(7)
		require.ErrorIs(t, d.UnmarshalJSON([]byte(bad)), ErrSyntax, bad)
		assert.Equal(t, Domain(7), d)
	}
}

func FuzzText(f *testing.F) {
	f.Add("1000")
	f.Add("0x" + hex40)
	f.Add("0x" + hex64)
	f.Add("0X" + strings.ToUpper(hex64))
	f.Fuzz(func(t *testing.T, s string) {
		if d, err := ParseDomain(s); err == nil {
			assert.Equal(t, s, d.String())
		} else {
			require.ErrorIs(t, err, ErrSyntax)
		}
		if id, err := ParseID(s); err == nil {
			assert.Equal(t, strings.ToLower(s), id.String())
		} else {
			require.ErrorIs(t, err, ErrSyntax)
		}
		if a, err := ParseAddress(s); err == nil {
			assert.True(t, strings.HasSuffix(a.String(), strings.ToLower(s[2:])))
			again, err := ParseAddress(a.String())
			require.NoError(t, err)
			assert.Equal(t, a, again)
		} else {
			require.ErrorIs(t, err, ErrSyntax)
		}
	})
}
