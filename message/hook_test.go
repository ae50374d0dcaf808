package message

import (
	"bytes"
	"encoding"
	"encoding/binary"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/holiman/uint256"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	_ encoding.BinaryAppender    = (*HookMetadata)(nil)
	_ encoding.BinaryMarshaler   = (*HookMetadata)(nil)
	_ encoding.BinaryUnmarshaler = (*HookMetadata)(nil)
)

var (
	hookRefund = common.HexToAddress("0x4242424242424242424242424242424242424242")
	hookToken  = common.HexToAddress("0x5151515151515151515151515151515151515151")
)

// hookBytes is 130 bytes with variant 1: value 3, gas limit 200000, refund, fee token, custom.
func hookBytes() []byte {
	data := make([]byte, HookMetadataFeeTokenLength, 130)
	data[1] = 1
	data[HookGasLimitOffset-1] = 3
	binary.BigEndian.PutUint32(data[HookRefundOffset-4:], 200_000)
	copy(data[HookRefundOffset:], hookRefund[:])
	copy(data[HookFeeTokenOffset:], hookToken[:])
	return append(data, "custom metadata of 24 by"...)
}

func TestHookMetadataLengths(t *testing.T) {
	refund, token := hookRefund, hookToken
	full := HookMetadata{Value: uint256.NewInt(3), GasLimit: uint256.NewInt(200_000), Refund: &refund}
	encoded, err := full.MarshalBinary()
	require.NoError(t, err)
	assert.Equal(t, hookBytes()[:HookMetadataLength], encoded)

	full.FeeToken = &token
	encoded, err = full.MarshalBinary()
	require.NoError(t, err)
	assert.Equal(t, hookBytes()[:HookMetadataFeeTokenLength], encoded)

	full.Rest = []byte("custom metadata of 24 by")
	encoded, err = full.AppendBinary([]byte("before"))
	require.NoError(t, err)
	assert.Equal(t, append([]byte("before"), hookBytes()...), encoded)
}

// A field counts only when it is covered completely; every length from 0 to 130 encodes back.
func TestHookMetadataCoverage(t *testing.T) {
	data := hookBytes()
	for n := 0; n <= len(data); n++ {
		var h HookMetadata
		err := h.UnmarshalBinary(data[:n])
		if n == 1 {
			require.ErrorIs(t, err, ErrHookMetadata)
			require.ErrorContains(t, err, "have one byte, want none or 0x0001 first")
			continue
		}
		require.NoError(t, err, "%d bytes", n)
		assert.Equal(t, n >= 34, h.Value != nil, "%d bytes", n)
		assert.Equal(t, n >= 66, h.GasLimit != nil, "%d bytes", n)
		assert.Equal(t, n >= 86, h.Refund != nil, "%d bytes", n)
		assert.Equal(t, n >= 106, h.FeeToken != nil, "%d bytes", n)
		if n >= 66 {
			assert.EqualValues(t, 200_000, h.GasLimitOrDefault().Uint64())
		} else {
			assert.EqualValues(t, DefaultGasLimit, h.GasLimitOrDefault().Uint64())
		}
		if n >= 106 {
			assert.Equal(t, uint256.NewInt(3), h.Value)
			assert.Equal(t, hookRefund, *h.Refund)
			assert.Equal(t, hookToken, *h.FeeToken)
			assert.Equal(t, string(data[106:n]), string(h.Rest))
		}
		encoded, err := h.MarshalBinary()
		require.NoError(t, err)
		assert.Equal(t, string(data[:n]), string(encoded), "%d bytes", n)
	}
}

// Trap 38: a gas limit of 0 is 0, not the default.
func TestExplicitZeroGasLimitIsZero(t *testing.T) {
	h := HookMetadata{GasLimit: new(uint256.Int)}
	assert.True(t, h.GasLimitOrDefault().IsZero())
	encoded, err := h.MarshalBinary()
	require.NoError(t, err)
	assert.Equal(t, append([]byte{0, 1}, make([]byte, 64)...), encoded)
	var decoded HookMetadata
	require.NoError(t, decoded.UnmarshalBinary(encoded))
	require.NotNil(t, decoded.GasLimit)
	assert.True(t, decoded.GasLimitOrDefault().IsZero())

	assert.EqualValues(t, 50_000, new(HookMetadata).GasLimitOrDefault().Uint64())
}

func TestGasLimitOrDefaultIsACopy(t *testing.T) {
	h := HookMetadata{GasLimit: uint256.NewInt(9)}
	h.GasLimitOrDefault().SetUint64(10)
	assert.EqualValues(t, 9, h.GasLimit.Uint64())
}

