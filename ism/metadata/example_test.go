package metadata_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"

	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/ism/metadata"
	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

// One of three validators has signed, one is unreachable, one has not signed so far. The result has
// the metadata, or says which validators are missing, and why.
func Example() {
	m := &message.Message{Version: message.Version, Origin: 1000, Destination: 2000, Body: []byte("hello")}
	var tree merkle.FullTree
	if err := tree.Append(merkle.Hash(m.ID())); err != nil {
		fmt.Println(err)
		return
	}
	root, _ := tree.Root(1)
	hook := message.FromEVM(common.HexToAddress("0x2222222222222222222222222222222222222222"))

	var signers []checkpoint.Signer
	var validators []common.Address
	for _, b := range []byte{0x11, 0x22, 0x33} {
		key, _ := crypto.ToECDSA(bytes.Repeat([]byte{b}, 32))
		signers = append(signers, checkpoint.NewKeySigner(key))
		validators = append(validators, signers[len(signers)-1].Address())
	}
	signed, _ := checkpoint.Sign(context.Background(), signers[0], checkpoint.Checkpoint{
		Origin: 1000, Tree: hook, Root: root, Index: 0, MessageID: m.ID(),
	})

	oneOf, twoOf := common.HexToAddress("0x01"), common.HexToAddress("0x02")
	builder := &metadata.Builder{
		Modules: metadata.StaticModules{
			oneOf: ism.MessageIDMultisig{Validators: validators, Threshold: 1},
			twoOf: ism.MessageIDMultisig{Validators: validators, Threshold: 2},
		},
		Checkpoints: metadata.CheckpointFuncs{At: func(_ context.Context, validator common.Address, _ uint32) (checkpoint.Signed, error) {
			switch validator {
			case validators[0]:
				return signed, nil
			case validators[1]:
				return checkpoint.Signed{}, errors.New("connection refused")
			default:
				return checkpoint.Signed{}, metadata.ErrNotFound
			}
		}},
		Tree:        metadata.TreeOf(&tree),
		Origin:      1000,
		TreeAddress: hook,
	}
	// A module that asks for one signature gets its metadata.
	result, err := builder.Build(context.Background(), oneOf, m)
	fmt.Println(len(result.Metadata), "bytes of metadata, error", err)

	// One that asks for two does not yet.
	result, err = builder.Build(context.Background(), twoOf, m)
	fmt.Println("try again later:", errors.Is(err, metadata.ErrNotReady))
	fmt.Println(result)
	// Output:
	// 133 bytes of metadata, error <nil>
	// try again later: true
	// message 0xf59a2881077a2d7094d4bbeb6a0e3ff3311810455bbc65c3f30e210e61eaf442: no metadata
	//   module 0x0000000000000000000000000000000000000002: message id multisig, threshold 2 of 3
	//     leaf 0, checkpoint 0 of tree 0x0000000000000000000000002222222222222222222222222222222222222222 on domain 1000
	//     root 0xff8f06a702ef5864ce79a6deb9d38bbee06e845eb62d0475fabb71f2d18e6d38
	//     0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A signed at index 0
	//     0x1563915e194D8CfBA1943570603F7606A3115508 unreachable at index 0: connection refused
	//     0x5CbDd86a2FA8Dc4bDdd8a8f69dBa48572EeC07FB pending at index 0: metadata: not found
	//     metadata: no quorum yet: 1 of 2 signatures at index 0; missing: 0x1563915e194D8CfBA1943570603F7606A3115508 unreachable, 0x5CbDd86a2FA8Dc4bDdd8a8f69dBa48572EeC07FB pending
}
