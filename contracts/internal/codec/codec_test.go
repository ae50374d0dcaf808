package codec

import (
	"sync"
	"testing"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParse(t *testing.T) {
	for declaration, want := range map[string]string{
		"count()":              "function count()",
		"process(bytes,bytes)": "function process(bytes , bytes )",
		"set(uint32 domain,bytes32[2][] routers)":                                  "function set(uint32 domain, bytes32[2][] routers)",
		"put((bytes32[32] branch,uint256 count)[] trees,(bool b,(uint8 u) inner))": "function put((bytes32[32],uint256)[] trees, (bool,(uint8)) )",
	} {
		name, arguments, err := Parse(declaration)
		require.NoError(t, err, declaration)
		assert.Equal(t, want, abi.NewMethod(name, name, abi.Function, "", false, false, arguments, nil).String()[:len(want)], declaration)
	}
	_, arguments, err := Parse("Sent(uint32 indexed,bytes indexed body,uint8 indexed_)")
	require.NoError(t, err)
	require.Len(t, arguments, 3)
	assert.True(t, arguments[0].Indexed && arguments[1].Indexed && !arguments[2].Indexed)
	assert.Equal(t, []string{"", "body", "indexed_"}, []string{arguments[0].Name, arguments[1].Name, arguments[2].Name})

	for _, bad := range []string{"", "count", "count(", "count(uint32", "count(no)", "count((uint8)"} {
		_, _, err := Parse(bad)
		assert.ErrorContains(t, err, "codec: declaration", bad)
	}
}

// A declaration is parsed once, however many goroutines use it first.
func TestPackConcurrently(t *testing.T) {
	var group sync.WaitGroup
	packed := make([][]byte, 16)
	for i := range packed {
		group.Go(func() { packed[i] = Pack("first(uint32)", uint32(7)) })
	}
	group.Wait()
	for _, data := range packed {
		assert.Equal(t, packed[0], data)
	}
	again := Pack("first(uint32)", uint32(8))
	assert.Equal(t, byte(7), packed[0][35])
	assert.Equal(t, byte(8), again[35], "no call shares memory with another")
}

func TestPackRefusesNilNumbers(t *testing.T) {
	assert.Panics(t, func() { Pack("pay(uint256)", nil) })
}
