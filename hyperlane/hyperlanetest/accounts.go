package hyperlanetest

import (
	"crypto/ecdsa"
	"fmt"
	"math/big"

	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
)

// Users is how many accounts every chain funds for the test's own use. See [User].
const Users = 10

// Account is a key with a balance on every chain of a network. Keys are derived from names, so
// addresses and message ids repeat in every process.
//
// SECURITY: the keys are public. Never use one outside of tests.
type Account struct {
	Key     *ecdsa.PrivateKey
	Address common.Address
}

// account derives the key of a name.
func account(name string) Account {
	seed := crypto.Keccak256([]byte("hyperlanetest account: " + name))
	key, err := crypto.ToECDSA(seed)
	for err != nil { // one hash in 2^128 is no key
		seed = crypto.Keccak256(seed)
		key, err = crypto.ToECDSA(seed)
	}
	return Account{Key: key, Address: crypto.PubkeyToAddress(key.PublicKey)}
}

// relayerAccount pays for deliveries.
var relayerAccount = account("relayer")

// deployer returns the account that deploys on a chain. Each chain has its own, so contracts have
// different addresses on different chains, and a test that confuses two chains fails.
func deployer(chain int) Account { return account(fmt.Sprintf("deployer of chain %d", chain)) }

// User returns the i-th user account. Chains fund those from 0 to [Users]-1.
func User(i int) Account { return account(fmt.Sprintf("user %d", i)) }

// ValidatorAccount returns the account of the i-th validator. The same keys validate every chain: a
// static multisig ISM has one set of validators for all origins, and a checkpoint names its chain.
func ValidatorAccount(i int) Account { return account(fmt.Sprintf("validator %d", i)) }

// allocation returns the accounts of the first block, each with a million ether.
func allocation(chains, validators int) types.GenesisAlloc {
	rich := new(big.Int).Exp(big.NewInt(10), big.NewInt(24), nil) // wei
	alloc := types.GenesisAlloc{
		relayerAccount.Address: {Balance: rich},
	}
	for i := range Users {
		alloc[User(i).Address] = types.Account{Balance: rich}
	}
	for i := range chains {
		alloc[deployer(i).Address] = types.Account{Balance: rich}
	}
	for i := range validators {
		alloc[ValidatorAccount(i).Address] = types.Account{Balance: rich}
	}
	return alloc
}

// TransactorOf returns options that sign transactions on this chain as an account. Each call
// returns a new value, free to be changed.
func (c *Chain) TransactorOf(a Account) *bind.TransactOpts {
	return bind.NewKeyedTransactor(a.Key, c.id)
}

// Transactor returns options that sign as the i-th user, from 0 to [Users]-1.
func (c *Chain) Transactor(i int) *bind.TransactOpts { return c.TransactorOf(User(i)) }

// Owner returns options that sign as the account that deployed the contracts and owns them.
func (c *Chain) Owner() *bind.TransactOpts { return c.TransactorOf(deployer(c.index)) }
