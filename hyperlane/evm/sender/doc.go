// Package sender sends the transactions of one account on one EVM chain, each call once, and never
// leaves the account blocked.
//
//	s, err := sender.New(ctx, client, opts, sender.Config{Store: store, Finality: evm.Finality{Tag: evm.TagFinalized}})
//	flight, err := s.Submit(ctx, sender.Intent{Call: call, Keys: []sender.Key{"invoice 17"}})
//	outcome, err := s.Wait(ctx, "invoice 17")
//
// An [Intent] is a call to be executed once, under keys that the caller chooses: one key for a call
// that does one thing, several for a call that does many (a multicall contract that delivers ten
// messages). The sender chooses the nonce, signs, stores the signed transaction, and only then
// sends it to the node. It sends the same bytes again if the node has lost them, replaces them with
// higher fees if they are not mined in time, and reports an [Outcome] when the chain has decided.
//
// [Sender.Step] reads the account's nonces from the chain; [Sender.Track] then works on one key.
// [Sender.Wait] does both until the outcome is known. [Sender.Release] ends the work on a key.
//
// # Nonces
//
// The nonce of a new transaction is the lowest one, from the account's count at the newest final
// block upwards, that no record of this sender occupies. So the nonces under way are consecutive,
// whatever a node answers.
//
// The counts at the latest block and of the node's pool only check this. If they include a
// transaction that the sender does not know, another program uses the account, an earlier state was
// lost, or the node is wrong. The sender reads the pool again; if the pool repeats its count,
// [Sender.Submit] fails with [ErrForeign], and nothing is signed. A count of the latest block
// stands until a final block confirms or refutes it. A count of the pool stands for
// Config.ResubmitAfter: then the sender competes for the nonce.
//
// So a wrong answer costs time and no money: the sender never leaves a gap because a node reports a
// high nonce, and never has to fill one. A gap appears only if a chain removes final blocks, or if
// a node counts wrongly at a final and at the latest block at once. Then empty transactions fill
// the nonces that the chain counts as missing, at most [MaxFill] at a time; later calls fill a
// wider gap.
//
// # When a transaction is decided
//
// A transaction is decided when its nonce is used as of a final block, and not before. SECURITY:
// deciding at the latest block would execute a call twice when a reorganisation removes that block,
// or when one of several nodes behind one URL lags.
//
// Receipts then say which of the transactions of that nonce was mined, and whether it succeeded. A
// node that returns no receipt makes a mined transaction look like [Replaced]. If the contract can
// tell whether the work is done, let the contract decide, as of the same final block.
//
// The sender gives a transaction up earlier in one case: the node refuses it when it is first
// offered, does not know it afterwards, and counts its nonce as free. Otherwise a transaction that
// every node refuses (too large, too much gas) would block the account. See [ErrNotTaken].
//
// # Fees
//
// Fees come from the market, or are those set in bind.TransactOpts. Fees that are set are never
// raised. Market fees are raised by an eighth at a time (nodes require a tenth), to at most
// Config.MaxRaise times the market price: on a chain that stands still no price helps.
// Config.MaxFee bounds every price. If the node refuses a replacement too, an empty transaction
// follows, which uses the nonce, so that the call can be submitted again.
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
// All transactions of a record make the same call, or none, and share the nonce, so the chain
// executes at most one of them. A record is written before its newest transaction leaves the
// process. So a crash at any instruction neither loses a call nor executes one twice. A record
// belongs to one chain and one account: a sender refuses others ([ErrState]).
//
// Nothing else may send from the account while a sender uses it. If another program does, no call
// is lost: a call whose nonce another transaction used is reported as [Replaced].
package sender
