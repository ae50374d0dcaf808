package message

import "github.com/ethereum/go-ethereum/common"

// Address is a sender, recipient or contract in the 32-byte form that messages carry. What the
// bytes mean depends on the virtual machine of its chain; each has a pair of methods that convert
// to and from its own form. The zero Address means "none".
type Address [32]byte

// ParseAddress reads the 32-byte form of any chain, 0x and 64 hexadecimal digits, or an EVM
// address, 0x and 40 digits, which it pads. Digits may be of either case; EIP-55 checksums are not
// checked.
func ParseAddress(s string) (Address, error) {
	return parseHex[Address]("address", "0x and 40 or 64 hexadecimal digits", s, 2*common.AddressLength)
}

// MustParseAddress is [ParseAddress] for constants: it panics where ParseAddress returns an error.
func MustParseAddress(s string) Address {
	a, err := ParseAddress(s)
	if err != nil {
		panic(err)
	}
	return a
}

// IsZero reports whether all bytes are zero.
func (a Address) IsZero() bool { return a == Address{} }

// String returns 0x and 64 lower-case hexadecimal digits.
func (a Address) String() string { return string(appendHex(nil, a)) }

// AppendText appends the form of [Address.String] to b.
func (a Address) AppendText(b []byte) ([]byte, error) { return appendHex(b, a), nil }

// MarshalText returns the form of [Address.String].
func (a Address) MarshalText() ([]byte, error) { return appendHex(nil, a), nil }

// UnmarshalText reads what [ParseAddress] reads. On an error a keeps its value.
func (a *Address) UnmarshalText(text []byte) error {
	parsed, err := ParseAddress(string(text))
	if err != nil {
		return err
	}
	*a = parsed
	return nil
}
