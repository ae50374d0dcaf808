package matching

import (
	"bytes"
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/hyperlane-go/sdk/message"
)

// AddressBlacklist is a list of byte strings that must not occur in a message. One that is found
// anywhere in the sender, the recipient or the body matches. An address is given as it would appear
// there, in 20 or in 32 bytes.
//
// The text form is hexadecimal strings of any length with a comma between them, with or without 0x.
// The empty text is the empty list, which matches nothing.
type AddressBlacklist [][]byte

// ParseAddressBlacklist reads the text form.
func ParseAddressBlacklist(text string) (AddressBlacklist, error) {
	var l AddressBlacklist
	if err := l.UnmarshalText([]byte(text)); err != nil {
		return nil, err
	}
	return l, nil
}

// Match reports whether an entry occurs in m.
func (l AddressBlacklist) Match(m *message.Message) bool {
	for _, entry := range l {
		if len(entry) > 0 && (bytes.Contains(m.Sender[:], entry) || bytes.Contains(m.Recipient[:], entry) || bytes.Contains(m.Body, entry)) {
			return true
		}
	}
	return false
}

// UnmarshalText reads the text form. On an error l keeps its value.
func (l *AddressBlacklist) UnmarshalText(text []byte) error {
	s := strings.TrimSpace(string(text))
	if s == "" {
		*l = nil
		return nil
	}
	var list AddressBlacklist
	for i, entry := range strings.Split(s, ",") {
		entry = strings.TrimSpace(entry)
		b, err := hex.DecodeString(strings.TrimPrefix(entry, "0x"))
		if err != nil || len(b) == 0 {
			return syntaxError("addressBlacklist["+strconv.Itoa(i)+"]", excerpt([]byte(entry)), "at least two hexadecimal digits, an even number of them", err)
		}
		list = append(list, b)
	}
	*l = list
	return nil
}

// MarshalText returns the text form.
func (l AddressBlacklist) MarshalText() ([]byte, error) {
	var b []byte
	for i, entry := range l {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, "0x"...)
		b = hex.AppendEncode(b, entry)
	}
	return b, nil
}
