package sender

import "errors"

// Classes of failure. The evidence is in the types of package evm: *evm.TxError has the hash of a
// transaction that was refused, *evm.FundsError what an account is missing, *evm.ConfigError the
// setting that cannot work.
var (
	// ErrInFlight marks an intent with a key that a transaction under way has.
	ErrInFlight = errors.New("sender: key is in flight")
	// ErrUnknownKey marks a key that was never submitted, was released, or was given up.
	ErrUnknownKey = errors.New("sender: unknown key")
	// ErrNotTaken marks a transaction that the node refused when it was offered first and that was
	// given up. Nothing of it is under way: submit the intent again later, or change it.
	ErrNotTaken = errors.New("sender: node does not take the transaction")
	// ErrForeign marks nonces that the node counts as used and the sender does not know: another
	// program uses the account, or an earlier state was lost. Nothing was signed. Submit again
	// later; it resolves itself.
	ErrForeign = errors.New("sender: account has transactions of another program")
	// ErrState marks records that this sender must not use: malformed, or of another chain or
	// account.
	ErrState = errors.New("sender: unusable state")
)
