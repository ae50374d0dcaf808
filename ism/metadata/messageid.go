package metadata

import (
	"context"
	"fmt"

	"github.com/hyperlane-go/sdk/ism"
)

// messageID collects signatures over the checkpoint at the message's own leaf. No other checkpoint
// carries its id.
func messageID(ctx context.Context, r *Request) ([]byte, error) {
	module, ok := r.Module.(ism.MessageIDMultisig)
	if !ok {
		return nil, fmt.Errorf("%w at %v: is a %T, want an ism.MessageIDMultisig", ErrModule, r.Address, r.Module)
	}
	return r.multisig(ctx, module.Validators, module.Threshold, func(s *set, leaf uint32) ([]byte, error) {
		want, err := r.Expected(ctx, leaf)
		if err != nil {
			return nil, err
		}
		if want.MessageID != r.walker.id {
			return nil, fmt.Errorf("%w: leaf %d is %v, not message %v", ErrTree, leaf, want.MessageID, r.walker.id)
		}
		signatures, err := r.quorum(ctx, s, r.walker.collect(ctx, s, s.all(), want))
		if err != nil {
			return nil, err
		}
		d := ism.MessageIDMetadata{Tree: want.Tree, Root: want.Root, Index: want.Index, Signatures: signatures}
		return d.MarshalBinary()
	})
}
