// Package validator is the agent that signs checkpoints. It follows the tree of one chain, and
// states for every leaf, with its signature, that the leaf is message m, at index i, and that the
// root was this one right after it ([Protocol 5], [Protocol 15.2]). Signatures go to a storage that
// anybody can read, and the storage is announced on chain.
//
// A validator is a Config, New, and Run:
//
//	v, err := validator.New(validator.Config{Chain: chain, Signer: signer, Store: store, StateDir: dir, Location: location})
//	err = v.Run(ctx)
//
// Run is Step in a loop. Step is one whole pass, for tests and for programs with a clock of their
// own. Progress and Health say how far the validator is. Config holds values only; package
// hyperlane/agent/program makes it of a file.
//
// # What is signed
//
// A leaf is signed only after all of this:
//
//  1. The leaf is in a block that is final by Config.Finality, and by the same
//     finality on every witness; all nodes agree on the block's hash.
//  2. All nodes agree on count and root of the tree as of that block.
//  3. A tree made of the leaves in the logs has that count and that root.
//  4. This tree reproduces the root in the sign log.
//  5. The sign log covers the leaf, on disk.
//
// If any of it fails, Step returns an error and nothing is signed. The next Step reads again from
// the last block at which everything held.
//
// # The sign log
//
// StateDir holds signlog.json: the highest index that this key ever signed, with the root and the
// message id there. The root fixes all leaves below it, so this one record makes it impossible to
// sign two roots for one index, whatever a node says and whenever the process is killed:
//
//   - before a signature above the record is made, the record is replaced:
//     temporary file, sync, rename, sync of the directory;
//   - before any signature is made, our tree must reproduce the record.
//
// The file signlog.lock is locked while the validator lives: one key, one process. A second process
// with the same StateDir gets ErrKeyInUse. One with another StateDir and the same store finds
// checkpoints of its own key that its log does not know, and stops with ErrTwin. Two processes with
// neither in common cannot find each other: never run them.
//
// A log that is damaged, of another key, or missing although the store holds checkpoints of this
// key is ErrSignLog: the validator refuses to start. After making sure that no other process signs
// with the key, an operator calls Recover, which rebuilds the log from the published checkpoints.
//
// leaves.bin beside it is a cache of the leaves read so far, so that a restart does not read the
// chain from the beginning. It may be deleted at any time. Its content counts only once it makes
// the contract's root again.
//
// # Reorganisations
//
// If the chain, with all nodes agreeing, no longer reproduces the record, then history below
// finality was lost. The validator writes a reorg flag to its storage, which takes it out of
// service for relayers too, and stops with a *ReorgError. While a flag is in the storage no
// validator starts on it (ErrFlagged), whatever the flag holds. Removing it is an operator's
// decision.
//
// # Metrics
//
// The names are those of the network's validator. The label chain is Config.Name, or the domain.
//
//	hyperlane_latest_checkpoint{phase="validator_observed"}   newest leaf on which all nodes agree
//	hyperlane_latest_checkpoint{phase="validator_processed"}  newest leaf with a published checkpoint
//	hyperlane_block_height                                    newest block that is final on all nodes
//	hyperlane_announced                                       1 once the location is announced on chain
//	hyperlane_reached_initial_consistency                     1 once the leaves agree with the contract's tree
//	hyperlane_backfill_complete                               1 while every leaf has a published checkpoint
//	hyperlane_critical_error                                  1 once the validator stopped for good
//
// An operator watches three things: hyperlane_critical_error is 0; the two phases of
// hyperlane_latest_checkpoint are equal within a minute; hyperlane_block_height grows.
//
// [Protocol 5]: https://github.com/hyperlane-go/sdk/blob/main/docs/protocol/checkpoints.md#5-checkpoints-and-validator-storage
// [Protocol 15.2]: https://github.com/hyperlane-go/sdk/blob/main/docs/interop.md#152-validator
package validator
