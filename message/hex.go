package message

import "encoding/hex"

// digits32 is the number of hexadecimal digits in 32 bytes.
const digits32 = 64

// hasHexPrefix reports whether s begins with 0x or 0X.
func hasHexPrefix(s string) bool {
	return len(s) >= 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X')
}

// appendHex appends 0x and the lower-case digits of v.
func appendHex[T ~[32]byte](b []byte, v T) []byte {
	raw := [32]byte(v)
	return hex.AppendEncode(append(b, "0x"...), raw[:])
}

// parseHex reads 0x and hexadecimal digits of either case: 64 of them, or one of the counts in
// short, which fill the value from the right.
func parseHex[T ~[32]byte](kind, want, s string, short ...int) (T, error) {
	var zero T
	if !hasHexPrefix(s) {
		return zero, syntaxError(kind, s, "does not start with 0x, want %s", want)
	}
	digits := s[2:]
	fits := len(digits) == digits32
	for _, n := range short {
		fits = fits || len(digits) == n
	}
	if !fits {
		return zero, syntaxError(kind, s, "has %d characters after 0x, want %s", len(digits), want)
	}
	var raw [32]byte
	if _, err := hex.Decode(raw[len(raw)-len(digits)/2:], []byte(digits)); err != nil {
		return zero, syntaxError(kind, s, "has a character that is not a hexadecimal digit, want %s", want)
	}
	return T(raw), nil
}
