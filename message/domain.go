package message

import (
	"math"
	"strconv"
)

// Domain is the number that identifies a chain in the protocol. For many EVM chains it equals the
// chain ID, but not for all of them, and some chain IDs do not fit in 32 bits: never convert one
// into the other.
type Domain uint32

// ParseDomain reads a decimal number from 0 to 4294967295, without sign, prefix, spaces or leading
// zeros: the only form that the network's configuration files use.
func ParseDomain(s string) (Domain, error) {
	if s == "" {
		return 0, syntaxError("domain", s, "is empty, want a decimal number such as 1000")
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, syntaxError("domain", s, "is not a number, want decimal digits only, such as 1000 (no 0x, sign or spaces)")
		}
	}
	if len(s) > 1 && s[0] == '0' {
		return 0, syntaxError("domain", s, "has leading zeros, write the decimal number without them")
	}
	n, err := strconv.ParseUint(s, 10, 32)
	if err != nil {
		return 0, syntaxError("domain", s, "is too large, want at most %d", uint32(math.MaxUint32))
	}
	return Domain(n), nil
}

// String returns the decimal form.
func (d Domain) String() string { return strconv.FormatUint(uint64(d), 10) }

// AppendText appends the decimal form to b.
func (d Domain) AppendText(b []byte) ([]byte, error) {
	return strconv.AppendUint(b, uint64(d), 10), nil
}

// MarshalText returns the decimal form.
func (d Domain) MarshalText() ([]byte, error) { return d.AppendText(nil) }

// UnmarshalText reads what [ParseDomain] reads. On an error d keeps its value.
func (d *Domain) UnmarshalText(text []byte) error {
	parsed, err := ParseDomain(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

// MarshalJSON returns a JSON number, as the network's files have it.
func (d Domain) MarshalJSON() ([]byte, error) { return d.AppendText(nil) }

// UnmarshalJSON reads a JSON number, or a JSON string in the form of [ParseDomain]. As everywhere
// in encoding/json, null changes nothing. On an error d keeps its value.
func (d *Domain) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	if n := len(data); n >= 2 && data[0] == '"' && data[n-1] == '"' {
		data = data[1 : n-1]
	}
	return d.UnmarshalText(data)
}
