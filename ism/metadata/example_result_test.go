package metadata_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/ism/metadata"
	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

// either is a module of the application that accepts what the first or the second of its modules
// accepts. Its metadata is a byte that says which, and the metadata of that one.
type either struct {
	Address common.Address
	Modules [2]ism.Module
}

func (e either) Type() ism.ModuleType          { return 202 }
func (e either) ModuleAddress() common.Address { return e.Address }

func (e either) Verify(metadata []byte, m *message.Message) error {
	if len(metadata) == 0 || metadata[0] > 1 {
		return errors.New("either: want metadata that begins with 0 or 1")
	}
	return e.Modules[metadata[0]].Verify(metadata[1:], m)
}

// buildEither builds both modules through the same walker, and uses the first with metadata.
func buildEither(ctx context.Context, r *metadata.Request) ([]byte, error) {
	e, ok := r.Module.(either)
	if !ok {
		return nil, fmt.Errorf("have a %T, want an either", r.Module)
	}
	inside := r.Build(ctx, e.Modules[:]...)
	for i, child := range inside {
		if child.Metadata != nil {
			return append([]byte{byte(i)}, child.Metadata...), nil
		}
	}
	return nil, fmt.Errorf("neither: %w; %w", inside[0].Err, inside[1].Err)
}

// Print the tree of results of a module that holds two others.
func ExampleResult() {
	m := &message.Message{Version: message.Version, Origin: 1000, Destination: 2000, Body: []byte("hello")}
	var tree merkle.FullTree
	if err := tree.Append(merkle.Hash(m.ID())); err != nil {
		fmt.Println(err)
		return
	}
	module := either{Address: common.HexToAddress("0x01"), Modules: [2]ism.Module{
		ism.MessageIDMultisig{Address: common.HexToAddress("0x02"), Validators: []common.Address{{19: 0xaa}}, Threshold: 1},
		ism.Null{Address: common.HexToAddress("0x03")},
	}}
	builder := &metadata.Builder{
		Modules: metadata.StaticModules{module.Address: module},
		Checkpoints: metadata.CheckpointFuncs{At: func(context.Context, common.Address, uint32) (checkpoint.Signed, error) {
			return checkpoint.Signed{}, errors.New("connection refused")
		}},
		Tree:   metadata.TreeOf(&tree),
		Origin: 1000,
		Types:  metadata.Types{module.Type(): metadata.TypeBuilderFunc(buildEither)},
	}
	result, err := builder.Build(context.Background(), module.Address, m)
	fmt.Println(err)
	fmt.Println(result)
	for depth, r := range result.Walk() {
		fmt.Println(depth, r.Type, "ready:", r.Metadata != nil)
	}
	// Output:
	// <nil>
	// message 0xf59a2881077a2d7094d4bbeb6a0e3ff3311810455bbc65c3f30e210e61eaf442: metadata of 1 bytes
	//   module 0x0000000000000000000000000000000000000001: module type 202
	//     module 0x0000000000000000000000000000000000000002: message id multisig, threshold 1 of 1, no metadata
	//       leaf 0, checkpoint 0 of tree 0x0000000000000000000000000000000000000000000000000000000000000000 on domain 1000
	//       root 0xff8f06a702ef5864ce79a6deb9d38bbee06e845eb62d0475fabb71f2d18e6d38
	//       0x00000000000000000000000000000000000000AA unreachable at index 0: connection refused
	//       metadata: no quorum yet: 0 of 1 signatures at index 0; missing: 0x00000000000000000000000000000000000000AA unreachable
	//     module 0x0000000000000000000000000000000000000003: null, metadata of 0 bytes
	// 0 module type 202 ready: true
	// 1 message id multisig ready: false
	// 1 null ready: true
}
