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

// Accounts is how many accounts of the user's own a chain funds; see [Chain.Transactor].
const Accounts = 10

// Account is a key with a balance on every chain of a network. The same name gives the same key in every process, so addresses
// and message ids repeat. Never use one outside of tests: everybody knows them.
type Account struct {
	Key     *ecdsa.PrivateKey
	Address common.Address
}

// account derives the key of a name.
func account(name string) Account {
	seed := crypto.Keccak256([]byte("hyperlanetest account: " + name))
	key, err := crypto.ToECDSA(seed)
	for err != nil { // never seen: one hash in 2^128 is no key
		seed = crypto.Keccak256(seed)
		key, err = crypto.ToECDSA(seed)
	}
	return Account{Key: key, Address: crypto.PubkeyToAddress(key.PublicKey)}
}

// carrier is who the relayer pays from.
var carrier = account("relayer")

// deployer returns who deploys on a chain. It is another on every chain, so that contracts have other addresses too and
// nothing passes because two chains were mixed up.
func deployer(chain int) Account { return account(fmt.Sprintf("deployer of chain %d", chain)) }

// User returns the i-th user account.
func User(i int) Account { return account(fmt.Sprintf("user %d", i)) }

// Signer returns the key of the i-th validator. It signs for every chain of the network: the static multisig ISMs know one
// set for all origins, and a checkpoint names its chain.
func Signer(i int) Account { return account(fmt.Sprintf("validator %d", i)) }

// allocation is what exists on a chain from its first block: every account of the network, richly funded.
func allocation(chains, validators int) types.GenesisAlloc {
	rich := new(big.Int).Exp(big.NewInt(10), big.NewInt(24), nil) // a million ether
	alloc := types.GenesisAlloc{
		carrier.Address: {Balance: rich},
	}
	for i := range Accounts {
		alloc[User(i).Address] = types.Account{Balance: rich}
	}
	for i := range chains {
		alloc[deployer(i).Address] = types.Account{Balance: rich}
	}
	for i := range validators {
		alloc[Signer(i).Address] = types.Account{Balance: rich}
	}
	return alloc
}

// TransactorOf signs transactions on this chain as an account.
func (c *Chain) TransactorOf(a Account) *bind.TransactOpts {
	return bind.NewKeyedTransactor(a.Key, c.id)
}

// Transactor signs transactions on this chain as the i-th user; i from 0 to [Accounts]-1.
// Each call returns a fresh value, free to be changed.
func (c *Chain) Transactor(i int) *bind.TransactOpts { return c.TransactorOf(User(i)) }

// Owner signs as the account that deployed the contracts and owns them.
func (c *Chain) Owner() *bind.TransactOpts { return c.TransactorOf(deployer(c.index)) }
