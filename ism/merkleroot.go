package ism

import (
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

// Offsets of the fields of Merkle-root multisig metadata.
const (
	MerkleRootTreeOffset            = 0
	MerkleRootMessageIndexOffset    = 32
	MerkleRootSignedMessageIDOffset = 36 // of the signed leaf
	MerkleRootPathOffset            = 68
	MerkleRootSignedIndexOffset     = 1092
	MerkleRootSignaturesOffset      = 1096

	// MerkleRootPathLength is the number of bytes of the proof.
	MerkleRootPathLength = merkle.Depth * 32
)

// MerkleRootMetadata is the metadata of a [MerkleRootMultisig].
type MerkleRootMetadata struct {
	Tree            message.Address           // Merkle tree hook on the origin
	MessageIndex    uint32                    // leaf index of the delivered message
	SignedMessageID message.ID                // leaf at SignedIndex
	Path            [merkle.Depth]merkle.Hash // proof of the message in the tree as of SignedIndex
	SignedIndex     uint32                    // index of the signed checkpoint
	Signatures      []checkpoint.Signature    // in the order of the validator set
	Trailing        []byte                    // bytes after the last complete signature, fewer than 65 when decoded
}

// Proof returns the proof that m is the leaf at MessageIndex.
func (d *MerkleRootMetadata) Proof(m *message.Message) merkle.Proof {
	return merkle.Proof{Leaf: merkle.Hash(m.ID()), Index: d.MessageIndex, Path: d.Path}
}

// Checkpoint returns the checkpoint that the signatures must be over to accept m. Its root is the
// one that m and the proof lead to.
func (d *MerkleRootMetadata) Checkpoint(m *message.Message) checkpoint.Checkpoint {
	proof := d.Proof(m)
	return checkpoint.Checkpoint{
		Origin:    m.Origin,
		Tree:      d.Tree,
		Root:      proof.Root(),
		Index:     d.SignedIndex,
		MessageID: d.SignedMessageID,
	}
}

// AppendBinary appends the encoding to b. It never fails.
func (d *MerkleRootMetadata) AppendBinary(b []byte) ([]byte, error) {
	b = slices.Grow(b, d.length())
	b = append(b, d.Tree[:]...)
	b = binary.BigEndian.AppendUint32(b, d.MessageIndex)
	b = append(b, d.SignedMessageID[:]...)
	for _, sibling := range d.Path {
		b = append(b, sibling[:]...)
	}
	b = binary.BigEndian.AppendUint32(b, d.SignedIndex)
	return appendSignatures(b, d.Signatures, d.Trailing), nil
}

// MarshalBinary returns the encoding. It never fails.
func (d *MerkleRootMetadata) MarshalBinary() ([]byte, error) {
	return d.AppendBinary(make([]byte, 0, d.length()))
}

// UnmarshalBinary decodes metadata of at least 1096 bytes, as the contract does. It does not
// compare the two indexes. It copies what it keeps. On error it leaves d untouched.
func (d *MerkleRootMetadata) UnmarshalBinary(b []byte) error {
	var decoded MerkleRootMetadata
	if err := decoded.readHeader(b); err != nil {
		return err
	}
	decoded.Signatures, decoded.Trailing = splitSignatures(b[MerkleRootSignaturesOffset:])
	*d = decoded
	return nil
}

func (d *MerkleRootMetadata) length() int {
	return MerkleRootSignaturesOffset + len(d.Signatures)*SignatureLength + len(d.Trailing)
}

func (d *MerkleRootMetadata) readHeader(b []byte) error {
	if len(b) < MerkleRootSignaturesOffset {
		return tooShort(TypeMerkleRootMultisig, "header", len(b), MerkleRootSignaturesOffset)
	}
	d.Tree = message.Address(b[MerkleRootTreeOffset:])
	d.MessageIndex = binary.BigEndian.Uint32(b[MerkleRootMessageIndexOffset:])
	d.SignedMessageID = message.ID(b[MerkleRootSignedMessageIDOffset:])
	for i := range d.Path {
		d.Path[i] = merkle.Hash(b[MerkleRootPathOffset+32*i:])
	}
	d.SignedIndex = binary.BigEndian.Uint32(b[MerkleRootSignedIndexOffset:])
	return nil
}

// MerkleRootMultisig accepts a message when the metadata proves it to be a leaf below a root, and
// the first Threshold signatures are those of validators of the set, in the set's order, over a
// checkpoint with that root at or after the message's index. The zero value accepts nothing.
type MerkleRootMultisig struct {
	Address    common.Address   // zero where the module is no contract
	Validators []common.Address // in the order of the contract
	Threshold  uint8
}

var _ Addressed = MerkleRootMultisig{}

// Verify returns nil exactly if the contract would accept the message.
func (v MerkleRootMultisig) Verify(metadata []byte, m *message.Message) error {
	if m == nil {
		return ErrNoMessage
	}
	var d MerkleRootMetadata
	if err := d.readHeader(metadata); err != nil {
		return err
	}
	// SECURITY: without this, a proof could lead through leaves that the signed checkpoint does not
	// cover.
	if d.MessageIndex > d.SignedIndex {
		return fmt.Errorf("%w: message is leaf %d, checkpoint covers leaves up to %d; wait for a later checkpoint",
			ErrMerkleIndex, d.MessageIndex, d.SignedIndex)
	}
	// SECURITY: the root is computed from the message, never read from the metadata; a proof of
	// another leaf leads to a root without signatures.
	return quorum{
		module:     TypeMerkleRootMultisig,
		validators: v.Validators,
		threshold:  v.Threshold,
		start:      MerkleRootSignaturesOffset,
	}.verify(metadata, d.Checkpoint(m))
}

// Type returns [TypeMerkleRootMultisig].
func (MerkleRootMultisig) Type() ModuleType { return TypeMerkleRootMultisig }

// ModuleAddress returns Address.
func (v MerkleRootMultisig) ModuleAddress() common.Address { return v.Address }
