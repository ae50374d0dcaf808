package evm

import (
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/rpc"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type nodeError struct {
	code int
	text string
	data any
}

func (e nodeError) Error() string  { return e.text }
func (e nodeError) ErrorCode() int { return e.code }
func (e nodeError) ErrorData() any { return e.data }

// errorString is the ABI encoding of Error(string).
func errorString(text string) []byte {
	kind, _ := abi.NewType("string", "", nil)
	data, _ := abi.Arguments{{Type: kind}}.Pack(text)
	return append([]byte{0x08, 0xc3, 0x79, 0xa0}, data...)
}

// testRefusals are those of a contract that exists only here.
var (
	errPlace     = errors.New("wrong place")
	errTaken     = errors.New("taken")
	errAny       = errors.New("any of these")
	testRefusals = &Refusals{
		Errors:  []abi.Error{placeInvalid()},
		Classes: map[string]error{"PlaceInvalid": errPlace},
		Reasons: map[string]error{"taken": errTaken, "any: *": errAny, "any: longer *": errTaken},
	}
)

func placeInvalid() abi.Error {
	uint32Type, _ := abi.NewType("uint32", "", nil)
	return abi.NewError("PlaceInvalid", abi.Arguments{{Name: "have", Type: uint32Type}, {Name: "want", Type: uint32Type}})
}

// A reason without a star is the whole text; with one, the longest beginning decides.
func TestReasons(t *testing.T) {
	for text, want := range map[string]error{
		"any: longer": errAny, "taken": errTaken, "taken!": nil, "any: thing": errAny, "any: longer thing": errTaken, "x any: thing": nil, "any: ": errAny,
	} {
		for range 10 { // the order of a map is random
			assert.Equal(t, want, testRefusals.Explain(common.Address{}, errorString(text)).Class, text)
		}
	}
	assert.Nil(t, new(Client).refusals.Load().classOfReason("taken"), "nothing is registered")
}

// A text as a whole and as a beginning are two entries.
func TestReasonsWholeAndBeginning(t *testing.T) {
	both := &Refusals{Reasons: map[string]error{"x": errPlace, "x*": errAny}}
	for range 20 { // the order of a map is random
		assert.Equal(t, errPlace, both.Explain(common.Address{}, errorString("x")).Class)
		assert.Equal(t, errAny, both.Explain(common.Address{}, errorString("xy")).Class)
	}
	c := new(Client)
	c.Register(&Refusals{Reasons: map[string]error{"x*": errAny}})
	c.Register(&Refusals{Reasons: map[string]error{"x": errPlace}})
	assert.Equal(t, errAny, c.explain(common.Address{}, errorString("xy"), nil).Class)
}

// What contracts and nodes say is cut in an error's text, which gets into logs, and kept as a whole
// in its fields.
func TestLongTexts(t *testing.T) {
	long := strings.Repeat("ä", 100_000)
	reverted := testRefusals.Explain(common.Address{}, errorString(long))
	assert.Equal(t, long, reverted.Reason)
	args := &RevertError{Name: "Named", Args: []any{[]byte(long)}}
	request := &RPCError{Op: "eth_call", Err: errors.New(long)}
	for _, err := range []error{reverted, args, request} {
		assert.Less(t, len(err.Error()), 4000) // quoting makes a text longer
		assert.True(t, utf8.ValidString(err.Error()))
		assert.Contains(t, err.Error(), " bytes)")
	}
	assert.Equal(t, "evm: eth_call: "+long[:1024], (&RPCError{Op: "eth_call", Err: errors.New(long[:1024])}).Error())
}

