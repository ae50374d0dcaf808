package checkpoint_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"

	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

// Sign a checkpoint and encode it as validators store it.
func ExampleSign() {
	key, err := crypto.ToECDSA(bytes.Repeat([]byte{0x11}, 32))
	if err != nil {
		log.Fatal(err)
	}
	signed, err := checkpoint.Sign(context.Background(), checkpoint.NewKeySigner(key), checkpoint.Checkpoint{
		Origin:    1000,
		Tree:      message.FromEVM(common.HexToAddress("0x2222222222222222222222222222222222222222")),
		Root:      merkle.Hash(bytes.Repeat([]byte{0x02}, 32)),
		Index:     12,
		MessageID: message.ID(bytes.Repeat([]byte{0x33}, 32)),
	})
	if err != nil {
		log.Fatal(err)
	}
	text, err := json.MarshalIndent(signed, "", "  ")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(text))
	// Output:
	// {
	//   "value": {
	//     "checkpoint": {
	//       "merkle_tree_hook_address": "0x0000000000000000000000002222222222222222222222222222222222222222",
	//       "mailbox_domain": 1000,
	//       "root": "0x0202020202020202020202020202020202020202020202020202020202020202",
	//       "index": 12
	//     },
	//     "message_id": "0x3333333333333333333333333333333333333333333333333333333333333333"
	//   },
	//   "signature": {
	//     "r": "0x19f0d18dd594484e865d0dcc7ad184256ab4cf1b233e372357e4831a17c3be",
	//     "s": "0x7db7b821ecfbb419a36062884d2e5d24ad3a91bc982ecb29b8c063fe8b929a48",
	//     "v": 28
	//   },
	//   "serialized_signature": "0x0019f0d18dd594484e865d0dcc7ad184256ab4cf1b233e372357e4831a17c3be7db7b821ecfbb419a36062884d2e5d24ad3a91bc982ecb29b8c063fe8b929a481c"
	// }
}

// Read a stored checkpoint and find out who signed it.
func ExampleSigned_UnmarshalJSON() {
	text := `{
	  "value": {
	    "checkpoint": {
	      "merkle_tree_hook_address": "0x0000000000000000000000002222222222222222222222222222222222222222",
	      "mailbox_domain": 1000,
	      "root": "0x0202020202020202020202020202020202020202020202020202020202020202",
	      "index": 12
	    },
	    "message_id": "0x3333333333333333333333333333333333333333333333333333333333333333"
	  },
	  "signature": {
	    "r": "0x19f0d18dd594484e865d0dcc7ad184256ab4cf1b233e372357e4831a17c3be",
	    "s": "0x7db7b821ecfbb419a36062884d2e5d24ad3a91bc982ecb29b8c063fe8b929a48",
	    "v": 28
	  }
	}`
	var signed checkpoint.Signed
	if err := json.Unmarshal([]byte(text), &signed); err != nil {
		log.Fatal(err)
	}
	signer, err := signed.Signer()
	fmt.Println(signed.Index, signer, err)

	var other checkpoint.Signed
	err = json.Unmarshal([]byte(`{"value": {}, "signature": {"r": "0x1", "s": "0x1"}}`), &other)
	fmt.Println(errors.Is(err, checkpoint.ErrJSON))
	fmt.Println(err)
	// Output:
	// 12 0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A <nil>
	// true
	// checkpoint: malformed JSON: signature.v: field is missing, want 0, 1, 27 or 28
}

// Check that a validator signed a checkpoint, and see who did when it did not.
func ExampleSigned_Verify() {
	signed := checkpoint.Signed{
		Checkpoint: checkpoint.Checkpoint{
			Origin:    1000,
			Tree:      message.FromEVM(common.HexToAddress("0x2222222222222222222222222222222222222222")),
			Root:      merkle.Hash(bytes.Repeat([]byte{0x02}, 32)),
			Index:     12,
			MessageID: message.ID(bytes.Repeat([]byte{0x33}, 32)),
		},
		Signature: checkpoint.MustParseSignature("0x0019f0d18dd594484e865d0dcc7ad184256ab4cf1b233e372357e4831a17c3be7db7b821ecfbb419a36062884d2e5d24ad3a91bc982ecb29b8c063fe8b929a481c"),
	}
	fmt.Println(signed.Verify(common.HexToAddress("0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A")))

	err := signed.Verify(common.HexToAddress("0x1563915e194D8CfBA1943570603F7606A3115508"))
	var wrong *checkpoint.SignerError
	if errors.As(err, &wrong) {
		fmt.Println("signed by", wrong.Have)
	}
	// Output:
	// <nil>
	// signed by 0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A
}

