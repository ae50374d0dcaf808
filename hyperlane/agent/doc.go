// Package agent is what the agents share: their configuration file, the keys that it names,
// metrics, health and status on HTTP, and the main function. Package
// [github.com/hyperlane-go/sdk/hyperlane/agent/program] combines it with the agents of this module.
//
// # The file
//
// One YAML file configures a validator, a relayer, or both; each program reads its own section.
// [File] is the file as a value, and testdata/agent.yaml is a file with every key and its default.
//
//	stateDir: /var/lib/hyperlane
//	listen: 127.0.0.1:9090
//	chains:
//	  ethereum:
//	    rpc: {env: ETHEREUM_RPC}
//	    chainId: 1
//	    domain: 1
//	    contracts:
//	      mailbox: "0xc005dc82818d67AF737725bD4bf75435d065D239"
//	      merkleTreeHook: "0x48e6c30B97748d1e2e03bf3e9FbE3890ca5f8CCA"
//	      validatorAnnounce: "0xCe74905e51497b4adD3639366708b821dcBcff96"
//	    reorgPeriod: finalized
//	    signer: {kind: env, name: ETHEREUM_KEY}
//	validator:
//	  signer: {kind: keystore, path: key.json, password: {file: /run/secrets/password}}
//	  storage: s3://bucket/us-east-1
//
// Errors name the key as the file writes it, the line, what is there and what is wanted. A key that
// is unknown is an error, so that a misspelt setting is not a silent default.
//
// chainId and domain are compared with the node and the contracts before anything is signed,
// written or sent: an agent that is given the node of another chain ends with an error. Relative
// paths are relative to the working directory.
//
// # Keys
//
// A section signer names a key by kind: env, file or keystore, or one of [Kinds.Signers], which a
// program adds for its KMS. A [Signer] signs checkpoints, and through [Transactor] transactions.
// Secrets are never written in the file; a file that holds one must be readable by its owner alone.
// Neither errors nor logs show what was read.
//
// [Kinds.Stores] adds kinds of storage, by the scheme of their locations.
//
// # HTTP
//
// With a section listen, a running agent serves metrics, health and, if it carries messages, their
// status: see [NewHandler]. An address without a host is on the loopback interface. Reading needs
// no authorization, so an address that other machines reach shows them metrics and messages; a
// retry needs the token of listen.token.
//
// The handler knows messages through the interface [Messages]. Package program implements it for
// the relayer, so that this package imports no agent, and another agent can be served in the same
// way.
package agent
