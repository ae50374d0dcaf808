package checkpoint_test

import (
	"bytes"
	"crypto/ecdsa"
	"encoding/hex"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

// Keys of the golden values: 0x11, 0x22 and 0x33, 32 times each.
var (
	addr1 = common.HexToAddress("0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A")
	addr2 = common.HexToAddress("0x1563915e194D8CfBA1943570603F7606A3115508")
)

func key(t testing.TB, b byte) *ecdsa.PrivateKey {
	t.Helper()
	k, err := crypto.ToECDSA(bytes.Repeat([]byte{b}, 32))
	require.NoError(t, err)
	return k
}

// golden is the checkpoint of Protocol 17.4.
func golden(index uint32) checkpoint.Checkpoint {
	return checkpoint.Checkpoint{
		Origin:    1000,
		Tree:      message.FromEVM(common.HexToAddress("0x2222222222222222222222222222222222222222")),
		Root:      merkle.Hash(bytes.Repeat([]byte{0x02}, 32)),
		Index:     index,
		MessageID: message.ID(bytes.Repeat([]byte{0x33}, 32)),
	}
}

func text(h [32]byte) string { return "0x" + hex.EncodeToString(h[:]) }

func TestGoldenHashes(t *testing.T) {
	c := golden(1)
	assert.Equal(t, "0x197f95a0a30ac3038701ed16eecf5e9a463373cfa7d3833bed9cf844c24650b9", text(checkpoint.DomainHash(c.Origin, c.Tree)))
	assert.Equal(t, "0x3756d9a1bcb5afd6da7170dadb95af3c41cd12b7b1bc9189b0ee2c4c2f1c4765", text(c.SigningHash()))
	assert.Equal(t, "0xfebb25c87bfac40788dc8cf223b9be421be07653f20c1affc5d28259b717d122", text(c.Digest()))
	assert.Equal(t, "0x0cac03bdd4e69927b0a51a7a88c0dbfe6fa179858dbd906597670c1cb2cacc84", text(golden(12).SigningHash()))
}

func TestDigestCoversEveryField(t *testing.T) {
	base := golden(1)
	for name, change := range map[string]func(*checkpoint.Checkpoint){
		"origin":     func(c *checkpoint.Checkpoint) { c.Origin++ },
		"tree":       func(c *checkpoint.Checkpoint) { c.Tree[0] ^= 1 },
		"root":       func(c *checkpoint.Checkpoint) { c.Root[31] ^= 1 }, // trap 17
		"index":      func(c *checkpoint.Checkpoint) { c.Index ^= 1 << 31 },
		"message id": func(c *checkpoint.Checkpoint) { c.MessageID[0] ^= 1 },
	} {
		t.Run(name, func(t *testing.T) {
			c := base
			change(&c)
			assert.NotEqual(t, base.Digest(), c.Digest())
		})
	}
}

func TestGoldenSignature(t *testing.T) {
	signed, err := checkpoint.Sign(t.Context(), checkpoint.NewKeySigner(key(t, 0x11)), golden(1))
	require.NoError(t, err)
	assert.Equal(t, "0xbc3d35e3713e46b229d7dbe27e6479f1f64792dfaca71c8e245f15edda4b0afe610d65bcf7a6328de91ddea3918803c755f04438e68a495d15bb1dc3894fc85d1c",
		signed.Signature.String())
	signer, err := signed.Signer()
	require.NoError(t, err)
	assert.Equal(t, addr1, signer)
}

// Trap 16: the network's signedCheckpoint.json holds signatures over the legacy digest. A signature
// of one is not a signature of the V3 checkpoint.
func TestLegacyDigestIsRefused(t *testing.T) {
	c := golden(1)
	domain := checkpoint.DomainHash(c.Origin, c.Tree)
	legacy := crypto.Keccak256(domain[:], c.Root[:], []byte{0, 0, 0, 1})
	digest := crypto.Keccak256([]byte("\x19Ethereum Signed Message:\n32"), legacy)
	raw, err := crypto.Sign(digest, key(t, 0x11))
	require.NoError(t, err)
	sig, err := checkpoint.NormalizeSignature(raw)
	require.NoError(t, err)
	require.NoError(t, sig.Verify([32]byte(digest), addr1), "the signature itself is sound")

	err = checkpoint.Signed{Checkpoint: c, Signature: sig}.Verify(addr1)
	require.ErrorIs(t, err, checkpoint.ErrSigner)
}

// Trap 15: a checkpoint hashes the Merkle tree hook, an announcement the mailbox; one tag each.
func TestAnnouncementGolden(t *testing.T) {
	a := checkpoint.Announcement{
		Validator: addr1,
		Mailbox:   golden(1).Tree,
		Origin:    1000,
		Location:  "s3://hyperlane-test/us-east-1",
	}
	assert.Equal(t, "0x780b0b74a2ee18bad1879144c90971801faa00f43ffaea6e2956b1bfef05768f", text(a.SigningHash()))
	assert.Equal(t, "0x70f0e201a75a670619116f1da6796ca931f6154d4da68f2d451d4ca03aaa036e", text(a.Digest()))

	signed, err := checkpoint.SignAnnouncement(t.Context(), checkpoint.NewKeySigner(key(t, 0x11)), a)
	require.NoError(t, err)
	assert.Equal(t, "0xcffe2c30a3b5016f467bee313352e032e3261fbabe82907771cf920f05359533243225ac7010c7cf1e4dea3c7b7042202bd69765f8d1d76469653b65d7304fb11b",
		signed.Signature.String())
	require.NoError(t, signed.Verify())
	signer, err := signed.Signer()
	require.NoError(t, err)
	assert.Equal(t, addr1, signer)
}