// Compute the hash that validators sign, and the one that the network's tools show.
func ExampleCheckpoint_Digest() {
	c := checkpoint.Checkpoint{
		Origin:    1000,
		Tree:      message.FromEVM(common.HexToAddress("0x2222222222222222222222222222222222222222")),
		Root:      merkle.Hash(bytes.Repeat([]byte{0x02}, 32)),
		Index:     1,
		MessageID: message.ID(bytes.Repeat([]byte{0x33}, 32)),
	}
	fmt.Printf("signing hash %x\n", c.SigningHash())
	fmt.Printf("digest       %x\n", c.Digest())
	// Output:
	// signing hash 3756d9a1bcb5afd6da7170dadb95af3c41cd12b7b1bc9189b0ee2c4c2f1c4765
	// digest       febb25c87bfac40788dc8cf223b9be421be07653f20c1affc5d28259b717d122
}

// Sign with a key that is not in memory, such as that of a KMS. The signer completes and checks the
// answer.
func ExampleSignerFunc() {
	key, err := crypto.ToECDSA(bytes.Repeat([]byte{0x11}, 32))
	if err != nil {
		log.Fatal(err)
	}
	kms := func(_ context.Context, digest [32]byte) ([]byte, error) {
		sig, err := crypto.Sign(digest[:], key)
		if err != nil {
			return nil, err
		}
		return sig[:64], nil // r and s, as most KMS answer
	}
	signer := checkpoint.SignerFunc(crypto.PubkeyToAddress(key.PublicKey), kms)
	sig, err := signer.SignDigest(context.Background(), [32]byte{1})
	fmt.Println(sig[64] == 27 || sig[64] == 28, err)
	// Output: true <nil>
}

// Convert the answer of a library whose v is 0 or 1.
func ExampleNormalizeSignature() {
	key, err := crypto.ToECDSA(bytes.Repeat([]byte{0x11}, 32))
	if err != nil {
		log.Fatal(err)
	}
	digest := [32]byte{1}
	raw, err := crypto.Sign(digest[:], key)
	if err != nil {
		log.Fatal(err)
	}
	_, err = checkpoint.NewSignature(raw)
	fmt.Println(errors.Is(err, checkpoint.ErrSignature))

	sig, err := checkpoint.NormalizeSignature(raw)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(sig.Recover(digest))
	// Output:
	// true
	// 0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A <nil>
}

func ExampleParseSignature() {
	sig, err := checkpoint.ParseSignature("0xcffe2c30a3b5016f467bee313352e032e3261fbabe82907771cf920f05359533243225ac7010c7cf1e4dea3c7b7042202bd69765f8d1d76469653b65d7304fb11b")
	fmt.Println(sig[64], err)
	_, err = checkpoint.ParseSignature("0x1234")
	fmt.Println(err)
	// Output:
	// 27 <nil>
	// checkpoint: signature not acceptable: text is 6 characters, want 0x and 130 hexadecimal digits
}

// Announce where a validator stores its checkpoints.
func ExampleSignAnnouncement() {
	key, err := crypto.ToECDSA(bytes.Repeat([]byte{0x11}, 32))
	if err != nil {
		log.Fatal(err)
	}
	signer := checkpoint.NewKeySigner(key)
	signed, err := checkpoint.SignAnnouncement(context.Background(), signer, checkpoint.Announcement{
		Validator: signer.Address(),
		Mailbox:   message.FromEVM(common.HexToAddress("0x2222222222222222222222222222222222222222")),
		Origin:    1000,
		Location:  "s3://hyperlane-test/us-east-1",
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(signed.Signature, signed.Verify())
	// Output: 0xcffe2c30a3b5016f467bee313352e032e3261fbabe82907771cf920f05359533243225ac7010c7cf1e4dea3c7b7042202bd69765f8d1d76469653b65d7304fb11b <nil>
}
