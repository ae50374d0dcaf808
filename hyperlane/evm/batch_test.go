package evm_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/evm/evmtest"
)

// echo is a query whose answer is its own argument; "revert", "short" and "none" fail in their
// ways.
func echo(word byte) evm.Query[byte] {
	return evm.Query[byte]{Name: "echo", To: evmtest.Contract, Data: []byte{0, 0, 0, word}, Decode: func(out []byte) (byte, error) {
		if len(out) != 32 {
			return 0, errors.New("one word")
		}
		return out[31], nil
	}}
}

const (
	reverts = 0xf0
	short   = 0xf1
	nothing = 0xf2
)

func echoAnswer(data []byte) ([]byte, error) {
	switch word := data[3]; word {
	case reverts:
		return nil, evmtest.Error{Code: 3, Text: "execution reverted", Data: "0x01020304"}
	case short:
		return []byte{1}, nil
	case nothing:
		return nil, nil
	default:
		return evmtest.Word(uint64(word)), nil
	}
}

// checkBatch holds a batch to what single reads give, whatever way it takes.
func checkBatch(t *testing.T, c *evm.Client) {
	t.Helper()
	head, err := c.Head(t.Context(), evm.Finality{})
	require.NoError(t, err)
	for _, at := range []evm.Head{head, {Number: head.Number}, {}} {
		b := c.Batch(at)
		var answers []*evm.Answer[byte]
		words := []byte{1, 2, reverts, 3, short, nothing, 4}
		for _, word := range words {
			answers = append(answers, evm.Add(b, echo(word)))
		}
		_, err = answers[0].Get()
		require.ErrorIs(t, err, evm.ErrNotRun)
		require.NoError(t, b.Run(t.Context()))
		for i, word := range words {
			have, err := answers[i].Get()
			want, wantErr := evm.Read(t.Context(), c, at, echo(word))
			assert.Equal(t, want, have, "%x", word)
			for _, class := range []error{evm.ErrReverted, evm.ErrAnswer, evm.ErrNoCode, evm.ErrRPC} {
				assert.Equal(t, errors.Is(wantErr, class), errors.Is(err, class), "%x: %v, alone %v", word, err, wantErr)
			}
			assert.Equal(t, wantErr == nil, err == nil)
		}
		var refused *evm.RevertError
		_, err = answers[2].Get()
		require.ErrorAs(t, err, &refused)
		assert.Equal(t, []byte{1, 2, 3, 4}, refused.Data)
		require.NoError(t, b.Run(t.Context()), "an empty batch")
	}
}

func echoNode() *evmtest.Node {
	n := evmtest.NewGrown(5, 0)
	n.Call = func(msg ethereum.CallMsg, _ *evmtest.Block) ([]byte, error) { return echoAnswer(msg.Data) }
	return n
}

func TestBatchOneByOne(t *testing.T) {
	n := echoNode()
	c := client(t, n)
	checkBatch(t, c)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	b := c.Batch(evm.Head{Number: 3})
	evm.Add(b, echo(1))
	require.ErrorIs(t, b.Run(ctx), context.Canceled)
}

var multicallAt = common.Address{0xca}

// multicall answers aggregate3 as the contract does.
func multicall(t *testing.T, n *evmtest.Node, asked *int) {
	tuple, err := abi.NewType("tuple[]", "", []abi.ArgumentMarshaling{
		{Name: "target", Type: "address"}, {Name: "allowFailure", Type: "bool"}, {Name: "callData", Type: "bytes"},
	})
	require.NoError(t, err)
	results, err := abi.NewType("tuple[]", "", []abi.ArgumentMarshaling{{Name: "success", Type: "bool"}, {Name: "returnData", Type: "bytes"}})
	require.NoError(t, err)
	type result struct {
		Success    bool
		ReturnData []byte
	}
	n.Call = func(msg ethereum.CallMsg, _ *evmtest.Block) ([]byte, error) {
		if *msg.To != multicallAt {
			return echoAnswer(msg.Data)
		}
		*asked++
		values, err := abi.Arguments{{Type: tuple}}.Unpack(msg.Data[4:])
		if err != nil {
			return nil, err
		}
		calls := *abi.ConvertType(values[0], new([]struct {
			Target       common.Address
			AllowFailure bool
			CallData     []byte
		})).(*[]struct {
			Target       common.Address
			AllowFailure bool
			CallData     []byte
		})
		var out []result
		for _, call := range calls {
			data, err := echoAnswer(call.CallData)
			if err != nil && !call.AllowFailure {
				return nil, evmtest.Error{Code: 3, Text: "execution reverted", Data: "0x"}
			}
			if err != nil {
				data = []byte{1, 2, 3, 4}
			}
			out = append(out, result{err == nil, data})
		}
		return abi.Arguments{{Type: results}}.Pack(out)
	}
}