// Fields before the last one are written with the values that the hooks would have assumed.
func TestHookMetadataFillsWhatComesBefore(t *testing.T) {
	refund := hookRefund
	h := HookMetadata{Refund: &refund}
	encoded, err := h.MarshalBinary()
	require.NoError(t, err)
	var decoded HookMetadata
	require.NoError(t, decoded.UnmarshalBinary(encoded))
	assert.True(t, decoded.Value.IsZero())
	assert.EqualValues(t, DefaultGasLimit, decoded.GasLimit.Uint64())
	assert.Equal(t, refund, *decoded.Refund)
	assert.Equal(t, HookMetadata{Refund: &refund}, h, "encoding changes nothing")
}

func TestHookMetadataThatIsEmptyAndThatIsVariantOnly(t *testing.T) {
	encoded, err := new(HookMetadata).MarshalBinary()
	require.NoError(t, err)
	assert.Empty(t, encoded)
	encoded, err = (&HookMetadata{Variant: HookMetadataVariant}).MarshalBinary()
	require.NoError(t, err)
	assert.Equal(t, []byte{0, 1}, encoded)
	encoded, err = (&HookMetadata{Rest: []byte{9}}).MarshalBinary()
	require.NoError(t, err)
	assert.Equal(t, []byte{0, 1, 9}, encoded)
}

func TestHookMetadataRefused(t *testing.T) {
	refused := map[string]struct {
		data []byte
		want string
	}{
		"one byte 0":    {[]byte{0}, "have one byte, want none"},
		"one byte 1":    {[]byte{1}, "have one byte, want none"},
		"variant 0":     {make([]byte, 86), "have variant 0, want 1"},
		"variant 2":     {[]byte{0, 2}, "have variant 2, want 1"},
		"variant 256":   {[]byte{1, 0}, "have variant 256, want 1"},
		"variant 257":   {[]byte{1, 1}, "have variant 257, want 1"},
		"byte swapped":  {append([]byte{1, 0}, make([]byte, 84)...), "have variant 256, want 1"},
		"abi-like word": {append(make([]byte, 31), 1), "have variant 0, want 1"},
	}
	for name, row := range refused {
		t.Run(name, func(t *testing.T) {
			refund := hookRefund
			target := HookMetadata{Variant: 1, Refund: &refund, Rest: []byte{1}}
			before := target
			err := target.UnmarshalBinary(row.data)
			require.ErrorIs(t, err, ErrHookMetadata)
			assert.ErrorContains(t, err, row.want)
			assert.True(t, hasClass(err))
			assert.Equal(t, before, target)
		})
	}
}

func TestHookMetadataThatCannotBeEncoded(t *testing.T) {
	refund, token := hookRefund, hookToken
	rows := map[string]struct {
		h    HookMetadata
		want string
	}{
		"variant 2":                  {HookMetadata{Variant: 2}, "have variant 2, want 1"},
		"fee token without refund":   {HookMetadata{FeeToken: &token}, "Refund is nil"},
		"rest would be a value":      {HookMetadata{Rest: make([]byte, 32)}, "Rest has 32 bytes and hooks would read it as Value"},
		"rest would be a gas limit":  {HookMetadata{Value: new(uint256.Int), Rest: make([]byte, 32)}, "hooks would read it as GasLimit"},
		"rest would be a refund":     {HookMetadata{GasLimit: new(uint256.Int), Rest: make([]byte, 20)}, "hooks would read it as Refund"},
		"rest would be a fee token":  {HookMetadata{Refund: &refund, Rest: make([]byte, 20)}, "hooks would read it as FeeToken"},
		"rest longer than the field": {HookMetadata{Refund: &refund, Rest: make([]byte, 100)}, "Rest has 100 bytes"},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			out, err := row.h.AppendBinary([]byte("kept"))
			require.ErrorIs(t, err, ErrHookMetadata)
			assert.ErrorContains(t, err, row.want)
			assert.True(t, hasClass(err), err)
			assert.Equal(t, "kept", string(out))
		})
	}
}

func TestHookMetadataCopies(t *testing.T) {
	data := hookBytes()
	var h HookMetadata
	require.NoError(t, h.UnmarshalBinary(data))
	for i := range data {
		data[i] = 0xff
	}
	encoded, err := h.MarshalBinary()
	require.NoError(t, err)
	assert.Equal(t, hookBytes(), encoded)
}

func FuzzHookMetadata(f *testing.F) {
	for _, n := range []int{0, 1, 2, 34, 65, 66, 86, 105, 106, 130} {
		f.Add(hookBytes()[:n])
	}
	f.Add([]byte{0, 2})
	f.Fuzz(func(t *testing.T, data []byte) {
		var h HookMetadata
		err := h.UnmarshalBinary(data)
		accepted := len(data) == 0 || bytes.HasPrefix(data, []byte{0, 1})
		require.Equal(t, accepted, err == nil)
		if err != nil {
			require.ErrorIs(t, err, ErrHookMetadata)
			return
		}
		encoded, err := h.AppendBinary([]byte{})
		require.NoError(t, err)
		require.True(t, bytes.Equal(data, encoded))
	})
}
