// Package sdk is the map of the Go SDK for Hyperlane, the interchain messaging
// protocol. It holds no code; everything is in the packages below.
//
// An application on an origin chain dispatches a message to its Outbox. The
// message's id becomes a leaf of the Outbox's Merkle tree. Validators of that
// chain sign the root of the tree: a checkpoint. A relayer takes the message and
// the signatures to the destination, where the Inbox asks the recipient's
// Interchain Security Module (ISM) whether it believes them, and then calls the
// recipient. Everything on the wire is Hyperlane V3, byte for byte.
//
// # Light packages: no network, no node
//
// [github.com/hyperlane-go/sdk/message] is the message and everything that
// travels with it: its id, addresses, domains, hook metadata.
//
// [github.com/hyperlane-go/sdk/merkle] is the 32-level tree: roots at any size,
// proofs of any leaf at any size, many at once.
//
// [github.com/hyperlane-go/sdk/ism/checkpoint] is what validators sign, how they
// sign it, and how it is stored.
//
// [github.com/hyperlane-go/sdk/ism] verifies ISM metadata offline, with exactly
// the verdict of the contract.
//
// [github.com/hyperlane-go/sdk/ism/metadata] builds that metadata, and explains
// why it cannot yet.
//
// # Packages that talk to chains
//
// [github.com/hyperlane-go/sdk/contracts] holds the Solidity reference contracts
// and their generated Go bindings.
//
// [github.com/hyperlane-go/sdk/router] talks to applications on top of the
// mailbox.
//
// [github.com/hyperlane-go/sdk/hyperlane] is the client of one chain: dispatch,
// process, wait, follow events.
//
// [github.com/hyperlane-go/sdk/hyperlane/storage] keeps signed checkpoints at
// rest in any blob store, under the names that the network's agents know. Its
// [github.com/hyperlane-go/sdk/hyperlane/storage/cloud] adds S3 and GCS, its
// [github.com/hyperlane-go/sdk/hyperlane/storage/storagetest] tests another kind
// of store.
//
// [github.com/hyperlane-go/sdk/hyperlane/matching] selects messages by the
// whitelists and blacklists of the network's agents.
//
// [github.com/hyperlane-go/sdk/hyperlane/agent] is what agents share: one
// configuration file, keys, metrics, health and status on HTTP. Its
// [github.com/hyperlane-go/sdk/hyperlane/agent/program] makes programs of the
// agents.
//
// [github.com/hyperlane-go/sdk/hyperlane/validator] and
// [github.com/hyperlane-go/sdk/hyperlane/relayer] are the agents, as packages.
//
// # The test kit
//
// [github.com/hyperlane-go/sdk/hyperlane/hyperlanetest] is httptest for chains:
// several chains in one process, with contracts, validators, a relayer, one
// clock, and faults on demand.
package sdk
