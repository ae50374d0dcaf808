package evm_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/rpc"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/evm/evmtest"
)

// client returns a client that never sleeps, unless an option says otherwise.
func client(t require.TestingT, b evm.Backend, opts ...evm.Option) *evm.Client {
	awake := evm.WithSleep(func(ctx context.Context, _ time.Duration) error { return ctx.Err() })
	c, err := evm.New(context.Background(), b, append([]evm.Option{awake}, opts...)...)
	require.NoError(t, err)
	return c
}

func TestNewRefusals(t *testing.T) {
	_, err := evm.New(t.Context(), nil)
	require.ErrorIs(t, err, evm.ErrConfig)
	_, err = evm.Dial(t.Context(), "")
	require.ErrorIs(t, err, evm.ErrConfig)
	_, err = evm.Dial(t.Context(), "nonsense://x")
	require.ErrorIs(t, err, evm.ErrRPC)
}

// chainService answers eth_chainId.
type chainService struct{}

func (chainService) ChainId() *hexutil.Big { return (*hexutil.Big)(big.NewInt(evmtest.ChainID)) }

// socketNode returns the URL of a node over WebSocket, and a channel that receives when a
// connection has ended.
func socketNode(t *testing.T) (url string, ended <-chan struct{}) {
	t.Helper()
	server := rpc.NewServer()
	require.NoError(t, server.RegisterName("eth", chainService{}))
	sockets, closed := server.WebsocketHandler(nil), make(chan struct{}, 2)
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sockets.ServeHTTP(w, r) // returns when the connection ends
		closed <- struct{}{}
	}))
	t.Cleanup(func() { server.Stop(); web.Close() })
	return "ws" + strings.TrimPrefix(web.URL, "http"), closed
}

// Dial owns its connection: Close ends it, and so does a refusal of the node.
func TestDialEndsItsConnection(t *testing.T) {
	url, ended := socketNode(t)
	c, err := evm.Dial(t.Context(), url)
	require.NoError(t, err)
	assert.EqualValues(t, evmtest.ChainID, c.ChainID().Int64())
	c.Close()
	<-ended
	_, err = c.Balance(t.Context(), common.Address{})
	require.ErrorIs(t, err, rpc.ErrClientQuit)

	_, err = evm.Dial(t.Context(), url, evm.WithChainID(big.NewInt(1)))
	require.ErrorIs(t, err, evm.ErrConfig)
	<-ended
	client(t, evmtest.NewNode()).Close() // has nothing to close
}

// The last option decides, and one without a value keeps the default.
func TestOptions(t *testing.T) {
	n := evmtest.NewGrown(4200, 0)
	asked := func(opts ...evm.Option) uint64 {
		n.Asked = nil
		c := client(t, n, opts...)
		_, err := all(evm.Scan(t.Context(), c, evmtest.Ticks(c), evm.Range{}))
		require.NoError(t, err)
		return n.Asked[0]
	}
	assert.EqualValues(t, 2000, asked())
	assert.EqualValues(t, 2000, asked(evm.WithChunk(0), nil))
	assert.EqualValues(t, 1000, asked(evm.WithChunk(1000), evm.WithChunk(0)))
	assert.EqualValues(t, 1, asked(evm.WithChunk(1)))

	_, err := evm.New(t.Context(), n, evm.WithChainID(big.NewInt(1)))
	require.ErrorIs(t, err, evm.ErrConfig)
	_, err = evm.New(t.Context(), n, evm.WithChainID(big.NewInt(1)), evm.WithChainID(nil))
	require.NoError(t, err)
	id := big.NewInt(evmtest.ChainID)
	option := evm.WithChainID(id)
	id.SetInt64(1)
	_, err = evm.New(t.Context(), n, option)
	require.NoError(t, err, "the caller's number is copied")

	require.NotNil(t, client(t, n, evm.WithLogger(nil)).Log())
	var text bytes.Buffer
	c := client(t, n, evm.WithLogger(slog.New(slog.NewTextHandler(&text, nil))), evm.WithLogger(nil))
	c.Log().Info("hello")
	assert.Contains(t, text.String(), "hello")
}

// Pauses begin at the poll interval. Zero and less keep the default of a second.
func TestPollInterval(t *testing.T) {
	for interval, want := range map[time.Duration]time.Duration{-1: time.Second, 0: time.Second, 1: 1, time.Minute: time.Minute} {
		var first time.Duration
		c := client(t, evmtest.NewNode(), evm.WithPollInterval(interval), evm.WithSleep(func(_ context.Context, d time.Duration) error {
			first = d
			return errGivenUp
		}), evm.WithSleep(nil))
		_, err := c.WaitMined(t.Context(), common.Hash{1})
		require.ErrorIs(t, err, errGivenUp)
		assert.InDelta(t, want, first, float64(want)/4+1)
	}
	// The sleep of a client without an option ends with its context.
	ctx, cancel := context.WithCancel(t.Context())
	c, err := evm.New(ctx, evmtest.NewNode(), evm.WithPollInterval(time.Hour))
	require.NoError(t, err)
	go cancel()
	_, err = c.WaitMined(ctx, common.Hash{1})
	require.ErrorIs(t, err, context.Canceled)
	c, err = evm.New(t.Context(), evmtest.NewNode(), evm.WithPollInterval(time.Nanosecond))
	require.NoError(t, err)
	looks := 0
	require.NoError(t, c.Watch(t.Context(), ethereum.FilterQuery{}, func(context.Context) (bool, error) { looks++; return looks == 3, nil }))
}

// A node's answer belongs to the node: what the client adds, it adds to a copy.
func TestHeaderIsCopied(t *testing.T) {
	n := evmtest.NewNode()
	given := &types.Header{Number: big.NewInt(0)}
	n.Header = func(*types.Header) (*types.Header, error) { return given, nil }
	h, err := client(t, n).Backend().HeaderByNumber(t.Context(), nil)
	require.NoError(t, err)
	assert.NotZero(t, h.Size())
	assert.Nil(t, given.Difficulty)
}

// Short prints 64 bytes whole, and says how many there are in more.
func TestShort(t *testing.T) {
	assert.Equal(t, "0x", evm.Short(nil))
	assert.Equal(t, hexutil.Encode(make([]byte, 64)), evm.Short(make([]byte, 64)))
	assert.Equal(t, hexutil.Encode(make([]byte, 64))+"... (65 bytes)", evm.Short(make([]byte, 65)))
}

// An error about an address that was configured names the setting, if the node answered.
func TestWrongAddress(t *testing.T) {
	for err, wrong := range map[error]bool{evm.ErrNoCode: true, evm.ErrReverted: true, evm.ErrAnswer: true, evm.ErrRPC: false, context.Canceled: false} {
		have := evm.WrongAddress("field", common.Address{1}, "a contract", err)
		require.ErrorIs(t, have, err)
		var config *evm.ConfigError
		assert.Equal(t, wrong, errors.As(have, &config))
	}
	require.NoError(t, evm.WrongAddress("field", common.Address{1}, "a contract", nil))
}
