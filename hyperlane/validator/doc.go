// Package validator is the agent that signs checkpoints: it follows the tree of
// one chain, and says of every leaf, with its signature, "this is message m, at
// index i, and this was the root then" (protocol specification, sections 5 and
// 15.2). Signatures go to a storage that anybody can read, and the storage is
// announced on chain.
//
// A validator is a Config, New, and Run:
//
//	v, err := validator.New(validator.Config{Chain: chain, Signer: signer, Store: store, StateDir: dir, Location: location, ...})
//	err = v.Run(ctx)
//
// Run is Step in a loop; Step is one whole pass, for tests and for programs with
// a clock of their own.
//
// # What is signed
//
// A leaf is signed only after all of this (section 15.2):
//
//  1. The leaf is in a block that is final by Config.Finality, and by the same
//     finality on every witness; all nodes agree on the block's hash.
//  2. All nodes agree on count and root of the tree at that block.
//  3. The leaves read from the logs, put into a tree of our own, give that count
//     and that root.
//  4. Our own tree reproduces the root in the sign log.
//  5. The sign log covers the leaf, on disk.
//
// Whatever fails is an error of Step, nothing is signed, and the next Step reads
// again from the last block at which everything held.
//
// # The sign log
//
// StateDir holds signlog.json: the highest index this key ever signed, with the
// root and the message id there. The root fixes all leaves below it, so this one
// record makes it impossible to sign two roots for one index, whatever a node
// says and whenever the process is killed:
//
//   - before a signature above the record is made, the record is replaced:
//     temporary file, sync, rename, sync of the directory;
//   - before any signature is made, our tree must reproduce the record.
//
// signlog.lock is held while the validator lives: one key, one process. A second
// process with the same StateDir gets ErrLocked. One with another StateDir but
// the same store finds checkpoints of its own key that its log does not know,
// and stops with ErrTwin. Two processes with neither in common cannot find each
// other: never run them.
//
// A log that is damaged, of another key, or missing although the store holds
// checkpoints of this key is ErrSignLog: the validator refuses to start. After
// making sure that no other process signs with the key, an operator calls
// Recover, which rebuilds the log from the published checkpoints.
//
// leaves.bin beside it is a cache of the leaves read so far, so that a restart
// does not read the chain from the beginning. It may be deleted at any time, and
// what it holds counts only once it makes the contract's root again.
//
// # Reorganisations
//
// If the chain, with all nodes agreeing, no longer reproduces the record, then
// history below finality was lost. The validator writes a reorg flag to its
// storage, which takes it out of service for relayers too, and stops with a
// *ReorgError. While the flag is in the storage no validator starts on it
// (ErrFlagged), whatever the flag holds; removing it is an operator's decision.
package validator
