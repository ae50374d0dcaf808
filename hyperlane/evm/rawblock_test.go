package evm_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
)

// rawNode is a node over HTTP whose blocks are JSON written by hand.
type rawNode struct {
	block atomic.Pointer[string] // answer to eth_getBlockByNumber
	asked atomic.Pointer[string] // its first parameter
}

func (n *rawNode) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var call struct {
		ID     json.RawMessage
		Method string
		Params []json.RawMessage
	}
	if err := json.NewDecoder(r.Body).Decode(&call); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	result := `null`
	switch call.Method {
	case "eth_chainId":
		result = `"0x7"`
	case "eth_getCode":
		result = `"0x01"`
	case "eth_getBlockByNumber":
		asked := strings.TrimSpace(n.taken() + " " + string(call.Params[0]))
		n.asked.Store(&asked)
		result = *n.block.Load()
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte(`{"jsonrpc":"2.0","id":` + string(call.ID) + `,"result":` + result + `}`))
}

// taken returns which blocks were asked for since it was called last.
func (n *rawNode) taken() string {
	if asked := n.asked.Swap(nil); asked != nil {
		return *asked
	}
	return ""
}

// A dialled node's own block hashes are used: on chains with header fields that go-ethereum does
// not know, a computed hash is wrong.
func TestDialledBlocks(t *testing.T) {
	n := &rawNode{}
	server := httptest.NewServer(n)
	defer server.Close()
	c, err := evm.Dial(t.Context(), server.URL)
	require.NoError(t, err)
	defer c.Close()
	hash, parent := "0x"+strings.Repeat("ab", 32), "0x"+strings.Repeat("cd", 32)
	whole := `{"number":"0x10","hash":"` + hash + `","parentHash":"` + parent + `","timestamp":"0x5","unheardOf":[1]}`
	n.block.Store(&whole)
	for _, row := range []struct {
		finality evm.Finality
		asked    string
	}{{evm.Finality{}, `"latest"`}, {evm.Finality{Tag: "safe"}, `"safe"`}, {evm.Finality{Tag: "finalized"}, `"finalized" "0x10"`}} {
		head, err := c.Head(t.Context(), row.finality)
		require.NoError(t, err)
		assert.Equal(t, common.HexToHash(hash), head.Hash)
		assert.Equal(t, common.HexToHash(parent), head.Parent)
		assert.EqualValues(t, 16, head.Number)
		assert.EqualValues(t, 5, head.Time.Unix())
		assert.Equal(t, row.asked, n.taken())
	}
	_, err = c.Head(t.Context(), evm.Finality{Tag: "finalized"})
	require.NoError(t, err)
	assert.Equal(t, `"finalized"`, n.taken(), "no higher than before, so it is not looked up")
	_, err = c.HeadAt(t.Context(), 16)
	require.NoError(t, err)
	assert.Equal(t, `"0x10"`, n.taken())
	first := strings.Replace(whole, `0x10`, `0x0`, 1)
	n.block.Store(&first)
	_, err = c.HeadAt(t.Context(), 0)
	require.NoError(t, err)
	assert.Equal(t, `"0x0"`, n.taken())
	n.block.Store(&whole)
	_, err = c.HeadAt(t.Context(), 15)
	require.ErrorIs(t, err, evm.ErrAnswer)

	var request *evm.RPCError
	failing := `"x"`
	n.block.Store(&failing)
	_, err = c.HeadAt(t.Context(), 16)
	require.ErrorAs(t, err, &request)
	require.NotErrorIs(t, err, ethereum.NotFound, "a failure says nothing about the block")
	for name, row := range map[string]struct {
		block string
		want  error
	}{
		"null":           {`null`, ethereum.NotFound},
		"a string":       {`"x"`, evm.ErrRPC},
		"empty":          {`{}`, evm.ErrAnswer},
		"no hash":        {strings.Replace(whole, `"hash"`, `"h"`, 1), evm.ErrAnswer},
		"null hash":      {strings.Replace(whole, `"`+hash+`"`, `null`, 1), evm.ErrAnswer},
		"zero hash":      {strings.Replace(whole, hash, "0x"+strings.Repeat("00", 32), 1), evm.ErrAnswer},
		"no parent":      {strings.Replace(whole, `"parentHash"`, `"h"`, 1), evm.ErrAnswer},
		"no time":        {strings.Replace(whole, `"timestamp"`, `"h"`, 1), evm.ErrAnswer},
		"no number":      {strings.Replace(whole, `"number"`, `"h"`, 1), evm.ErrAnswer},
		"a huge number":  {strings.Replace(whole, `0x10`, `0x10000000000000000`, 1), evm.ErrAnswer},
		"no such number": {strings.Replace(whole, `0x10`, `0xffffffffffffffff`, 1), evm.ErrAnswer},
		"a short hash":   {strings.Replace(whole, hash, "0xab", 1), evm.ErrRPC},
		"a wild number":  {strings.Replace(whole, `0x10`, `ten`, 1), evm.ErrRPC},
		"a whole number": {strings.Replace(whole, `"0x10"`, `16`, 1), evm.ErrRPC},
	} {
		t.Run(name, func(t *testing.T) {
			n.block.Store(&row.block)
			_, err := c.Head(t.Context(), evm.Finality{})
			require.ErrorIs(t, err, row.want)
			require.ErrorIs(t, err, evm.ErrRPC)
		})
	}
}

// The key in a node's address does not get into errors, which get into logs.
func TestErrorsKeepKeys(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	address := strings.Replace(server.URL, "http://", "http://user:secret@", 1) + "/v3/secret?key=secret"
	_, err := evm.Dial(t.Context(), address)
	require.ErrorIs(t, err, evm.ErrRPC)
	assert.NotContains(t, err.Error(), "secret")
	assert.Contains(t, err.Error(), `"`+server.URL+`"`, "the host is worth knowing")
	for _, broken := range []string{"https://host/v3/secret\n", "https://host/v3/\"secret\"\x7f", "https://ho st/secret"} {
		_, err = evm.Dial(t.Context(), broken)
		require.ErrorIs(t, err, evm.ErrRPC)
		assert.NotContains(t, err.Error(), "secret")
	}
}
