package codec

import (
	"bytes"
	"encoding/json"
	"slices"
	"sync"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
)

// Artifact is a compiled contract or interface. It is embedded as committed, and parsed when it is first used.
type Artifact struct {
	Contract string  // name of the contract
	File     *string // content of the artifact's file; a pointer, so that the linker drops what a program does not use

	once     sync.Once
	bytecode []byte
	deployed []byte
	abiJSON  []byte
	parseABI sync.Once
	abi      abi.ABI
}

func (a *Artifact) read() *Artifact {
	a.once.Do(func() {
		var file struct {
			ABI              json.RawMessage `json:"abi"`
			Bytecode         string          `json:"bytecode"`
			DeployedBytecode string          `json:"deployedBytecode"`
		}
		if err := json.Unmarshal([]byte(*a.File), &file); err != nil {
			panic("contracts: artifact of " + a.Contract + ": " + err.Error()) // committed, and compared by a test
		}
		a.abiJSON = file.ABI
		a.bytecode, a.deployed = common.FromHex(file.Bytecode), common.FromHex(file.DeployedBytecode)
	})
	return a
}

// ABI returns the ABI. Callers share it and must not change it.
func (a *Artifact) ABI() abi.ABI {
	a.parseABI.Do(func() {
		parsed, err := abi.JSON(bytes.NewReader(a.read().abiJSON))
		if err != nil {
			panic("contracts: ABI of " + a.Contract + ": " + err.Error())
		}
		a.abi = parsed
	})
	return a.abi
}

// Bytecode returns the code that creates the contract, without constructor arguments; nothing for an interface or an
// abstract contract.
func (a *Artifact) Bytecode() []byte { return slices.Clone(a.read().bytecode) }

// DeployedBytecode returns the code that stays at the contract's address, with immutables still zero.
func (a *Artifact) DeployedBytecode() []byte { return slices.Clone(a.read().deployed) }

// InitCode returns the bytecode of an artifact, followed by the constructor's arguments.
func InitCode(a *Artifact, constructor string, arguments ...any) []byte {
	inputs := functions.get(constructor, newFunction).Inputs
	return append(a.Bytecode(), pack(inputs, arguments)...)
}

// Instance returns a contract of go-ethereum's bind/v2 with the ABI of an artifact.
func Instance(a *Artifact, backend bind.ContractBackend, address common.Address) *bind.BoundContract {
	return bind.NewBoundContract(address, a.ABI(), backend, backend, backend)
}
