package message

import "strings"

// base58Digits is Bitcoin's alphabet, which Solana and Tron share: no 0, O, I and l.
const base58Digits = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

// encodeBase58 returns data as a number in base 58, most significant digit first, with one digit 1
// for every zero byte at the start.
func encodeBase58(data []byte) string {
	zeros := 0
	for zeros < len(data) && data[zeros] == 0 {
		zeros++
	}
	var digits []byte // least significant first
	for _, b := range data[zeros:] {
		carry := int(b)
		for i := range digits {
			carry += int(digits[i]) << 8
			digits[i] = byte(carry % 58)
			carry /= 58
		}
		for ; carry > 0; carry /= 58 {
			digits = append(digits, byte(carry%58))
		}
	}
	var out strings.Builder
	out.WriteString(strings.Repeat(base58Digits[:1], zeros))
	for i := len(digits) - 1; i >= 0; i-- {
		out.WriteByte(base58Digits[digits[i]])
	}
	return out.String()
}

// decodeBase58 is the inverse of encodeBase58. It returns the position of the first character that
// is not a digit, or -1. Its time grows with the square of the length, so the caller bounds s.
func decodeBase58(s string) (data []byte, bad int) {
	zeros := 0
	for zeros < len(s) && s[zeros] == base58Digits[0] {
		zeros++
	}
	var reversed []byte // least significant first
	for i := zeros; i < len(s); i++ {
		carry := strings.IndexByte(base58Digits, s[i])
		if carry < 0 {
			return nil, i
		}
		for j := range reversed {
			carry += int(reversed[j]) * 58
			reversed[j] = byte(carry)
			carry >>= 8
		}
		if carry > 0 {
			reversed = append(reversed, byte(carry))
		}
	}
	data = make([]byte, zeros, zeros+len(reversed))
	for i := len(reversed) - 1; i >= 0; i-- {
		data = append(data, reversed[i])
	}
	return data, -1
}
