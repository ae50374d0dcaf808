package bindgen

import (
	"fmt"
	"maps"
	"slices"

	"github.com/ethereum/go-ethereum/accounts/abi"
)

// Plan says which artifacts share a binding and which functions have a Go name of their own.
// Whatever it names must exist, so that it cannot go stale.
type Plan struct {
	// Serves lists, by the contract that is bound, the contracts that answer no function and log no
	// event that it has not.
	Serves map[string][]string
	// Extends names, by contract, the binding that its own embeds; its own has only what the other
	// has not.
	Extends map[string]string
	// Names gives functions a name, by their signature. They are no overloads then.
	Names map[string]string
}

// ProtocolPlan returns the plan of package contracts.
func ProtocolPlan() Plan {
	return Plan{
		Serves: map[string][]string{
			"Mailbox":                   {"Inbox", "Outbox"},
			"MerkleTreeHook":            {"IMerkleTreeHook", "IPostDispatchHook"},
			"IMultisigIsm":              {"IInterchainSecurityModule", "NoopIsm", "StaticMerkleRootMultisigIsm", "StaticMessageIdMultisigIsm"},
			"IStaticMultisigIsmFactory": {"StaticMerkleRootMultisigIsmFactory", "StaticMessageIdMultisigIsmFactory"},
			"Router":                    {"ISpecifiesInterchainSecurityModule", "MailboxClient"},
		},
		Extends: map[string]string{"HelloWorld": "Router"},
		Names: map[string]string{
			"quoteDispatch(bytes,bytes)": "quotePostDispatch", // what a hook asks for postDispatch
		},
	}
}

// check compares the plan with the contracts and returns the contract that serves each contract
// that is served.
func (p Plan) check(contracts map[string]*contract) (servedBy map[string]string, err error) {
	servedBy = make(map[string]string)
	signatures := make(map[string]bool)
	for _, c := range contracts {
		for signature := range c.functions {
			signatures[signature] = true
		}
	}
	for signature := range p.Names {
		if !signatures[signature] {
			return nil, fmt.Errorf("bindgen: the plan names %s, which no contract has", signature)
		}
	}
	for _, owner := range slices.Sorted(maps.Keys(p.Serves)) {
		for _, name := range p.Serves[owner] {
			if err := contains(contracts, owner, name); err != nil {
				return nil, err
			}
			servedBy[name] = owner
		}
	}
	for name, base := range p.Extends {
		if err := contains(contracts, name, base); err != nil {
			return nil, err
		}
	}
	return servedBy, nil
}

// contains reports an error unless the first contract has every function and every event of the
// second. Mutability and the names of arguments do not matter.
func contains(contracts map[string]*contract, outer, inner string) error {
	o, i := contracts[outer], contracts[inner]
	if o == nil || i == nil {
		return fmt.Errorf("bindgen: the plan has %s answer for %s: no artifact of one of them", outer, inner)
	}
	for signature, f := range i.functions {
		own, ok := o.functions[signature]
		if !ok || list(own.Outputs, typeOnly) != list(f.Outputs, typeOnly) {
			return fmt.Errorf("bindgen: the plan has %s answer for %s, but it has not the same function %s", outer, inner, signature)
		}
	}
	for id, event := range i.events {
		own, ok := o.events[id]
		if !ok || list(own.Inputs, typeOnly) != list(event.Inputs, typeOnly) {
			return fmt.Errorf("bindgen: the plan has %s answer for %s, but it has not the same event %s", outer, inner, event.Sig)
		}
	}
	return nil
}

// name returns the name that the function has in common with its overloads.
func (p Plan) name(f abi.Method) string {
	if own, ok := p.Names[f.Sig]; ok {
		return own
	}
	return f.RawName
}

// overloads returns the Go name of each function by signature. Of functions that share a name the
// one with the fewest arguments keeps it; each of the others takes the same arguments and more, and
// adds With and the last one's name.
func (p Plan) overloads(functions map[string]abi.Method) (map[string]string, error) {
	groups := make(map[string][]abi.Method)
	for _, f := range functions {
		groups[p.name(f)] = append(groups[p.name(f)], f)
	}
	names := make(map[string]string)
	taken := make(map[string]string)
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		group := groups[name]
		slices.SortFunc(group, func(a, b abi.Method) int { return len(a.Inputs) - len(b.Inputs) })
		shortest := group[0].Inputs
		for i, f := range group {
			golang := camel(name)
			if i > 0 {
				n := len(shortest)
				if len(f.Inputs) == n || list(f.Inputs[:n], typeAndName) != list(shortest, typeAndName) {
					return nil, fmt.Errorf("bindgen: %s does not extend %s: give one a name in the plan", f.Sig, group[0].Sig)
				}
				golang += "With" + camel(f.Inputs[len(f.Inputs)-1].Name)
			}
			if other, ok := taken[golang]; ok {
				return nil, fmt.Errorf("bindgen: %s and %s both yield the Go name %s: give one a name in the plan", other, f.Sig, golang)
			}
			taken[golang], names[f.Sig] = f.Sig, golang
		}
	}
	return names, nil
}
