package relayer

import (
	"fmt"
	"unicode/utf8"
)

// excerpt shortens what an error quotes, at the start of a rune.
func excerpt(raw []byte) string {
	const most = 80
	if len(raw) == 0 {
		return "empty"
	}
	if len(raw) <= most {
		return string(raw)
	}
	cut := most
	for cut > 0 && !utf8.RuneStart(raw[cut]) {
		cut--
	}
	return fmt.Sprintf("%s… (%d bytes)", raw[:cut], len(raw))
}
