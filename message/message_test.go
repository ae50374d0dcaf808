package message

import (
	"bytes"
	"encoding"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var (
	_ encoding.BinaryAppender    = (*Message)(nil)
	_ encoding.BinaryMarshaler   = (*Message)(nil)
	_ encoding.BinaryUnmarshaler = (*Message)(nil)
)

// Every field holds bytes of its own, so that a field at a wrong place shows.
var distinct = Message{
	Version:     3,
	Nonce:       0x01020304,
	Origin:      0x11121314,
	Sender:      MustParseAddress("0x202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f"),
	Destination: 0x41424344,
	Recipient:   MustParseAddress("0x505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f"),
	Body:        []byte{0x70, 0x71, 0x72},
}

func TestMessageLayout(t *testing.T) {
	encoded, err := distinct.MarshalBinary()
	require.NoError(t, err)
	require.Len(t, encoded, distinct.Length())
	for _, field := range []struct {
		name   string
		offset int
		want   []byte
	}{
		{"version", VersionOffset, []byte{3}},
		{"nonce", NonceOffset, []byte{1, 2, 3, 4}},
		{"origin", OriginOffset, []byte{0x11, 0x12, 0x13, 0x14}},
		{"sender", SenderOffset, distinct.Sender[:]},
		{"destination", DestinationOffset, []byte{0x41, 0x42, 0x43, 0x44}},
		{"recipient", RecipientOffset, distinct.Recipient[:]},
		{"body", BodyOffset, distinct.Body},
	} {
		assert.Equal(t, field.want, encoded[field.offset:field.offset+len(field.want)], field.name)
	}
	var decoded Message
	require.NoError(t, decoded.UnmarshalBinary(encoded))
	assert.Equal(t, distinct, decoded)
}

func TestIDIsTheHashOfTheBytes(t *testing.T) {
	for _, body := range [][]byte{nil, {}, {1}, bytes.Repeat([]byte{7}, 58), bytes.Repeat([]byte{7}, 59), bytes.Repeat([]byte{7}, 100_000)} {
		m := distinct
		m.Body = body
		encoded, err := m.MarshalBinary()
		require.NoError(t, err)
		assert.Equal(t, ID(crypto.Keccak256(encoded)), m.ID(), "body of %d bytes", len(body))
	}
	old := distinct
	old.Version = 0
	assert.NotEqual(t, distinct.ID(), old.ID(), "the version is part of the id")
}

// A mailbox reads the version before anything else, and nothing at all from an empty message.
func TestMessageBrokenInOneWay(t *testing.T) {
	valid, err := distinct.MarshalBinary()
	require.NoError(t, err)
	changed := func(version byte, length int) []byte {
		data := bytes.Clone(valid[:length])
		data[0] = version
		return data
	}
	rows := []struct {
		name string
		data []byte
		want string
	}{
		{"nil", nil, "have 0 bytes, want at least 77"},
		{"empty", []byte{}, "have 0 bytes, want at least 77"},
		{"version only", valid[:1], "have 1 bytes, want at least 77"},
		{"recipient cut", valid[:76], "have 76 bytes, want at least 77"},
		{"version 0 of V2", changed(0, len(valid)), "have version 0, want 3"},
		{"version 2", changed(2, len(valid)), "have version 2, want 3"},
		{"version 4", changed(4, len(valid)), "have version 4, want 3"},
		{"version 0x83", changed(0x83, len(valid)), "have version 131, want 3"},
		{"version and length: version first", changed(0, 1), "have version 0, want 3"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			target := goldenMessage
			err := target.UnmarshalBinary(row.data)
			require.ErrorIs(t, err, ErrMessage)
			assert.ErrorContains(t, err, row.want)
			assert.True(t, hasClass(err), err)
			assert.Equal(t, goldenMessage, target, "untouched")
		})
	}
}

// hasClass reports whether err matches one of the package's classes and speaks in its name.
func hasClass(err error) bool {
	for _, class := range []error{ErrSyntax, ErrMessage, ErrAddress, ErrHookMetadata} {
		if errors.Is(err, class) {
			return strings.HasPrefix(err.Error(), class.Error()+": ")
		}
	}
	return false
}

