package contractstest

// UnpackError unpacks revert data into a pointer to the Go type of the custom error. The error
// wraps contracts.ErrUnknownError when no contract of this package declares it.
func UnpackError(data []byte) (any, error) { return table.Unpack(data) }
