package ism_test

import (
	"bytes"
	"encoding"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

type codec interface {
	encoding.BinaryAppender
	encoding.BinaryMarshaler
	encoding.BinaryUnmarshaler
}

// Trap 26: each field stands where the byte table says.
func TestFieldPlaces(t *testing.T) {
	fill := func(n int, b byte) []byte { return bytes.Repeat([]byte{b}, n) }
	sig := checkpoint.Signature(fill(65, 9))

	id := ism.MessageIDMetadata{
		Tree: message.Address(fill(32, 1)), Root: merkle.Hash(fill(32, 2)), Index: 0x03030303,
		Signatures: []checkpoint.Signature{sig, sig}, Trailing: fill(64, 8),
	}
	have, err := id.MarshalBinary()
	require.NoError(t, err)
	assert.Equal(t, bytes.Join([][]byte{fill(32, 1), fill(32, 2), fill(4, 3), fill(130, 9), fill(64, 8)}, nil), have)

	root := ism.MerkleRootMetadata{
		Tree: message.Address(fill(32, 1)), MessageIndex: 0x02020202, SignedMessageID: message.ID(fill(32, 3)),
		SignedIndex: 0x06060606, Signatures: []checkpoint.Signature{sig},
	}
	path := make([]byte, 0, 1024)
	for i := range root.Path {
		root.Path[i] = merkle.Hash(fill(32, byte(0x40+i)))
		path = append(path, root.Path[i][:]...)
	}
	have, err = root.MarshalBinary()
	require.NoError(t, err)
	assert.Equal(t, bytes.Join([][]byte{fill(32, 1), fill(4, 2), fill(32, 3), path, fill(4, 6), fill(65, 9)}, nil), have)

	var idBack ism.MessageIDMetadata
	b, err := id.MarshalBinary()
	require.NoError(t, err)
	require.NoError(t, idBack.UnmarshalBinary(b))
	assert.Equal(t, id, idBack)
	var rootBack ism.MerkleRootMetadata
	require.NoError(t, rootBack.UnmarshalBinary(have))
	assert.Equal(t, root, rootBack)
}

func TestCodecsRefuseShortMetadata(t *testing.T) {
	for _, row := range []struct {
		length int
		target func() codec
	}{
		{68, func() codec { return &ism.MessageIDMetadata{Index: 7} }},
		{1096, func() codec { return &ism.MerkleRootMetadata{SignedIndex: 7} }},
	} {
		for n := range row.length + 140 {
			target := row.target()
			err := target.UnmarshalBinary(make([]byte, n))
			if n >= row.length {
				require.NoError(t, err)
				continue
			}
			require.ErrorIs(t, err, ism.ErrMetadata)
			require.Equal(t, row.target(), target, "untouched on error")
		}
	}
}

func TestCodecsCopy(t *testing.T) {
	for _, row := range []struct {
		sample []byte
		target codec
	}{
		{append(sampleMessageID(t), 1, 2, 3), new(ism.MessageIDMetadata)},
		{append(sampleMerkleRoot(t), 1, 2, 3), new(ism.MerkleRootMetadata)},
	} {
		input := bytes.Clone(row.sample)
		require.NoError(t, row.target.UnmarshalBinary(input))
		clear(input)
		again, err := row.target.MarshalBinary()
		require.NoError(t, err)
		assert.Equal(t, row.sample, again)

		prefixed, err := row.target.AppendBinary([]byte("prefix"))
		require.NoError(t, err)
		assert.Equal(t, "prefix"+string(row.sample), string(prefixed))
	}
}

func roundTrip(t *testing.T, b []byte, first, second codec) {
	before := bytes.Clone(b)
	err := first.UnmarshalBinary(b)
	require.Equal(t, before, b)
	if err != nil {
		require.ErrorIs(t, err, ism.ErrMetadata)
		return
	}
	encoded, err := first.MarshalBinary()
	require.NoError(t, err)
	require.True(t, bytes.Equal(b, encoded), "encoding gives the input back")
	require.NoError(t, second.UnmarshalBinary(encoded))
	require.Equal(t, first, second)
}

func FuzzMessageIDMetadata(f *testing.F) {
	f.Add(sampleMessageID(f))
	f.Add(sampleMessageID(f)[:100])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		roundTrip(t, b, new(ism.MessageIDMetadata), new(ism.MessageIDMetadata))
	})
}

func FuzzMerkleRootMetadata(f *testing.F) {
	f.Add(sampleMerkleRoot(f))
	f.Add(sampleMerkleRoot(f)[:1100])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		roundTrip(t, b, new(ism.MerkleRootMetadata), new(ism.MerkleRootMetadata))
	})
}

// Whatever the metadata, there is a verdict; and an accepted one is accepted
// again after a round trip and without what trails the quorum.
func FuzzVerify(f *testing.F) {
	f.Add(sampleMessageID(f), uint8(2), false)
	f.Add(sampleMerkleRoot(f), uint8(2), true)
	f.Add(append(sampleMerkleRoot(f), 1), uint8(1), true)
	m := sampleMessage(f)
	f.Fuzz(func(t *testing.T, metadata []byte, threshold uint8, root bool) {
		k, d := kinds[0], codec(new(ism.MessageIDMetadata))
		if root {
			k, d = kinds[1], new(ism.MerkleRootMetadata)
		}
		module := k.module(validators, threshold)
		if module.Verify(metadata, m) != nil {
			return
		}
		require.NoError(t, d.UnmarshalBinary(metadata))
		again, err := d.MarshalBinary()
		require.NoError(t, err)
		require.NoError(t, module.Verify(again, m))
		require.NoError(t, module.Verify(metadata[:k.start+int(threshold)*ism.SignatureLength], m))
	})
}
