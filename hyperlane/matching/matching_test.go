package matching

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/message"
)

var sample = message.Message{Version: 3, Nonce: 7, Origin: 1, Sender: message.MustParseAddress("0x1111111111111111111111111111111111111111"),
	Destination: 10, Recipient: message.MustParseAddress("0x2222222222222222222222222222222222222222222222222222222222222222"), Body: []byte{0x00, 0xab, 0xcd}}

// The rows of Protocol 15.7, and trap 54.
func TestList(t *testing.T) {
	id := sample.ID().String()
	for _, c := range []struct {
		list string
		want bool
	}{
		{`[{}]`, true},
		{`[]`, false},
		{`null`, false},
		{`[{"messageId":"*","originDomain":"*","senderAddress":"*","destinationDomain":"*","recipientAddress":"*","bodyRegex":"*"}]`, true},
		{`[{"messageId":null,"bodyRegex":null}]`, true},
		{`[{"originDomain":1}]`, true},
		{`[{"originDomain":"1"}]`, true},
		{`[{"originDomain":[1,10]}]`, true},
		{`[{"originDomain":["10","1"]}]`, true},
		{`[{"originDomain":[]}]`, false},
		{`[{"originDomain":2}]`, false},
		{`[{"destinationDomain":10}]`, true},
		{`[{"destinationDomain":1}]`, false},
		{`[{"senderAddress":"0x1111111111111111111111111111111111111111"}]`, true},
		{`[{"senderAddress":"0x0000000000000000000000001111111111111111111111111111111111111111"}]`, true},
		{`[{"senderAddress":["0x2222222222222222222222222222222222222222","0x1111111111111111111111111111111111111111"]}]`, true},
		{`[{"senderAddress":"0x2222222222222222222222222222222222222222222222222222222222222222"}]`, false},
		{`[{"recipientAddress":"0x2222222222222222222222222222222222222222222222222222222222222222"}]`, true},
		{`[{"recipientAddress":"3HX6p7uQPCdGbXPZMSWJnYfKYGrENqBZgk7q5zMPHcZg"}]`, false},
		{`[{"messageId":"` + id + `"}]`, true},
		{`[{"messageId":["0x1111111111111111111111111111111111111111111111111111111111111111"]}]`, false},
		{`[{"bodyRegex":"^00"}]`, true},
		{`[{"bodyRegex":"abc"}]`, true},
		{`[{"bodyRegex":"^0x"}]`, false},
		{`[{"bodyRegex":"AB"}]`, false},
		{`[{"bodyRegex":"cd$"}]`, true},
		{`[{"originDomain":1,"destinationDomain":11}]`, false},
		{`[{"originDomain":2},{"destinationDomain":10}]`, true},
		{`"[{\"originDomain\":1}]"`, true},
	} {
		l, err := Parse(c.list)
		require.NoError(t, err, c.list)
		assert.Equal(t, c.want, l.Match(&sample), c.list)

		text, err := json.Marshal(l)
		require.NoError(t, err)
		back, err := Parse(string(text))
		require.NoError(t, err, "%s", text)
		assert.Equal(t, l, back, "%s", text)
	}
}

func TestListRefused(t *testing.T) {
	for _, c := range []struct{ list, path string }{
		{``, "list"},
		{`{}`, "list"},
		{`[1]`, "list"},
		{`"\"[]\""`, "list"},
		{`[null]`, "[0]"},
		{`[{"orginDomain":1}]`, "[0].orginDomain"},
		{`[{},{"originDomain":"0x1"}]`, "[1].originDomain"},
		{`[{"originDomain":"01"}]`, "[0].originDomain"},
		{`[{"originDomain":-1}]`, "[0].originDomain"},
		{`[{"originDomain":1.5}]`, "[0].originDomain"},
		{`[{"originDomain":4294967296}]`, "[0].originDomain"},
		{`[{"originDomain":["*"]}]`, "[0].originDomain[0]"},
		{`[{"originDomain":[1,null]}]`, "[0].originDomain[1]"},
		{`[{"destinationDomain":"ethereum"}]`, "[0].destinationDomain"},
		{`[{"senderAddress":"0x11"}]`, "[0].senderAddress"},
		{`[{"senderAddress":1}]`, "[0].senderAddress"},
		{`[{"senderAddress":""}]`, "[0].senderAddress"},
		{`[{"senderAddress":"not an address"}]`, "[0].senderAddress"},
		{`[{"recipientAddress":["0x1111111111111111111111111111111111111111","x"]}]`, "[0].recipientAddress[1]"},
		{`[{"messageId":"0xzz"}]`, "[0].messageId"},
		{`[{"bodyRegex":"["}]`, "[0].bodyRegex"},
		{`[{"bodyRegex":7}]`, "[0].bodyRegex"},
		{`[{"bodyRegex":"\\u{61}"}]`, "[0].bodyRegex"}, // the Rust crate's syntax, not RE2's
		{`"` + strings.Repeat(" ", maxLength) + `"`, "list"},
	} {
		keep := List{{}}
		err := keep.UnmarshalJSON([]byte(c.list))
		require.ErrorIs(t, err, ErrSyntax, c.list)
		assert.Contains(t, err.Error(), "list: "+c.path+" is ", c.list)
		assert.Contains(t, err.Error(), ", want ", c.list)
		assert.Less(t, len(err.Error()), 500)
		assert.Equal(t, List{{}}, keep, c.list)
	}
}