func TestRegister(t *testing.T) {
	c, other := new(Client), errors.New("another class")
	c.Register(nil)
	c.Register(testRefusals)
	once := c.refusals.Load()
	c.Register(testRefusals)
	assert.Same(t, once, c.refusals.Load(), "the second time changes nothing")
	later := &Refusals{Classes: map[string]error{"PlaceInvalid": other}, Reasons: map[string]error{"later": other}}
	c.Register(later)
	twice := c.refusals.Load()
	c.Register(testRefusals)
	c.Register(later)
	assert.Same(t, twice, c.refusals.Load())
	for text, want := range map[string]error{"later": other, "taken": errTaken, "any: x": errAny} {
		assert.Equal(t, want, c.explain(common.Address{}, errorString(text), nil).Class)
	}
	third := &Refusals{Errors: []abi.Error{abi.NewError("Third", nil)}, Classes: map[string]error{"Third": errTaken}}
	c.Register(third)
	assert.Equal(t, errTaken, c.explain(common.Address{}, third.Errors[0].ID.Bytes()[:4], nil).Class)
	args := make([]byte, 64)
	data := append(testRefusals.Errors[0].ID.Bytes()[:4:4], args...)
	e, ok := c.revert(common.Address{}, nodeError{3, "", hexutil.Encode(data)})
	require.True(t, ok)
	assert.Equal(t, other, e.Class, "the last one decides")
	assert.Equal(t, errPlace, testRefusals.Explain(common.Address{}, data).Class, "what was registered before is not changed")
	require.Equal(t, crypto.Keccak256([]byte("PlaceInvalid(uint32,uint32)"))[:4], data[:4])
}

func TestRevertShapes(t *testing.T) {
	c := new(Client)
	c.Register(testRefusals)
	data := testRefusals.Errors[0]
	args, err := data.Inputs.Pack(uint32(5), uint32(7))
	require.NoError(t, err)
	raw := append(data.ID.Bytes()[:4:4], args...)
	text := hexutil.Encode(raw)
	for _, row := range []struct {
		name string
		err  error
		ok   bool
		want []byte
	}{
		{"geth and anvil", nodeError{3, "execution reverted", text}, true, raw},
		{"another text", nodeError{3, "fehlgeschlagen", text}, true, raw},
		{"another code", nodeError{-32000, "execution reverted", text}, true, raw},
		{"after a word", nodeError{-32015, "VM execution error", "Reverted " + text}, true, raw},
		{"in an object", nodeError{-32603, "internal", map[string]any{"data": text, "message": "x"}}, true, raw},
		{"deeper", nodeError{-32603, "internal", map[string]any{"originalError": map[string]any{"data": text}}}, true, raw},
		{"wrapped", fmt.Errorf("while asking: %w", nodeError{3, "", text}), true, raw},
		{"bare", nodeError{3, "execution reverted", "0x"}, true, []byte{}},
		{"bare, no data", nodeError{3, "execution reverted", nil}, true, nil},
		{"bare, another code", nodeError{-32015, "VM execution error", nil}, true, nil},
		{"odd digits", nodeError{3, "", "0x123"}, true, nil},
		{"only the node's word", nodeError{-32000, "execution reverted", nil}, false, nil},
		{"a number", nodeError{-32000, "", 12}, false, nil},
		{"as deep as can be", nodeError{-32000, "", nest(4, text)}, true, raw},
		{"too deep", nodeError{-32000, "", nest(5, text)}, false, nil},
		{"as long as can be", nodeError{-32000, "", "0x" + strings.Repeat("00", maxRevertBytes-1)}, true, make([]byte, maxRevertBytes-1)},
		{"too long", nodeError{-32000, "", "0x" + strings.Repeat("00", maxRevertBytes+1)}, false, nil},
		{"a code without data", codeOnly(3), true, nil},
		{"another code without data", codeOnly(-32000), false, nil},
		{"no answer", errors.New("connection refused " + text), false, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			e, ok := c.revert(common.Address{1}, row.err)
			require.Equal(t, row.ok, ok)
			if !ok {
				require.ErrorIs(t, c.refused(nil, failed(t.Context(), "eth_call", row.err)), ErrRPC)
				return
			}
			assert.Equal(t, row.want, e.Data)
			var given rpc.Error
			assert.ErrorAs(t, e, &given, "the node's own error is kept")
			assert.NotErrorIs(t, e, ErrRPC, "a refusal is no failure of the node")
			if len(row.want) > 0 && row.want[0] != 0 {
				assert.Equal(t, "PlaceInvalid", e.Name)
				assert.Equal(t, []any{uint32(5), uint32(7)}, e.Args)
				assert.ErrorIs(t, e, errPlace)
				assert.Contains(t, e.Error(), "PlaceInvalid(5, 7)")
			}
		})
	}
}

