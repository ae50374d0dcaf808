package contracts

import "errors"

// ErrUnknownError is returned by the UnpackError method of every binding when the revert data is none of that
// contract's errors: too short for a selector, a revert string, a panic, or the error of a contract further in.
var ErrUnknownError = errors.New("contracts: the revert data is no error of this contract's ABI; try the contract it called, or a revert string")
