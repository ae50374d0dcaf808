package message

import (
	"bytes"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Trap 49: an address with dirty upper bytes is not an EVM address, whichever byte it is.
func TestDirtyAddresses(t *testing.T) {
	account := common.HexToAddress(hex40)
	clean := FromEVM(account)
	evm, err := clean.EVM()
	require.NoError(t, err)
	assert.Equal(t, account, evm)
	for i := range evmPadding {
		dirty := clean
		dirty[i] = 1
		evm, err := dirty.EVM()
		require.ErrorIs(t, err, ErrAddress)
		assert.True(t, hasClass(err), err)
		assert.Contains(t, err.Error(), dirty.String())
		assert.Equal(t, common.Address{}, evm)
	}
	all := FromEVM(common.MaxAddress)
	_, err = all.EVM()
	require.NoError(t, err, "the lower 20 bytes may be anything")
}

func FuzzEVM(f *testing.F) {
	f.Add(common.FromHex(hex64))
	f.Add(common.LeftPadBytes(common.FromHex(hex40), 32))
	f.Fuzz(func(t *testing.T, data []byte) {
		a := Address(common.LeftPadBytes(data[:min(len(data), 32)], 32))
		evm, err := a.EVM()
		require.Equal(t, bytes.Equal(a[:12], make([]byte, 12)), err == nil)
		if err != nil {
			require.ErrorIs(t, err, ErrAddress)
			return
		}
		require.Equal(t, a, FromEVM(evm))
		parsed, err := ParseAddress(evm.Hex())
		require.NoError(t, err)
		require.Equal(t, a, parsed)
	})
}
