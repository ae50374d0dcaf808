package relayer_test

import (
	"fmt"
	"math/big"
	"testing"
	"time"

	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/hyperlane/relayer"
	"github.com/hyperlane-go/sdk/message"
)

// These tests use hostile contracts: such a contract may delay its own messages, and no others.

// Runtime code of contracts that solc would not write.
var (
	// naming is a recipient whose security module stands at an address, 20 bytes to be put in the
	// middle.
	naming = [2]string{"73", "60005260206000f3"}
	// invalid stops at an opcode that does not exist.
	invalid = "fe"
	// endless runs until the gas is gone.
	endless = "5b600056"
	// garbage answers every call with one word that is no module type, no list and no flag.
	garbage = "60001960005260206000f3"
	// bigSender calls an address, 20 bytes to be put in the middle, with what it was called with
	// and zeros behind it.
	bigSender = [2]string{"36600060003760006000620222406000600073", "5af1603057600080fd5b00"}
)

// plant puts runtime code on a chain.
func plant(t *testing.T, c *hyperlanetest.Chain, runtime string) common.Address {
	t.Helper()
	code := common.FromHex(runtime)
	require.Less(t, len(code), 256)
	initial := append([]byte{0x60, byte(len(code)), 0x80, 0x60, 0x0b, 0x60, 0x00, 0x39, 0x60, 0x00, 0xf3}, code...)
	return transact(t, c, nil, initial)
}

// transact sends a transaction of the ninth user and returns the contract that it created, if it
// did.
func transact(t *testing.T, c *hyperlanetest.Chain, to *common.Address, data []byte) common.Address {
	t.Helper()
	from := hyperlanetest.User(9)
	nonce, err := c.Backend().PendingNonceAt(t.Context(), from.Address)
	require.NoError(t, err)
	tx, err := types.SignNewTx(from.Key, types.LatestSignerForChainID(c.ChainID()), &types.DynamicFeeTx{
		ChainID: c.ChainID(), Nonce: nonce, GasTipCap: big.NewInt(1e9), GasFeeCap: big.NewInt(100e9), Gas: 15_000_000, To: to, Data: data})
	require.NoError(t, err)
	require.NoError(t, c.Backend().SendTransaction(t.Context(), tx))
	receipt, err := c.Backend().TransactionReceipt(t.Context(), tx.Hash())
	require.NoError(t, err)
	require.EqualValues(t, 1, receipt.Status)
	return crypto.CreateAddress(from.Address, nonce)
}

// judgedBy is a recipient whose module has this code.
func judgedBy(t *testing.T, c *hyperlanetest.Chain, module string) common.Address {
	t.Helper()
	return plant(t, c, naming[0]+fmt.Sprintf("%x", plant(t, c, module))+naming[1])
}

// Modules that cannot be read hold up the messages of their own recipients, one attempt after the
// other, and no others.
func TestHostileModules(t *testing.T) {
	for name, module := range map[string]string{"invalid": invalid, "endless": endless, "garbage": garbage} {
		t.Run(name, func(t *testing.T) {
			n := hyperlanetest.New(t, 2)
			origin, destination := n.Chains[0], n.Chains[1]
			recipient := judgedBy(t, destination, module)
			var hostile []message.ID
			for range 20 {
				sent, err := origin.Outbox().Dispatch(t.Context(), origin.Transactor(0), hyperlane.Dispatch{
					Destination: destination.Domain(), Recipient: message.FromEVM(recipient), Body: []byte("hello")})
				require.NoError(t, err)
				hostile = append(hostile, sent.ID)
			}
			honest := send(t, n, "hello")
			require.NoError(t, n.Mine(2))
			require.NoError(t, n.Step(t.Context()))
			assert.Equal(t, relayer.StageSubmitted, status(t, n, honest.ID).Stage)
			for _, id := range hostile {
				s := status(t, n, id)
				require.Equal(t, relayer.StageNoMetadata, s.Stage, "%v", s)
				require.Error(t, s.Err)
				require.Equal(t, 1, s.Attempts)
			}
		})
	}
}

// A message so large that no node takes its delivery keeps no nonce from those behind it.
func TestDeliveryTooLargeForThePool(t *testing.T) {
	n := hyperlanetest.New(t, 2)
	origin, destination := n.Chains[0], n.Chains[1]
	sender := plant(t, origin, bigSender[0]+fmt.Sprintf("%x", origin.Contracts.Mailbox)+bigSender[1])
	call := contracts.Mailbox{}.PackDispatch(uint32(destination.Domain()), destination.Recipient(), nil)
	big := new(big.Int).SetUint64(0x22240 - 4 - 4*32) // sent by the sender, without selector and head
	copy(call[4+3*32:], common.LeftPadBytes(big.Bytes(), 32))
	before := origin.Height()
	transact(t, origin, &sender, call)
	var large message.ID
	for e, err := range origin.Outbox().Dispatches(t.Context(), evm.Range{From: before}) {
		require.NoError(t, err)
		require.Len(t, e.Message.Body, int(big.Uint64()))
		large = e.ID
	}
	honest := send(t, n, "hello")
	require.NoError(t, n.Mine(2))
	for range 4 {
		require.NoError(t, n.Step(t.Context()))
		require.NoError(t, n.Mine(1))
		n.Clock.Advance(time.Second)
	}
	require.Equal(t, relayer.StageFinal, status(t, n, honest.ID).Stage)
	s := status(t, n, large)
	t.Log(s)
	assert.Empty(t, s.Transactions)
	assert.ErrorIs(t, s.Err, relayer.ErrSend)
	assert.Positive(t, s.Attempts)
}

