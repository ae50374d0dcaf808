package hyperlane

import (
	"errors"
	"sync"

	"github.com/ethereum/go-ethereum/accounts/abi"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
)

// Classes of refusal by the protocol's contracts. Our custom errors and the official revert strings
// have the same class. The evidence is in an evm.RevertError where a contract refused.
var (
	// ErrAlreadyDelivered marks a message that was delivered before.
	ErrAlreadyDelivered = errors.New("hyperlane: message already delivered")
	// ErrVersion marks a message that is not of version 3.
	ErrVersion = errors.New("hyperlane: message version refused")
	// ErrWrongDestination marks a message for another domain.
	ErrWrongDestination = errors.New("hyperlane: message is for another domain")
	// ErrRecipient marks a recipient that cannot receive: zero, no contract, dirty upper bytes, or
	// an answer about its security module that cannot be read.
	ErrRecipient = errors.New("hyperlane: recipient cannot receive")
	// ErrISMRefused marks metadata that the recipient's security module does not accept.
	ErrISMRefused = errors.New("hyperlane: security module refused the metadata")
	// ErrMetadata marks metadata of a form that the module or hook cannot read.
	ErrMetadata = errors.New("hyperlane: metadata refused")
	// ErrSignature marks a signature that recovers to no signer, or to another than the one named.
	ErrSignature = errors.New("hyperlane: signature refused")
	// ErrAlreadyAnnounced marks a storage location that was announced before.
	ErrAlreadyAnnounced = errors.New("hyperlane: location already announced")
	// ErrPaused marks a module or hook that is paused.
	ErrPaused = errors.New("hyperlane: paused")
	// ErrTreeFull marks a tree that has its 2^32-1 leaves.
	ErrTreeFull = errors.New("hyperlane: merkle tree full")
	// ErrEmptyTree marks a tree without leaves, which has no checkpoint.
	ErrEmptyTree = errors.New("hyperlane: the tree is empty and has no checkpoint")
)

// Refusals returns what the refusals of the protocol's contracts mean, ours and the official ones.
// [New] registers it with the client; a program that calls the contracts through a client of its
// own does the same.
var Refusals = sync.OnceValue(func() *evm.Refusals {
	return &evm.Refusals{Errors: customErrors(), Classes: classes, Reasons: reasons}
})

// classes says what our custom errors mean to a caller. Errors that are not here are known by name,
// without a class.
var classes = map[string]error{
	"InboxAlreadyDelivered":     ErrAlreadyDelivered,
	"InboxVersionInvalid":       ErrVersion,
	"InboxDestinationInvalid":   ErrWrongDestination,
	"InboxRecipientInvalid":     ErrRecipient,
	"InboxRecipientNotContract": ErrRecipient,
	"InboxIsmAnswerInvalid":     ErrRecipient,
	"InboxIsmSilent":            ErrRecipient,

	"InboxIsmRefused":             ErrISMRefused,
	"MultisigThresholdNotReached": ErrISMRefused,
	"MultisigSignaturesInvalid":   ErrMetadata,
	"MultisigMetadataTooShort":    ErrMetadata,
	"MultisigMerkleIndexInvalid":  ErrMetadata,
	"SignatureInvalid":            ErrSignature,
	"SignatureLengthInvalid":      ErrSignature,
	"SignatureMalleable":          ErrSignature,
	"AnnouncementSignerInvalid":   ErrSignature,
	"AnnouncementReplayed":        ErrAlreadyAnnounced,

	"OutboxValueTooLow":             evm.ErrPayment,
	"OutboxRefundFailed":            evm.ErrPayment,
	"MerkleTreeHookValueRefused":    evm.ErrPayment,
	"MerkleTreeHookMetadataInvalid": ErrMetadata,

	"OutboxPostDispatchRefused":    evm.ErrUnauthorized,
	"MerkleTreeHookNotDispatching": evm.ErrUnauthorized,
	"MailboxClientNotMailbox":      evm.ErrUnauthorized,
	"OwnableUnauthorizedAccount":   evm.ErrUnauthorized,

	"MerkleTreeFull":  ErrTreeFull,
	"MerkleTreeEmpty": ErrEmptyTree,

	"StaticMultisigThresholdInvalid":  evm.ErrConfig,
	"StaticMultisigTooManyValidators": evm.ErrConfig,
	"StaticMultisigValidatorZero":     evm.ErrConfig,

	"OutboxHookNotContract":      evm.ErrNoCode,
	"InboxDefaultIsmNotContract": evm.ErrNoCode,
	"MailboxNotContract":         evm.ErrNoCode,
	"MailboxClientNotContract":   evm.ErrNoCode,
}

// reasons are the revert strings of the official contracts, core 3 to 12, in the order of our
// classes.
var reasons = map[string]error{
	"Mailbox: already delivered":                         ErrAlreadyDelivered,
	"Mailbox: bad version":                               ErrVersion,
	"Mailbox: unexpected destination":                    ErrWrongDestination,
	"TypeCasts: bytes32ToAddress overflow":               ErrRecipient,
	"Mailbox: ISM verification failed":                   ErrISMRefused,
	"!threshold":                                         ErrISMRefused,
	"!verify":                                            ErrISMRefused,
	"Invalid signer":                                     ErrISMRefused,
	"Insufficient validator weight":                      ErrISMRefused,
	"No MultisigISM threshold present for message":       ErrISMRefused,
	"ECDSA: *":                                           ErrSignature,
	"!signature":                                         ErrSignature,
	"Invalid threshold weight":                           ErrISMRefused,
	"Invalid merkle index metadata":                      ErrMetadata,
	"Invalid signatures length":                          ErrMetadata,
	"AbstractPostDispatchHook: invalid metadata variant": ErrMetadata,
	"IGP: insufficient interchain gas payment":           evm.ErrPayment,
	"IGP: native value not accepted with ERC20 fee":      evm.ErrPayment,
	"ProtocolFee: insufficient protocol fee":             evm.ErrPayment,
	"StaticAggregationHook: insufficient value":          evm.ErrPayment,
	"MerkleTreeHook: no value expected":                  evm.ErrPayment,
	"AbstractPostDispatchHook: no refund address":        evm.ErrPayment,
	"no refund address":                                  evm.ErrPayment,
	"Ownable: caller is not the owner":                   evm.ErrUnauthorized,
	"MailboxClient: sender not mailbox":                  evm.ErrUnauthorized,
	"message not dispatching":                            evm.ErrUnauthorized,
	"replay":                                             ErrAlreadyAnnounced,
	"Pausable: paused":                                   ErrPaused,
	"merkle tree full":                                   ErrTreeFull,
	"Mailbox: default ISM not contract":                  evm.ErrNoCode,
	"Mailbox: default hook not contract":                 evm.ErrNoCode,
	"Mailbox: required hook not contract":                evm.ErrNoCode,
	"MailboxClient: invalid mailbox":                     evm.ErrNoCode,
	"MailboxClient: invalid contract setting":            evm.ErrNoCode,
}

// customErrors are the errors of all our contracts: a refusal travels up from the contract that was
// called last.
func customErrors() (all []abi.Error) {
	for e := range contracts.Errors() {
		all = append(all, e.Error)
	}
	return all
}