// Addresses of any virtual machine (Protocol 1.2).
func TestForeignAddress(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"0x1111111111111111111111111111111111111111", "0x0000000000000000000000001111111111111111111111111111111111111111"},
		{"0xABCDEF0000000000000000000000000000000000000000000000000000000001", "0xabcdef0000000000000000000000000000000000000000000000000000000001"},
		{"11111111111111111111111111111111", "0x0000000000000000000000000000000000000000000000000000000000000000"},   // Sealevel's system program
		{"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "0x000000000000000000000000a614f803b6fd780986a42c78ec9c7f77e6ded13c"}, // Tron
		{"", ""}, {"0x", ""}, {"0x123", ""}, {"1", ""}, {"Cosmos1mixedcase", ""}, {strings.Repeat("z", 500), ""}, {strings.Repeat("q1", 90), ""},
	} {
		got, err := parseForeignAddress(c.text)
		if c.want == "" {
			assert.Error(t, err, c.text)
			continue
		}
		require.NoError(t, err, c.text)
		assert.Equal(t, c.want, message.Address(got).String(), c.text)
	}
}

func TestBech32(t *testing.T) {
	for _, text := range []string{ // vectors of BIP 173 and BIP 350 whose data is whole bytes, or empty
		"A12UEL5L", "a12uel5l", "A1LQFN3A", "a1lqfn3a",
		"an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
		"an83characterlonghumanreadablepartthatcontainsthetheexcludedcharactersbioandnumber11sg7hg6",
		"split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w",
	} {
		_, ok := decodeBech32(text)
		assert.True(t, ok, text)
		last := byte('q')
		if text[len(text)-1] == last {
			last = 'p'
		}
		_, ok = decodeBech32(strings.ToLower(text[:len(text)-1]) + string(last))
		assert.False(t, ok, "%s with another checksum", text)
	}
	for _, text := range []string{"x1b4n0q5v", "li1dgmt3", "A1G7SGD8", "10a06t8", "1qzzfhee", "pzry9x0s0muk", "1pzry9x0s0muk"} {
		_, ok := decodeBech32(text)
		assert.False(t, ok, text)
	}
	payload := make([]byte, 20)
	for i := range payload {
		payload[i] = byte(i * 11)
	}
	got, ok := decodeBech32(encodeBech32("osmo", payload))
	require.True(t, ok)
	assert.Equal(t, payload, got)
	_, err := parseForeignAddress(encodeBech32("long", make([]byte, 33)))
	require.ErrorIs(t, err, errAddressLength)
	a, err := parseForeignAddress(encodeBech32("osmo", payload))
	require.NoError(t, err)
	assert.Equal(t, message.FromEVM(common.BytesToAddress(payload)), message.Address(a))
}

// encodeBech32 is the obvious encoder, for the tests.
func encodeBech32(prefix string, payload []byte) string {
	var symbols []byte
	acc, bits := uint32(0), 0
	for _, b := range payload {
		acc, bits = acc<<8|uint32(b), bits+8
		for bits >= 5 {
			bits -= 5
			symbols = append(symbols, byte(acc>>bits)&31)
		}
	}
	if bits > 0 {
		symbols = append(symbols, byte(acc<<(5-bits))&31)
	}
	sum := uint32(1)
	for _, c := range []byte(prefix) {
		sum = bech32Step(sum, c>>5)
	}
	sum = bech32Step(sum, 0)
	for _, c := range []byte(prefix) {
		sum = bech32Step(sum, c&31)
	}
	for _, v := range append(symbols[:len(symbols):len(symbols)], 0, 0, 0, 0, 0, 0) {
		sum = bech32Step(sum, v)
	}
	sum ^= 1
	out := prefix + "1"
	for _, v := range symbols {
		out += string(bech32Alphabet[v])
	}
	for i := range 6 {
		out += string(bech32Alphabet[sum>>(5*(5-i))&31])
	}
	return out
}

func TestAddressBlacklist(t *testing.T) {
	for _, c := range []struct {
		text string
		want bool
	}{
		{"", false},
		{"0x1111111111111111111111111111111111111111", true},
		{"1111", true},
		{"0x2222", true},
		{"0xabcd", true},
		{"0xcdab", false},
		{"0x3333, 0x00ab", true},
		{"0x3333,4444", false},
	} {
		l, err := ParseAddressBlacklist(c.text)
		require.NoError(t, err, c.text)
		assert.Equal(t, c.want, l.Match(&sample), c.text)
		text, err := l.MarshalText()
		require.NoError(t, err)
		back, err := ParseAddressBlacklist(string(text))
		require.NoError(t, err)
		assert.Equal(t, l, back)
	}
	for _, text := range []string{",", "0x", "0x1", "zz", "0x11,", "0x11,,0x22"} {
		_, err := ParseAddressBlacklist(text)
		require.ErrorIs(t, err, ErrSyntax, text)
	}
}

func FuzzList(f *testing.F) {
	f.Add(`[{"messageId":"*","originDomain":[1,10],"senderAddress":"0x1111111111111111111111111111111111111111","destinationDomain":"7","recipientAddress":["11111111111111111111111111111111"],"bodyRegex":"^00"}]`)
	f.Add(`"[]"`)
	f.Add(`null`)
	f.Fuzz(func(t *testing.T, text string) {
		l, err := Parse(text)
		if err != nil {
			require.ErrorIs(t, err, ErrSyntax)
			return
		}
		l.Match(&sample)
		first, err := json.Marshal(l)
		require.NoError(t, err)
		back, err := Parse(string(first))
		require.NoError(t, err)
		second, err := json.Marshal(back)
		require.NoError(t, err)
		require.JSONEq(t, string(first), string(second))
	})
}
