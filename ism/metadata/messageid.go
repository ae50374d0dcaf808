package metadata

import (
	"context"
	"fmt"

	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/message"
)

// messageID collects signatures over the checkpoint at the message's own leaf.
// No other checkpoint carries its id.
func (b *Builder) messageID(ctx context.Context, r *Result, s *set, m *message.Message) error {
	want, err := b.expected(ctx, r.LeafIndex)
	if err != nil {
		return err
	}
	if want.MessageID != r.Message {
		return fmt.Errorf("%w: leaf %d is %v, not message %v", ErrTree, r.LeafIndex, want.MessageID, r.Message)
	}
	round := b.collect(ctx, s, s.everybody(), want)
	round.report(r, s)
	if err := round.quorum(ctx, s); err != nil {
		return err
	}
	d := ism.MessageIDMetadata{Tree: want.Tree, Root: want.Root, Index: want.Index, Signatures: round.signatures(s)}
	metadata, err := d.MarshalBinary()
	if err != nil {
		return err
	}
	return b.accept(r, ism.MessageIDMultisig{Validators: s.validators, Threshold: r.Threshold}, metadata, m)
}
