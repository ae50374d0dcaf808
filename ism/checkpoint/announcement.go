package checkpoint

import (
	"encoding/hex"
	"fmt"
	"unicode/utf8"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"

	"github.com/hyperlane-go/sdk/message"
)

// Announcement says where a validator keeps its signed checkpoints. The validator publishes it in
// the ValidatorAnnounce contract of the origin, and in the storage itself.
type Announcement struct {
	Validator common.Address  // address of the key that signs
	Mailbox   message.Address // mailbox on the origin, not the Merkle tree hook
	Origin    message.Domain  // chain whose checkpoints the validator signs
	Location  string          // such as s3://bucket/us-east-1/folder; signed byte for byte
}

// SigningHash returns the hash of the announcement before the EIP-191 prefix.
func (a Announcement) SigningHash() [32]byte {
	domain := taggedHash(a.Origin, a.Mailbox, announcementTag)
	// The location needs no length: it is the last field and the only one of variable size.
	return crypto.Keccak256Hash(domain[:], []byte(a.Location))
}

// Digest returns the hash that the validator signs. It does not cover Validator, which is recovered
// from the signature.
func (a Announcement) Digest() [32]byte {
	return eip191(a.SigningHash())
}

// SignedAnnouncement is an announcement with the signature of its validator.
type SignedAnnouncement struct {
	Announcement
	Signature Signature
}

// Signer returns the address whose key signed the announcement. It fails with [ErrSignature].
func (s SignedAnnouncement) Signer() (common.Address, error) {
	signer, err := s.Signature.Recover(s.Digest())
	if err != nil {
		return common.Address{}, fmt.Errorf("checkpoint: announcement of %s: %w", excerpt(s.Location), err)
	}
	return signer, nil
}

// Verify checks that the validator named in the announcement signed it. It fails with
// [ErrSignature], or with a [SignerError].
func (s SignedAnnouncement) Verify() error {
	if err := s.Signature.Verify(s.Digest(), s.Validator); err != nil {
		return fmt.Errorf("checkpoint: announcement of %s: %w", excerpt(s.Location), err)
	}
	return nil
}

type announcementJSON struct {
	Validator string `json:"validator"`
	Mailbox   string `json:"mailbox_address"`
	Origin    uint32 `json:"mailbox_domain"`
	Location  string `json:"storage_location"`
}

// MarshalJSON returns the stored form in one line. It fails with [ErrSignature] for a signature
// that no contract accepts, and with [ErrJSON] for a location that is not UTF-8, which JSON would
// change.
func (s SignedAnnouncement) MarshalJSON() ([]byte, error) {
	if !utf8.ValidString(s.Location) {
		return nil, jsonError("value.storage_location", "location is not UTF-8, and JSON would change it")
	}
	return marshalSigned(announcementJSON{
		Validator: "0x" + hex.EncodeToString(s.Validator[:]),
		Mailbox:   formatHash(s.Mailbox),
		Origin:    uint32(s.Origin),
		Location:  s.Location,
	}, s.Signature)
}

// UnmarshalJSON reads the stored form by the rules, and with the errors, of [Signed.UnmarshalJSON].
// It verifies nothing: call [SignedAnnouncement.Verify].
func (s *SignedAnnouncement) UnmarshalJSON(text []byte) error {
	value, sig, err := unmarshalSigned(text)
	if err != nil {
		return err
	}
	var a Announcement
	var origin uint32
	err = firstError(
		value.hex("validator", a.Validator[:], "40 hexadecimal digits, with or without 0x"),
		value.hash("mailbox_address", (*[32]byte)(&a.Mailbox)),
		value.number("mailbox_domain", &origin),
		value.text("storage_location", &a.Location),
	)
	if err != nil {
		return err
	}
	a.Origin = message.Domain(origin)
	*s = SignedAnnouncement{Announcement: a, Signature: sig}
	return nil
}
