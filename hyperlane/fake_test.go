package hyperlane_test

import (
	"context"
	"encoding/binary"
	"errors"
	"math/big"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/evm/evmtest"
	"github.com/hyperlane-go/sdk/message"
)

var (
	fakeBox    = evmtest.Contract
	fakeSender = common.HexToAddress("0x00000000000000000000000000000000000000aa")

	topicDispatch   = common.HexToHash("0x769f711d20c679153d382254f59892613b58a97cc876b249134ac25c80f9c814")
	topicDispatchID = common.HexToHash("0x788dbc1b7152732178210e7f4d9d010ef016f9eafbe66786bd7169f56e0c353a")
	topicProcess    = common.HexToHash("0x0d381c2a574ae8f04e213db7cfb4df8df712cdbd427d9868ffef380660ca6574")
	topicProcessID  = common.HexToHash("0x1cae38cdd3d3919489272725a5ae62a4f48b2989b0dae843d3c279fee18073a9")
	topicInserted   = common.HexToHash("0x253a3a04cab70d47c1504809242d9350cd81627b4f1d50753e159cf8cd76ed33")
)

// newFake returns a node by hand with the contracts of a core at fakeBox. Each of its events is a
// message dispatched, inserted into the tree, and one delivered.
func newFake() *evmtest.Node {
	n := evmtest.NewNode()
	n.Emit = func(serial uint32, salt uint64) []types.Log {
		return messageLogs(&message.Message{
			Version: 3, Nonce: serial, Origin: coreDomain, Sender: message.FromEVM(fakeSender), Destination: 2000,
			Recipient: message.Address{0: 1, 31: 2}, Body: binary.BigEndian.AppendUint64(nil, salt),
		}, serial)
	}
	n.Call = func(msg ethereum.CallMsg, at *evmtest.Block) ([]byte, error) {
		b := contracts.Mailbox{}
		switch [4]byte(msg.Data[:4]) {
		case [4]byte(b.PackLocalDomain()):
			return evmtest.Word(uint64(coreDomain)), nil
		case [4]byte(b.PackVersion()):
			return evmtest.Word(3), nil
		case [4]byte(b.PackNonce()), [4]byte(b.PackCount()):
			return evmtest.Word(uint64(at.Count)), nil
		case [4]byte(contracts.MerkleTreeHook{}.PackMailbox()):
			return common.LeftPadBytes(fakeBox[:], 32), nil
		}
		return nil, nil
	}
	return n
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

// fakeClient connects to a fake without ever sleeping.
func fakeClient(t require.TestingT, f *evmtest.Node, opts ...evm.Option) *hyperlane.Chain {
	nap := evm.WithSleep(func(ctx context.Context, _ time.Duration) error { return ctx.Err() })
	c, err := connect(context.Background(), f, hyperlane.Mailbox(fakeBox), append([]evm.Option{nap}, opts...)...)
	require.NoError(t, err)
	return c
}

// connect makes a client of a node and the protocol on top of it.
func connect(ctx context.Context, b evm.Backend, addrs hyperlane.Addresses, opts ...evm.Option) (*hyperlane.Chain, error) {
	client, err := evm.New(ctx, b, opts...)
	if err != nil {
		return nil, err
	}
	return hyperlane.New(ctx, client, addrs)
}

type rpcError = evmtest.Error

var errStop = errors.New("the test has seen enough")