func TestEveryLengthIsJudged(t *testing.T) {
	data := append([]byte{3}, make([]byte, HeaderLength)...)
	for n := range data {
		var m Message
		err := m.UnmarshalBinary(data[:n])
		if n < HeaderLength {
			require.ErrorIs(t, err, ErrMessage, "%d bytes", n)
			continue
		}
		require.NoError(t, err, "%d bytes", n)
		require.Len(t, m.Body, n-HeaderLength)
	}
}

func TestEmptyBody(t *testing.T) {
	m := distinct
	m.Body = nil
	encoded, err := m.MarshalBinary()
	require.NoError(t, err)
	require.Len(t, encoded, HeaderLength)
	decoded := distinct
	require.NoError(t, decoded.UnmarshalBinary(encoded))
	assert.Equal(t, m, decoded, "the body that was there before is gone")
}

func TestMessageCopiesItsBody(t *testing.T) {
	data := bytes.Clone(goldenBytes)
	var first, second Message
	require.NoError(t, first.UnmarshalBinary(data))
	second = first
	for i := range data {
		data[i] = 0xff
	}
	assert.Equal(t, goldenMessage, first, "does not alias the input")

	next, err := distinct.MarshalBinary()
	require.NoError(t, err)
	require.NoError(t, first.UnmarshalBinary(next))
	assert.Equal(t, goldenMessage, second, "decoding again does not write into the old body")

	encoded, err := second.MarshalBinary()
	require.NoError(t, err)
	encoded[BodyOffset] ^= 0xff
	assert.Equal(t, goldenMessage, second, "the encoding does not alias the message")
}

func TestAppendBinaryAppends(t *testing.T) {
	room := make([]byte, 3, 3+distinct.Length())
	copy(room, "abc")
	out, err := distinct.AppendBinary(room)
	require.NoError(t, err)
	encoded, err := distinct.MarshalBinary()
	require.NoError(t, err)
	assert.Equal(t, append([]byte("abc"), encoded...), out)
	assert.Same(t, &room[0], &out[0], "uses the room there is")

	for _, version := range []uint8{0, 1, 2, 4, 255} {
		m := distinct
		m.Version = version
		out, err := m.AppendBinary(room[:3:3])
		require.ErrorIs(t, err, ErrMessage)
		assert.ErrorContains(t, err, fmt.Sprintf("have version %d, want 3", version))
		assert.Equal(t, []byte("abc"), out)
		_, err = m.MarshalBinary()
		require.ErrorIs(t, err, ErrMessage)
	}
}

func TestMessageAllocations(t *testing.T) {
	m := distinct
	m.Body = bytes.Repeat([]byte{1}, 1000)
	buffer := make([]byte, 0, m.Length())
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		_, _ = m.AppendBinary(buffer)
	}), "AppendBinary")
	if raceDetector {
		t.Skip("the race detector makes pools forget, so ID may allocate")
	}
	assert.Zero(t, testing.AllocsPerRun(100, func() { m.ID() }), "ID")
}

func TestMessageRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := Message{
			Version:     Version,
			Nonce:       rapid.Uint32().Draw(t, "nonce"),
			Origin:      Domain(rapid.Uint32().Draw(t, "origin")),
			Sender:      Address(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "sender")),
			Destination: Domain(rapid.Uint32().Draw(t, "destination")),
			Recipient:   Address(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "recipient")),
		}
		m.Body = append(m.Body, rapid.SliceOf(rapid.Byte()).Draw(t, "body")...)
		encoded, err := m.MarshalBinary()
		require.NoError(t, err)
		var decoded Message
		require.NoError(t, decoded.UnmarshalBinary(encoded))
		require.Equal(t, m, decoded)
		require.Equal(t, m.ID(), decoded.ID())
	})
}

func FuzzMessage(f *testing.F) {
	f.Add(goldenBytes)
	f.Add(goldenBytes[:HeaderLength])
	f.Add(goldenBytes[:HeaderLength-1])
	f.Add([]byte{0})
	f.Fuzz(func(t *testing.T, data []byte) {
		var m Message
		err := m.UnmarshalBinary(data)
		// The rule once more, in the words of the contract.
		accepted := len(data) >= 77 && data[0] == 3
		require.Equal(t, accepted, err == nil)
		if err != nil {
			require.True(t, hasClass(err), err)
			require.Equal(t, Message{}, m)
			return
		}
		encoded, err := m.MarshalBinary()
		require.NoError(t, err)
		require.Equal(t, data, encoded)
		require.Equal(t, ID(crypto.Keccak256(data)), m.ID())
	})
}
