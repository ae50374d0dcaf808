// Package hyperlanetest runs a whole interchain network in this process: it is for chains what
// net/http/httptest is for servers.
//
// A network has n chains. Each chain is a go-ethereum node with its own chain id, its own domain (a
// different number, on purpose), the rules of the main network up to Osaka, and the core contracts:
// Mailbox, ValidatorAnnounce, the factories of multisig ISMs, an ISM of the network's validators as
// the default, and a test recipient. Each chain has three validators, of which two must sign, and
// one relayer serves all chains. The agents are those of packages validator and relayer.
//
//	n := hyperlanetest.New(t, 2)
//	sent, err := n.Chains[0].Dispatch(ctx, n.Chains[1], []byte("hello"))
//	err = n.Relay(ctx)
//	delivered, err := n.Chains[1].Inbox().Delivered(ctx, sent.ID)
//
// [Chain] embeds hyperlane.Chain, which embeds *evm.Client, so a test reads and sends as a program
// does: chain.Inbox(), chain.Send(ctx, chain.Transactor(0), call).
//
// # Time
//
// Nothing moves by itself. A transaction gets a block of its own when it is sent, unless
// [Chain.AutoMine] is off; [Chain.Mine] makes further blocks. Every block advances the network's
// [Clock] by one block time. Agents read this clock, so waiting an hour takes no time and a run
// repeats with the same hashes.
//
// [Network.Step] lets each agent make one pass. [Network.Relay] steps until every message is
// delivered. [Network.Background] runs chains and agents in real time.
//
// # Faults
//
// A fault stays until Repair, Release or Resume. One that is not possible, such as a reorganisation
// deeper than the chain, is an error and changes nothing.
//
//	Chain.Reorg             replaces blocks; their transactions are kept, dropped or requeued
//	Chain.PauseFinality     keeps the blocks of the tags "finalized" and "safe"
//	Link.Cut                fails every request and ends subscriptions
//	Link.Hold               delays every request until Release
//	Link.Fail, FailNext     fails the requests of one method, or the next n
//	Link.HideLogs           omits logs
//	Link.RepeatLogs         returns each log twice
//	Link.HideReceipts       returns no receipt
//	Link.ForgeRoot          returns another root of the tree
//	Link.ForgeBlockHash     returns another block in logs and receipts
//	Link.FreezeHead         returns nothing above a height
//	Validator.Pause         stops an agent; Restart starts it from its files; Relayer has both
//	Storage.Corrupt         replaces a published checkpoint by a bad one; Write and Delete as well
//	Storage.FailReads       fails reads; FailWrites fails writes; Hold delays reads
//	TestRecipient           refuses messages, or names its ISM badly
//
// Every chain has a [Link]. Each validator and the relayer have links of their own behind it, so a
// fault can be for all or for one of them.
//
// # Other contracts and agents
//
// [WithISM] and [WithCustomISM] choose the default ISM. [WithCore] deploys another core, for
// example the official contracts. [WithRelayer] changes the configuration of the relayer. Faults,
// clock and the other agents stay the same.
//
// # Tests and programs
//
// [New] takes a test and closes the network when the test ends. [Start] and [Network.Close] do the
// same for a program. The package does not import package testing. It is the only package of this
// module, examples aside, that links a node.
//
// It does not use go-ethereum's simulated backend, which stamps blocks with the wall clock, shows
// reorganisations half done, and decides alone which blocks are final. The package starts the same
// node, and makes its blocks on demand.
package hyperlanetest
