// Package relayer is the agent that delivers messages. It indexes the messages that origins
// dispatch, collects the signatures that the recipient's security module (ISM) requires, and
// processes each message once on its destination ([Protocol 15.4]).
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
// [New] opens the state and makes no request. [Relayer.Run] relays until its context is cancelled.
// [Relayer.Step] makes one complete pass, for tests and for programs with their own loop.
// [Relayer.Status] says where a message is and why it is not delivered, [Relayer.Pending] does so
// for all messages that are not done, and [Relayer.Progress] says how far each origin has been
// indexed. [Relayer.RetryNow] makes a waiting message due at once, after its obstacle is gone.
// Config.Observe receives an [Event] for each change. [Relayer.Close] closes the state.
//
// # Stages of a message
//
//	stage                 meaning
//	dispatched            its dispatch is in a final block of the origin
//	inserted              it is a leaf of the origin's tree
//	metadata built        enough validators have signed a checkpoint that covers it
//	submitted             its delivery is sent; Status.Err matches ErrSend while the node refuses it
//	delivered             it is processed
//	final                 it is processed in a final block
//
//	filtered              a whitelist, a blacklist or its destination excludes it
//	no recipient          its recipient has no code
//	not in tree           its ISM requires a checkpoint, and it is not in the tree
//	awaiting checkpoints  signatures are missing; Status.Result names the validators
//	no metadata           its ISM cannot be read, or has a type without a builder (Config.ModuleTypes)
//	ISM refused           its ISM refuses the metadata
//	handle reverted       its recipient reverts; Status.Err has the reason
//	over gas cap          its delivery needs more gas than Chain.GasCap
//	not taken             the destination's node refuses its delivery
//	unreachable           the destination's node fails
//	orphaned              its dispatch was reorganised away
//
// A failed attempt is repeated on a schedule ([Protocol 15.5]): see [Retry]. The relayer never
// gives a message up. The network's relayer drops a message whose recipient has no code; this one
// keeps it on the schedule, because code can be deployed later. Messages are processed in the order
// in which they become due, then by origin and nonce.
//
// # What the relayer verifies
//
// It does not trust logs. After each range of blocks it compares the logs with the state of the
// contracts as of the last block: the number of dispatches, the number of leaves, and the root of
// the tree. Nonces and leaf indexes must be consecutive, and every leaf must have a dispatch. If
// all of this holds, the cursor moves. Otherwise the relayer discards the range, fails with an
// *evm.AnswerError, and reads the range again. If the head of a node goes backwards, the relayer
// waits for the node (evm.ErrStaleHead). If blocks disappear that were final by Chain.Finality, it
// removes their leaves and messages, reports a [ReorgError], and indexes the new blocks.
//
// Anyone can announce a storage location ([Protocol 5]). The relayer bounds the size and time of
// each read, and verifies every signature against its own tree, with package ism/metadata. A bad
// storage does not prevent the quorum of the others. A storage with a reorg flag costs its
// validator the vote: see Config.IgnoreReorgReports.
//
// On a destination, delivered(id) of the inbox decides whether a message is processed. Receipts
// only add detail.
//
// # What the relayer stores
//
// An embedded database in Config.StateDir holds cursors, trees, messages and transactions. The
// cursor moves in the same write as the messages that it passes. The account of each destination is
// a sender of package evm/sender, whose records are in the same database, under the ids of the
// messages. A transaction is signed, then stored on disk together with the stage of its message,
// and only then sent; after a crash the relayer sends the same bytes again. All transactions of a
// delivery share a nonce, and the relayer uses another nonce only when a final block shows that the
// first one is used. So a crash at any instruction neither loses a message nor pays for it twice.
// If another relayer delivers the same message while a transaction is under way, that transaction
// can still be mined, and revert.
//
// Nothing else may send from the account of a Transactor. If another program does, no message is
// lost: deliveries wait for its transactions (sender.ErrForeign), or are signed again.
//
// The state belongs to one network. It holds chain id, genesis, outbox and tree of each origin, and
// the relayer refuses a chain with others (ErrStore). It also belongs to one process (ErrLocked).
//
// # Metrics
//
// The names and labels are those of the network's agents, with the prefix hyperlane_:
// submitter_queue_length, messages_processed_count, operations_processed_count,
// metadata_build_count, last_known_message_nonce, latest_tree_insertion_index,
// cursor_current_block, block_height, observed_validator_latest_index.
//
// [Protocol 5]: https://github.com/hyperlane-go/sdk/blob/main/docs/protocol/checkpoints.md#5-checkpoints-and-validator-storage
// [Protocol 15.4]: https://github.com/hyperlane-go/sdk/blob/main/docs/interop.md#154-relayer-order-of-work-per-message
// [Protocol 15.5]: https://github.com/hyperlane-go/sdk/blob/main/docs/interop.md#155-retry-schedule
package relayer