func TestBatchOverMulticall(t *testing.T) {
	n, asked := echoNode(), 0
	multicall(t, n, &asked)
	c := client(t, n, evm.WithMulticall(multicallAt))
	checkBatch(t, c)
	assert.Equal(t, 3, asked, "one request for each batch")
	var calls atomic.Int64
	n.Before = func(op string) {
		if op == "call" {
			calls.Add(1)
		}
	}
	mixed := c.Batch(evm.Head{})
	for _, word := range []byte{1, 2, reverts, 3} {
		evm.Add(mixed, echo(word))
	}
	require.NoError(t, mixed.Run(t.Context()))
	assert.EqualValues(t, 2, calls.Load(), "all together, and what failed once more")
	asked, n.Before = 3, nil

	b := c.Batch(evm.Head{})
	mine := echo(7)
	mine.From = common.Address{1} // the answer may depend on who asks, so it goes alone
	alone, together, more := evm.Add(b, mine), evm.Add(b, echo(8)), evm.Add(b, echo(9))
	require.NoError(t, b.Run(t.Context()))
	for word, a := range map[byte]*evm.Answer[byte]{7: alone, 8: together, 9: more} {
		have, err := a.Get()
		require.NoError(t, err)
		assert.Equal(t, word, have)
	}
	assert.Equal(t, 4, asked)
	for name, output := range map[string][]byte{"nothing": nil, "rubbish": {1}, "too few": append(evmtest.Word(32), evmtest.Word(0)...)} {
		n.Answer = func([]byte, []byte) ([]byte, error) { return output, nil }
		b := c.Batch(evm.Head{})
		evm.Add(b, echo(1))
		evm.Add(b, echo(2))
		require.ErrorIs(t, b.Run(t.Context()), evm.ErrAnswer, name)
	}
}

// Who asks is part of a query, in a batch too.
func TestBatchFrom(t *testing.T) {
	server := httptest.NewServer(&rpcNode{})
	defer server.Close()
	overRPC, err := evm.Dial(t.Context(), server.URL)
	require.NoError(t, err)
	defer overRPC.Close()
	n, asked := echoNode(), 0
	multicall(t, n, &asked)
	contract := n.Call
	n.Call = func(msg ethereum.CallMsg, at *evmtest.Block) ([]byte, error) {
		if msg.From != (common.Address{}) && *msg.To != multicallAt {
			return evmtest.Word(uint64(msg.From[0])), nil
		}
		return contract(msg, at)
	}
	for name, c := range map[string]*evm.Client{
		"JSON-RPC": overRPC, "one by one": client(t, n), "multicall": client(t, n, evm.WithMulticall(multicallAt)),
	} {
		asked = 0
		b := c.Batch(evm.Head{})
		first, second := echo(7), echo(8)
		first.From, second.From = common.Address{0xa1}, common.Address{0xa2}
		answers := []*evm.Answer[byte]{evm.Add(b, echo(1)), evm.Add(b, first), evm.Add(b, second)}
		require.NoError(t, b.Run(t.Context()))
		for i, want := range []byte{1, 0xa1, 0xa2} {
			have, err := answers[i].Get()
			require.NoError(t, err)
			assert.Equal(t, want, have, name)
		}
		assert.Zero(t, asked, "one query alone needs no multicall")
	}
}

