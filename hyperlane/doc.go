// Package hyperlane is the protocol on one chain: it dispatches, processes and watches messages,
// and reads the tree, the security modules and the announcements of validators.
//
//	chain, err := hyperlane.Dial(ctx, url, hyperlane.Mailbox(mailbox))
//	sent, err := chain.Outbox().Dispatch(ctx, opts, hyperlane.Dispatch{Destination: 2000, Recipient: recipient, Body: body})
//	delivery, err := destination.Inbox().Wait(ctx, sent.ID)
//
// The contracts can be ours or the live network's: the package calls only what both have. Give the
// live network's tree as Addresses.MerkleTreeHook; our Outbox is its own tree. [Protocol 2],
// [Protocol 4], [Protocol 6] and [Protocol 15.1] describe what is called and read.
//
// A [Chain] stands on an evm.Client, which believes no answer of a node that it can check, and has
// its methods. This package adds the checks that need the protocol: a Dispatch log must hold bytes
// that hash to the id that the contract stated, nonces and leaf indexes must follow each other
// without gaps, and the branch of a tree must give the root that the contract computes.
//
// # Writing
//
// Every write is a verb that waits until it is mined (Dispatch, Process, Publish), and a call as a
// value ([Outbox.DispatchCall], [Inbox.ProcessCall], [ValidatorAnnounce.PublishCall]) that the
// client simulates, estimates, sends or prepares for a signer elsewhere. Dispatch asks for the
// quote and pays it. Process simulates with the real sender before anything is paid.
//
// # Reading
//
// Reads are as of the latest block. [Chain.At] makes them as of one block: make reads that belong
// together so.
//
// Dispatches, Insertions and Deliveries read a range of blocks once. Their Follow forms go on with
// the chain as it grows; evm.Follow says how reorganisations show.
//
// # Errors
//
// A contract's refusal is an *evm.RevertError with one of the classes of this package
// ([ErrAlreadyDelivered], [ErrISMRefused], [ErrRecipient], ...) or of package evm. Our custom
// errors and the official revert strings have the same class.
//
// [Protocol 2]: https://github.com/hyperlane-go/sdk/blob/main/docs/protocol/mailbox.md#2-mailbox
// [Protocol 4]: https://github.com/hyperlane-go/sdk/blob/main/docs/protocol/tree.md#4-merkle-tree
// [Protocol 6]: https://github.com/hyperlane-go/sdk/blob/main/docs/protocol/announce.md#6-validatorannounce
// [Protocol 15.1]: https://github.com/hyperlane-go/sdk/blob/main/docs/interop.md#151-finality
package hyperlane
