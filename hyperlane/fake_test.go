package hyperlane_test

import (
	"context"
	"encoding/binary"
	"math/big"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/rpc"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/message"
)

// fake is a node of blocks written by hand. Every answer passes through a hook, so that a test can break it in one way.
type fake struct {
	hyperlane.Backend // what is not scripted panics

	mu     sync.Mutex
	chain  []*fakeBlock // canonical
	salt   uint64       // makes every block different
	lag    uint64       // the head shown is so far behind
	limit  uint64       // log queries over more blocks are refused; zero: none
	most   int          // log queries with more results are refused; zero: none
	bare   uint64       // there is no contract below this block
	asked  []uint64     // blocks covered by each log query
	before func(op string)

	header func(*types.Header) (*types.Header, error)
	logs   func([]types.Log) ([]types.Log, error)
	answer func(selector [4]byte, out []byte) ([]byte, error)
}

type fakeBlock struct {
	header *types.Header
	logs   []types.Log
	count  uint32 // messages so far
}

var (
	fakeBox    = common.HexToAddress("0x00000000000000000000000000000000000000b0")
	fakeSender = common.HexToAddress("0x00000000000000000000000000000000000000aa")

	topicDispatch   = common.HexToHash("0x769f711d20c679153d382254f59892613b58a97cc876b249134ac25c80f9c814")
	topicDispatchID = common.HexToHash("0x788dbc1b7152732178210e7f4d9d010ef016f9eafbe66786bd7169f56e0c353a")
	topicProcess    = common.HexToHash("0x0d381c2a574ae8f04e213db7cfb4df8df712cdbd427d9868ffef380660ca6574")
	topicProcessID  = common.HexToHash("0x1cae38cdd3d3919489272725a5ae62a4f48b2989b0dae843d3c279fee18073a9")
	topicInserted   = common.HexToHash("0x253a3a04cab70d47c1504809242d9350cd81627b4f1d50753e159cf8cd76ed33")
)

func newFake() *fake {
	f := &fake{}
	f.mine(0)
	return f
}

// mine adds a block with n messages dispatched and one delivered for each.
func (f *fake) mine(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.salt++
	h := &types.Header{Number: big.NewInt(int64(len(f.chain))), Time: uint64(len(f.chain)), Extra: binary.BigEndian.AppendUint64(nil, f.salt), Difficulty: new(big.Int)}
	b := &fakeBlock{header: h}
	if len(f.chain) > 0 {
		parent := f.chain[len(f.chain)-1]
		h.ParentHash, b.count = parent.header.Hash(), parent.count
	}
	for i := range n {
		tx := crypto.Keccak256Hash(h.Extra, []byte{byte(i)})
		m := &message.Message{
			Version: 3, Nonce: b.count, Origin: coreDomain, Sender: message.FromEVM(fakeSender), Destination: 2000,
			Recipient: message.Address{0: 1, 31: 2}, Body: binary.BigEndian.AppendUint64(nil, f.salt),
		}
		for _, l := range messageLogs(m, b.count) {
			l.BlockNumber, l.BlockHash, l.TxHash, l.TxIndex, l.Index = h.Number.Uint64(), h.Hash(), tx, uint(i), uint(len(b.logs))
			b.logs = append(b.logs, l)
		}
		b.count++
	}
	f.chain = append(f.chain, b)
}

// messageLogs are the logs of a dispatch, and of a delivery that answers it.
func messageLogs(m *message.Message, index uint32) []types.Log {
	raw, _ := m.MarshalBinary()
	id := common.Hash(m.ID())
	data := append(common.LeftPadBytes([]byte{32}, 32), common.LeftPadBytes(big.NewInt(int64(len(raw))).Bytes(), 32)...)
	data = append(data, common.RightPadBytes(raw, (len(raw)+31)/32*32)...)
	word := func(v uint32) []byte { return common.LeftPadBytes(binary.BigEndian.AppendUint32(nil, v), 32) }
	return []types.Log{
		{Address: fakeBox, Topics: []common.Hash{topicDispatch, common.Hash(m.Sender), common.BytesToHash(word(uint32(m.Destination))), common.Hash(m.Recipient)}, Data: data},
		{Address: fakeBox, Topics: []common.Hash{topicDispatchID, id}, Data: []byte{}},
		{Address: fakeBox, Topics: []common.Hash{topicInserted}, Data: append(id.Bytes(), word(index)...)},
		{Address: fakeBox, Topics: []common.Hash{topicProcess, common.BytesToHash(word(2000)), {0: 9, 31: 9}, common.BytesToHash(fakeSender[:])}, Data: []byte{}},
		{Address: fakeBox, Topics: []common.Hash{topicProcessID, crypto.Keccak256Hash(id[:])}, Data: []byte{}},
	}
}

