package message

import (
	"encoding/hex"
	"strconv"
)

// digits32 is the number of hexadecimal digits in 32 bytes.
const digits32 = 64

// appendHex appends 0x and the lower-case digits of v.
func appendHex[T ~[32]byte](b []byte, v T) []byte {
	raw := [32]byte(v)
	return hex.AppendEncode(append(b, "0x"...), raw[:])
}

// parseHex reads 0x and hexadecimal digits of either case. It takes 64 of them, or one of the
// other counts in short, which fill the value from the right.
func parseHex[T ~[32]byte](kind, want, s string, short ...int) (T, error) {
	var zero T
	fail := func(reason string) (T, error) {
		return zero, &SyntaxError{Kind: kind, Input: s, Reason: reason + ", want " + want}
	}
	if len(s) < 2 || s[0] != '0' || (s[1] != 'x' && s[1] != 'X') {
		return fail("does not start with 0x")
	}
	digits := s[2:]
	fits := len(digits) == digits32
	for _, n := range short {
		fits = fits || len(digits) == n
	}
	if !fits {
		return fail("has " + strconv.Itoa(len(digits)) + " characters after 0x")
	}
	var raw [32]byte
	if _, err := hex.Decode(raw[len(raw)-len(digits)/2:], []byte(digits)); err != nil {
		return fail("has a character that is not a hexadecimal digit")
	}
	return T(raw), nil
}
