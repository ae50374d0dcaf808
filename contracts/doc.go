// Package contracts holds the Solidity contracts of the protocol and their Go bindings.
//
// The sources are in src, their documentation in src/interfaces. What stands here is generated: artifacts/ holds
// what the compiler made of the sources, and one file per contract holds its binding, made for go-ethereum's
// accounts/abi/bind/v2. The package imports nothing else of this module, and no compiler is needed to use it.
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
// # Names
//
// A contract X gives NewX, which returns packers and unpackers (PackDispatch, UnpackNonce, UnpackDispatchEvent,
// UnpackError), and XMetaData with its ABI and the bytecode that deploys it. Every other type is prefixed by X:
// the event Dispatch of Outbox is OutboxDispatch, the results of latestCheckpoint are OutboxLatestCheckpointOutput.
// Solidity spellings are kept (StaticMessageIdMultisigIsm), so that a name can be searched in both languages.
//
// Overloads are numbered in the order of the compiler's ABI, which is not that of the source. Of Mailbox and Outbox,
// PackDispatch takes metadata and hook, PackDispatch0 metadata, PackDispatch1 neither; PackQuoteDispatch takes metadata
// and hook, PackQuoteDispatch2 metadata, PackQuoteDispatch0 neither, and PackQuoteDispatch1 is the one of a hook.
//
// A binding holds no address and no connection. To deploy, pass the metadata, the packed constructor arguments
// and a backend to bind.DeployContract; to call, pass an instance to bind.Call, to send, to bind.Transact (see the
// example). Instances are safe for concurrent use.
//
// # Generation
//
// go generate ./contracts compiles and binds again; it needs node and `npm ci --ignore-scripts` in contracts/. A
// test compares the result with what is committed. gas.md, also generated and checked, says what each operation costs.
package contracts
