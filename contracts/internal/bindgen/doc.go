// Package bindgen compiles the Solidity sources of package contracts and writes their Go bindings.
//
// It works in two steps, so that only the first needs node and npm:
//
//	src/**.sol --(Compile)--> artifacts/*.json --(Bindings)--> *_gen.go
//
// An artifact holds what the compiler said and the settings it was given, and nothing that changes
// with the date or the machine. The bindings follow from the artifacts and from a [Plan], which
// says who shares a binding. The order of the ABI, which follows from the compiler's internals,
// decides nothing.
//
// Two different things with one Go name, two errors with one selector, overloads that the rule
// cannot name, and a plan that names what does not exist are errors.
//
// Contracts of test/support named Test… go to package contractstest. What generated code shares is
// in package codec.
package bindgen
