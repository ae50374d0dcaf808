package message

// maxSealevel is the most characters that 32 bytes take in base 58.
const maxSealevel = 44

// wantSealevel describes the form of a Sealevel address.
const wantSealevel = "want a public key of 32 bytes in base58"

// ParseSealevel reads the address of a Sealevel chain such as Solana: a public key of 32 bytes in
// base58, which is the [Address] as it is.
func ParseSealevel(s string) (Address, error) {
	fail := func(format string, a ...any) (Address, error) {
		return Address{}, syntaxError("Sealevel address", s, format+", "+wantSealevel, a...)
	}
	switch {
	case s == "":
		return fail("is empty")
	case hasHexPrefix(s):
		return fail("is hexadecimal (ParseAddress reads it)")
	case len(s) > maxSealevel:
		return fail("has %d characters, the most is %d", len(s), maxSealevel)
	}
	data, bad := decodeBase58(s)
	switch {
	case bad >= 0:
		return fail("has %q at position %d, which is not a base58 digit", s[bad], bad)
	case len(data) == tronLength:
		return fail("has %d bytes, the length of a Tron address (use its 0x form)", len(data))
	case len(data) != len(Address{}):
		return fail("has %d bytes", len(data))
	}
	return Address(data), nil
}

// tronLength is the length of a Tron address in base58: a prefix, 20 bytes and a checksum.
const tronLength = 25

// Sealevel returns the base58 form of a Sealevel chain. Every Address has one.
func (a Address) Sealevel() string { return encodeBase58(a[:]) }
