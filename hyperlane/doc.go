// Package hyperlane is the client of one chain: it dispatches, processes and watches messages, and reads the tree,
// the security modules and the announcements of validators.
//
//	chain, err := hyperlane.Dial(ctx, url, hyperlane.Mailbox(mailbox))
//	sent, err := chain.Outbox().Dispatch(ctx, opts, hyperlane.Dispatch{Destination: 2000, Recipient: recipient, Body: body})
//	delivery, err := destination.Inbox().Wait(ctx, sent.ID)
//
// The contracts may be ours or the live network's: only what both have is called. Give the live network's tree as
// Addresses.MerkleTreeHook; our Outbox is its own tree. Sections 2, 4, 6 and 15.1 of the protocol specification
// describe what is called and read.
//
// # A node is not believed
//
// Every answer is checked against the request, the protocol and the node's other answers before it is passed on:
// receipts and logs must be of the transaction and block they were asked for, in blocks that are part of the chain;
// a Dispatch log must hold bytes that hash to the id the contract stated; numbers of messages and leaves must
// follow each other without gaps, from what the contract counts before a range to what it counts at its end; a
// tree's branch must give the root that the contract computes. What fails a check is an *[AnswerError], and nothing
// of it is used. All failures of a node match [ErrRPC]: they may pass, so agents try again. What a node invents
// consistently cannot be noticed by asking it alone; that is what a second node is for.
//
// # Errors
//
//	ErrRPC           the node: *RPCError, *AnswerError (ErrAnswer), *ReorgError (ErrReorg), *StaleHeadError (ErrStaleHead)
//	ErrReverted      a contract: *RevertError, with classes such as ErrAlreadyDelivered, ErrISMRefused, ErrRecipient
//	ErrNotMined      a transaction that may still be mined: *TxError
//	ErrTxFailed      a mined transaction that reverted: *TxError around a *RevertError
//	ErrFunds         an account that cannot pay: *FundsError
//	ErrConfig        settings that cannot work: *ConfigError
//	ErrNoFinality    a node without the block tag asked for: *NoFinalityError
//
// Refusals are recognised by the contracts' own data, never by a node's words: our custom errors and the official
// revert strings map to the same class.
//
// # Finality and reading
//
// [Chain.Head] gives the newest block that is final by a [Finality]. All reads that belong together should be made
// at one [Head]; they are made at its hash where the node can, so a reorganisation in between is an error and never
// a mixture.
//
// # Events
//
// Dispatches, Insertions and Deliveries read a range of blocks once. Their Follow forms go on with the chain as it
// grows, without gaps and without repetition, also across reorganisations: when blocks vanish, the events in them
// are yielded again with Removed set, newest first, and then those of the blocks that took their place. Appending
// each event that is not removed, and dropping the last one for each that is, gives at any time the events of the
// chain.
//
// Log queries cover [WithChunk] blocks at most, half of it when the node refuses, and grow again. Each query is
// surrounded by reads of the last block in it, and each block with events is looked up, so logs of two chains are
// not mixed. A Follow iterator keeps the hashes of [WithReorgWindow] blocks; a deeper reorganisation ends it with a
// *[ReorgError] that is Deep. A node whose head falls behind is waited for.
//
// Iterators stop at the first error, which comes with a zero event. The Follow forms try again first, [WithRetries]
// times in a row.
//
// # Sending
//
// Dispatch quotes, estimates, signs, sends, waits until mined, and reads the result from the receipt. Process
// simulates with the real sender before anything is paid. The gas limit is the node's estimate and [WithGasMargin].
// bind.TransactOpts is copied, never changed, and its Context is not used: every call takes its own. An error after
// signing carries the transaction's hash.
package hyperlane
