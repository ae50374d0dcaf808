// Package checkpoint holds what a validator signs: checkpoints of an origin's Merkle tree, and
// announcements of where those checkpoints are stored. It hashes, signs, recovers, and encodes; it
// decides nothing about quorums (package ism does) and touches no network.
//
// # Digests
//
// A checkpoint at index i commits to the i+1 oldest leaves of one tree. All integers are
// big-endian, all addresses have 32 bytes ([Protocol 5.1]):
//
//	domainHash  = keccak( origin[4] ‖ tree[32] ‖ "HYPERLANE" )
//	signingHash = keccak( domainHash[32] ‖ root[32] ‖ index[4] ‖ messageID[32] )
//	digest      = keccak( "\x19Ethereum Signed Message:\n32" ‖ signingHash )
//
// The tree is the address of the Merkle tree hook. An announcement ([Protocol 6]) has the mailbox
// in its place and another tag, so that a signature of one kind is never valid for the other:
//
//	domainHash  = keccak( origin[4] ‖ mailbox[32] ‖ "HYPERLANE_ANNOUNCEMENT" )
//	signingHash = keccak( domainHash[32] ‖ location )
//
// The digest from before V3, without the message ID, is neither made nor accepted.
//
// # Signatures
//
//	offset  size  field
//	     0    32  r
//	    32    32  s, in the lower half of the group order
//	    64     1  v, 27 or 28
//
// Only this form counts, the one that contracts accept (OpenZeppelin's ECDSA): [Signature.Recover]
// refuses every other. A v of 0 or 1, or an s in the upper half, are other forms of the same
// signature with the same signer. [NormalizeSignature] and [Signature.Normalize] convert them, and
// so does reading stored JSON.
//
// # Stored form
//
// [Signed] and [SignedAnnouncement] marshal to the JSON in validators' storage ([Protocol 5.2],
// [Protocol 5.3]), byte for byte as the network's own validators write it: fixed key order, r and s
// without leading zero digits, serialized_signature at full width. Reading accepts what the
// network's own readers accept: see [Signed.UnmarshalJSON].
//
// # Decisions
//
// The signature is a named field of [Signed], because an embedded one would lend its text form to
// the whole value. Values from storage are not trusted: decoding checks that they are well formed,
// and [Signed.Verify] checks who signed. A [Signer] of this package returns no signature that does
// not recover to its own address.
//
// [Protocol 5.1]: https://github.com/hyperlane-go/sdk/blob/main/docs/protocol/checkpoints.md#51-digest
// [Protocol 5.2]: https://github.com/hyperlane-go/sdk/blob/main/docs/protocol/checkpoints.md#52-json-of-a-signed-checkpoint
// [Protocol 5.3]: https://github.com/hyperlane-go/sdk/blob/main/docs/protocol/checkpoints.md#53-announcement-json
// [Protocol 6]: https://github.com/hyperlane-go/sdk/blob/main/docs/protocol/announce.md#6-validatorannounce
package checkpoint
