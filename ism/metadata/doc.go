// Package metadata builds the metadata with which a message passes the interchain security module
// of its recipient. It asks validators for signed checkpoints, believes none of them before it has
// checked them, and returns the bytes that package ism and the contract on the destination accept.
//
// # Sources
//
// A [Builder] reads through three small interfaces and touches no network itself: [ModuleReader]
// for the module on the destination, [CheckpointReader] for the checkpoints that validators stored,
// [TreeReader] for the origin's tree as the caller knows it. [StaticModules], [ModuleReaderFunc],
// [CheckpointFuncs] and [TreeOf] make sources of values and functions.
//
// # Module types
//
// The builder has one part for each module type:
//
//	module                metadata                          checkpoint
//	message id multisig   68 bytes and signatures           at the message's own leaf
//	merkle root multisig  1096 bytes, proof and signatures  at the highest index found with a quorum
//	null                  none                              none
//
// A caller registers a [TypeBuilder] for any other type in [Builder.Types], or replaces one of
// these with [Override]. A registered builder gets a [Request]: the module and the message, the
// modules inside the module through the same walker, and tree and checkpoints through the same
// checks. Its metadata is verified offline where the module value has a verifier. A registered
// builder that fails, panics or does not return fails its own module, and no other.
//
// # Result
//
// A [Result] explains the outcome and is returned on failure too. Its tree mirrors the tree of
// modules: each node has the module's address and type, its metadata or its error, for a multisig
// the state of every validator, and the results of the modules inside. Depth, width and size of the
// tree are bounded, and a module that contains itself is refused with [ErrCycle].
//
// # Signatures that count
//
// Every answer of a validator is hostile until it is verified. It counts only if it is a checkpoint
// of this origin and this tree, at exactly the index asked for, with the root and the leaf that the
// builder's own tree has there, signed by this validator. The result keeps anything else with its
// reason, and it goes no further: one validator that lies, fails, hangs or stores garbage never
// keeps the others from a quorum. Built metadata is verified with package ism before it is
// returned.
//
// A message that was inserted more than once counts at its last leaf, as the network's relayer has
// it, or at its first where the last has no quorum yet.
//
// # Searching for a quorum
//
// For the Merkle-root multisig the search begins at the index that threshold validators claim to
// have reached, cut to the builder's tree, and moves down. A validator that claims an index and
// does not deliver it is believed to be no further than the next validator below it, and less each
// time. A validator that cannot be reached is not asked again before the end. So a hostile claim
// costs a few requests, not a walk through four billion indexes. The search ends after
// [Builder.MaxSteps] indexes with one last attempt at the message's own leaf, which asks all
// validators but those that say that they have not reached it.
//
// # Decisions
//
// After the quorum is complete the builder waits a little for the other validators
// ([Builder.Patience]), so that the result shows those that begin to fail while the others still
// make up for them.
//
// A registered builder that ignores its context keeps its goroutine, as any Go function can. The
// walker stops waiting for it; what it does later changes no result.
package metadata
