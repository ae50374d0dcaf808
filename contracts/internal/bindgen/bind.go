package bindgen

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
)

// Go packages of the bindings, and the folder of the second below contracts/.
const (
	deployedPackage = "contracts"
	supportPackage  = "contractstest"
)

// contract is an artifact with its ABI by signature: accounts/abi numbers overloads in the order of
// the ABI.
type contract struct {
	*Artifact
	Constructor abi.Arguments
	functions   map[string]abi.Method
	events      map[common.Hash]abi.Event
	errors      map[string]abi.Error
}

// Bindings returns the generated Go files by path below contracts/.
func Bindings(artifacts []Artifact, plan Plan) (map[string][]byte, error) {
	contracts := make(map[string]*contract, len(artifacts))
	for i := range artifacts {
		c, err := newContract(&artifacts[i])
		if err != nil {
			return nil, err
		}
		contracts[c.Contract] = c
	}
	nameArguments(contracts)
	servedBy, err := plan.check(contracts)
	if err != nil {
		return nil, err
	}
	packages := map[bool]*goPackage{false: newGoPackage(deployedPackage, ""), true: newGoPackage(supportPackage, supportPackage+"/")}
	for _, name := range slices.Sorted(maps.Keys(contracts)) {
		c := contracts[name]
		pkg := packages[c.TestOnly()]
		if err := pkg.addContract(c); err != nil {
			return nil, err
		}
		if servedBy[name] == "" {
			if err := pkg.addBinding(c, contracts[plan.Extends[name]], plan); err != nil {
				return nil, err
			}
		}
	}
	files := make(map[string][]byte)
	for _, pkg := range packages {
		if err := pkg.render(files); err != nil {
			return nil, err
		}
	}
	return files, nil
}

func newContract(a *Artifact) (*contract, error) {
	parsed, err := abi.JSON(bytes.NewReader(a.ABI))
	if err != nil {
		return nil, fmt.Errorf("bindgen: abi of %s: %w", a.Contract, err)
	}
	c := &contract{
		Artifact: a, Constructor: parsed.Constructor.Inputs, functions: make(map[string]abi.Method),
		events: make(map[common.Hash]abi.Event), errors: parsed.Errors,
	}
	for _, f := range parsed.Methods {
		c.functions[f.Sig] = f
	}
	for _, e := range parsed.Events {
		c.events[e.ID] = e
	}
	return c, nil
}

// nameArguments gives arguments and results without a name the one that an interface gives them in
// the same function. What is left is numbered.
func nameArguments(contracts map[string]*contract) {
	names := make(map[string]string)
	visit := func(abstract bool, name func(key string, a *abi.Argument)) {
		for _, contract := range slices.Sorted(maps.Keys(contracts)) {
			if abstract && contracts[contract].Bytecode != "" {
				continue
			}
			for signature, f := range contracts[contract].functions {
				for i := range f.Inputs {
					name(fmt.Sprint(signature, " takes ", i), &f.Inputs[i])
				}
				for i := range f.Outputs {
					name(fmt.Sprint(signature, " returns ", i), &f.Outputs[i])
				}
			}
		}
	}
	visit(true, func(key string, a *abi.Argument) {
		names[key] = cmp.Or(names[key], a.Name)
	})
	visit(false, func(key string, a *abi.Argument) {
		a.Name = cmp.Or(a.Name, names[key], "arg"+key[strings.LastIndexByte(key, ' ')+1:])
	})
}

// snakeCase turns StaticMessageIdMultisigIsm into static_message_id_multisig_ism and IMailbox into
// i_mailbox.
func snakeCase(name string) string {
	runes := []rune(name)
	var out strings.Builder
	for i, r := range runes {
		if i > 0 && unicode.IsUpper(r) &&
			(!unicode.IsUpper(runes[i-1]) || (i+1 < len(runes) && unicode.IsLower(runes[i+1]))) {
			out.WriteByte('_')
		}
		out.WriteRune(unicode.ToLower(r))
	}
	return out.String()
}
