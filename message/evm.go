package message

import (
	"fmt"

	"github.com/ethereum/go-ethereum/common"
)

// evmPadding is the number of zero bytes to the left of a 20-byte address.
const evmPadding = 32 - common.AddressLength

// FromEVM pads a 20-byte address with twelve zero bytes on the left. [ParseAddress] reads its text.
// Tron addresses in their 0x form are EVM addresses here.
func FromEVM(a common.Address) Address {
	var out Address
	copy(out[evmPadding:], a[:])
	return out
}

// EVM returns the 20-byte address, or an error of class [ErrAddress] when one of the upper 12 bytes
// is not zero. Current contracts refuse such a recipient; contracts before core 5.6.0 cut the upper
// bytes off, and the message reaches another account.
func (a Address) EVM() (common.Address, error) {
	// SECURITY: dropping dirty upper bytes would turn one recipient into another.
	if [evmPadding]byte(a[:evmPadding]) != [evmPadding]byte{} {
		return common.Address{}, fmt.Errorf("%w: EVM: %v has non-zero bytes among its first %d, want 0x, %d zeros and the 40 digits of the account",
			ErrAddress, a, evmPadding, 2*evmPadding)
	}
	return common.Address(a[evmPadding:]), nil
}
