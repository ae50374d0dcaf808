package message

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strings"
)

// starknetPrime is the order of Starknet's field, 2^251 + 17*2^192 + 1. A felt is below it.
var starknetPrime = Address{0: 0x08, 7: 0x11, 31: 0x01}

// ParseStarknet reads the address of a Starknet contract: a felt in hexadecimal, 0x and 1 to 64
// digits of either case, which it pads with zeros on the left. Starknet's tools often drop leading
// zeros.
func ParseStarknet(s string) (Address, error) {
	const want = "0x and 1 to 64 hexadecimal digits"
	fail := func(format string, a ...any) (Address, error) {
		return Address{}, syntaxError("Starknet address", s, format, a...)
	}
	if !hasHexPrefix(s) {
		return fail("does not start with 0x, want %s", want)
	}
	digits := s[2:]
	if len(digits) < 1 || len(digits) > digits32 {
		return fail("has %d characters after 0x, want %s", len(digits), want)
	}
	var a Address
	if _, err := hex.Decode(a[:], []byte(strings.Repeat("0", digits32-len(digits))+digits)); err != nil {
		return fail("has a character that is not a hexadecimal digit, want %s", want)
	}
	if _, err := a.Starknet(); err != nil {
		return fail("is not a felt, want a value below %v", starknetPrime)
	}
	return a, nil
}

// Starknet returns the felt as 0x and 64 lower-case digits, or an error of class [ErrAddress] when
// the value is not below the order of Starknet's field.
func (a Address) Starknet() (string, error) {
	if bytes.Compare(a[:], starknetPrime[:]) >= 0 {
		return "", fmt.Errorf("%w: Starknet: %v is not a felt, want a value below %v", ErrAddress, a, starknetPrime)
	}
	return a.String(), nil
}
