// Package ism reaches the verdict of an interchain security module offline. Given a message and the
// metadata that a relayer hands to the module, Verify returns nil exactly if the contract on the
// destination would accept them.
//
// # Modules
//
// Each [ModuleType] has its own metadata and its own check. Two modules of this package count
// signatures of validators over checkpoints (package checkpoint), one accepts everything, and one
// stands for all other types:
//
//   - [MessageIDMultisig] wants signatures over the checkpoint whose newest leaf is the message;
//   - [MerkleRootMultisig] wants signatures over any later checkpoint, and a Merkle proof that the
//     message is a leaf below its root;
//   - [Null] accepts every message;
//   - [Unknown] is a module that this package cannot verify.
//
// A [Module] is a value. A module that consists of others holds them as values, so a whole tree of
// modules is one value. Modules that stand for a contract know its address; see [AddressOf].
//
// # Metadata
//
// Bytes of the message-id multisig ([Protocol 7.2]). Integers are big-endian.
//
//	offset  size  field
//	0       32    origin Merkle tree hook
//	32      32    root of the signed checkpoint
//	64      4     index of the signed checkpoint
//	68      65·k  signatures
//
// Bytes of the Merkle-root multisig ([Protocol 7.3]). The signed message id is the leaf at the
// signed index, not the delivered message. The proof leads to the root that the tree had at the
// signed index.
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
// The checks run in the order of the contracts ([Protocol 7.4]): length, index, threshold, then one
// signature after the other. Exactly the first threshold signatures are read. They must follow the
// order of the validators in the set, which may leave validators out. A validator listed twice may
// sign twice. Bytes after the last signature read are ignored. The only verdict is an error: nil
// means that the contract would accept.
//
// # Decisions
//
// Verification reads the bytes in place and decodes no more signatures than it needs, so metadata
// of any length costs at most threshold recoveries. The codecs ([MessageIDMetadata],
// [MerkleRootMetadata]) keep every byte, including signatures that no contract accepts and the
// bytes after them: encoding what was decoded returns the input.
//
// Only [ThresholdError] is a type, because it carries evidence. All other refusals match a class
// with errors.Is and name the facts in their text.
//
// [Protocol 7.2]: https://github.com/hyperlane-go/sdk/blob/main/docs/protocol/ism.md#72-message-id-multisig-metadata
// [Protocol 7.3]: https://github.com/hyperlane-go/sdk/blob/main/docs/protocol/ism.md#73-merkle-root-multisig-metadata
// [Protocol 7.4]: https://github.com/hyperlane-go/sdk/blob/main/docs/protocol/ism.md#74-verification-algorithms
package ism
