package checkpoint

import (
	"encoding/binary"

	"github.com/ethereum/go-ethereum/crypto"

	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

// Tags that separate the two kinds of digests, and the EIP-191 prefix for 32 bytes.
const (
	checkpointTag   = "HYPERLANE"
	announcementTag = "HYPERLANE_ANNOUNCEMENT"
	eip191Prefix    = "\x19Ethereum Signed Message:\n32"
)

// Checkpoint says that Tree had the root Root when the leaf at Index, which is MessageID, was its
// newest. The zero value hashes like any other.
type Checkpoint struct {
	Origin    message.Domain  // chain of the tree
	Tree      message.Address // Merkle tree hook on the origin, not the mailbox
	Root      merkle.Hash     // root when the leaf at Index was the newest
	Index     uint32          // index of that leaf: the number of leaves minus one
	MessageID message.ID      // that leaf
}

// DomainHash returns the first 32 bytes of a checkpoint's preimage. They bind a signature to one
// tree on one chain.
func DomainHash(origin message.Domain, tree message.Address) [32]byte {
	return taggedHash(origin, tree, checkpointTag)
}

// SigningHash returns the hash of the checkpoint before the EIP-191 prefix, which the network's
// tools call signing hash. Validators sign [Checkpoint.Digest].
func (c Checkpoint) SigningHash() [32]byte {
	domain := DomainHash(c.Origin, c.Tree)
	preimage := make([]byte, 0, 32+32+4+32)
	preimage = append(preimage, domain[:]...)
	preimage = append(preimage, c.Root[:]...)
	preimage = binary.BigEndian.AppendUint32(preimage, c.Index)
	preimage = append(preimage, c.MessageID[:]...)
	// SECURITY: validators are slashed for what they sign here. The contracts fix order and widths.
	return crypto.Keccak256Hash(preimage)
}

// Digest returns the hash that validators sign: the signing hash under the EIP-191 prefix, so that
// no checkpoint can be a transaction.
func (c Checkpoint) Digest() [32]byte {
	return eip191(c.SigningHash())
}

func taggedHash(origin message.Domain, contract message.Address, tag string) [32]byte {
	preimage := make([]byte, 0, 4+32+len(announcementTag))
	preimage = binary.BigEndian.AppendUint32(preimage, uint32(origin))
	preimage = append(preimage, contract[:]...)
	preimage = append(preimage, tag...)
	// SECURITY: the tag separates checkpoints from announcements.
	return crypto.Keccak256Hash(preimage)
}

func eip191(hash [32]byte) [32]byte {
	preimage := make([]byte, 0, len(eip191Prefix)+32)
	preimage = append(preimage, eip191Prefix...)
	preimage = append(preimage, hash[:]...)
	return crypto.Keccak256Hash(preimage)
}
