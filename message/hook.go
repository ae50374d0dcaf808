package message

import (
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/ethereum/go-ethereum/common"
	"github.com/holiman/uint256"
)

// HookMetadataVariant is the variant that standard hook metadata begins with.
const HookMetadataVariant = 1

// DefaultGasLimit is the gas limit that hooks assume when the metadata does not cover that field.
const DefaultGasLimit = 50_000

// Byte offsets of the fields of standard hook metadata, as in the table of the package
// documentation.
const (
	HookVariantOffset  = 0
	HookValueOffset    = 2
	HookGasLimitOffset = 34
	HookRefundOffset   = 66
	HookFeeTokenOffset = 86

	// HookMetadataLength is the length with all fields but the fee token.
	HookMetadataLength = 86
	// HookMetadataFeeTokenLength is the length with all fields.
	HookMetadataFeeTokenLength = 106
)

// HookMetadata holds the parameters that a sender passes to the hooks of the origin. Every field
// has a fixed offset and counts only when the metadata covers it completely; a nil field is one
// that the metadata does not reach. The zero HookMetadata is empty metadata, which every hook
// accepts.
//
// To pay for more gas, set GasLimit and nothing else. To encode the 86-byte form, set Refund; to
// encode the 106-byte form, set FeeToken as well.
type HookMetadata struct {
	// Variant is [HookMetadataVariant]. Zero stands for it too, and for empty metadata when no
	// other field is set; decoding sets it to zero for empty metadata only.
	Variant uint16
	// Value is the amount, in wei, that hooks of native bridges deliver with the message. Nil
	// counts as 0.
	Value *uint256.Int
	// GasLimit is the gas to pay for on the destination. Nil counts as [DefaultGasLimit]; an
	// explicit 0 is 0.
	GasLimit *uint256.Int
	// Refund receives the payment that the hooks do not use. Nil counts as the sender of the
	// message. With the zero address the gas paymaster refuses an overpayment.
	Refund *common.Address
	// FeeToken is the token that pays the fees. Nil counts as the native token. Contracts before
	// core 11.0.1 have no such field and read it as the start of custom metadata.
	FeeToken *common.Address
	// Rest holds the bytes after the last covered field: part of an incomplete field, or custom
	// metadata after the fee token.
	Rest []byte
}

// GasLimitOrDefault returns the gas limit that the hooks read: a copy of GasLimit, 0 included, or
// [DefaultGasLimit] where it is nil.
func (h *HookMetadata) GasLimitOrDefault() *uint256.Int {
	if h.GasLimit == nil {
		return uint256.NewInt(DefaultGasLimit)
	}
	return h.GasLimit.Clone()
}

// AppendBinary appends the encoded metadata to b. It also writes the fields before the last one
// that is set: a nil Value as 0, a nil GasLimit as [DefaultGasLimit]. An error is of class
// [ErrHookMetadata], and b is returned as it was: for an unknown Variant, for a FeeToken without
// Refund (the sender, its default, is not known here), and for a Rest so long that hooks would read
// it as the next field.
func (h *HookMetadata) AppendBinary(b []byte) ([]byte, error) {
	if h.Variant != 0 && h.Variant != HookMetadataVariant {
		return b, variantError(h.Variant)
	}
	fields := h.covered()
	if fields == coversNothing && h.Variant == 0 && len(h.Rest) == 0 {
		return b, nil
	}
	if fields >= coversFeeToken && h.Refund == nil {
		return b, fmt.Errorf("%w: FeeToken is set and Refund is nil, want both: Refund has no default that can be written", ErrHookMetadata)
	}
	if limit, next := nextField(fields); next != "" && len(h.Rest) >= limit {
		return b, fmt.Errorf("%w: Rest has %d bytes and hooks would read it as %s, want fewer than %d (or set %s)", ErrHookMetadata, len(h.Rest), next, limit, next)
	}
	b = slices.Grow(b, HookMetadataFeeTokenLength+len(h.Rest))
	b = binary.BigEndian.AppendUint16(b, HookMetadataVariant)
	if fields >= coversValue {
		b = appendWord(b, h.Value, 0)
	}
	if fields >= coversGasLimit {
		b = appendWord(b, h.GasLimit, DefaultGasLimit)
	}
	if fields >= coversRefund {
		b = append(b, h.Refund[:]...)
	}
	if fields >= coversFeeToken {
		b = append(b, h.FeeToken[:]...)
	}
	return append(b, h.Rest...), nil
}

// MarshalBinary returns the encoded metadata, with the errors of [HookMetadata.AppendBinary].
func (h *HookMetadata) MarshalBinary() ([]byte, error) { return h.AppendBinary(nil) }

// UnmarshalBinary reads what the hooks accept: no bytes at all, or variant 1 and any bytes after
// it. One byte, or another variant, is an error of class [ErrHookMetadata]. It copies what it
// keeps, and encoding gives the same bytes back. On an error h keeps its value.
func (h *HookMetadata) UnmarshalBinary(data []byte) error {
	if len(data) == 0 {
		*h = HookMetadata{}
		return nil
	}
	if len(data) < HookValueOffset {
		return fmt.Errorf("%w: have one byte, want none or 0x%04x first", ErrHookMetadata, HookMetadataVariant)
	}
	out := HookMetadata{Variant: binary.BigEndian.Uint16(data)}
	if out.Variant != HookMetadataVariant {
		return variantError(out.Variant)
	}
	rest := HookValueOffset
	if len(data) >= HookGasLimitOffset {
		out.Value = new(uint256.Int).SetBytes32(data[HookValueOffset:HookGasLimitOffset])
		rest = HookGasLimitOffset
	}
	if len(data) >= HookRefundOffset {
		out.GasLimit = new(uint256.Int).SetBytes32(data[HookGasLimitOffset:HookRefundOffset])
		rest = HookRefundOffset
	}
	if len(data) >= HookMetadataLength {
		out.Refund = new(common.Address(data[HookRefundOffset:HookFeeTokenOffset]))
		rest = HookMetadataLength
	}
	if len(data) >= HookMetadataFeeTokenLength {
		out.FeeToken = new(common.Address(data[HookFeeTokenOffset:HookMetadataFeeTokenLength]))
		rest = HookMetadataFeeTokenLength
	}
	out.Rest = append([]byte(nil), data[rest:]...)
	*h = out
	return nil
}

// coverage says how far the fields of metadata reach.
type coverage int

const (
	coversNothing coverage = iota
	coversValue
	coversGasLimit
	coversRefund
	coversFeeToken
)

func (h *HookMetadata) covered() coverage {
	switch {
	case h.FeeToken != nil:
		return coversFeeToken
	case h.Refund != nil:
		return coversRefund
	case h.GasLimit != nil:
		return coversGasLimit
	case h.Value != nil:
		return coversValue
	}
	return coversNothing
}

// nextField returns the size and name of the field after those covered, or an empty name.
func nextField(c coverage) (size int, name string) {
	switch c {
	case coversNothing:
		return HookGasLimitOffset - HookValueOffset, "Value"
	case coversValue:
		return HookRefundOffset - HookGasLimitOffset, "GasLimit"
	case coversGasLimit:
		return HookFeeTokenOffset - HookRefundOffset, "Refund"
	case coversRefund:
		return HookMetadataFeeTokenLength - HookFeeTokenOffset, "FeeToken"
	}
	return 0, ""
}

func appendWord(b []byte, v *uint256.Int, absent uint64) []byte {
	if v == nil {
		v = uint256.NewInt(absent)
	}
	word := v.Bytes32()
	return append(b, word[:]...)
}
