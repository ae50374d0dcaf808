// Package bindgen compiles the Solidity sources of package contracts and writes their Go bindings.
//
// It works in two steps, so that only the first needs node and npm:
//
//	src/**.sol --(Compile)--> artifacts/*.json --(Bindings)--> *_gen.go
//
// An artifact holds what the compiler said and the settings it was given, and nothing that changes with the
// date or the machine. The bindings are made by go-ethereum's abigen (version 2, as a library), and then:
//
//   - every exported type is prefixed by its contract, because abigen names a multi-value result by its
//     method alone and a struct by its declaring library, and all contracts share one Go package;
//   - UnpackError survives data shorter than a selector and reports foreign data as a class of error;
//   - an event that lacks its data is an error, not an event full of zeros;
//   - the comments name the Solidity source.
//
// Contracts of test/support named Test… go to package contractstest.
package bindgen
