package message

import "github.com/ethereum/go-ethereum/common"

// maxCosmosPrefix is the longest prefix with which 32 bytes make a bech32 text.
const maxCosmosPrefix = bech32MaxLength - 1 - (32*8+4)/5 - bech32ChecksumLen

// ParseCosmos reads the bech32 address of an account or contract on a Cosmos chain, and pads its 20
// or 32 bytes with zeros on the left. The prefix names the chain, such as "cosmos" or "osmo" (field
// bech32Prefix of the registry); another prefix is refused, because the same bytes are another
// account there. [ParseAddress] reads the hexadecimal IDs of the cosmosnative modules.
func ParseCosmos(prefix, s string) (Address, error) {
	fail := func(format string, a ...any) (Address, error) {
		return Address{}, syntaxError("Cosmos address", s, format, a...)
	}
	if hasHexPrefix(s) {
		return fail("is hexadecimal, want bech32 with prefix %s (ParseAddress reads hexadecimal)", prefix)
	}
	have, values, err := decodeBech32(s)
	if err != nil {
		return fail("%v", err)
	}
	// SECURITY: the same bytes under another prefix are an account of another chain.
	if have != prefix {
		return fail("has prefix %s, want %s (is it of another chain?)", have, prefix)
	}
	data, err := fromFives(values)
	if err != nil {
		return fail("%v", err)
	}
	if len(data) != common.AddressLength && len(data) != len(Address{}) {
		return fail("has %d bytes, want 20 or 32", len(data))
	}
	var a Address
	copy(a[len(a)-len(data):], data)
	return a, nil
}

// Cosmos returns the bech32 address with a prefix such as "cosmos". The upper 12 bytes decide on
// its length: when they are zero it is an account of 20 bytes, else it has all 32. The prefix must
// be one that [ParseCosmos] accepts; another is an error of class [ErrSyntax].
func (a Address) Cosmos(prefix string) (string, error) {
	if err := checkBech32Prefix(prefix); err != nil {
		return "", syntaxError("bech32 prefix", prefix, "%v", err)
	}
	if len(prefix) > maxCosmosPrefix {
		return "", syntaxError("bech32 prefix", prefix, "has %d characters, want at most %d", len(prefix), maxCosmosPrefix)
	}
	data := a[:]
	if [evmPadding]byte(data) == [evmPadding]byte{} {
		data = data[evmPadding:]
	}
	return encodeBech32(prefix, toFives(data)), nil
}
