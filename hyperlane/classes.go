package hyperlane

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
