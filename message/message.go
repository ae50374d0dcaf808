package message

import (
	"encoding/binary"
	"hash"
	"io"
	"slices"
	"sync"

	"github.com/ethereum/go-ethereum/crypto/keccak"
)

// Version is the only message version that the deployed contracts accept.
const Version = 3

// Byte offsets of the fields, as in the table of the package documentation. Body begins where the
// header ends and has no length prefix.
const (
	VersionOffset     = 0
	NonceOffset       = 1
	OriginOffset      = 5
	SenderOffset      = 9
	DestinationOffset = 41
	RecipientOffset   = 45
	BodyOffset        = 77

	// HeaderLength is the length of a message with an empty body.
	HeaderLength = BodyOffset
)

// Message is one message, as the origin's mailbox encodes it. Methods do not change its fields.
type Message struct {
	Version     uint8   // always [Version]; encoding refuses any other value, zero included
	Nonce       uint32  // number of the message at the origin's mailbox, from 0
	Origin      Domain  // chain that dispatched it
	Sender      Address // account or contract that dispatched it
	Destination Domain  // chain that processes it
	Recipient   Address // contract that handles it on the destination
	Body        []byte  // input of the recipient; may be empty
}

// Length returns the length of the encoded message in bytes.
func (m *Message) Length() int { return HeaderLength + len(m.Body) }

// sponge is go-ethereum's Keccak state. Beyond [hash.Hash], it reads the digest without copying the
// state.
type sponge interface {
	hash.Hash
	io.Reader
}

// hasher keeps a sponge together with the memory that it reads from and writes to, so that
// computing an ID allocates nothing.
type hasher struct {
	sponge sponge
	header [HeaderLength]byte
	id     ID
}

var hashers = sync.Pool{New: func() any { return &hasher{sponge: keccak.NewLegacyKeccak256().(sponge)} }}

// ID returns the Keccak-256 hash of the encoded message. It hashes the fields as they are, even
// where [Message.AppendBinary] refuses the version.
func (m *Message) ID() ID {
	h := hashers.Get().(*hasher)
	defer hashers.Put(h)
	m.putHeader(&h.header)
	h.sponge.Reset()
	// Neither call can fail: a sponge has no error to report.
	h.sponge.Write(h.header[:])
	h.sponge.Write(m.Body)
	_, _ = h.sponge.Read(h.id[:])
	return h.id
}

// putHeader writes everything but the body.
func (m *Message) putHeader(b *[HeaderLength]byte) {
	b[VersionOffset] = m.Version
	binary.BigEndian.PutUint32(b[NonceOffset:], m.Nonce)
	binary.BigEndian.PutUint32(b[OriginOffset:], uint32(m.Origin))
	copy(b[SenderOffset:DestinationOffset], m.Sender[:])
	binary.BigEndian.PutUint32(b[DestinationOffset:], uint32(m.Destination))
	copy(b[RecipientOffset:BodyOffset], m.Recipient[:])
}

// AppendBinary appends the encoded message to b. A version other than 3 is an error of class
// [ErrMessage], and b is returned as it was.
func (m *Message) AppendBinary(b []byte) ([]byte, error) {
	if m.Version != Version {
		return b, versionError(m.Version)
	}
	var header [HeaderLength]byte
	m.putHeader(&header)
	b = slices.Grow(b, m.Length())
	return append(append(b, header[:]...), m.Body...), nil
}

// MarshalBinary returns the encoded message, with the errors of [Message.AppendBinary].
func (m *Message) MarshalBinary() ([]byte, error) { return m.AppendBinary(nil) }

// UnmarshalBinary reads an encoded message: exactly the byte strings that a mailbox accepts. It
// fails with [ErrMessage] and checks in the order of a mailbox: the version first, then the length.
// Everything after the header is the body, which is copied; an empty body is nil. On an error m
// keeps its value.
func (m *Message) UnmarshalBinary(data []byte) error {
	if len(data) == 0 {
		return shortError(0)
	}
	// SECURITY: the version decides whether the rest means anything.
	if data[VersionOffset] != Version {
		return versionError(data[VersionOffset])
	}
	if len(data) < HeaderLength {
		return shortError(len(data))
	}
	*m = Message{
		Version:     data[VersionOffset],
		Nonce:       binary.BigEndian.Uint32(data[NonceOffset:]),
		Origin:      Domain(binary.BigEndian.Uint32(data[OriginOffset:])),
		Sender:      Address(data[SenderOffset:DestinationOffset]),
		Destination: Domain(binary.BigEndian.Uint32(data[DestinationOffset:])),
		Recipient:   Address(data[RecipientOffset:BodyOffset]),
		Body:        append([]byte(nil), data[BodyOffset:]...),
	}
	return nil
}
