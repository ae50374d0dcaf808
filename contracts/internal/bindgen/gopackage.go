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
	artifacts []artifactData
	bindings  []bindingData
	structs   map[string]structData
	errors    map[string]errorData
	declared  map[string]string // Go name at the top level: what declares it
	selectors map[[4]byte]string
}

type artifactData struct {
	Contract, Source, File string
	InitCode               bool
	Constructor            call
}

// call is the Go form of arguments.
type call struct{ Declaration, Parameters, Arguments string }

type bindingData struct {
	Contract, Source, Base string
	Serves                 []string
	Functions              []functionData
	Events                 []eventData
}

type functionData struct {
	Name, Signature string
	call
	Outputs, Result string // Result is empty where an overload has the same results, or there are none
	Several         bool
}

type eventData struct{ Name, Declaration string }

// structData is a Go struct: an event, several results, or a struct of the ABI.
type structData struct {
	Name, Comment string
	Fields        []fieldData
	Event, Topic  string // of an event: its name and id
}

type fieldData struct{ Name, Type string }

type errorData struct {
	structData
	Declaration string
	Contracts   []string
}

func newGoPackage(name, dir string) *goPackage {
	return &goPackage{
		name: name, dir: dir, structs: make(map[string]structData), errors: make(map[string]errorData),
		declared: make(map[string]string), selectors: make(map[[4]byte]string),
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

// addContract adds what every contract has whether it is bound or served: the artifact, its constructor, its errors.
func (p *goPackage) addContract(c *contract) error {
	file := "artifacts/" + c.Contract + ".json"
	data := artifactData{Contract: c.Contract, Source: c.Source, File: file, InitCode: c.Bytecode != ""}
	data.Constructor = newCall("constructor", c.constructor.Inputs)
	if err := p.declare(c.Contract+"Artifact", "the artifact of "+c.Contract); err != nil {
		return err
	}
	if data.InitCode {
		if err := p.declare(c.Contract+"InitCode", "the constructor of "+c.Contract); err != nil {
			return err
		}
	}
	p.artifacts = append(p.artifacts, data)
	for _, signature := range slices.Sorted(maps.Keys(c.errors)) {
		if err := p.addError(c, c.errors[signature]); err != nil {
			return err
		}
	}
	return nil
}

// addError adds an error that c declares. An error that several contracts declare is one error.
func (p *goPackage) addError(c *contract, e abi.Error) error {
	selector := [4]byte(e.ID[:4])
	if other, ok := p.selectors[selector]; ok && other != e.Sig {
		return fmt.Errorf("bindgen: the errors %s and %s have one selector; rename one in Solidity", other, e.Sig)
	}
	p.selectors[selector] = e.Sig
	if err := p.addStructs(e.Inputs); err != nil {
		return err
	}
	data, ok := p.errors[e.Sig]
	if !ok {
		data.Declaration = e.Name + list(e.Inputs, typeAndName)
		data.structData = structData{Name: e.Name, Comment: "is the custom error " + e.Sig + ".", Fields: fields(e.Inputs)}
	}
	data.Contracts = append(data.Contracts, c.Contract)
	p.errors[e.Sig] = data
	return p.declare(e.Name, "the error "+data.Declaration)
}

// addBinding adds the functions and events of c, without those of base.
func (p *goPackage) addBinding(c, base *contract, plan Plan) error {
	if err := p.declare(c.Contract, "the contract "+c.Contract); err != nil {
		return err
	}
	binding := bindingData{Contract: c.Contract, Source: c.Source, Serves: plan.Serves[c.Contract]}
	if base != nil {
		binding.Base = base.Contract
	}
	names, err := plan.overloads(c.functions)
	if err != nil {
		return fmt.Errorf("%w (in %s)", err, c.Contract)
	}
	unpacked := make(map[string]bool)
	byName := func(a, b string) int { return strings.Compare(names[a], names[b]) }
	for _, signature := range slices.SortedFunc(maps.Keys(c.functions), byName) {
		f := c.functions[signature]
		if base != nil {
			if _, ok := base.functions[signature]; ok {
				continue
			}
		}
		data, err := p.function(names[signature], f)
		if err != nil {
			return err
		}
		results := plan.name(f) + " returns " + data.Outputs // overloads with the same results share an unpacker
		if unpacked[results] {
			data.Result = ""
		}
		unpacked[results] = true
		binding.Functions = append(binding.Functions, data)
	}
	for _, e := range slices.SortedFunc(maps.Values(c.events), func(a, b abi.Event) int { return strings.Compare(a.Name, b.Name) }) {
		if base != nil {
			if _, ok := base.events[e.ID]; ok {
				continue
			}
		}
		if err := p.addEvent(e); err != nil {
			return err
		}
		binding.Events = append(binding.Events, eventData{Name: e.Name, Declaration: e.Name + list(e.Inputs, typeAndName)})
	}
	p.bindings = append(p.bindings, binding)
	return nil
}

// function returns what is generated for a function.
func (p *goPackage) function(name string, f abi.Method) (functionData, error) {
	data := functionData{Name: name, Signature: f.Sig, call: newCall(f.RawName, f.Inputs)}
	if err := p.addStructs(f.Inputs, f.Outputs); err != nil {
		return data, err
	}
	switch len(f.Outputs) {
	case 0:
		return data, nil
	case 1:
		data.Outputs, data.Result = list(f.Outputs, typeOnly), goType(f.Outputs[0].Type)
		return data, nil
	default:
		data.Outputs, data.Result, data.Several = list(f.Outputs, typeAndName), name+"Output", true
		return data, p.addStruct(structData{
			Name: data.Result, Comment: "holds the results of " + f.Sig + ".", Fields: fields(f.Outputs),
		})
	}
}

func (p *goPackage) addEvent(e abi.Event) error {
	if err := p.addStructs(e.Inputs); err != nil {
		return err
	}
	return p.addStruct(structData{
		Name: e.Name + "Event", Comment: "is the event " + e.Sig + ".", Fields: fields(e.Inputs), Event: e.Name, Topic: e.ID.Hex(),
	})
}

// addStructs adds the structs of the ABI that arguments consist of.
func (p *goPackage) addStructs(lists ...abi.Arguments) error {
	for _, a := range slices.Concat(lists...) {
		if err := p.addTuples(a.Type); err != nil {
			return err
		}
	}
	return nil
}

func (p *goPackage) addTuples(t abi.Type) error {
	if t.Elem != nil {
		return p.addTuples(*t.Elem)
	}
	if t.T != abi.TupleTy {
		return nil
	}
	s := structData{Name: t.TupleRawName, Comment: "is a struct of the ABI."}
	for i, elem := range t.TupleElems {
		if err := p.addTuples(*elem); err != nil {
			return err
		}
		s.Fields = append(s.Fields, fieldData{Name: abi.ToCamelCase(t.TupleRawNames[i]), Type: goType(*elem)})
	}
	return p.addStruct(s)
}

func (p *goPackage) addStruct(s structData) error {
	p.structs[s.Name] = s
	if s.Event != "" {
		if err := p.declare(s.Event+"Topic", "the event "+s.Event+" "+s.Topic); err != nil {
			return err
		}
	}
	return p.declare(s.Name, fmt.Sprint("the struct of ", s.Comment, s.Fields))
}

// fields returns the fields of a struct that holds arguments.
func fields(arguments abi.Arguments) []fieldData {
	out := make([]fieldData, len(arguments))
	for i, a := range arguments {
		out[i] = fieldData{Name: abi.ToCamelCase(a.Name), Type: goType(a.Type)}
		if a.Indexed && (a.Type.T == abi.StringTy || a.Type.T == abi.BytesTy || a.Type.Elem != nil || a.Type.T == abi.TupleTy) {
			out[i].Type = "common.Hash" // the topic holds the hash only
		}
	}
	return out
}

func newCall(name string, inputs abi.Arguments) call {
	return call{
		Declaration: name + list(inputs, typeOnly),
		Parameters:  join(inputs, ", ", func(a abi.Argument) string { return parameter(a.Name) + " " + goType(a.Type) }),
		Arguments:   join(inputs, "", func(a abi.Argument) string { return ", " + parameter(a.Name) }),
	}
}
