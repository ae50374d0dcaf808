package message

import "github.com/ethereum/go-ethereum/common"

// evmPadding is the number of zero bytes to the left of a 20-byte address.
const evmPadding = 32 - common.AddressLength

// Address is a sender or recipient in the 32-byte form that travels in a message. The virtual
// machine of the chain says what it means: EVM chains pad their 20 bytes with zeros on the left,
// others use all 32. [FromEVM] and [Address.EVM] are the only places that pad and unpad. The zero
// Address means "none".
type Address [32]byte

// FromEVM pads a 20-byte address with zeros on the left.
func FromEVM(a common.Address) Address {
	var out Address
	copy(out[evmPadding:], a[:])
	return out
}

// EVM returns the 20-byte address, or a [DirtyAddressError] when one of the 12 upper bytes is not
// zero. Current contracts refuse such an address, older ones cut the upper bytes off; either way
// what is sent to it does not arrive where it was meant to.
func (a Address) EVM() (common.Address, error) {
	// SECURITY: dropping dirty upper bytes would turn one recipient into another.
	if [evmPadding]byte(a[:evmPadding]) != [evmPadding]byte{} {
		return common.Address{}, &DirtyAddressError{Address: a}
	}
	return common.Address(a[evmPadding:]), nil
}

// ParseAddress reads 0x and 64 hexadecimal digits, or 0x and the 40 digits of an EVM address,
// which it pads. Digits may be of either case; an EIP-55 checksum is not checked.
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
