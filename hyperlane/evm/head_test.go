package evm_test

import (
	"context"
	"errors"
	"math/big"
	"testing"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/evm/evmtest"
)

// One answer that names a block of the far future must not make every later one stale.
func TestFinalizedFarAheadOnce(t *testing.T) {
	f := evmtest.NewGrown(9, 0)
	c := client(t, f)
	finalized := evm.Finality{Tag: "finalized"}
	for _, seen := range []uint64{0, 7} { // before and after a true answer
		f.Header = func(h *types.Header) (*types.Header, error) {
			f.Header = nil // lies once
			h.Number = big.NewInt(1 << 40)
			return h, nil
		}
		_, err := c.Head(t.Context(), finalized)
		require.ErrorIs(t, err, evm.ErrRPC, "%d", seen)
		head, err := c.Head(t.Context(), finalized)
		require.NoError(t, err, "%d", seen)
		assert.EqualValues(t, 7, head.Number)
	}
}

// overlapping is a node that does something once between reading a header and answering.
type overlapping struct {
	*evmtest.Node
	during func()
}

func (o *overlapping) HeaderByNumber(ctx context.Context, number *big.Int) (*types.Header, error) {
	h, err := o.Node.HeaderByNumber(ctx, number)
	if during := o.during; during != nil {
		o.during = nil
		during()
	}
	return h, err
}

// Two requests overlap, and the older answer arrives last: it is late, not stale.
func TestFinalizedLate(t *testing.T) {
	f := &overlapping{Node: evmtest.NewGrown(9, 0)}
	c, finalized := client(t, f), evm.Finality{Tag: "finalized"}
	f.during = func() {
		f.Mine(0)
		head, err := c.Head(t.Context(), finalized)
		require.NoError(t, err)
		assert.EqualValues(t, 8, head.Number)
	}
	head, err := c.Head(t.Context(), finalized)
	require.NoError(t, err)
	assert.EqualValues(t, 7, head.Number)
	f.Drop(1)
	_, err = c.Head(t.Context(), finalized)
	require.ErrorIs(t, err, evm.ErrStaleHead, "the highest is remembered, not the last")
	f.Mine(0)
	f.Mine(0)
	head, err = c.Head(t.Context(), finalized)
	require.NoError(t, err)
	assert.EqualValues(t, 9, head.Number)
	f.Drop(1)
	_, err = c.Head(t.Context(), finalized)
	require.ErrorIs(t, err, evm.ErrStaleHead)
	// A late answer must be of the same chain where it is as high.
	f.during = func() {
		f.Drop(3)
		for range 3 {
			f.Mine(0)
		}
		head, err := c.Head(t.Context(), finalized)
		require.NoError(t, err)
		assert.EqualValues(t, 10, head.Number)
	}
	f.Mine(0)
	f.Mine(0)
	_, err = c.Head(t.Context(), finalized)
	require.ErrorIs(t, err, evm.ErrReorg)
}

