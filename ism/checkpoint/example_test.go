package checkpoint_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"

	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

// Sign a checkpoint and put it into the form that validators store.
func ExampleSign() {
	key, _ := crypto.ToECDSA(bytes.Repeat([]byte{0x11}, 32))
	signed, err := checkpoint.Sign(context.Background(), checkpoint.NewKeySigner(key), checkpoint.Checkpoint{
		Origin:    1000,
		Tree:      message.FromEVM(common.HexToAddress("0x2222222222222222222222222222222222222222")),
		Root:      merkle.Hash(bytes.Repeat([]byte{0x02}, 32)),
		Index:     12,
		MessageID: message.ID(bytes.Repeat([]byte{0x33}, 32)),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	text, _ := json.MarshalIndent(signed, "", "  ")
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

// Read what a validator stored, and find out who signed it.
func ExampleSigned_UnmarshalJSON() {
	var signed checkpoint.Signed
	if err := json.Unmarshal([]byte(stored), &signed); err != nil {
		fmt.Println(err)
		return
	}
	signer, err := signed.Signer()
	fmt.Println(signed.Index, signer, err)
	// Output: 12 0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A <nil>
}

// Sign with something that is not a key in memory, such as a KMS. Its answer
// is translated and checked.
func ExampleSignerFunc() {
	key, _ := crypto.ToECDSA(bytes.Repeat([]byte{0x11}, 32))
	kms := func(_ context.Context, digest [32]byte) ([]byte, error) {
		sig, err := crypto.Sign(digest[:], key)
		return sig[:64], err // r and s, as most of them answer
	}
	signer := checkpoint.SignerFunc(crypto.PubkeyToAddress(key.PublicKey), kms)
	sig, err := signer.SignDigest(context.Background(), [32]byte{1})
	fmt.Println(sig[64] == 27 || sig[64] == 28, err)
	// Output: true <nil>
}

// Announce where a validator keeps its checkpoints.
func ExampleSignAnnouncement() {
	key, _ := crypto.ToECDSA(bytes.Repeat([]byte{0x11}, 32))
	signer := checkpoint.NewKeySigner(key)
	signed, err := checkpoint.SignAnnouncement(context.Background(), signer, checkpoint.Announcement{
		Validator: signer.Address(),
		Mailbox:   message.FromEVM(common.HexToAddress("0x2222222222222222222222222222222222222222")),
		Origin:    1000,
		Location:  "s3://hyperlane-test/us-east-1",
	})
	fmt.Println(signed.Signature, err)
	// Output: 0xcffe2c30a3b5016f467bee313352e032e3261fbabe82907771cf920f05359533243225ac7010c7cf1e4dea3c7b7042202bd69765f8d1d76469653b65d7304fb11b <nil>
}
