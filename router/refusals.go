package router

import (
	"errors"
	"slices"
	"sync"

	"github.com/ethereum/go-ethereum/accounts/abi"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
)

// Classes of failure. Match them with errors.Is; what a contract refused is an *evm.RevertError.
var (
	// ErrNotEnrolled marks a domain without an enrolled router, and a message whose sender is not
	// the enrolled one. Enroll the router first: see [Router.Enroll] and [Mesh.Apply].
	ErrNotEnrolled = errors.New("router: not enrolled")

	// ErrOutdated marks a [Difference] that the chain no longer shows: the enrollment has changed
	// since it was read. Read it again with [Mesh.Diff].
	ErrOutdated = errors.New("router: enrollment has changed")
)

// Refusals returns what the refusals of router contracts mean, ours and the official ones. [New]
// registers it with the client. A program that sends a [evm.Call] of this package through another
// client does the same.
var Refusals = sync.OnceValue(func() *evm.Refusals {
	return &evm.Refusals{Errors: customErrors(), Classes: classes, Reasons: reasons}
})

// classes says what the custom errors of the contracts mean to a caller.
var classes = map[string]error{
	"RouterNotEnrolled":   ErrNotEnrolled,
	"RouterSenderInvalid": ErrNotEnrolled,

	"RouterZero":           evm.ErrConfig,
	"RouterLengthMismatch": evm.ErrConfig,
	"OwnableInvalidOwner":  evm.ErrConfig,

	"HelloWorldValueTooLow":  evm.ErrPayment,
	"HelloWorldValueRefused": evm.ErrPayment,
	"HelloWorldRefundFailed": evm.ErrPayment,

	"OwnableUnauthorizedAccount": evm.ErrUnauthorized,
	"MailboxClientNotMailbox":    evm.ErrUnauthorized,

	"MailboxNotContract":       evm.ErrNoCode,
	"MailboxClientNotContract": evm.ErrNoCode,
}

// reasons are the revert strings of the official routers, core 3 to 12.
var reasons = map[string]error{
	"No router enrolled for domain: *":        ErrNotEnrolled,
	"Enrolled router does not match sender":   ErrNotEnrolled,
	"!length":                                 evm.ErrConfig,
	"Ownable: new owner is the zero address":  evm.ErrConfig,
	"Ownable: caller is not the owner":        evm.ErrUnauthorized,
	"MailboxClient: sender not mailbox":       evm.ErrUnauthorized,
	"MailboxClient: invalid mailbox":          evm.ErrNoCode,
	"MailboxClient: invalid contract setting": evm.ErrNoCode,
}

// customErrors returns the errors of Router and of HelloWorld, which has all of Router's.
func customErrors() (all []abi.Error) {
	for e := range contracts.Errors() {
		if slices.Contains(e.Contracts, "HelloWorld") {
			all = append(all, e.Error)
		}
	}
	return all
}
