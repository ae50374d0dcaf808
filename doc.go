// Package sdk is the map of the Go SDK for Hyperlane, the interchain messaging protocol. It holds
// no code; everything is in the packages below.
//
//	origin chain                  off chain                     destination chain
//
//	application                                                 recipient
//	    | dispatch                                                  ^ handle
//	    v                                                           |
//	  Outbox -- leaf --> Merkle tree                 ISM <-- verify -- Inbox
//	    |                    |                                      ^
//	    |                    v                                      |
//	    |               validators -- signatures --> storage       |
//	    |                                               |           |
//	    +------------- message ----------------------> relayer -- process
//
// An application on an origin chain dispatches a message to its Outbox. The message's id becomes a
// leaf of the Outbox's Merkle tree. Validators of that chain sign the root of the tree: a
// checkpoint. A relayer takes the message and the signatures to the destination, where the Inbox
// asks the recipient's Interchain Security Module (ISM) whether it accepts them, and then calls the
// recipient. Everything on the wire is Hyperlane V3, byte for byte.
//
// # Light packages: no network, no node
//
// [github.com/hyperlane-go/sdk/message] is the message and everything that travels with it: its id,
// addresses of every virtual machine, domains, hook metadata.
//
// [github.com/hyperlane-go/sdk/merkle] is the 32-level tree: roots at any size, proofs of any leaf
// at any size, many at once.
//
// [github.com/hyperlane-go/sdk/ism/checkpoint] is what validators sign, how they sign it, and how
// it is stored.
//
// [github.com/hyperlane-go/sdk/ism] verifies ISM metadata offline, with exactly the verdict of the
// contract.
//
// [github.com/hyperlane-go/sdk/ism/metadata] builds that metadata for a tree of modules, explains
// why it cannot yet, and takes builders for module types of your own.
//
// # One node
//
// [github.com/hyperlane-go/sdk/contracts] holds the Solidity reference contracts and their
// generated Go bindings.
//
// [github.com/hyperlane-go/sdk/hyperlane/evm] is the client of one EVM node that is not believed:
// heads, reads as of a block, calls as values, sending, events across reorganisations, refusals.
// Its [github.com/hyperlane-go/sdk/hyperlane/evm/sender] sends from one account that never jams,
// and its [github.com/hyperlane-go/sdk/hyperlane/evm/evmtest] has hostile nodes and a conformance
// suite.
//
// # The protocol on chains
//
// [github.com/hyperlane-go/sdk/hyperlane] is the protocol on one chain: dispatch, process, wait,
// follow events.
//
// [github.com/hyperlane-go/sdk/hyperlane/deploy] deploys the core of a chain and security modules.
//
// [github.com/hyperlane-go/sdk/router] talks to applications on top of the mailbox.
//
// [github.com/hyperlane-go/sdk/hyperlane/storage] keeps signed checkpoints at rest in any blob
// store, under the names that the network's agents know. Its
// [github.com/hyperlane-go/sdk/hyperlane/storage/cloud] adds S3 and GCS, its
// [github.com/hyperlane-go/sdk/hyperlane/storage/storagetest] tests another kind of store.
//
// # Agents
//
// [github.com/hyperlane-go/sdk/hyperlane/validator] and
// [github.com/hyperlane-go/sdk/hyperlane/relayer] are the agents, as packages that take values.
//
// [github.com/hyperlane-go/sdk/hyperlane/agent] is what they share when they run as programs: one
// configuration file, keys by kind, metrics, health and status over HTTP. Its
// [github.com/hyperlane-go/sdk/hyperlane/agent/program] makes a whole program of each.
//
// [github.com/hyperlane-go/sdk/hyperlane/matching] is the lists of rules that select messages.
//
// # The test kit
//
// [github.com/hyperlane-go/sdk/hyperlane/hyperlanetest] is httptest for chains: several chains in
// one process, with contracts, validators, a relayer, one clock, and faults on demand.
package sdk
