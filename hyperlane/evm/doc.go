// Package evm is the client of one EVM node that is not believed: heads and finality, reads as of a
// block, calls, sending and waiting, logs across reorganisations, and what a contract's refusal
// means. It knows no contract of the protocol; the packages that do stand on it.
//
//	client, err := evm.Dial(ctx, url, evm.WithChainID(big.NewInt(1)))
//	head, err := client.Head(ctx, evm.Finality{Tag: evm.TagFinalized})
//	nonce, err := evm.Read(ctx, client, head, query)
//	receipt, err := client.Send(ctx, opts, call)
//
// # A node is not believed
//
// The client checks every answer against the request, the rules of the chain and the node's other
// answers before it passes it on. Receipts and logs must be of the transaction and block asked for,
// in blocks that are part of the chain. Events with a serial number must follow each other without
// gaps, from what the contract counts before a range to what it counts at its end. Nulls, negative
// amounts and numbers that no chain reaches are refused. What fails a check is an *[AnswerError],
// and nothing of it is used. All failures of a node match [ErrRPC]: they can pass, so agents try
// again. What a node invents consistently cannot be noticed by asking it alone; that takes a second
// node. Prices of gas and quotes are such answers: where the node is a stranger's, bound them with
// GasFeeCap and Value in bind.TransactOpts.
//
// # Calls are values
//
// A write is a [Call]: who is called, with what value and data. The client simulates it, estimates
// it, sends it, or prepares it for a signer elsewhere; a Safe or a multicall contract takes it as
// it is. A read is a [Query]; [Read] makes one, and [Batch] makes many in as few round trips as the
// node permits.
//
// One rule says when sending returns: [Client.Send] and every verb built on it wait until the
// transaction is mined, with the confirmations of [WithConfirmations]. [Client.Submit] returns as
// soon as the node has the transaction.
//
// bind.TransactOpts are copied, never changed, and their Context is not used: every call takes its
// own. An error after signing carries the transaction's hash.
//
// # Reading as of a block
//
// [Client.Head] gives the newest block that is final by a [Finality]. Make all reads that belong
// together as of one [Head]. The client reads at its hash where the node can, so a reorganisation
// in between cannot mix two chains; elsewhere it reads at the number and checks afterwards that the
// block is still the same: a value, a refusal or missing code of another block is an [ErrReorg].
//
// # Events
//
// [Scan] reads a range of blocks once. [Follow] goes on with the chain as it grows, without gaps
// and without repetition, also across reorganisations.
//
// # Refusals
//
// A refusal is a *[RevertError]. The client recognises it by the contract's own data, never by a
// node's words. Which class it has is registered with [Client.Register] by the packages that know
// the contracts.
//
// # Errors
//
//	ErrRPC        the node: *RPCError, *AnswerError (ErrAnswer), *ReorgError (ErrReorg), ErrStaleHead
//	ErrReverted   a contract: *RevertError, with the registered class
//	ErrNotMined   a transaction that can still be mined: *TxError
//	ErrTxFailed   a mined transaction that reverted: *TxError around a *RevertError
//	ErrFunds      an account that cannot pay: *FundsError
//	ErrConfig     settings that cannot work: *ConfigError
//	ErrNoCode     an address without a contract
//
// A context that ends gives the context's error and is of no class of a node.
//
// Package [github.com/hyperlane-go/sdk/hyperlane/evm/evmtest] has a node written by hand, hostile
// nodes, and the conformance suite of a [Backend].
package evm
