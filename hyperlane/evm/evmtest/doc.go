// Package evmtest tests what stands on package evm, and what package evm can stand on.
//
// [Node] is a node written by hand: a chain of blocks with logs, counters and transactions in
// memory, which the test mines, reorganises and slows down, and each of whose answers it can break.
// It executes no code.
//
// [Hostile] yields backends that are honest except for one answer, which is null, empty or absurd.
// A package that takes a client runs each of its methods over all of them: none may panic, and none
// may take such an answer for true.
//
// [Run] is the conformance suite of a backend: a wrapper that fails over, caches or records keeps
// the properties that evm.Client relies on.
package evmtest
