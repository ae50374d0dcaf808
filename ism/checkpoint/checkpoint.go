package checkpoint

import (
	"encoding/binary"

	"github.com/ethereum/go-ethereum/crypto"

	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

// Tags that keep the two kinds of digests apart, and the prefix of EIP-191
// for a message of 32 bytes.
const (
	checkpointTag   = "HYPERLANE"
	announcementTag = "HYPERLANE_ANNOUNCEMENT"
	eip191Prefix    = "\x19Ethereum Signed Message:\n32"
)

// Checkpoint states that the tree of Origin had Root right after the leaf at
// Index, which is MessageID, was inserted. The zero value is the claim about
// domain 0 with an all-zero root; it hashes like any other.
type Checkpoint struct {
	Origin    message.Domain  // domain of the chain the tree lives on
	Tree      message.Address // Merkle tree hook on the origin, not the mailbox
	Root      merkle.Hash     // root when the leaf at Index was the newest
	Index     uint32          // leaf index, which is the number of leaves minus one
	MessageID message.ID      // the leaf at Index
}

// DomainHash is the first 32 bytes of a checkpoint's preimage. It ties a
// signature to one tree on one chain.
func DomainHash(origin message.Domain, tree message.Address) [32]byte {
	return taggedHash(origin, tree, checkpointTag)
}

// SigningHash is the hash of the checkpoint before the EIP-191 prefix. It is
// what the network's tools show as signing hash; validators sign [Checkpoint.Digest].
func (c Checkpoint) SigningHash() [32]byte {
	domain := DomainHash(c.Origin, c.Tree)
	preimage := make([]byte, 0, 32+32+4+32)
	preimage = append(preimage, domain[:]...)
	preimage = append(preimage, c.Root[:]...)
	preimage = binary.BigEndian.AppendUint32(preimage, c.Index)
	preimage = append(preimage, c.MessageID[:]...)
	// SECURITY: this preimage is what validators are slashed over. Order and
	// widths are fixed by the contracts.
	return crypto.Keccak256Hash(preimage)
}

// Digest is the hash that validators sign: the signing hash under the prefix
// of EIP-191, so that a wallet or KMS can never be tricked into signing a
// transaction this way.
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
