package contracts

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/contracts/internal/codec"
)

// Artifact is what the compiler made of a contract or an interface. It is embedded as committed and
// parsed when it is first used; a program contains only the artifacts that it refers to.
type Artifact struct {
	Contract string  // name of the contract
	File     *string // content of the committed file; a pointer, so that the linker can drop the file

	once     sync.Once
	bytecode []byte
	deployed []byte
	abiJSON  string

	onceABI sync.Once
	abi     abi.ABI
}

func (a *Artifact) parse() *Artifact {
	a.once.Do(func() {
		var file struct {
			ABI              json.RawMessage `json:"abi"`
			Bytecode         string          `json:"bytecode"`
			DeployedBytecode string          `json:"deployedBytecode"`
		}
		if err := json.Unmarshal([]byte(*a.File), &file); err != nil {
			panic("contracts: artifact of " + a.Contract + ": " + err.Error()) // committed, and read by a test
		}
		a.abiJSON = string(file.ABI)
		a.bytecode, a.deployed = common.FromHex(file.Bytecode), common.FromHex(file.DeployedBytecode)
	})
	return a
}

// ABI returns the ABI. Its maps are shared: they must not be changed.
func (a *Artifact) ABI() abi.ABI {
	a.onceABI.Do(func() {
		parsed, err := abi.JSON(strings.NewReader(a.parse().abiJSON))
		if err != nil {
			panic("contracts: ABI of " + a.Contract + ": " + err.Error())
		}
		a.abi = parsed
	})
	return a.abi
}

// Bytecode returns the code that creates the contract, without constructor arguments. It is empty
// for an interface or an abstract contract.
func (a *Artifact) Bytecode() []byte { return slices.Clone(a.parse().bytecode) }

// DeployedBytecode returns the code that stays at the contract's address, with immutables still
// zero.
func (a *Artifact) DeployedBytecode() []byte { return slices.Clone(a.parse().deployed) }

// InitCode returns the bytecode followed by constructor arguments. The constructor is declared by
// its types: "constructor(uint32,address)". It panics when the arguments are of other types; the
// functions named after contracts, like [MailboxInitCode], have the compiler check them.
func (a *Artifact) InitCode(constructor string, arguments ...any) []byte {
	return append(a.Bytecode(), codec.PackArguments(constructor, arguments...)...)
}

// Instance returns the contract at an address, for the functions of package bind.
func (a *Artifact) Instance(backend bind.ContractBackend, address common.Address) *bind.BoundContract {
	return bind.NewBoundContract(address, a.ABI(), backend, backend, backend)
}
