package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

var update = flag.Bool("update", false, "write testdata again")

func Example() {
	if err := run(os.Stdout, "testdata"); err != nil {
		fmt.Println(err)
	}
	// Output:
	// message   0xf8a66f8aadee751d842616fee0ed14a3ad6da1e13564920364ee0ad35a02703f, nonce 0, 1000 -> 2000, 2 bytes of body
	// proof     leaf 1 is below root 0x2dac82a6d6913904052c477900abc4624dfb15b78d852ba0a39b4fa8e3786155 of 3 leaves
	// signed    by 0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A
	// missing   0x1563915e194D8CfBA1943570603F7606A3115508
	// signed    by 0x5CbDd86a2FA8Dc4bDdd8a8f69dBa48572EeC07FB
	// verified  2 of 3 validators signed, 2 are needed
}

// TestTestdata checks that the files are what they claim: the message of Protocol 17.1 in a tree of
// three leaves, signed by two of three known keys. Run with -update to write them again.
func TestTestdata(t *testing.T) {
	folder := "testdata"
	if !*update {
		folder = t.TempDir()
	}
	write(t, folder)
	for _, name := range []string{"message.hex", "proof.json", "ism.json", "checkpoints/0.json", "checkpoints/2.json"} {
		want, err := os.ReadFile(filepath.Join(folder, name))
		require.NoError(t, err)
		have, err := os.ReadFile(filepath.Join("testdata", name))
		require.NoError(t, err)
		assert.Equal(t, string(want), string(have), name)
	}
}

func write(t *testing.T, folder string) {
	t.Helper()
	m := message.Message{
		Version: message.Version, Origin: 1000, Destination: 2000, Body: []byte{0x12, 0x34},
		Sender:    message.FromEVM(common.HexToAddress("0x1111111111111111111111111111111111111111")),
		Recipient: message.FromEVM(common.HexToAddress("0x2222222222222222222222222222222222222222")),
	}
	var tree merkle.FullTree
	require.NoError(t, tree.Append(repeat(0xaa), merkle.Hash(m.ID()), repeat(0xbb)))
	root, err := tree.Root(3)
	require.NoError(t, err)
	proof, err := tree.Prove(1, 3)
	require.NoError(t, err)
	newest := checkpoint.Checkpoint{
		Origin: m.Origin, Tree: m.Recipient, Root: root, Index: 2, MessageID: message.ID(repeat(0xbb)),
	}

	var validators []common.Address
	for i, seed := range []byte{0x11, 0x22, 0x33} {
		key := repeat(seed)
		private, err := crypto.ToECDSA(key[:])
		require.NoError(t, err)
		validators = append(validators, crypto.PubkeyToAddress(private.PublicKey))
		if i == 1 {
			continue
		}
		signed, err := checkpoint.Sign(context.Background(), checkpoint.NewKeySigner(private), newest)
		require.NoError(t, err)
		writeJSON(t, filepath.Join(folder, "checkpoints", string(rune('0'+i))+".json"), signed)
	}
	raw, err := m.MarshalBinary()
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "message.hex"), []byte("0x"+hex.EncodeToString(raw)+"\n"), 0o644))
	writeJSON(t, filepath.Join(folder, "proof.json"), map[string]any{"index": proof.Index, "path": proof.Path})
	writeJSON(t, filepath.Join(folder, "ism.json"), map[string]any{"threshold": 2, "validators": validators})
}

func writeJSON(t *testing.T, file string, value any) {
	t.Helper()
	text, err := json.MarshalIndent(value, "", "  ")
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(t, os.WriteFile(file, append(text, '\n'), 0o644))
}

func repeat(b byte) (h merkle.Hash) {
	for i := range h {
		h[i] = b
	}
	return h
}

func TestRefuses(t *testing.T) {
	rows := []struct {
		name, file, old, new string
		is                   error
		says                 string
	}{
		{"another body", "message.hex", "1234", "1235", merkle.ErrRoot, "not in the signed tree"},
		{"another leaf", "proof.json", `"index": 1`, `"index": 0`, merkle.ErrRoot, "not in the signed tree"},
		{"short message", "message.hex", "1111111111111111111111111111111111111111000007d0", "", message.ErrMessage, "message.hex"},
		{"another signer", "ism.json", "0x5cbdd86a2fa8dc4bddd8a8f69dba48572eec07fb", "0x5cbdd86a2fa8dc4bddd8a8f69dba48572eec07fc", ism.ErrMetadata, "signatures, want"},
		{"higher threshold", "ism.json", `"threshold": 2`, `"threshold": 3`, ism.ErrMetadata, "signatures, want"},
		{"no threshold", "ism.json", `"threshold": 2`, `"threshold": 0`, ism.ErrNoThreshold, "threshold"},
		{"broken signature", "checkpoints/2.json", `"v": 2`, `"v": 9`, checkpoint.ErrJSON, "2.json"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			folder := t.TempDir()
			require.NoError(t, os.CopyFS(folder, os.DirFS("testdata")))
			file := filepath.Join(folder, row.file)
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			changed := strings.Replace(string(text), row.old, row.new, 1)
			require.NotEqual(t, string(text), changed, "the row changes nothing")
			require.NoError(t, os.WriteFile(file, []byte(changed), 0o644))

			err = run(io.Discard, folder)
			require.ErrorIs(t, err, row.is)
			assert.Contains(t, err.Error(), row.says)
		})
	}
	t.Run("no checkpoint", func(t *testing.T) {
		folder := t.TempDir()
		require.NoError(t, os.CopyFS(folder, os.DirFS("testdata")))
		require.NoError(t, os.RemoveAll(filepath.Join(folder, "checkpoints")))
		assert.ErrorContains(t, run(io.Discard, folder), "no signed checkpoint")
	})
	t.Run("no folder", func(t *testing.T) {
		assert.ErrorIs(t, run(io.Discard, filepath.Join(t.TempDir(), "none")), os.ErrNotExist)
	})
}
