// Package metadata builds the metadata with which a message passes the
// interchain security module of its recipient: it asks validators for signed
// checkpoints, believes none of them before it has checked them, and puts
// together the bytes that package ism and the contract on the destination
// accept.
//
// # Sources
//
// A [Builder] reads through three small interfaces, so that it touches no
// network itself: [ModuleReader] for the module on the destination,
// [CheckpointReader] for what validators stored, [TreeReader] for the
// origin's tree as the caller knows it. [Modules], [CheckpointFuncs] and
// [TreeOf] make sources of values and functions.
//
// # What is built
//
//	module                metadata                          checkpoint
//	message id multisig   68 bytes and signatures           at the message's own leaf
//	merkle root multisig  1096 bytes, proof and signatures  at the highest index found with a quorum
//	null                  none                              none
//
// A message that was inserted more than once counts at its last leaf, as the
// network's relayer has it, or at its first where the last has no quorum yet.
//
// # What a signature must be to count
//
// Every answer of a validator is hostile until it is verified. It counts only
// if it is a checkpoint of this origin and this tree, at exactly the index
// asked for, with the root that the caller's own tree had there and the leaf
// that it has there, signed by this validator. Anything else is written down
// in the result with its reason and goes no further: one validator that lies,
// fails, hangs or stores garbage never keeps the others from a quorum. The
// metadata that comes out is verified with package ism before it is returned.
//
// # Searching for a quorum
//
// For the Merkle-root multisig the search begins at the index that threshold
// validators claim to have reached (claims beyond the caller's tree are cut)
// and moves down. A validator that claims an index and does not deliver it is
// believed to be no further than the next below it, and less each time; one
// that cannot be reached is not asked again before the end. So a hostile claim
// costs a few requests, not a walk through four billion indexes. The search ends after [Builder.MaxSteps] indexes with
// one last attempt at the message's own leaf, where everybody is asked who has
// not said to be behind it.
//
// # Decisions
//
// The result is returned on failure too and explains every validator, because
// "why is my message not delivered" is asked more often than anything else.
// After the quorum is complete the builder waits a little for the other
// validators ([Builder.Patience]) so that the result also tells of those which
// begin to fail while it does not hurt yet.
package metadata
