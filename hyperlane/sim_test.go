package hyperlane_test

import (
	"context"
	"crypto/ecdsa"
	"errors"
	"math/big"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum"
	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/eth/ethconfig"
	"github.com/ethereum/go-ethereum/ethclient/simulated"
	"github.com/ethereum/go-ethereum/node"
	"github.com/ethereum/go-ethereum/params"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/contracts/contractstest"
	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/deploy"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/message"
)

const simChainID = 31_337

// sim is a simulated node that mines each transaction at once, unless held.
type sim struct {
	evm.Backend
	bind.BlockHashContractCaller
	node *simulated.Backend
	key  *ecdsa.PrivateKey
	hold bool
	sent func(*types.Transaction) // called before a transaction is passed on
}

func newSim(t testing.TB) *sim {
	t.Helper()
	s, err := startSim()
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.node.Close() })
	return s
}

func startSim() (*sim, error) {
	key, err := crypto.ToECDSA(common.Hex2Bytes("1111111111111111111111111111111111111111111111111111111111111111"))
	if err != nil {
		return nil, err
	}
	alloc := types.GenesisAlloc{crypto.PubkeyToAddress(key.PublicKey): {Balance: new(big.Int).Lsh(big.NewInt(1), 100)}}
	b := simulated.NewBackend(alloc, func(_ *node.Config, conf *ethconfig.Config) {
		config := *params.MergedTestChainConfig // copied; Osaka is its last fork, unlike the default's, which is repriced
		config.ChainID = big.NewInt(simChainID)
		conf.Genesis.Config = &config
	})
	client := b.Client()
	return &sim{Backend: client, BlockHashContractCaller: client.(bind.BlockHashContractCaller), node: b, key: key}, nil
}

func (s *sim) SendTransaction(ctx context.Context, tx *types.Transaction) error {
	if s.sent != nil {
		s.sent(tx)
	}
	err := s.Backend.SendTransaction(ctx, tx)
	if err == nil && !s.hold {
		s.node.Commit()
	}
	return err
}

func (s *sim) opts() *bind.TransactOpts {
	return bind.NewKeyedTransactor(s.key, big.NewInt(simChainID))
}

// core is a chain with our contracts, and a recipient whose module accepts everything.
type core struct {
	*hyperlane.Chain
	sim       *sim
	noop      common.Address
	recipient common.Address
}

const coreDomain = message.Domain(1000)

func newCore(t testing.TB, opts ...evm.Option) *core {
	t.Helper()
	s, ctx := newSim(t), t.Context()
	client, err := evm.New(ctx, s, append([]evm.Option{fast}, opts...)...)
	require.NoError(t, err)
	noop, err := deploy.NoopISM(ctx, client, s.opts())
	require.NoError(t, err)
	addrs, err := deploy.Core(ctx, client, s.opts(), deploy.CoreConfig{Domain: coreDomain, DefaultISM: noop})
	require.NoError(t, err)
	c, err := hyperlane.New(ctx, client, addrs)
	require.NoError(t, err)
	k := &core{Chain: c, sim: s, noop: noop}
	k.recipient = s.deploy(t, contractstest.TestRecipientInitCode())
	return k
}

// fast keeps pauses short; nothing depends on their length.
var fast = evm.WithPollInterval(time.Millisecond)

func (s *sim) deploy(t testing.TB, code []byte) common.Address {
	t.Helper()
	at, _, err := bind.DeployContract(s.opts(), code, s, nil)
	require.NoError(t, err)
	return at
}

func (s *sim) call(t testing.TB, to common.Address, input []byte) {
	t.Helper()
	tx, err := bind.NewBoundContract(to, contracts.MailboxArtifact.ABI(), s, s, s).RawTransact(s.opts(), input)
	require.NoError(t, err)
	r, err := s.TransactionReceipt(t.Context(), tx.Hash())
	require.NoError(t, err)
	require.EqualValues(t, 1, r.Status)
}

// inbound is a message for the recipient from another chain.
func (k *core) inbound(nonce uint32) *message.Message {
	return &message.Message{
		Version: message.Version, Nonce: nonce, Origin: 2000, Sender: message.Address{31: 7},
		Destination: coreDomain, Recipient: message.FromEVM(k.recipient), Body: []byte("hello"),
	}
}

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := crypto.ToECDSA(common.Hex2Bytes("2222222222222222222222222222222222222222222222222222222222222222"))
	require.NoError(t, err)
	return key
}

func (s *sim) fund(t testing.TB, to common.Address) {
	t.Helper()
	opts := s.opts()
	opts.Value = new(big.Int).Lsh(big.NewInt(1), 80)
	opts.GasLimit = 21_000
	_, err := bind.NewBoundContract(to, contracts.MailboxArtifact.ABI(), s, s, s).RawTransact(opts, nil)
	require.NoError(t, err)
}

// noSubscription is a node over plain HTTP.
type noSubscription struct{ evm.Backend }

func (noSubscription) SubscribeFilterLogs(context.Context, ethereum.FilterQuery, chan<- types.Log) (ethereum.Subscription, error) {
	return nil, errors.New("notifications not supported")
}

// height returns the number of the newest block.
func (s *sim) height(ctx context.Context) (uint64, error) {
	h, err := s.HeaderByNumber(ctx, nil)
	if err != nil {
		return 0, err
	}
	return h.Number.Uint64(), nil
}
