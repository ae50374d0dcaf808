package checkpoint

import (
	"encoding/hex"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"

	"github.com/hyperlane-go/sdk/message"
)

// Announcement states where a validator keeps its signed checkpoints. It goes
// into the ValidatorAnnounce contract of the origin, and into the storage
// itself.
type Announcement struct {
	Validator common.Address
	Mailbox   message.Address // the mailbox on the origin, not the Merkle tree hook
	Origin    message.Domain
	Location  string // such as s3://bucket/us-east-1/folder; signed as it stands
}

// SigningHash is the hash of the announcement before the EIP-191 prefix.
func (a Announcement) SigningHash() [32]byte {
	domain := taggedHash(a.Origin, a.Mailbox, announcementTag)
	// The location has no length in front: it is the last and only field of
	// variable size.
	return crypto.Keccak256Hash(domain[:], []byte(a.Location))
}

// Digest is the hash that the validator signs. It does not cover Validator,
// which is recovered from the signature.
func (a Announcement) Digest() [32]byte {
	return eip191(a.SigningHash())
}

// SignedAnnouncement is an announcement with its validator's signature.
type SignedAnnouncement struct {
	Announcement
	Signature Signature
}

// Signer recovers the address that signed the announcement.
func (s SignedAnnouncement) Signer() (common.Address, error) {
	signer, err := s.Signature.Recover(s.Digest())
	if err != nil {
		return common.Address{}, fmt.Errorf("checkpoint: announcement of %s: %w", excerpt(s.Location), err)
	}
	return signer, nil
}

// Verify checks that the validator named in the announcement signed it. The
// error is of class [ErrSignature] or [ErrSigner].
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

// MarshalJSON returns the stored form in one line. A signature that no
// contract would accept is an error of class [ErrSignature], and a location
// that is not UTF-8, which JSON would silently change, one of class [ErrJSON].
func (s SignedAnnouncement) MarshalJSON() ([]byte, error) {
	if !utf8.ValidString(s.Location) {
		return nil, &JSONError{Field: "value.storage_location", Err: errors.New("location is not UTF-8")}
	}
	return marshalSigned(announcementJSON{
		Validator: "0x" + hex.EncodeToString(s.Validator[:]),
		Mailbox:   formatHash(s.Mailbox),
		Origin:    uint32(s.Origin),
		Location:  s.Location,
	}, s.Signature)
}

// UnmarshalJSON reads the stored form with the liberties and the errors of
// [Signed.UnmarshalJSON]. Nothing is verified: see [SignedAnnouncement.Verify].
func (s *SignedAnnouncement) UnmarshalJSON(text []byte) error {
	value, sig, err := unmarshalSigned(text)
	if err != nil {
		return err
	}
	var a Announcement
	var origin uint32
	err = firstError(
		value.hex("validator", a.Validator[:], "40 hex digits, 0x in front or not"),
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
