// Package relayer is the agent that carries messages: it follows what origins dispatch, gathers the signatures that the
// recipient's security module wants, and processes each message on its destination, once.
//
//	r, err := relayer.New(relayer.Config{
//		StateDir: "relayer-state",
//		Chains: []relayer.Chain{
//			{Client: origin, Transactor: originKey, Finality: &evm.Finality{Blocks: 15}},
//			{Client: destination, Transactor: destinationKey},
//		},
//	})
//	err = r.Run(ctx)
//
// Run works until its context ends. Step does one pass by hand. Status answers why a message is not delivered.
//
// # Life of a message
//
//	stage                 what happened, or is missing
//	dispatched            its dispatch is in a block that is final on the origin
//	inserted              it is a leaf of the origin's tree
//	metadata built        enough validators have signed a checkpoint that covers it
//	submitted             a transaction is on its way; Status.Err matches ErrSend while the node does not take it
//	delivered             it is processed
//	final                 it is processed in a final block
//
//	filtered              whitelist, blacklist, address blacklist or destination exclude it
//	no recipient          the recipient has no code
//	not in tree           the module wants a checkpoint, the message never reached the tree
//	awaiting checkpoints  signatures are missing; Status.Result says whose
//	no metadata           the module cannot be read, or has a type without a builder: see Config.ModuleTypes
//	ISM refused           the module does not accept the metadata
//	handle reverted       the recipient reverts; Status.Err holds what it said
//	over gas cap          the delivery needs more gas than allowed
//	unreachable           the destination's node fails
//	orphaned              its dispatch was reorganised away
//
// The work on a message follows section 15.4 of the protocol specification, and the times between attempts its section
// 15.5: see Retry. A message is never given up. The network's relayer drops those whose recipient has no code; this one
// keeps them on the schedule, since code can still be deployed. RetryNow ends the wait of a message whose cause has been
// removed. Messages go in the order in which they become due, then by nonce.
//
// # What is believed
//
// Logs are not. After each range of blocks the relayer compares what the logs say with the contracts' state at the last
// of them: the number of dispatches, the number of leaves, and the root of the tree. Nonces and leaf indexes must be free
// of gaps, and every leaf must have its dispatch. Only then does the cursor move; otherwise nothing of the range is kept,
// and it is read again (InconsistentError). A node whose head falls behind is waited for (evm.ErrStaleHead). Blocks that
// disappear although they were final by the configured measure are taken back (ReorgError): leaves and messages go, and
// come again with the new blocks.
//
// Validators' storages belong to strangers. Reads are bounded in size and time, every signature is verified against the
// relayer's own tree by package ism/metadata, and one bad storage never keeps the others from being a quorum. A storage
// with a reorg flag costs its validator the vote, see Config.IgnoreReorgReports.
//
// On a destination, delivered(id) of the Inbox decides, not receipts.
//
// # What is stored
//
// One embedded database holds cursors, trees, messages and transactions. The cursor moves in the same write as the
// messages it passes. The account of each destination is a sender of package evm/sender, whose records live in the same
// database under the ids of the messages: a transaction is signed, stored on disk together with the message's stage, and
// only then sent; after a kill the same bytes are sent again. All transactions of one delivery share a nonce, and another
// nonce is used only when a final block shows that the first is gone. So a kill at any instruction neither loses a message
// nor pays for it twice. If another relayer delivers the same message while a transaction is under way, that one may still
// be mined, and fail.
//
// Nothing else may use the account of a Transactor meanwhile. If something does, nothing is lost; deliveries wait for its
// transactions (sender.ErrForeign), or are signed again.
//
// The state belongs to one network: chain id, genesis, outbox and tree of each origin are remembered, and other ones are
// refused (StoreError). It belongs to one process as well (ErrLocked).
//
// # Metrics
//
// The names and labels are those of the network's agents, with the prefix hyperlane_: submitter_queue_length,
// messages_processed_count, operations_processed_count, metadata_build_count, last_known_message_nonce,
// latest_tree_insertion_index, cursor_current_block, block_height, observed_validator_latest_index.
package relayer