func TestHead(t *testing.T) {
	f := evmtest.NewGrown(9, 0)
	c := client(t, f)
	for _, row := range []struct {
		finality evm.Finality
		want     uint64
	}{
		{evm.Finality{}, 9},
		{evm.Finality{Blocks: 1}, 8},
		{evm.Finality{Blocks: 9}, 0},
		{evm.Finality{Blocks: 100}, 0}, // saturates
		{evm.Finality{Tag: "finalized"}, 7},
		{evm.Finality{Tag: "safe"}, 7},
		{evm.Finality{Tag: "latest"}, 9},
	} {
		head, err := c.Head(t.Context(), row.finality)
		require.NoError(t, err)
		assert.Equal(t, row.want, head.Number)
		assert.Equal(t, f.Block(int(row.want)).Header.Hash(), head.Hash)
		assert.Equal(t, f.Block(int(row.want)).Header.ParentHash, head.Parent)
		assert.EqualValues(t, row.want, head.Time.Unix())
	}
	_, err := c.Head(t.Context(), evm.Finality{Blocks: 1, Tag: "safe"})
	require.ErrorIs(t, err, evm.ErrConfig)
	_, err = c.HeadAt(t.Context(), 10)
	require.ErrorIs(t, err, ethereum.NotFound)
	err = c.SameBlock(t.Context(), 10, common.Hash{1})
	require.ErrorIs(t, err, ethereum.NotFound)
	require.NotErrorIs(t, err, evm.ErrReorg, "the node only lags behind")

	// The finalized head does not go back, and does not change.
	f.Drop(2)
	_, err = c.Head(t.Context(), evm.Finality{Tag: "finalized"})
	require.ErrorIs(t, err, evm.ErrStaleHead)
	require.ErrorContains(t, err, "is block 5, was block 7 before")
	require.ErrorIs(t, err, evm.ErrRPC)
	f.Drop(2)
	for range 4 {
		f.Mine(0)
	}
	_, err = c.Head(t.Context(), evm.Finality{Tag: "finalized"})
	require.ErrorIs(t, err, evm.ErrReorg)

	for name, row := range map[string]struct {
		header func(*types.Header) (*types.Header, error)
		want   error
	}{
		"null":            {func(*types.Header) (*types.Header, error) { return nil, nil }, evm.ErrRPC},
		"without number":  {func(h *types.Header) (*types.Header, error) { h.Number = nil; return h, nil }, evm.ErrAnswer},
		"another number":  {func(h *types.Header) (*types.Header, error) { h.Number.Sub(h.Number, big.NewInt(1)); return h, nil }, evm.ErrAnswer},
		"negative number": {func(h *types.Header) (*types.Header, error) { h.Number = big.NewInt(-1); return h, nil }, evm.ErrAnswer},
		"no such number":  {func(h *types.Header) (*types.Header, error) { h.Number.SetUint64(1<<62 + 1); return h, nil }, evm.ErrAnswer},
		"failure":         {func(*types.Header) (*types.Header, error) { return nil, errors.New("down") }, evm.ErrRPC},
	} {
		t.Run(name, func(t *testing.T) {
			f.Header = row.header
			_, err := c.Head(t.Context(), evm.Finality{Blocks: 1})
			require.ErrorIs(t, err, row.want)
		})
	}
	// A node without the tag is not taken for one that is down.
	f.Header = func(*types.Header) (*types.Header, error) { return nil, nil }
	_, err = c.Head(t.Context(), evm.Finality{Tag: "safe"})
	require.ErrorIs(t, err, evm.ErrNoFinality)
	f.Header = func(*types.Header) (*types.Header, error) { return nil, evmtest.Error{Code: -39001, Text: "unknown"} }
	_, err = c.Head(t.Context(), evm.Finality{Tag: "safe"})
	require.ErrorIs(t, err, evm.ErrNoFinality)
	_, err = c.Head(t.Context(), evm.Finality{})
	require.NotErrorIs(t, err, evm.ErrNoFinality)
	f.Header = func(*types.Header) (*types.Header, error) { return nil, errors.New("down") }
	_, err = c.Head(t.Context(), evm.Finality{Tag: "safe"})
	require.NotErrorIs(t, err, evm.ErrNoFinality)
}

// Without reads by hash, the number is checked to be still the block that was meant.
func TestReadAtABlock(t *testing.T) {
	f := evmtest.NewGrown(3, 1)
	c := client(t, f)
	at, err := c.Head(t.Context(), evm.Finality{})
	require.NoError(t, err)
	n, err := evm.Read(t.Context(), c, at, evmtest.CountQuery())
	require.NoError(t, err)
	assert.EqualValues(t, 3, n)
	f.Drop(1)
	f.Mine(2)
	_, err = evm.Read(t.Context(), c, at, evmtest.CountQuery())
	var reorg *evm.ReorgError
	require.ErrorAs(t, err, &reorg)
	assert.Equal(t, at.Hash, reorg.Had)
	assert.Equal(t, f.Block(int(3)).Header.Hash(), reorg.Now)
	n, err = evm.Read(t.Context(), c, evm.Head{Number: 3}, evmtest.CountQuery())
	require.NoError(t, err)
	assert.EqualValues(t, 4, n)
}

