package evm_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/evm/evmtest"
)

// rpcNode is a node over HTTP that answers batches, and can be made to refuse them or reads at
// hashes.
type rpcNode struct {
	requests   atomic.Int64
	noBatches  bool
	refusal    string // of a batch, instead of one without answers
	cut        int    // answers to a batch beyond so many are left out; zero: none
	noHashes   bool
	noParams   bool // refuses the parameters of every call
	busy       int  // answers the next batches with this status
	again      bool // answers a batch twice, the second time wrongly
	blockTwice bool // the block changes after it was read
	blocks     atomic.Int64
}

type rpcRequest struct {
	ID     json.RawMessage
	Method string
	Params []json.RawMessage
}

func (n *rpcNode) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n.requests.Add(1)
	var raw json.RawMessage
	if err := json.NewDecoder(r.Body).Decode(&raw); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if raw[0] != '[' {
		var one rpcRequest
		_ = json.Unmarshal(raw, &one)
		_, _ = w.Write([]byte(n.answer(one)))
		return
	}
	if n.busy != 0 {
		http.Error(w, "busy", n.busy)
		return
	}
	if n.noBatches && n.refusal != "" {
		_, _ = w.Write([]byte(n.refusal))
		return
	}
	if n.noBatches {
		_, _ = w.Write([]byte(`[{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"no batches"}}]`))
		return
	}
	var many []rpcRequest
	_ = json.Unmarshal(raw, &many)
	answers := make([]string, len(many))
	for i := range many {
		answers[len(many)-1-i] = n.answer(many[i]) // in another order than asked
	}
	if n.cut > 0 {
		answers = answers[:min(n.cut, len(answers))]
	}
	if n.again {
		for i := range many {
			answers = append(answers, `{"jsonrpc":"2.0","id":`+string(many[i].ID)+`,"result":"0x"}`)
		}
		answers = append(answers, "null", `{"jsonrpc":"2.0","id":999999,"result":"0x"}`)
	}
	_, _ = w.Write([]byte("[" + strings.Join(answers, ",") + "]"))
}

func (n *rpcNode) answer(r rpcRequest) string {
	result := func(v string) string { return `{"jsonrpc":"2.0","id":` + string(r.ID) + `,"result":` + v + `}` }
	failure := func(code, data string) string {
		return `{"jsonrpc":"2.0","id":` + string(r.ID) + `,"error":{"code":` + code + `,"message":"no"` + data + `}}`
	}
	switch r.Method {
	case "eth_chainId":
		return result(`"0x7"`)
	case "eth_getCode":
		return result(`"0x01"`)
	case "eth_getBlockByNumber":
		hash := strings.Repeat("ab", 32)
		if n.blocks.Add(1) > 1 && n.blockTwice {
			hash = strings.Repeat("cd", 32)
		}
		return result(`{"number":"0x10","hash":"0x` + hash + `","parentHash":"0x` + strings.Repeat("cd", 32) + `","timestamp":"0x5"}`)
	case "eth_call":
		var call struct {
			Input, Data hexutil.Bytes
			From        common.Address
		}
		_ = json.Unmarshal(r.Params[0], &call)
		if n.noHashes && r.Params[1][0] == '{' { // no object at all: it wants a number in hex
			return failure("-32602", "")
		}
		if call.From != (common.Address{}) {
			return result(`"` + hexutil.Encode(evmtest.Word(uint64(call.From[0]))) + `"`)
		}
		if n.noParams {
			return failure("-32602", "")
		}
		out, err := echoAnswer(append(call.Input, call.Data...))
		var refused evmtest.Error
		if errors.As(err, &refused) {
			return failure("3", `,"data":"0x01020304"`)
		}
		return result(`"` + hexutil.Encode(out) + `"`)
	}
	return failure("-32601", "")
}

