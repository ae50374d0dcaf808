package sender

import "errors"

// Classes of failure. Match them with errors.Is. The evidence is in the types of package evm:
// *evm.TxError has the hash of a refused transaction, *evm.FundsError the balance that an account
// needs, *evm.ConfigError the setting that cannot work.
var (
	// ErrInFlight marks an intent with a key of a transaction that is under way.
	ErrInFlight = errors.New("sender: key is in flight")
	// ErrUnknownKey marks a key that was never submitted, was released, or was given up.
	ErrUnknownKey = errors.New("sender: unknown key")
	// ErrNotTaken marks a transaction that the node refused when it was first offered, and that the
	// sender gave up. Nothing of it is under way: submit the intent again later, or change it.
	ErrNotTaken = errors.New("sender: node refuses the transaction")
	// ErrForeign marks nonces that the node counts as used and the sender does not know: another
	// program uses the account, or an earlier state was lost. Nothing was signed. Submit again
	// later: the condition ends without help.
	ErrForeign = errors.New("sender: account has transactions of another program")
	// ErrState marks records that this sender must not use: they are malformed, or belong to
	// another chain or account.
	ErrState = errors.New("sender: unusable state")
)
