// Package ism judges messages offline: given a message and the metadata that
// a relayer would hand to an interchain security module on the destination, it
// reaches the verdict that the contract would reach, without a network.
//
// # Modules
//
// Each [ModuleType] has its own metadata and its own check. Two modules here
// count signatures of validators over checkpoints (package checkpoint), one
// accepts everything:
//
//   - [MessageIDMultisig] asks for signatures over the checkpoint whose newest
//     leaf is the message itself;
//   - [MerkleRootMultisig] asks for signatures over any later checkpoint, and
//     a Merkle proof that the message is a leaf below its root;
//   - [Null] accepts every message.
//
// # Metadata
//
// Bytes of the message-id multisig (protocol specification, section 7.2).
// Integers are big-endian.
//
//	offset  size  field
//	0       32    origin Merkle tree hook
//	32      32    root of the signed checkpoint
//	64      4     index of the signed checkpoint
//	68      65·k  signatures
//
// Bytes of the Merkle-root multisig (section 7.3). The signed message id is
// the leaf at the signed index, not the delivered message, and the proof leads
// to the root the tree had at the signed index.
//
//	offset  size  field
//	0       32    origin Merkle tree hook
//	32      4     index of the message's leaf
//	36      32    signed message id
//	68      1024  proof, the sibling of the leaf first
//	1092    4     index of the signed checkpoint
//	1096    65·k  signatures
//
// # Verdict
//
// The order of the checks is the contracts' (section 7.4): length, index,
// threshold, then one signature after the other. Exactly the first threshold
// signatures are read. They must follow the order of the validators in the
// set, which may leave validators out; a validator listed twice may sign
// twice. Bytes after them are ignored. There is no verdict but an error: nil
// means that the contract would accept.
//
// # Decisions
//
// Verification reads the bytes in place and never decodes more signatures than
// it needs, so metadata of any length costs at most threshold recoveries. The
// codecs ([MessageIDMetadata], [MerkleRootMetadata]) keep every byte, also
// signatures that no contract would accept and what trails after them:
// encoding what was decoded gives the input back.
package ism
