// Package connect reads from a configuration file how to reach a chain and where
// a private key is. Both agents share it; package hyperlane itself knows no
// files.
//
//	rpc: https://eth.example
//	contracts:
//	  mailbox: "0xc005dc82818d67AF737725bD4bf75435d065D239"
//	  merkleTreeHook: "0x48e6c30B97748d1e2e03bf3e9FbE3890ca5f8CCA"
//	  validatorAnnounce: "0xCe74905e51497b4adD3639366708b821dcBcff96"
//	signer:
//	  keyEnv: RELAYER_KEY
//
// A key is never written in the file itself: files end up in repositories. It is
// 64 hexadecimal digits in an environment variable or in a file of its own, or a
// keystore file of go-ethereum with its password in another file. Errors never
// quote what was read.
package connect