// drop forgets the newest blocks, never the first.
func (f *fake) drop(depth int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.chain = f.chain[:max(1, len(f.chain)-depth)]
}

func (f *fake) head() uint64 {
	return uint64(len(f.chain)-1) - min(f.lag, uint64(len(f.chain)-1))
}

func (f *fake) enter(op string) func() {
	if f.before != nil {
		f.before(op)
	}
	f.mu.Lock()
	return f.mu.Unlock
}

func (f *fake) HeaderByNumber(_ context.Context, number *big.Int) (*types.Header, error) {
	defer f.enter("header")()
	n := f.head()
	if number != nil {
		if number.Sign() < 0 {
			n -= min(n, 2) // finalized and safe
		} else if n = number.Uint64(); n > f.head() {
			return nil, ethereum.NotFound
		}
	}
	h := types.CopyHeader(f.chain[n].header)
	if f.header != nil {
		return f.header(h)
	}
	return h, nil
}

func (f *fake) FilterLogs(_ context.Context, q ethereum.FilterQuery) ([]types.Log, error) {
	defer f.enter("logs")()
	from, to := q.FromBlock.Uint64(), q.ToBlock.Uint64()
	f.asked = append(f.asked, to-from+1)
	if f.limit > 0 && to-from+1 > f.limit {
		return nil, rpcError{code: -32005, text: "please narrow it"}
	}
	var out []types.Log
	for n := from; n <= min(to, f.head()); n++ {
		for _, l := range f.chain[n].logs {
			if slices.Contains(q.Addresses, l.Address) && slices.Contains(q.Topics[0], l.Topics[0]) {
				l.Topics, l.Data = slices.Clone(l.Topics), slices.Clone(l.Data)
				out = append(out, l)
			}
		}
	}
	if f.most > 0 && len(out) > f.most {
		return nil, rpcError{code: -32000, text: "too much"}
	}
	if f.logs != nil {
		return f.logs(out)
	}
	return out, nil
}

func (f *fake) CallContract(_ context.Context, msg ethereum.CallMsg, number *big.Int) ([]byte, error) {
	defer f.enter("call")()
	n := f.head()
	if number != nil {
		if n = number.Uint64(); n > f.head() {
			return nil, rpcError{code: -32000, text: "what block?"}
		}
	}
	word := func(v uint64) []byte { return common.LeftPadBytes(new(big.Int).SetUint64(v).Bytes(), 32) }
	b, selector := contracts.Mailbox{}, [4]byte(msg.Data[:4])
	var out []byte
	switch selector {
	case [4]byte(b.PackLocalDomain()):
		out = word(uint64(coreDomain))
	case [4]byte(b.PackVersion()):
		out = word(3)
	case [4]byte(b.PackNonce()), [4]byte(b.PackCount()):
		out = word(uint64(f.chain[n].count))
	case [4]byte(contracts.MerkleTreeHook{}.PackMailbox()):
		out = common.LeftPadBytes(fakeBox[:], 32)
	}
	if n < f.bare {
		return nil, nil
	}
	if f.answer != nil {
		return f.answer(selector, out)
	}
	return out, nil
}

func (f *fake) CodeAt(_ context.Context, _ common.Address, number *big.Int) ([]byte, error) {
	if number != nil && number.Uint64() < f.bare {
		return nil, nil
	}
	return []byte{1}, nil
}

func (f *fake) ChainID(context.Context) (*big.Int, error) { return big.NewInt(7), nil }
func (f *fake) SubscribeFilterLogs(context.Context, ethereum.FilterQuery, chan<- types.Log) (ethereum.Subscription, error) {
	return nil, rpcError{code: -32601, text: "no"}
}

type rpcError struct {
	code int
	text string
	data any
}

func (e rpcError) Error() string  { return e.text }
func (e rpcError) ErrorCode() int { return e.code }
func (e rpcError) ErrorData() any { return e.data }

var _ rpc.DataError = rpcError{}

// client connects to the fake without ever sleeping.
func (f *fake) client(t require.TestingT, opts ...hyperlane.Option) *hyperlane.Chain {
	nap := hyperlane.WithSleep(func(ctx context.Context, _ time.Duration) error { return ctx.Err() })
	c, err := hyperlane.New(context.Background(), f, hyperlane.Mailbox(fakeBox), append([]hyperlane.Option{nap}, opts...)...)
	require.NoError(t, err)
	return c
}

func TestFakeIsAChain(t *testing.T) {
	f := newFake()
	f.mine(2)
	f.mine(0)
	f.drop(1)
	f.mine(1)
	require.Equal(t, f.chain[1].header.Hash(), f.chain[2].header.ParentHash)
	require.EqualValues(t, 3, f.chain[2].count)
}
