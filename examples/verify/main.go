// Command verify checks without a network that the destination accepts a message: that the message
// is in the origin's Merkle tree, and that enough validators signed that tree. It reads a folder:
//
//	message.hex         the message, as in the Dispatch event
//	proof.json          the index of its leaf and the 32 siblings of its path
//	ism.json            the validators, in the order of the ISM, and the threshold
//	checkpoints/*.json  signed checkpoints, as downloaded from the validators' storage
//
// All checkpoints must have the index that the proof was made for. The program links no node and no
// RPC client.
package main

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

func main() {
	folder := flag.String("folder", "examples/verify/testdata", "folder with the files to check")
	flag.Parse()
	if flag.NArg() > 0 { // a folder without its flag: do not verify the example's files instead
		fmt.Fprintf(os.Stderr, "have argument %q, want none (name the folder with -folder)\n", flag.Arg(0))
		os.Exit(2)
	}
	if err := run(os.Stdout, *folder); err != nil {
		fmt.Fprintln(os.Stderr, "not verified:", err)
		os.Exit(1)
	}
}

// run verifies the files in folder and writes what it finds.
func run(out io.Writer, folder string) error {
	in, err := read(folder)
	if err != nil {
		return err
	}
	m := &in.message
	fmt.Fprintf(out, "message   %s, nonce %d, %s -> %s, %d bytes of body\n", m.ID(), m.Nonce, m.Origin, m.Destination, len(m.Body))

	if len(in.checkpoints) == 0 {
		return errors.New("have no signed checkpoint, want at least one in checkpoints/*.json")
	}
	signed := in.checkpoints[0].Checkpoint
	proof := merkle.Proof{Leaf: merkle.Hash(m.ID()), Index: in.proof.Index, Path: in.proof.Path}
	if err := proof.Verify(signed.Root); err != nil {
		return fmt.Errorf("message is not in the signed tree: %w", err)
	}
	fmt.Fprintf(out, "proof     leaf %d is below root %s of %d leaves\n", proof.Index, signed.Root, uint64(signed.Index)+1)

	metadata := ism.MerkleRootMetadata{
		Tree:            signed.Tree,
		MessageIndex:    proof.Index,
		SignedMessageID: signed.MessageID,
		Path:            proof.Path,
		SignedIndex:     signed.Index,
		Signatures:      collect(out, in, signed),
	}
	encoded, err := metadata.MarshalBinary()
	if err != nil {
		return err
	}
	// The module verifies the bytes that a relayer submits, by the rules of its contract.
	if err := in.module.Verify(encoded, m); err != nil {
		return fmt.Errorf("have %d signatures, want %d: %w", len(metadata.Signatures), in.module.Threshold, err)
	}
	fmt.Fprintf(out, "verified  %d of %d validators signed, %d are needed\n", len(metadata.Signatures), len(in.module.Validators), in.module.Threshold)
	return nil
}

// collect returns the signatures over one checkpoint in the order of the validators, as the
// contract requires.
func collect(out io.Writer, in *input, want checkpoint.Checkpoint) []checkpoint.Signature {
	var signatures []checkpoint.Signature
	for _, validator := range in.module.Validators {
		found := false
		for _, signed := range in.checkpoints {
			if signed.Checkpoint == want && signed.Verify(validator) == nil {
				signatures = append(signatures, signed.Signature)
				fmt.Fprintf(out, "signed    by %s\n", validator)
				found = true
				break
			}
		}
		if !found {
			fmt.Fprintf(out, "missing   %s\n", validator)
		}
	}
	return signatures
}

// input holds the decoded files.
type input struct {
	message message.Message
	proof   struct {
		Index uint32                    `json:"index"`
		Path  [merkle.Depth]merkle.Hash `json:"path"`
	}
	module      ism.MerkleRootMultisig
	checkpoints []checkpoint.Signed
}

// read decodes all files of the folder.
func read(folder string) (*input, error) {
	in := new(input)
	if err := readMessage(filepath.Join(folder, "message.hex"), &in.message); err != nil {
		return nil, err
	}
	var module struct {
		Validators []common.Address `json:"validators"`
		Threshold  uint8            `json:"threshold"`
	}
	if err := readJSON(filepath.Join(folder, "ism.json"), &module); err != nil {
		return nil, err
	}
	in.module = ism.MerkleRootMultisig{Validators: module.Validators, Threshold: module.Threshold}
	if err := readJSON(filepath.Join(folder, "proof.json"), &in.proof); err != nil {
		return nil, err
	}
	files, err := filepath.Glob(filepath.Join(folder, "checkpoints", "*.json"))
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		var signed checkpoint.Signed
		if err := readJSON(file, &signed); err != nil {
			return nil, err
		}
		in.checkpoints = append(in.checkpoints, signed)
	}
	return in, nil
}

func readMessage(file string, m *message.Message) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	raw, err := hex.DecodeString(strings.TrimPrefix(strings.TrimSpace(string(text)), "0x"))
	if err != nil {
		return fmt.Errorf("%s: want 0x and hexadecimal digits: %w", filepath.Base(file), err)
	}
	if err := m.UnmarshalBinary(raw); err != nil {
		return fmt.Errorf("%s: %w", filepath.Base(file), err)
	}
	return nil
}

func readJSON(file string, value any) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, value); err != nil {
		return fmt.Errorf("%s: %w", filepath.Base(file), err)
	}
	return nil
}