// codeOnly is a node's error that can carry no data.
type codeOnly int

func (c codeOnly) Error() string  { return "no" }
func (c codeOnly) ErrorCode() int { return int(c) }

// A refusal matches its class and the one found out by looking further.
func TestRevertMatches(t *testing.T) {
	e := &RevertError{Class: errPlace, Also: errAny, Err: errTaken}
	for _, class := range []error{ErrReverted, errPlace, errAny, errTaken} {
		assert.ErrorIs(t, e, class)
		assert.Equal(t, errors.Is(class, ErrReverted), errors.Is(&RevertError{}, class))
	}
}

func nest(n int, v any) any {
	for range n {
		v = map[string]any{"data": v}
	}
	return v
}

func TestRevertContents(t *testing.T) {
	panics, _ := hex.DecodeString("4e487b71" + strings.Repeat("00", 31) + "11")
	known := testRefusals.Errors[0].ID.Bytes()[:4]
	for _, row := range []struct {
		name               string
		data               []byte
		errName, reason    string
		class              error
		selector, contains string
	}{
		{"panic", panics, "Panic", "arithmetic underflow or overflow", nil, "4e487b71", "underflow"},
		{"unknown string", errorString("recipient's own"), "Error", "recipient's own", nil, "08c379a0", "recipient's own"},
		{"unknown error", []byte{1, 2, 3, 4, 5}, "", "", nil, "01020304", "0x0102030405"},
		{"shorter than a selector", []byte{1, 2, 3}, "", "", nil, "", "0x010203"},
		{"broken string", errorString("x")[:40], "", "", nil, "08c379a0", "unknown"},
		{"broken panic", panics[:20], "", "", nil, "4e487b71", "unknown"},
		{"known error, short arguments", append(slices.Clone(known), 1), "", "", nil, hex.EncodeToString(known), "unknown"},
		{"nothing", nil, "", "", nil, "", "without a reason"},
		{"long", append([]byte{9, 9, 9, 9}, make([]byte, 1000)...), "", "", nil, "09090909", "1004 bytes"},
	} {
		t.Run(row.name, func(t *testing.T) {
			e := &RevertError{Data: row.data}
			e.explain((*refusals)(nil).with(testRefusals))
			assert.Equal(t, row.errName, e.Name)
			assert.Equal(t, row.reason, e.Reason)
			assert.Equal(t, row.class, e.Class)
			selector, ok := e.Selector()
			assert.Equal(t, row.selector != "", ok)
			if ok {
				assert.Equal(t, row.selector, hex.EncodeToString(selector[:]))
			}
			assert.Contains(t, e.Error(), row.contains)
			assert.ErrorIs(t, e, ErrReverted)
		})
	}
}

func FuzzRevert(f *testing.F) {
	f.Add(errorString("taken"))
	f.Add([]byte{0x4e, 0x48, 0x7b, 0x71})
	f.Add(append(testRefusals.Errors[0].ID.Bytes()[:4], make([]byte, 96)...))
	c := new(Client)
	c.Register(testRefusals)
	f.Fuzz(func(t *testing.T, data []byte) {
		before := slices.Clone(data)
		e, ok := c.revert(common.Address{}, nodeError{3, "", hexutil.Encode(data)})
		require.True(t, ok)
		require.Equal(t, before, data)
		require.True(t, slices.Equal(data, e.Data), "everything that came back is kept")
		require.NotEmpty(t, e.Error())
	})
}
