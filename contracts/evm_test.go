package contracts_test

import (
	"crypto/ecdsa"
	"math/big"
	"testing"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/eth/ethconfig"
	"github.com/ethereum/go-ethereum/ethclient/simulated"
	"github.com/ethereum/go-ethereum/node"
	"github.com/ethereum/go-ethereum/params"
	"github.com/stretchr/testify/require"
)

const (
	chainID  = 31337
	gasLimit = 12_000_000 // below the cap of one transaction (2^24)
)

// evm is one in-process chain under the rules of Osaka, driven by one account, one transaction a
// block.
type evm struct {
	t       *testing.T
	backend *simulated.Backend
	key     *ecdsa.PrivateKey
	from    common.Address
	nonce   uint64
}

func newEVM(t *testing.T) *evm {
	t.Helper()
	key := testKey("deployer")
	from := crypto.PubkeyToAddress(key.PublicKey)
	alloc := types.GenesisAlloc{from: {Balance: new(big.Int).Lsh(big.NewInt(1), 90)}}
	e := &evm{t: t, backend: simulated.NewBackend(alloc, osakaRules), key: key, from: from}
	t.Cleanup(func() { require.NoError(t, e.backend.Close()) })
	return e
}

// osakaRules replaces the simulated backend's chain configuration, which runs forks that mainnet
// has not scheduled and that reprice instructions.
func osakaRules(_ *node.Config, conf *ethconfig.Config) {
	chain := *params.MergedTestChainConfig
	chain.ChainID = big.NewInt(chainID)
	chain.BlobScheduleConfig = &params.BlobScheduleConfig{
		Cancun: params.DefaultCancunBlobConfig,
		Prague: params.DefaultPragueBlobConfig,
	}
	conf.Genesis = &core.Genesis{Config: &chain, GasLimit: conf.Genesis.GasLimit, Alloc: conf.Genesis.Alloc}
}

func TestChainRunsOsakaRules(t *testing.T) {
	var conf ethconfig.Config
	conf.Genesis = new(core.Genesis)
	osakaRules(nil, &conf)
	rules := conf.Genesis.Config.Rules(common.Big1, true, 1)
	require.True(t, rules.IsOsaka)
	require.False(t, rules.IsAmsterdam, "a repriced fork would falsify every gas figure")
}

// testKey derives a key from a name: the same on every run, because gas figures are compared
// exactly.
func testKey(name string) *ecdsa.PrivateKey {
	key, err := crypto.ToECDSA(crypto.Keccak256([]byte("contracts test key " + name)))
	if err != nil {
		panic(err)
	}
	return key
}

// deploy sends creation code and packed constructor arguments.
func (e *evm) deploy(code, args []byte) (common.Address, *types.Receipt) {
	e.t.Helper()
	receipt := e.transact(nil, append(append([]byte{}, code...), args...))
	return receipt.ContractAddress, receipt
}

// send sends a call that must succeed.
func (e *evm) send(to common.Address, data []byte) *types.Receipt {
	e.t.Helper()
	return e.transact(&to, data)
}

func (e *evm) transact(to *common.Address, data []byte) *types.Receipt {
	e.t.Helper()
	client := e.backend.Client()
	head, err := client.HeaderByNumber(e.t.Context(), nil)
	require.NoError(e.t, err)
	tip := big.NewInt(params.GWei)
	tx, err := types.SignNewTx(e.key, types.LatestSignerForChainID(big.NewInt(chainID)), &types.DynamicFeeTx{
		ChainID:   big.NewInt(chainID),
		Nonce:     e.nonce,
		GasTipCap: tip,
		GasFeeCap: new(big.Int).Add(tip, new(big.Int).Lsh(head.BaseFee, 1)),
		Gas:       gasLimit,
		To:        to,
		Data:      data,
	})
	require.NoError(e.t, err)
	require.NoError(e.t, client.SendTransaction(e.t.Context(), tx))
	e.nonce++
	e.backend.Commit()
	receipt, err := client.TransactionReceipt(e.t.Context(), tx.Hash())
	require.NoError(e.t, err)
	if receipt.Status != types.ReceiptStatusSuccessful {
		_, err := client.CallContract(e.t.Context(), ethereum.CallMsg{From: e.from, To: to, Data: data}, head.Number)
		require.NoError(e.t, err, "the transaction reverted")
		require.Fail(e.t, "the transaction reverted")
	}
	return receipt
}

// call runs a read-only call at the head.
func (e *evm) call(to common.Address, data []byte) ([]byte, error) {
	return e.backend.Client().CallContract(e.t.Context(), ethereum.CallMsg{From: e.from, To: &to, Data: data}, nil)
}

// net is a receipt's gas less intrinsic gas, the figure that gas tables compare.
func (e *evm) net(receipt *types.Receipt) uint64 {
	e.t.Helper()
	tx, _, err := e.backend.Client().TransactionByHash(e.t.Context(), receipt.TxHash)
	require.NoError(e.t, err)
	var zero, other uint64
	for _, b := range tx.Data() {
		if b == 0 {
			zero++
		} else {
			other++
		}
	}
	intrinsic := params.TxGas + zero*params.TxDataZeroGas + other*params.TxDataNonZeroGasEIP2028
	// Since Prague (EIP-7623) a transaction pays at least a floor by its data. Where the floor
	// binds the receipt says nothing about execution, and the figure would be useless.
	floor := params.TxGas + (zero+other*params.TxTokenPerNonZeroByte)*params.TxCostFloorPerToken
	require.Greater(e.t, receipt.GasUsed, floor, "the data floor hides the cost of execution")
	return receipt.GasUsed - intrinsic
}
