// Package hyperlanetest is a whole interchain network in this process: what net/http/httptest is for servers, for chains.
//
// A network has n chains. Each is a go-ethereum node with its own chain id, its own domain (another number, on purpose), the rules
// of the main network up to Osaka, and the core contracts: Mailbox, ValidatorAnnounce, the factories of multisig ISMs, an ISM of
// the network's validators as default, and a test recipient. Each chain has validators, 3 of which 2 must sign, and one relayer
// serves all chains. The agents are the ones of packages validator and relayer, not models of them.
//
//	n := hyperlanetest.New(t, 2)
//	sent, err := n.Chains[0].Send(ctx, n.Chains[1], []byte("hello"))
//	err = n.Relay(ctx)
//	delivered, err := n.Chains[1].Inbox().Delivered(ctx, sent.ID)
//
// # What moves, and when
//
// Nothing moves by itself. A transaction gets a block of its own when it is sent, unless [Chain.AutoMine] is off; [Chain.Mine] makes
// further ones. Every block moves the one [Clock] by a block time, and agents read that clock, so an hour's wait costs nothing and a
// run repeats with the same hashes. [Network.Step] lets each agent make one pass, [Network.Relay] steps until everything is
// delivered, [Network.Background] runs everything in real time.
//
// # What can go wrong
//
//	the chain      Reorg: blocks replaced, their transactions kept, dropped or back in the pool
//	               StopFinality, ResumeFinality: the tags finalized and safe stay behind
//	the RPC        Link.Cut, Hold, FailNext: no answer, late answer, error
//	               Link.HideLogs, RepeatLogs, WrongRoot, WrongBlockHash, NoReceipts, StaleHead: lies
//	the agents     Pause, Resume, Restart
//	the storage    Storage.Corrupt, Write, Delete: hostile contents
//	               Storage.FailReads, FailWrites, Hold: no storage
//
// A chain has a link, and each validator and the relayer have links of their own behind it, so that one of them can be lied to
// alone. A fault that is not possible, such as a reorganisation deeper than the chain, is an error and changes nothing.
//
// # Other contracts
//
// [WithISM] and [WithDefaultISM] choose the module that judges messages, [WithCore] puts other contracts on the chains altogether,
// for example the official ones; agents, faults and clock stay the same.
//
// # For tests and for programs
//
// [New] takes a test and closes the network when it ends; [Start] and [Network.Close] do the same for a program. The package does
// not import package testing. It is the only one of this module, examples aside, that links a node.
//
// Why not go-ethereum's simulated backend: it stamps blocks with the wall clock, shows reorganisations half done and decides alone
// what is final. The same node is started here, and makes its blocks when told; see package devnode below internal.
package hyperlanetest