func TestBatchOverRPC(t *testing.T) {
	for name, n := range map[string]*rpcNode{
		"batches":           {},
		"no reads at hash":  {noHashes: true},
		"no batches":        {noBatches: true},
		"neither of either": {noBatches: true, noHashes: true},
		"an error object":   {noBatches: true, refusal: `{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"no batches"}}`},
		"no JSON":           {noBatches: true, refusal: `<html>`},
		"short answers":     {cut: 3},
		"cut, and numbers":  {cut: 3, noHashes: true},
		"more answers":      {again: true},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(n)
			defer server.Close()
			c, err := evm.Dial(t.Context(), server.URL)
			require.NoError(t, err)
			defer c.Close()
			checkBatch(t, c)
			head, err := c.Head(t.Context(), evm.Finality{})
			require.NoError(t, err)
			b := c.Batch(head)
			for range 250 {
				evm.Add(b, echo(1))
			}
			before := n.requests.Load()
			require.NoError(t, b.Run(t.Context()))
			switch asked := n.requests.Load() - before; {
			case n.noBatches || n.cut > 0:
				assert.GreaterOrEqual(t, asked, int64(241))
			case n.noHashes:
				assert.EqualValues(t, 6, asked, "three batches, and after each a look at the block")
			default:
				assert.EqualValues(t, 3, asked, "250 reads in batches of 100")
			}
		})
	}
}

// A node that refuses the parameters of each call, whatever they are, is asked twice and no more.
func TestBatchOfBadParams(t *testing.T) {
	n := &rpcNode{noParams: true}
	server := httptest.NewServer(n)
	defer server.Close()
	c, err := evm.Dial(t.Context(), server.URL)
	require.NoError(t, err)
	defer c.Close()
	b := c.Batch(evm.Head{})
	one, two := evm.Add(b, echo(1)), evm.Add(b, echo(2))
	require.NoError(t, b.Run(t.Context()))
	for _, a := range []*evm.Answer[byte]{one, two} {
		_, err := a.Get()
		require.ErrorIs(t, err, evm.ErrRPC)
		require.NotErrorIs(t, err, evm.ErrAnswer)
	}
}

// A node that is busy or down fails the batch; one that takes no batches is asked one by one.
func TestBatchOverBusyRPC(t *testing.T) {
	for status, refuses := range map[int]bool{429: false, 408: false, 500: false, 502: false, 503: false, 400: true, 413: true, 501: true} {
		n := &rpcNode{noHashes: status == 502} // one of them reads at numbers
		server := httptest.NewServer(n)
		c, err := evm.Dial(t.Context(), server.URL)
		require.NoError(t, err)
		head, err := c.Head(t.Context(), evm.Finality{})
		require.NoError(t, err)
		_, err = evm.Read(t.Context(), c, head, echo(1))
		require.NoError(t, err)
		ask := func() error {
			b := c.Batch(head)
			one, two := evm.Add(b, echo(1)), evm.Add(b, echo(2))
			err := b.Run(t.Context())
			for _, a := range []*evm.Answer[byte]{one, two} {
				_, each := a.Get()
				assert.Equal(t, err == nil, each == nil, "%d", status)
			}
			return err
		}
		n.busy = status
		if err = ask(); refuses {
			require.NoError(t, err, "%d", status)
		} else {
			require.ErrorIs(t, err, evm.ErrRPC, "%d", status)
		}
		n.busy = 0
		before := n.requests.Load()
		require.NoError(t, ask())
		asked := map[bool]int64{false: 1, true: 2}[refuses || n.noHashes]
		assert.Equal(t, asked, n.requests.Load()-before, "%d", status)
		c.Close()
		server.Close()
	}
}

// A node that reads at numbers only must still have the block that was meant.
func TestBatchDuringReorg(t *testing.T) {
	n := &rpcNode{noHashes: true, blockTwice: true}
	server := httptest.NewServer(n)
	defer server.Close()
	c, err := evm.Dial(t.Context(), server.URL)
	require.NoError(t, err)
	defer c.Close()
	head, err := c.Head(t.Context(), evm.Finality{})
	require.NoError(t, err)
	b := c.Batch(head)
	evm.Add(b, echo(1))
	evm.Add(b, echo(2))
	require.ErrorIs(t, b.Run(t.Context()), evm.ErrReorg)
}
