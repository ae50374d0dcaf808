// Package message is the wire format of the protocol: the message itself and the metadata that a
// sender hands to the hooks of its chain. It knows bytes and hashes, and no network.
//
// # Message, version 3 (protocol specification, section 1)
//
//	offset  size  field
//	     0     1  version      3
//	     1     4  nonce        counts the messages of the origin's mailbox, from 0
//	     5     4  origin       domain where the message was dispatched
//	     9    32  sender       who dispatched it
//	    41     4  destination  domain where it is to be processed
//	    45    32  recipient    who handles it there
//	    77     n  body         raw bytes to the end, n >= 0
//
// Integers are big-endian. Fields are packed, without padding. The Keccak-256 hash of all bytes is
// the message's [ID], which is also the leaf in the origin's Merkle tree.
//
// Addresses have 32 bytes on the wire. A 20-byte EVM address is padded with twelve zero bytes on
// the left: [FromEVM] pads, [Address.EVM] unpads and reports bytes that should have been zero.
//
// # Standard hook metadata, variant 1 (section 8.2)
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
package message
