package bindgen

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ethereum/go-ethereum/accounts/abi"
)

// goPackage collects what is generated for one Go package.
type goPackage struct {
	name, dir string
	contracts []*contract // all have an artifact, and all that can be deployed a constructor
	bindings  []binding
	structs   map[string]goStruct
	errors    map[[4]byte]customError
	declared  map[string]string // Go name at the top level: what declares it
}

type binding struct {
	*contract
	Base      string
	Serves    []string
	Functions []function
	Events    []abi.Event
}

type function struct {
	abi.Method
	Name   string
	Result string // the Go type that it returns; empty when there is none, or an overload unpacks the same
}

// goStruct is an event, several results, or a struct of the ABI.
type goStruct struct {
	Name, Comment string
	Fields        abi.Arguments
	Event, Topic  string // of an event: its name and its id
}

type customError struct {
	abi.Error
	Contracts []string
}

func newGoPackage(name, dir string) *goPackage {
	return &goPackage{
		name: name, dir: dir, structs: make(map[string]goStruct),
		errors: make(map[[4]byte]customError), declared: make(map[string]string),
	}
}

// declare reports an error when two different things would have one Go name.
func (p *goPackage) declare(name, what string) error {
	if other, ok := p.declared[name]; ok && other != what {
		return fmt.Errorf("bindgen: %s and %s both yield the Go name %s.%s; rename in Solidity", other, what, p.name, name)
	}
	p.declared[name] = what
	return nil
}

// addContract adds what every contract has, bound or served: artifact, constructor, errors. An
// error that several contracts declare is one error.
func (p *goPackage) addContract(c *contract) error {
	p.contracts = append(p.contracts, c)
	for _, suffix := range []string{"Artifact", "InitCode"} {
		if err := p.declare(c.Contract+suffix, suffix+" of "+c.Contract); err != nil {
			return err
		}
	}
	for _, e := range c.errors {
		selector := [4]byte(e.ID[:4])
		known, ok := p.errors[selector]
		if ok && known.Sig != e.Sig {
			return fmt.Errorf("bindgen: the errors %s and %s have one selector; rename one in Solidity", known.Sig, e.Sig)
		}
		p.errors[selector] = customError{Error: e, Contracts: append(known.Contracts, c.Contract)}
		if err := p.declare(e.Name, e.String()); err != nil {
			return err
		}
		if err := p.addStructs(e.Inputs); err != nil {
			return err
		}
	}
	return nil
}

// addBinding adds the functions and events of c that base, which may be nil, has not.
func (p *goPackage) addBinding(c, base *contract, plan Plan) error {
	b := binding{contract: c, Serves: plan.Serves[c.Contract], Base: plan.Extends[c.Contract]}
	if base == nil {
		base = new(contract)
	}
	if err := p.declare(c.Contract, "contract "+c.Contract); err != nil {
		return err
	}
	names, err := plan.overloads(c.functions)
	if err != nil {
		return fmt.Errorf("%w (in %s)", err, c.Contract)
	}
	unpacked := make(map[string]bool)
	for _, signature := range slices.SortedFunc(maps.Keys(names), func(a, b string) int { return strings.Compare(names[a], names[b]) }) {
		if _, ok := base.functions[signature]; ok {
			continue
		}
		f := function{Method: c.functions[signature], Name: names[signature]}
		results := plan.name(f.Method) + " returns " + list(f.Outputs, typeAndName)
		if !unpacked[results] {
			unpacked[results] = true
			if f.Result, err = p.result(f); err != nil {
				return err
			}
		}
		if err := p.addStructs(slices.Concat(f.Inputs, f.Outputs)); err != nil {
			return err
		}
		b.Functions = append(b.Functions, f)
	}
	for _, e := range slices.SortedFunc(maps.Values(c.events), func(a, b abi.Event) int { return strings.Compare(a.Name, b.Name) }) {
		if _, ok := base.events[e.ID]; ok {
			continue
		}
		b.Events = append(b.Events, e)
		if err := p.declare(e.Name+"Topic", "topic of "+e.Sig); err != nil {
			return err
		}
		event := goStruct{Name: e.Name + "Event", Comment: "is the event " + e.Sig, Fields: e.Inputs, Event: e.Name, Topic: e.ID.Hex()}
		if err := p.addStruct(event); err != nil {
			return err
		}
		if err := p.addStructs(e.Inputs); err != nil {
			return err
		}
	}
	p.bindings = append(p.bindings, b)
	return nil
}

// result returns the Go type of what a function returns. Several results are a struct.
func (p *goPackage) result(f function) (string, error) {
	switch len(f.Outputs) {
	case 0:
		return "", nil
	case 1:
		return goType(f.Outputs[0].Type), nil
	default:
		s := goStruct{Name: f.Name + "Output", Comment: "holds the results of " + f.Sig, Fields: f.Outputs}
		return s.Name, p.addStruct(s)
	}
}

// addStructs adds the structs of the ABI that arguments consist of.
func (p *goPackage) addStructs(arguments abi.Arguments) error {
	for _, a := range arguments {
		t := a.Type
		for t.Elem != nil {
			t = *t.Elem
		}
		if t.T != abi.TupleTy {
			continue
		}
		s := goStruct{Name: t.TupleRawName, Comment: "is a struct of the ABI"}
		for i, elem := range t.TupleElems {
			s.Fields = append(s.Fields, abi.Argument{Name: t.TupleRawNames[i], Type: *elem})
		}
		if err := p.addStructs(s.Fields); err != nil {
			return err
		}
		if err := p.addStruct(s); err != nil {
			return err
		}
	}
	return nil
}

func (p *goPackage) addStruct(s goStruct) error {
	p.structs[s.Name] = s
	return p.declare(s.Name, "struct that "+s.Comment+" "+list(s.Fields, typeAndName))
}
