package devnode

import (
	"math/big"
	"time"

	"github.com/ethereum/go-ethereum/core"
	"github.com/ethereum/go-ethereum/core/rawdb"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/eth/ethconfig"
	"github.com/ethereum/go-ethereum/node"
	"github.com/ethereum/go-ethereum/p2p"
	"github.com/ethereum/go-ethereum/params"
)

// GasLimit is the gas limit of every block, as on the main network.
const GasLimit = 60_000_000

// Config is the chain at its first block.
type Config struct {
	ChainID *big.Int           // positive
	Time    uint64             // time of the genesis block, in seconds
	Alloc   types.GenesisAlloc // accounts of the first block; copied
	HTTP    bool               // listens on a free port of the loopback interface, see Node.URL
}

// Rules returns the consensus rules of the test chains: every fork up to Osaka from the first
// block, and none after it. Each call returns a new value, so no global of go-ethereum is shared or
// changed.
//
// The default rules of go-ethereum's simulated backend contain a later fork with other gas prices.
// Gas measured under them is not the gas of any live chain.
func Rules(chainID *big.Int) *params.ChainConfig {
	at := func() *uint64 { return new(uint64) }
	block := func() *big.Int { return new(big.Int) }
	blob := func(c *params.BlobConfig) *params.BlobConfig { b := *c; return &b }
	return &params.ChainConfig{
		ChainID:                 new(big.Int).Set(chainID),
		HomesteadBlock:          block(),
		EIP150Block:             block(),
		EIP155Block:             block(),
		EIP158Block:             block(),
		ByzantiumBlock:          block(),
		ConstantinopleBlock:     block(),
		PetersburgBlock:         block(),
		IstanbulBlock:           block(),
		MuirGlacierBlock:        block(),
		BerlinBlock:             block(),
		LondonBlock:             block(),
		ArrowGlacierBlock:       block(),
		GrayGlacierBlock:        block(),
		MergeNetsplitBlock:      block(),
		TerminalTotalDifficulty: block(),
		ShanghaiTime:            at(),
		CancunTime:              at(),
		PragueTime:              at(),
		OsakaTime:               at(),
		BlobScheduleConfig: &params.BlobScheduleConfig{
			Cancun: blob(params.DefaultCancunBlobConfig),
			Prague: blob(params.DefaultPragueBlobConfig),
		},
	}
}

// genesis returns the first block: the system contracts of the forks, and the caller's accounts.
func genesis(cfg Config) *core.Genesis {
	alloc := core.SystemContractAllocs()
	for address, account := range cfg.Alloc {
		alloc[address] = account
	}
	return &core.Genesis{
		Config:    Rules(cfg.ChainID),
		GasLimit:  GasLimit,
		BaseFee:   big.NewInt(params.InitialBaseFee),
		Timestamp: cfg.Time,
		Alloc:     alloc,
	}
}

// nodeConfig returns a node without disk and peers. It listens only where Config.HTTP is set.
func nodeConfig(cfg Config) *node.Config {
	c := node.DefaultConfig
	c.DataDir = ""
	c.P2P = p2p.Config{NoDiscovery: true}
	if cfg.HTTP {
		c.HTTPHost, c.HTTPPort = "127.0.0.1", 0 // a free port
		c.HTTPModules = []string{"eth", "net", "web3"}
	}
	return &c
}

// ethConfig returns an archive node in memory, without snapshot and log index, with small caches.
func ethConfig(cfg Config) *ethconfig.Config {
	c := ethconfig.Defaults
	c.Genesis = genesis(cfg)
	c.NetworkId = cfg.ChainID.Uint64()
	c.SyncMode = ethconfig.FullSync
	c.StateScheme = rawdb.HashScheme
	c.NoPruning = true
	c.LogNoHistory = true
	c.TrieCleanCache, c.TrieDirtyCache, c.SnapshotCache = 16, 16, 0
	c.RPCTxFeeCap = 0
	c.TxPool.NoLocals = true
	c.TxPool.AccountSlots, c.TxPool.GlobalSlots = 1<<16, 1<<16
	c.TxPool.AccountQueue, c.TxPool.GlobalQueue = 1<<16, 1<<16
	c.Miner.GasCeil = GasLimit
	c.Miner.Recommit = time.Hour // a slow machine must not end a block early
	return &c
}