// A chain that stands still for hours does not make the relayer outbid itself without end.
func TestFeesWhileTheChainStandsStill(t *testing.T) {
	n := hyperlanetest.New(t, 2)
	sent := send(t, n, "hello")
	destination := n.Chains[1]
	require.NoError(t, n.Mine(2))
	destination.AutoMine(false)
	for range 60 {
		require.NoError(t, n.Step(t.Context()))
		n.Clock.Advance(11 * time.Minute)
	}
	txs := status(t, n, sent.ID).Transactions
	require.Greater(t, len(txs), 5)
	require.Less(t, len(txs), 16)
	first, _, err := destination.Backend().TransactionByHash(t.Context(), txs[0])
	if err != nil { // replaced
		first, _, err = destination.Backend().TransactionByHash(t.Context(), txs[len(txs)-1])
	}
	require.NoError(t, err)
	header := destination.Header(destination.Height())
	most := new(big.Int).Mul(header.BaseFee, big.NewInt(2*4))
	most.Add(most, big.NewInt(4*10e9))
	assert.Negative(t, first.GasFeeCap().Cmp(most), "%v", first.GasFeeCap())
	destination.AutoMine(true)
	require.NoError(t, n.Relay(t.Context()))
	require.Equal(t, relayer.StageFinal, status(t, n, sent.ID).Stage)
	assert.Equal(t, 1, processed(t, destination, sent.ID))
}

// Fees that the operator has set are a bound, however long a delivery takes.
func TestFeesOfTheOperatorAreKept(t *testing.T) {
	for name, set := range map[string]func(*bind.TransactOpts){
		"cap":   func(o *bind.TransactOpts) { o.GasFeeCap = big.NewInt(50e9) },
		"tip":   func(o *bind.TransactOpts) { o.GasTipCap = big.NewInt(2e9) },
		"price": func(o *bind.TransactOpts) { o.GasPrice = big.NewInt(50e9) },
	} {
		t.Run(name, func(t *testing.T) {
			n := hyperlanetest.New(t, 2)
			n.Relayer.Pause()
			origin, destination := n.Chains[0], n.Chains[1]
			opts := destination.Transactor(5)
			set(opts)
			r, err := relayer.New(relayer.Config{Ephemeral: true, OpenStore: n.OpenStore, Now: n.Clock.Now,
				Chains: []relayer.Chain{{Client: origin.Chain}, {Client: destination.Chain, Transactor: opts}}})
			require.NoError(t, err)
			defer func() { require.NoError(t, r.Close()) }()
			sent := send(t, n, "hello")
			require.NoError(t, rounds(t, n, 3))
			destination.AutoMine(false)
			for range 5 {
				require.NoError(t, r.Step(t.Context()))
				n.Clock.Advance(11 * time.Minute)
			}
			s, err := r.Status(sent.ID)
			require.NoError(t, err)
			require.Len(t, s.Transactions, 1)
			destination.AutoMine(true)
			require.NoError(t, destination.Mine(2))
			require.NoError(t, r.Step(t.Context()))
			require.NoError(t, r.Step(t.Context()))
			s, err = r.Status(sent.ID)
			require.NoError(t, err)
			require.Equal(t, relayer.StageFinal, s.Stage, "%v", s)
		})
	}
}

// An account without funds differs from a transaction that no node accepts: its deliveries go on
// once it has been funded.
func TestAccountWithoutMoney(t *testing.T) {
	n := hyperlanetest.New(t, 2)
	n.Relayer.Pause()
	origin, destination := n.Chains[0], n.Chains[1]
	key, err := crypto.GenerateKey()
	require.NoError(t, err)
	poor := crypto.PubkeyToAddress(key.PublicKey)
	r, err := relayer.New(relayer.Config{Ephemeral: true, OpenStore: n.OpenStore, Now: n.Clock.Now,
		Chains: []relayer.Chain{{Client: origin.Chain}, {Client: destination.Chain, Transactor: bind.NewKeyedTransactor(key, destination.ChainID())}}})
	require.NoError(t, err)
	defer func() { require.NoError(t, r.Close()) }()
	sent := send(t, n, "hello")
	require.NoError(t, rounds(t, n, 3))
	require.NoError(t, r.Step(t.Context()))
	s, err := r.Status(sent.ID)
	require.NoError(t, err)
	require.Equal(t, relayer.StageSubmitted, s.Stage)
	require.ErrorIs(t, s.Err, relayer.ErrSend)
	require.ErrorIs(t, s.Err, evm.ErrFunds)
	assert.Contains(t, s.Err.Error(), poor.Hex())

	from := hyperlanetest.User(8)
	tx, err := types.SignNewTx(from.Key, types.LatestSignerForChainID(destination.ChainID()), &types.DynamicFeeTx{
		ChainID: destination.ChainID(), GasTipCap: big.NewInt(1e9), GasFeeCap: big.NewInt(100e9), Gas: 21_000, To: &poor, Value: big.NewInt(1e18)})
	require.NoError(t, err)
	require.NoError(t, destination.Backend().SendTransaction(t.Context(), tx))
	n.Clock.Advance(2 * time.Minute)
	require.NoError(t, r.Step(t.Context()))
	require.NoError(t, r.Step(t.Context()))
	s, err = r.Status(sent.ID)
	require.NoError(t, err)
	require.NotNil(t, s.Delivery, "%v", s)
}
