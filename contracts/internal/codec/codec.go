// Package codec is what the generated bindings share: it packs calls, unpacks what contracts
// answer, log and refuse.
//
// Declarations are written as in Solidity, without blanks after commas: "process(bytes,bytes)" for
// a function, "Dispatch(address indexed sender,bytes message)" for an event. Each is parsed when it
// is first used and kept, so that a program pays only for what it calls. go-ethereum's accounts/abi
// does the encoding.
package codec

import (
	"errors"
	"fmt"
	"sync"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/core/types"
)

// memo keeps what was made of a declaration.
type memo[T any] struct{ values sync.Map }

func (m *memo[T]) get(declaration string, build func(name string, arguments abi.Arguments) T) *T {
	if found, ok := m.values.Load(declaration); ok {
		return found.(*T)
	}
	name, arguments, err := Parse(declaration)
	if err != nil {
		panic(err) // declarations are generated, and all of them are parsed by a test
	}
	value := build(name, arguments)
	kept, _ := m.values.LoadOrStore(declaration, &value)
	return kept.(*T)
}

var (
	functions memo[abi.Method]
	results   memo[abi.Arguments]
	events    memo[abi.Event]
)

func newFunction(name string, inputs abi.Arguments) abi.Method {
	return abi.NewMethod(name, name, abi.Function, "", false, false, inputs, nil)
}

// Pack returns the data of a call: the selector of the function and its arguments.
func Pack(function string, arguments ...any) []byte {
	f := functions.get(function, newFunction)
	packed := pack(f.Inputs, arguments)
	data := make([]byte, 0, len(f.ID)+len(packed))
	return append(append(data, f.ID...), packed...)
}

// PackArguments returns the encoded arguments of a function or a constructor.
func PackArguments(function string, arguments ...any) []byte {
	return pack(functions.get(function, newFunction).Inputs, arguments)
}

// pack panics only on a nil *big.Int: the generated functions take every other argument by its
// exact type.
func pack(inputs abi.Arguments, arguments []any) []byte {
	packed, err := inputs.Pack(arguments...)
	if err != nil {
		panic(err)
	}
	return packed
}

// unpack returns the values that a function returns.
func unpack(outputs string, data []byte) (*abi.Arguments, []any, error) {
	arguments := results.get(outputs, func(_ string, a abi.Arguments) abi.Arguments { return a })
	if len(data)%32 != 0 {
		return nil, nil, fmt.Errorf("abi: improperly formatted output: %d bytes, want whole words of 32", len(data))
	}
	values, err := arguments.Unpack(data)
	return arguments, values, err
}

// Unpack returns the one value of type T that a function returns.
func Unpack[T any](outputs string, data []byte) (T, error) {
	var none T
	_, values, err := unpack(outputs, data)
	if err != nil {
		return none, err
	}
	if value, ok := values[0].(T); ok {
		return value, nil
	}
	return *abi.ConvertType(values[0], new(T)).(*T), nil // a struct
}

// UnpackStruct returns the several values that a function returns, as fields of T by their names.
func UnpackStruct[T any](outputs string, data []byte) (T, error) {
	var out, none T
	arguments, values, err := unpack(outputs, data)
	if err != nil {
		return none, err
	}
	if err := arguments.Copy(&out, values); err != nil {
		return none, err
	}
	return out, nil
}

// UnpackEvent fills the fields of out, a pointer to a struct, from a log of the event, and returns
// out.
func UnpackEvent[T any](event string, log *types.Log, out *T) (*T, error) {
	e := events.get(event, func(name string, inputs abi.Arguments) abi.Event {
		return abi.NewEvent(name, name, false, inputs)
	})
	if len(log.Topics) == 0 || log.Topics[0] != e.ID {
		return nil, fmt.Errorf("contracts: the log is no %s: its first topic is not %s", e.Name, e.ID)
	}
	values, err := e.Inputs.Unpack(log.Data)
	if err != nil {
		return nil, err
	}
	if err := e.Inputs.Copy(out, values); err != nil {
		return nil, err
	}
	var indexed abi.Arguments
	for _, input := range e.Inputs {
		if input.Indexed {
			indexed = append(indexed, input)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	return out, nil
}

// ErrUnknownError marks revert data that is none of the errors of a table.
var ErrUnknownError = errors.New("contracts: the revert data is no custom error of these contracts; it may be a revert string, a panic, or an error of a contract further in")

// Declared is the generated form of a custom error.
type Declared struct {
	Error     string     // its declaration
	Contracts []string   // the contracts that declare it, sorted
	New       func() any // returns a pointer to the zero value of the Go type
}

// Table holds the custom errors of a package by selector. It is parsed when it is first used.
type Table struct {
	Declared []Declared // sorted by name

	once       sync.Once
	errors     []abi.Error // in the order of Declared
	bySelector map[[4]byte]int
}

// Errors returns all errors, sorted by name.
func (t *Table) Errors() []abi.Error {
	t.once.Do(func() {
		t.bySelector = make(map[[4]byte]int, len(t.Declared))
		for i, d := range t.Declared {
			name, inputs, err := Parse(d.Error)
			if err != nil {
				panic(err)
			}
			e := abi.NewError(name, inputs)
			t.errors = append(t.errors, e)
			t.bySelector[[4]byte(e.ID[:4])] = i
		}
	})
	return t.errors
}

// Find returns which of the errors has a selector.
func (t *Table) Find(selector [4]byte) (index int, ok bool) {
	t.Errors()
	index, ok = t.bySelector[selector]
	return index, ok
}

// Unpack returns a pointer to the Go type of the error in revert data, or an error that wraps
// [ErrUnknownError].
func (t *Table) Unpack(data []byte) (any, error) {
	if len(data) < 4 {
		return nil, ErrUnknownError
	}
	i, ok := t.Find([4]byte(data[:4]))
	if !ok {
		return nil, ErrUnknownError
	}
	values, err := t.errors[i].Inputs.Unpack(data[4:])
	if err != nil {
		return nil, fmt.Errorf("contracts: arguments of %s: %w", t.errors[i].Name, err)
	}
	out := t.Declared[i].New()
	if err := t.errors[i].Inputs.Copy(out, values); err != nil {
		return nil, fmt.Errorf("contracts: arguments of %s: %w", t.errors[i].Name, err)
	}
	return out, nil
}