// A caller who gives up gets the context's error from the batch, whatever way it takes.
func TestBatchCancelled(t *testing.T) {
	for name, n := range map[string]*rpcNode{"batches": {}, "no batches": {noBatches: true}, "short answers": {cut: 1}} {
		ctx, cancel := context.WithCancel(t.Context())
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			n.ServeHTTP(w, r)
			if n.requests.Load() > 3 { // the first are for the chain id, the head, and a batch
				cancel()
			}
		}))
		c, err := evm.Dial(ctx, server.URL)
		require.NoError(t, err)
		b := c.Batch(evm.Head{})
		for range 250 {
			evm.Add(b, echo(1))
		}
		err = b.Run(ctx)
		require.ErrorIs(t, err, context.Canceled, name)
		require.NotErrorIs(t, err, evm.ErrRPC, name)
		c.Close()
		server.Close()
	}
	// Over a backend without JSON-RPC, with and without a multicall contract, whole and in part.
	for name, row := range map[string]struct {
		opts  []evm.Option
		froms int   // queries that go alone
		after int64 // calls
	}{
		"one by one":           {nil, 0, 3},
		"multicall":            {[]evm.Option{evm.WithMulticall(multicallAt)}, 0, 1},
		"alone":                {[]evm.Option{evm.WithMulticall(multicallAt)}, 20, 3},
		"alone besides others": {[]evm.Option{evm.WithMulticall(multicallAt)}, 10, 3},
	} {
		n, asked := echoNode(), 0
		multicall(t, n, &asked)
		ctx, cancel := context.WithCancel(t.Context())
		c := client(t, n, row.opts...)
		b := c.Batch(evm.Head{})
		for i := range 20 {
			q := echo(1)
			if i < row.froms {
				q.From = common.Address{1}
			}
			evm.Add(b, q)
		}
		var calls atomic.Int64
		n.Before = func(op string) {
			if op == "call" && calls.Add(1) == row.after {
				cancel()
			}
		}
		err := b.Run(ctx)
		require.ErrorIs(t, err, context.Canceled, name)
		require.NotErrorIs(t, err, evm.ErrRPC, name)
	}
}

// A batch as of a number is of one block, whatever way it takes.
func TestBatchOfANumberDuringReorg(t *testing.T) {
	n := echoNode()
	c := client(t, n)
	b := c.Batch(evm.Head{Number: 5})
	var answers []*evm.Answer[byte]
	for i := range 20 {
		answers = append(answers, evm.Add(b, echo(byte(i))))
	}
	var once sync.Once
	n.Before = func(op string) {
		if op == "call" {
			once.Do(func() { n.Drop(1); n.Mine(0) })
		}
	}
	require.NoError(t, b.Run(t.Context()))
	for _, a := range answers {
		_, err := a.Get()
		require.ErrorIs(t, err, evm.ErrReorg)
	}
	gone := c.Batch(evm.Head{Number: 9})
	a := evm.Add(gone, echo(1))
	require.ErrorIs(t, gone.Run(t.Context()), ethereum.NotFound)
	_, err := a.Get()
	require.ErrorIs(t, err, evm.ErrNotRun)
}

// A contract that uses up the gas of a multicall does not make the others fail.
func TestBatchOverStarvedMulticall(t *testing.T) {
	n, asked := echoNode(), 0
	multicall(t, n, &asked)
	whole := n.Call
	c := client(t, n, evm.WithMulticall(multicallAt))
	for name, starved := range map[string]func(msg ethereum.CallMsg, at *evmtest.Block) ([]byte, error){
		"those behind": func(msg ethereum.CallMsg, at *evmtest.Block) ([]byte, error) {
			return whole(ethereum.CallMsg{To: msg.To, Data: bytes.ReplaceAll(msg.Data, []byte{0, 0, 0, 2}, []byte{0, 0, 0, reverts})}, at)
		},
		"the whole": func(ethereum.CallMsg, *evmtest.Block) ([]byte, error) {
			return nil, evmtest.Error{Code: 3, Text: "execution reverted", Data: "0x"}
		},
	} {
		n.Call = func(msg ethereum.CallMsg, at *evmtest.Block) ([]byte, error) {
			if *msg.To == multicallAt {
				return starved(msg, at)
			}
			return whole(msg, at)
		}
		b := c.Batch(evm.Head{})
		one, two, refused := evm.Add(b, echo(1)), evm.Add(b, echo(2)), evm.Add(b, echo(reverts))
		require.NoError(t, b.Run(t.Context()), name)
		for want, a := range map[byte]*evm.Answer[byte]{1: one, 2: two} {
			have, err := a.Get()
			require.NoError(t, err, name)
			assert.Equal(t, want, have, name)
		}
		_, err := refused.Get()
		var revert *evm.RevertError
		require.ErrorAs(t, err, &revert, name)
		assert.Equal(t, []byte{1, 2, 3, 4}, revert.Data, name)
	}
	n.Call = whole
	n.Bare = 100
	b := c.Batch(evm.Head{})
	evm.Add(b, echo(1))
	evm.Add(b, echo(2))
	err := b.Run(t.Context())
	require.ErrorIs(t, err, evm.ErrConfig, "no multicall contract")
	require.ErrorIs(t, err, evm.ErrNoCode)
}
