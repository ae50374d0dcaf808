// Package checkpoint holds what a Hyperlane validator signs: checkpoints of
// an origin's Merkle tree, and announcements of where those checkpoints can
// be read. It hashes, signs, recovers and stores them; it decides nothing
// about quorums (package ism does) and touches no network.
//
// # Digests
//
// A checkpoint at index i commits to the i+1 oldest leaves of one tree. All
// integers are big-endian, all addresses 32 bytes (protocol specification,
// section 5.1):
//
//	domainHash  = keccak( origin[4] ‖ tree[32] ‖ "HYPERLANE" )
//	signingHash = keccak( domainHash[32] ‖ root[32] ‖ index[4] ‖ messageID[32] )
//	digest      = keccak( "\x19Ethereum Signed Message:\n32" ‖ signingHash )
//
// The tree is the address of the Merkle tree hook. An announcement (section
// 6) names the mailbox in the same place, under another tag, so that neither
// signature can pass for the other:
//
//	domainHash  = keccak( origin[4] ‖ mailbox[32] ‖ "HYPERLANE_ANNOUNCEMENT" )
//	signingHash = keccak( domainHash[32] ‖ location )
//
// The digest of the second generation of the network, which left the message
// id out, is neither made nor accepted here.
//
// # Signatures
//
//	offset  size  field
//	0       32    r
//	32      32    s, in the lower half of the group order
//	64      1     v, 27 or 28
//
// Exactly one form of a signature counts, the one the contracts accept
// (OpenZeppelin's ECDSA): [Signature.Recover] refuses everything else. Other
// spellings of the same signature (v of 0 or 1, s in the upper half) recover
// to the same signer and are translated only where a caller asks for it, by
// [NormalizeSignature] and [Signature.Normalize], and where stored JSON is
// read.
//
// # Stored form
//
// [Signed] and [SignedAnnouncement] marshal to the JSON that validators put
// in their storage (sections 5.2 and 5.3), byte for byte what the network's
// own validators write: fixed key order, r and s without leading zero
// digits, serialized_signature at full width. Reading is as liberal as the
// network's own readers: see [Signed.UnmarshalJSON].
//
// # Decisions
//
// The signature stays a named field of [Signed], because an embedded one
// would lend its text form to the whole value. Nothing read from storage is
// believed: JSON decoding says that a value is well formed,
// [Signed.Verify] says who signed it. A [Signer] never hands out a signature
// that was not recovered to its own address first.
package checkpoint
