package matching

import (
	"errors"
	"strings"

	"github.com/hyperlane-go/sdk/message"
)

var (
	errAddressText   = errors.New("neither hexadecimal with 0x, nor bech32, nor base58")
	errAddressLength = errors.New("bech32 payload exceeds 32 bytes")
)

// parseForeignAddress reads an address of any virtual machine as matching lists write it (Protocol
// 1.2): 0x with 40 or 64 digits; else bech32 of any prefix with at most 32 bytes, padded on the
// left; else base58 with 32 bytes, or with 25 bytes (Tron: one byte of network, 20 of address, 4 of
// checksum).
//
// It differs from the parsers of package message, which want one virtual machine and one prefix:
// here the text alone decides.
func parseForeignAddress(s string) ([32]byte, error) {
	if strings.HasPrefix(s, "0x") {
		a, err := message.ParseAddress(s)
		return a, err
	}
	var out [32]byte
	if payload, ok := decodeBech32(s); ok {
		if len(payload) > len(out) {
			return out, errAddressLength
		}
		copy(out[len(out)-len(payload):], payload)
		return out, nil
	}
	switch payload, _ := decodeBase58(s); len(payload) {
	case 32:
		copy(out[:], payload)
	case 25:
		copy(out[12:], payload[1:21])
	default:
		return out, errAddressText
	}
	return out, nil
}

const (
	bech32Alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
	base58Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

	maxAddressText = 128
)

// decodeBech32 returns the payload of a bech32 or bech32m string, whose checksum must be right.
func decodeBech32(s string) ([]byte, bool) {
	lower := strings.ToLower(s)
	if lower != s && strings.ToUpper(s) != s {
		return nil, false // mixed case is not bech32
	}
	s = lower
	sep := strings.LastIndexByte(s, '1')
	if sep < 1 || len(s)-sep-1 < 6 || len(s) > maxAddressText {
		return nil, false
	}
	sum := uint32(1)
	for i := range sep {
		if s[i] < 33 || s[i] > 126 {
			return nil, false
		}
		sum = bech32Step(sum, s[i]>>5)
	}
	sum = bech32Step(sum, 0)
	for i := range sep {
		sum = bech32Step(sum, s[i]&31)
	}
	var payload []byte
	var bits, acc uint32
	for i := sep + 1; i < len(s); i++ {
		v := strings.IndexByte(bech32Alphabet, s[i])
		if v < 0 {
			return nil, false
		}
		sum = bech32Step(sum, byte(v))
		if i >= len(s)-6 {
			continue // checksum
		}
		acc = acc<<5 | uint32(v)
		if bits += 5; bits >= 8 {
			bits -= 8
			payload = append(payload, byte(acc>>bits))
			acc &= 1<<bits - 1
		}
	}
	if bits >= 5 || acc != 0 { // the padding is at most four zero bits
		return nil, false
	}
	return payload, sum == 1 || sum == 0x2bc830a3
}

// bech32Step feeds five bits to the BCH checksum of BIP 173.
func bech32Step(sum uint32, v byte) uint32 {
	top := sum >> 25
	sum = (sum&0x1ffffff)<<5 ^ uint32(v)
	for i, g := range [...]uint32{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3} {
		if top>>i&1 == 1 {
			sum ^= g
		}
	}
	return sum
}

// decodeBase58 returns the bytes of a base58 string. It checks no checksum.
func decodeBase58(s string) ([]byte, bool) {
	if s == "" || len(s) > maxAddressText {
		return nil, false
	}
	var number []byte // little-endian
	zeros := 0
	for i := range len(s) {
		v := strings.IndexByte(base58Alphabet, s[i])
		if v < 0 {
			return nil, false
		}
		if v == 0 && zeros == i {
			zeros++ // each leading 1 is a zero byte
			continue
		}
		carry := v
		for j := range number {
			carry += int(number[j]) * 58
			number[j] = byte(carry)
			carry >>= 8
		}
		for ; carry > 0; carry >>= 8 {
			number = append(number, byte(carry))
		}
	}
	out := make([]byte, zeros+len(number))
	for i, b := range number {
		out[len(out)-1-i] = b
	}
	return out, true
}
