// Package contractstest holds the bindings of contracts that only tests deploy: recipients and
// hooks that misbehave on request. Their sources are in contracts/test/support. Names follow the
// rules of package contracts.
package contractstest
