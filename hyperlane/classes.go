package hyperlane

import (
	"sync"

	"github.com/ethereum/go-ethereum/accounts/abi"
	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"

	"github.com/hyperlane-go/sdk/contracts"
)

// classOfName says what our custom errors mean to a caller. Errors that are not here are known by name, without a
// class.
var classOfName = map[string]error{
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

	"OutboxValueTooLow":             ErrPayment,
	"OutboxRefundFailed":            ErrPayment,
	"MerkleTreeHookValueRefused":    ErrPayment,
	"HelloWorldValueTooLow":         ErrPayment,
	"HelloWorldValueRefused":        ErrPayment,
	"HelloWorldRefundFailed":        ErrPayment,
	"MerkleTreeHookMetadataInvalid": ErrMetadata,

	"OutboxPostDispatchRefused":    ErrUnauthorized,
	"MerkleTreeHookNotDispatching": ErrUnauthorized,
	"MailboxClientNotMailbox":      ErrUnauthorized,
	"OwnableUnauthorizedAccount":   ErrUnauthorized,

	"RouterNotEnrolled":   ErrNotEnrolled,
	"RouterSenderInvalid": ErrNotEnrolled,

	"MerkleTreeFull":  ErrTreeFull,
	"MerkleTreeEmpty": ErrEmptyTree,

	"RouterZero":                      ErrConfig,
	"RouterLengthMismatch":            ErrConfig,
	"StaticMultisigThresholdInvalid":  ErrConfig,
	"StaticMultisigTooManyValidators": ErrConfig,
	"StaticMultisigValidatorZero":     ErrConfig,

	"OutboxHookNotContract":      ErrNoCode,
	"InboxDefaultIsmNotContract": ErrNoCode,
	"MailboxNotContract":         ErrNoCode,
	"MailboxClientNotContract":   ErrNoCode,
}

// customErrors are the errors of all our contracts by selector: a refusal bubbles up from whatever contract was
// called last.
var customErrors = sync.OnceValue(func() map[[4]byte]abi.Error {
	known := make(map[[4]byte]abi.Error)
	for _, meta := range []*bind.MetaData{
		&contracts.MailboxMetaData, &contracts.MerkleTreeHookMetaData, &contracts.ValidatorAnnounceMetaData,
		&contracts.StaticMessageIdMultisigIsmMetaData, &contracts.StaticMessageIdMultisigIsmFactoryMetaData,
		&contracts.StaticMerkleRootMultisigIsmMetaData, &contracts.StaticMerkleRootMultisigIsmFactoryMetaData,
		&contracts.HelloWorldMetaData,
	} {
		parsed, err := meta.ParseABI()
		if err != nil {
			panic("hyperlane: generated ABI does not parse: " + err.Error())
		}
		for _, e := range parsed.Errors {
			known[[4]byte(e.ID[:4])] = e
		}
	}
	return known
})
