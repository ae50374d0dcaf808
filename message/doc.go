// Package message is the wire format of the protocol: the message, the addresses in it, and the
// metadata that a sender passes to the hooks of its chain. It knows bytes and hashes, and no
// network.
//
// # Message, version 3
//
// The layout of [Message] ([Protocol 1.1]):
//
//	offset  size  field
//	     0     1  version      3
//	     1     4  nonce        counts the messages of the origin's mailbox, from 0
//	     5     4  origin       domain of the chain that dispatched the message
//	     9    32  sender       account or contract that dispatched it
//	    41     4  destination  domain of the chain that processes it
//	    45    32  recipient    contract that handles it there
//	    77     n  body         raw bytes to the end, n >= 0
//
// Integers are big-endian. Fields are packed, without padding. The Keccak-256 hash of all bytes is
// the message's [ID], which is also the leaf in the origin's Merkle tree.
//
// # Addresses
//
// An [Address] has 32 bytes on the wire. Each virtual machine has its own text and its own way to
// fill them ([Protocol 1.2]); the protocol names are those of the registry ([Protocol 14.3]):
//
//	protocol        read from text                  written as text   32 bytes
//	ethereum, tron  ParseAddress, FromEVM           Address.EVM       20 bytes, zeros on the left
//	sealevel        ParseSealevel (base58)          Address.Sealevel  the public key
//	cosmos          ParseCosmos (bech32)            Address.Cosmos    20 or 32 bytes, zeros on the left
//	cosmosnative    ParseAddress; accounts as in cosmos
//	starknet        ParseStarknet (hexadecimal)     Address.Starknet  the felt, zeros on the left
//	radix, aleo     ParseAddress of the 32 bytes    Address.String
//
// A parser refuses the text of another machine and, where it knows it, names the one to use. Only
// ParseStarknet cannot tell: an EVM address is a valid felt.
//
// # Standard hook metadata, variant 1
//
// The layout of [HookMetadata] ([Protocol 8.2]):
//
//	offset  size  field      when the metadata is too short for it
//	     0     2  variant    reads as 0, and is refused unless there are no bytes at all
//	     2    32  value      0
//	    34    32  gas limit  50000
//	    66    20  refund     the sender of the message
//	    86    20  fee token  the native token
//	   106     n  custom     nothing
//
// A field counts only when the metadata covers it completely. Two lengths are usual: 86 bytes, and
// 106 with a fee token, which contracts before core 11.0.1 take for custom metadata.
//
// # Conventions
//
// Decoding accepts exactly what the contracts accept, copies what it keeps, and on an error leaves
// its target as it was. Encoding a decoded value gives the same bytes back.
//
// [Protocol 1.1]: https://github.com/hyperlane-go/sdk/blob/main/docs/protocol/message.md#11-layout
// [Protocol 1.2]: https://github.com/hyperlane-go/sdk/blob/main/docs/protocol/message.md#12-address-conventions-in-senderrecipient
// [Protocol 8.2]: https://github.com/hyperlane-go/sdk/blob/main/docs/protocol/hooks.md#82-standardhookmetadata
// [Protocol 14.3]: https://github.com/hyperlane-go/sdk/blob/main/docs/protocol/registry.md#143-metadatayaml-fields
package message
