// Package contracts holds the Solidity contracts of the protocol and their Go bindings.
//
// The sources are in src, their documentation in src/interfaces. The rest is generated: artifacts/
// holds what the compiler makes of the sources, and the files named _gen.go hold the Go bindings.
// The package needs nothing else of this module, and no compiler.
//
// # The contracts
//
//	Mailbox                              sends and receives at one address; has the ABI of the live network's Mailbox
//	Outbox, Inbox                        its two halves, deployable alone
//	ValidatorAnnounce                    where validators publish their storage
//	MerkleTreeHook                       the tree as a hook, for use with the official Mailbox only: our Outbox
//	                                     holds its tree itself
//	StaticMessageIdMultisigIsm           m-of-n over checkpoints whose newest leaf is the message
//	StaticMerkleRootMultisigIsm          m-of-n over any later checkpoint, with a Merkle proof
//	…Factory                             deploy those two, each set at its own address
//	NoopIsm                              accepts everything: for tests and trusted recipients
//	Router, HelloWorld                   the base of applications that live on many chains, and the smallest one
//	IMultisigIsm, IMessageRecipient, …    interfaces that many contracts answer: an ABI without code
//
// Contracts that only tests use have their bindings in package contractstest.
//
// # Bindings
//
// A binding is a type without fields, named like its contract: Mailbox{} packs calls
// ([Mailbox.PackDispatch]), unpacks what they return ([Mailbox.UnpackNonce]) and unpacks logs
// ([Mailbox.UnpackDispatchEvent]). It holds no address and no connection; with [Mailbox.Instance]
// the functions of go-ethereum's accounts/abi/bind/v2 call and send (see the example). A packer
// panics on a nil *big.Int and on nothing else. Everything is safe for concurrent use.
//
// Each distinct ABI is bound once:
//
//	Mailbox                     Outbox and Inbox too
//	MerkleTreeHook              IMerkleTreeHook and IPostDispatchHook too
//	IMultisigIsm                every module: both static ones, NoopIsm, IInterchainSecurityModule
//	IStaticMultisigIsmFactory   both factories
//	Router                      MailboxClient and ISpecifiesInterchainSecurityModule too
//	HelloWorld                  embeds Router and adds the greetings
//	IMessageRecipient, ValidatorAnnounce
//
// # Names
//
// Solidity spellings are kept (StaticMessageIdMultisigIsm), so that a name can be searched in both
// languages. Only PACKAGE_VERSION and other constants become PackageVersion.
//
//   - Of overloads, the one that takes least has the plain name. Each of the others takes the same
//     arguments and more, and adds With and the name of its last one: PackDispatch(destination,
//     recipient, body), PackDispatchWithMetadata(…, metadata), PackDispatchWithHook(…, metadata,
//     hook). The quote of a hook, quoteDispatch(bytes,bytes), is no overload:
//     PackQuotePostDispatch.
//   - The results of a function that returns several are a struct: [LatestCheckpointOutput].
//   - The event Dispatch is the struct [DispatchEvent]; its logs have [DispatchTopic] as their
//     first topic.
//   - The custom error InboxAlreadyDelivered is the struct [InboxAlreadyDelivered].
//
// Events and errors belong to the package, not to a contract: the same one is declared by several
// contracts.
//
// # Deployment
//
// OutboxInitCode, InboxInitCode and MailboxInitCode take the arguments of their constructors and
// return the code that deploys the contract, as the data of a transaction without recipient. Every
// contract that can be deployed has such a function, and every artifact a variable
// ([MailboxArtifact]) with its ABI and its bytecode. A program contains only the artifacts that it
// refers to, and parses one when it first uses it; packing and unpacking need none.
//
// # Errors
//
// A refusal bubbles up from whatever contract was called last, so there is one table for all:
// [ErrorBySelector] looks up a selector, [Errors] lists the table, [UnpackError] returns revert
// data as the Go type.
//
// # Generation
//
// go generate ./contracts compiles and binds again; it needs node and `npm ci --ignore-scripts` in
// contracts/. A test compares the result with what is committed. gas.md, also generated and
// checked, says what each operation costs.
package contracts
