// Package sender sends the transactions of one account of one EVM chain, and never jams.
//
//	s, err := sender.New(ctx, client, opts, sender.Config{Store: store, Finality: evm.Finality{Tag: evm.TagFinalized}})
//	flight, err := s.Submit(ctx, sender.Intent{Call: call, Keys: []sender.Key{"invoice 17"}})
//	outcome, err := s.Wait(ctx, "invoice 17")
//
// An [Intent] is a call that the caller wants to see carried out once, under keys of the caller's
// choice: one for a call that does one thing, several for a call that does many (a multicall
// contract that delivers ten messages). The sender chooses the nonce, signs, stores the signed
// transaction, and only then hands it to the node. From then on it offers the same bytes again when
// the node has lost them, replaces them with higher fees when they are not mined in time, and
// reports an [Outcome] when the chain has decided.
//
// [Sender.Step] looks at the chain; [Sender.Track] then looks after one key. [Sender.Wait] does
// both until the outcome is known. [Sender.Release] ends the work on a key.
//
// # Nonces
//
// The nonce of a new transaction is the lowest one, from the account's count at the newest final
// block upwards, that no record of this sender occupies. So the nonces under way follow each other
// without a gap, whatever a node answers.
//
// The counts at the latest block and of the node's pool only check this. Where they claim a
// transaction that the sender does not know, another program uses the account, an earlier state was
// lost, or the node is wrong. The pool is asked again; if it insists, [Sender.Submit] fails with
// [ErrForeign], and nothing is signed. A claim of the latest block holds until a final block
// confirms or refutes it. A claim of the pool holds for Config.ResubmitAfter: then the sender
// competes for the nonce.
//
// So a wrong answer costs time and no money: the sender never leaves a gap because a node names a
// high nonce, and so never has to fill one. A gap appears only where a chain takes back final
// blocks, or counted wrongly at a final and at the latest block at once. Then empty transactions
// fill what the chain itself counts as missing, at most [MaxFill] of them at a time; a wider gap is
// left to the calls to come.
//
// # When a transaction is decided
//
// A transaction is decided when its nonce is used as of a final block, and not before. SECURITY:
// deciding at the latest block would carry a call out twice when that block is undone, or when one
// of several nodes behind one URL lags.
//
// Receipts then say which of the transactions of that nonce was mined, and how it ended. A node
// that answers null for a receipt makes a mined transaction look like [Replaced]. A caller that can
// ask its contract whether the work is done lets the contract decide, as of the same final block.
//
// A single transaction is given up earlier: one that the node refuses when it is offered for the
// first time, that the node does not know afterwards, and whose nonce the node counts as free.
// Otherwise a transaction that no node takes (too large, too much gas) would block the account. See
// [ErrNotTaken].
//
// # Fees
//
// Fees come from the market, or are those set in bind.TransactOpts. Fees that are set are never
// raised. Market fees are raised by an eighth at a time (nodes want a tenth), to Config.MaxRaise
// times the market at most: where a chain stands still no price helps. Config.MaxFee bounds every
// price. A replacement that its node refuses as well is followed by an empty transaction, so that
// the nonce is used up and the call can be submitted again.
//
// # State
//
// A [Store] keeps one [Record] for each nonce under way:
//
//	field       content
//	nonce       the nonce
//	keys        the caller's keys; none: released, and an empty transaction may take its place
//	txs[].raw   a signed transaction of this nonce in the canonical encoding, hex; the oldest first
//	txs[].at    when it was signed, Unix nanoseconds
//
// All transactions of a record do the same, or nothing, and share the nonce, so the chain carries
// out one of them at most. A record is written before its newest transaction leaves the process. So
// a kill at any instruction neither loses a call nor carries one out twice. A record belongs to one
// chain and one account: others are refused ([ErrState]).
//
// The account must not be used by anything else meanwhile. If it is, nothing is lost; a call whose
// nonce another transaction took is reported as [Replaced].
package sender
