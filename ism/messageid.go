package ism

import (
	"encoding/binary"
	"slices"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

// Offsets of the fields of message-id multisig metadata.
const (
	MessageIDTreeOffset       = 0
	MessageIDRootOffset       = 32
	MessageIDIndexOffset      = 64
	MessageIDSignaturesOffset = 68
)

// MessageIDMetadata is the metadata of a [MessageIDMultisig].
type MessageIDMetadata struct {
	Tree       message.Address        // Merkle tree hook on the origin
	Root       merkle.Hash            // root of the signed checkpoint
	Index      uint32                 // index of the signed checkpoint
	Signatures []checkpoint.Signature // in the order of the validator set
	Trailing   []byte                 // bytes after the last complete signature, fewer than 65 when decoded
}

// Checkpoint returns the checkpoint that the signatures must be over to accept m.
func (d *MessageIDMetadata) Checkpoint(m *message.Message) checkpoint.Checkpoint {
	return checkpoint.Checkpoint{Origin: m.Origin, Tree: d.Tree, Root: d.Root, Index: d.Index, MessageID: m.ID()}
}

// AppendBinary appends the encoding to b. It never fails.
func (d *MessageIDMetadata) AppendBinary(b []byte) ([]byte, error) {
	b = slices.Grow(b, d.length())
	b = append(b, d.Tree[:]...)
	b = append(b, d.Root[:]...)
	b = binary.BigEndian.AppendUint32(b, d.Index)
	return appendSignatures(b, d.Signatures, d.Trailing), nil
}

// MarshalBinary returns the encoding. It never fails.
func (d *MessageIDMetadata) MarshalBinary() ([]byte, error) {
	return d.AppendBinary(make([]byte, 0, d.length()))
}

// UnmarshalBinary decodes metadata of at least 68 bytes, as the contract does. It copies what it
// keeps. On error it leaves d untouched.
func (d *MessageIDMetadata) UnmarshalBinary(b []byte) error {
	var decoded MessageIDMetadata
	if err := decoded.readHeader(b); err != nil {
		return err
	}
	decoded.Signatures, decoded.Trailing = splitSignatures(b[MessageIDSignaturesOffset:])
	*d = decoded
	return nil
}

func (d *MessageIDMetadata) length() int {
	return MessageIDSignaturesOffset + len(d.Signatures)*SignatureLength + len(d.Trailing)
}

func (d *MessageIDMetadata) readHeader(b []byte) error {
	if len(b) < MessageIDSignaturesOffset {
		return tooShort(TypeMessageIDMultisig, "header", len(b), MessageIDSignaturesOffset)
	}
	d.Tree = message.Address(b[MessageIDTreeOffset:])
	d.Root = merkle.Hash(b[MessageIDRootOffset:])
	d.Index = binary.BigEndian.Uint32(b[MessageIDIndexOffset:])
	return nil
}

// MessageIDMultisig accepts a message when the first Threshold signatures of the metadata are those
// of validators of the set, in the set's order, over a checkpoint whose newest leaf is the message.
// Root, index and tree come from the metadata and enter the digest; the module has no other value
// to compare them with. The zero value accepts nothing.
type MessageIDMultisig struct {
	Address    common.Address   // zero where the module is no contract
	Validators []common.Address // in the order of the contract
	Threshold  uint8
}

var _ Addressed = MessageIDMultisig{}

// Verify returns nil exactly if the contract would accept the message.
func (v MessageIDMultisig) Verify(metadata []byte, m *message.Message) error {
	if m == nil {
		return ErrNoMessage
	}
	var d MessageIDMetadata
	if err := d.readHeader(metadata); err != nil {
		return err
	}
	// SECURITY: origin and message id come from the message, never from the metadata, so signatures
	// over another message cannot count.
	return quorum{
		module:     TypeMessageIDMultisig,
		validators: v.Validators,
		threshold:  v.Threshold,
		start:      MessageIDSignaturesOffset,
	}.verify(metadata, d.Checkpoint(m))
}

// Type returns [TypeMessageIDMultisig].
func (MessageIDMultisig) Type() ModuleType { return TypeMessageIDMultisig }

// ModuleAddress returns Address.
func (v MessageIDMultisig) ModuleAddress() common.Address { return v.Address }
