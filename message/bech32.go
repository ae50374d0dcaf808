package message

import (
	"errors"
	"fmt"
	"strings"
)

// bech32Digits is the alphabet of BIP-173: digit i stands for the 5-bit value i.
const bech32Digits = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"

const (
	bech32MaxLength   = 90
	bech32ChecksumLen = 6
	bech32Constant    = 1          // of BIP-173
	bech32mConstant   = 0x2bc830a3 // of BIP-350
)

// bech32Polymod advances the checksum by one 5-bit value.
func bech32Polymod(sum uint32, value byte) uint32 {
	top := sum >> 25
	sum = sum&0x1ffffff<<5 ^ uint32(value)
	for i, generator := range [5]uint32{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3} {
		if top>>i&1 == 1 {
			sum ^= generator
		}
	}
	return sum
}

// bech32Sum returns the checksum state after the prefix and the 5-bit values.
func bech32Sum(prefix string, values []byte) uint32 {
	sum := uint32(1)
	for i := range len(prefix) {
		sum = bech32Polymod(sum, prefix[i]>>5)
	}
	sum = bech32Polymod(sum, 0)
	for i := range len(prefix) {
		sum = bech32Polymod(sum, prefix[i]&31)
	}
	for _, value := range values {
		sum = bech32Polymod(sum, value)
	}
	return sum
}

// checkBech32Prefix reports a prefix that no bech32 text in lower case has.
func checkBech32Prefix(prefix string) error {
	if prefix == "" {
		return errors.New("is empty, want one such as cosmos")
	}
	for i := range len(prefix) {
		if c := prefix[i]; c < 33 || c > 126 || 'A' <= c && c <= 'Z' {
			return fmt.Errorf("has the byte 0x%02x at position %d, want printable ASCII in lower case", c, i)
		}
	}
	return nil
}

// encodeBech32 returns the text of a prefix that [checkBech32Prefix] accepts and of 5-bit values.
func encodeBech32(prefix string, values []byte) string {
	sum := bech32Sum(prefix, append(values[:len(values):len(values)], make([]byte, bech32ChecksumLen)...)) ^ bech32Constant
	var out strings.Builder
	out.WriteString(prefix)
	out.WriteByte('1')
	for _, value := range values {
		out.WriteByte(bech32Digits[value])
	}
	for i := range bech32ChecksumLen {
		out.WriteByte(bech32Digits[sum>>(5*(bech32ChecksumLen-1-i))&31])
	}
	return out.String()
}

// decodeBech32 reads a text in one case and returns its prefix in lower case and its 5-bit values
// without the checksum.
func decodeBech32(s string) (prefix string, values []byte, err error) {
	if len(s) > bech32MaxLength {
		return "", nil, fmt.Errorf("has %d characters, want at most %d", len(s), bech32MaxLength)
	}
	for i := range len(s) {
		// SECURITY: beyond ASCII, letters of other alphabets fold to the digits below.
		if s[i] < 33 || s[i] > 126 {
			return "", nil, fmt.Errorf("has the byte 0x%02x at position %d, want printable ASCII", s[i], i)
		}
	}
	lower := strings.ToLower(s)
	if s != lower && s != strings.ToUpper(s) {
		return "", nil, errors.New("has letters of both cases, want one case")
	}
	separator := strings.LastIndexByte(lower, '1')
	if separator < 0 {
		return "", nil, errors.New("has no separator, want a prefix, the digit 1 and the data")
	}
	if prefix = lower[:separator]; prefix == "" {
		return "", nil, errors.New("has no prefix, want one such as cosmos before the separator")
	}
	for i := separator + 1; i < len(lower); i++ {
		value := strings.IndexByte(bech32Digits, lower[i])
		if value < 0 {
			return "", nil, fmt.Errorf("has %q at position %d, which is not a bech32 digit", lower[i], i)
		}
		values = append(values, byte(value))
	}
	if len(values) < bech32ChecksumLen {
		return "", nil, fmt.Errorf("has %d characters after the separator, want at least %d for the checksum", len(values), bech32ChecksumLen)
	}
	switch bech32Sum(prefix, values) {
	case bech32Constant:
		return prefix, values[:len(values)-bech32ChecksumLen], nil
	case bech32mConstant:
		return "", nil, errors.New("has a bech32m checksum, as of Radix and Aleo, want bech32 (use its 32 bytes in hexadecimal)")
	}
	return "", nil, errors.New("has a wrong checksum, look for a typing error")
}

// toFives returns data as 5-bit values, the last one filled up with zero bits.
func toFives(data []byte) []byte {
	values := make([]byte, 0, (len(data)*8+4)/5)
	var bits, held uint
	for _, b := range data {
		bits = bits<<8 | uint(b)
		for held += 8; held >= 5; held -= 5 {
			values = append(values, byte(bits>>(held-5)&31))
		}
	}
	if held > 0 {
		values = append(values, byte(bits<<(5-held)&31))
	}
	return values
}

// fromFives is the inverse of toFives. It refuses padding that toFives does not write.
func fromFives(values []byte) ([]byte, error) {
	data := make([]byte, 0, len(values)*5/8)
	var bits, held uint
	for _, value := range values {
		bits = bits<<5 | uint(value)
		if held += 5; held >= 8 {
			held -= 8
			data = append(data, byte(bits>>held))
		}
	}
	if held >= 5 || bits&(1<<held-1) != 0 {
		return nil, errors.New("has padding bits that are not zero or too many, want the shortest form")
	}
	return data, nil
}