// A node that does not know the parameter for reading at a hash is read at numbers from then on.
func TestReadAtAHashRefused(t *testing.T) {
	f := evmtest.NewGrown(3, 1)
	for _, code := range []bool{false, true} {
		by := &refusesHash{Node: f}
		c := client(t, by)
		at, err := c.Head(t.Context(), evm.Finality{})
		require.NoError(t, err)
		if code {
			require.NoError(t, c.NeedCode(t.Context(), at, evmtest.Contract))
			assert.Equal(t, 1, by.asked)
		}
		for range 3 {
			n, err := evm.Read(t.Context(), c, at, evmtest.CountQuery())
			require.NoError(t, err)
			assert.EqualValues(t, 3, n)
			require.NoError(t, c.NeedCode(t.Context(), at, evmtest.Contract))
		}
		assert.Equal(t, 1, by.asked)
	}
}

// A refusal, missing code and a nonce are answers too: of a block that was replaced they are not
// passed on.
func TestAnswersOfAnotherBlock(t *testing.T) {
	f := evmtest.NewGrown(3, 1)
	c, account := client(t, f), common.Address{1}
	at, err := c.Head(t.Context(), evm.Finality{})
	require.NoError(t, err)
	revert := evm.Query[int]{Name: "revert", To: evmtest.Contract, Data: []byte{1, 2, 3, 4}}
	_, err = evm.Read(t.Context(), c, at, revert)
	require.ErrorIs(t, err, evm.ErrReverted)
	require.NotErrorIs(t, err, evm.ErrRPC, "the node did what it should")
	_, err = c.SimulateAt(t.Context(), at, account, evm.NewCall("count", evmtest.Contract, evmtest.CountCall))
	require.NoError(t, err)
	code, err := c.Code(t.Context(), at, evmtest.Contract)
	require.NoError(t, err)
	assert.NotEmpty(t, code)
	nonce, err := c.NonceAt(t.Context(), at, account)
	require.NoError(t, err)
	assert.Zero(t, nonce)

	f.Drop(1)
	f.Mine(1)
	_, err = evm.Read(t.Context(), c, at, revert)
	require.ErrorIs(t, err, evm.ErrReorg)
	require.NotErrorIs(t, err, evm.ErrReverted)
	out, err := c.SimulateAt(t.Context(), at, account, evm.NewCall("count", evmtest.Contract, evmtest.CountCall))
	require.ErrorIs(t, err, evm.ErrReorg)
	assert.Nil(t, out)
	code, err = c.Code(t.Context(), at, evmtest.Contract)
	require.ErrorIs(t, err, evm.ErrReorg)
	assert.Nil(t, code)
	_, err = c.NonceAt(t.Context(), at, account)
	require.ErrorIs(t, err, evm.ErrReorg)
	f.Answer = func([]byte, []byte) ([]byte, error) { return nil, nil }
	f.Bare = 4
	_, err = evm.Read(t.Context(), c, evm.Head{Number: 3}, evmtest.CountQuery())
	require.ErrorIs(t, err, evm.ErrNoCode)
	require.ErrorContains(t, err, "as of block 3")
	require.ErrorIs(t, c.NeedCode(t.Context(), at, evmtest.Contract), evm.ErrReorg)
	require.ErrorIs(t, c.NeedCode(t.Context(), evm.Head{Number: 3}, evmtest.Contract), evm.ErrNoCode)
}

type refusesHash struct {
	*evmtest.Node
	asked int
}

func (r *refusesHash) CallContractAtHash(context.Context, ethereum.CallMsg, common.Hash) ([]byte, error) {
	r.asked++
	return nil, evmtest.Error{Code: -32602, Text: "hex string expected"}
}

func (r *refusesHash) CodeAtHash(context.Context, common.Address, common.Hash) ([]byte, error) {
	r.asked++
	return nil, evmtest.Error{Code: -32602}
}
