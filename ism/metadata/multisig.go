package metadata

import (
	"context"
	"errors"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/ism/checkpoint"
)

// multisig does what both multisig modules need first: it checks the set, and calls finish with the
// leaves of the message until one has a quorum.
func (r *Request) multisig(ctx context.Context, validators []common.Address, threshold uint8,
	finish func(s *set, leaf uint32) ([]byte, error)) ([]byte, error) {
	s, err := r.validatorSet(validators, threshold)
	if err != nil {
		return nil, err
	}
	leaves, err := r.Leaves(ctx)
	if err != nil {
		return nil, err
	}
	var metadata []byte
	for _, leaf := range leaves {
		r.note(func(f *facts) { f.leaf = leaf })
		if metadata, err = finish(s, leaf); !errors.Is(err, ErrNotReady) || ctx.Err() != nil {
			return metadata, err
		}
	}
	return nil, err
}

// validatorSet checks a validator set and makes it the one of the result.
func (r *Request) validatorSet(validators []common.Address, threshold uint8) (*set, error) {
	if err := r.walker.needsCheckpoints(); err != nil {
		return nil, err
	}
	most := orDefault(r.walker.MaxValidators, DefaultMaxValidators)
	if threshold == 0 || int(threshold) > len(validators) || len(validators) > most {
		r.note(func(f *facts) { f.threshold = threshold })
		return nil, &SetError{Address: r.Address, Have: len(validators), Want: threshold, Max: most}
	}
	s := newSet(validators, int(threshold))
	r.note(func(f *facts) {
		f.threshold, f.validators = threshold, s.expand(make([]ValidatorStatus, len(s.unique)))
	})
	return s, nil
}

// quorum makes the round the one of the result and returns its signatures.
func (r *Request) quorum(ctx context.Context, s *set, found *round) ([]checkpoint.Signature, error) {
	want := found.want
	r.note(func(f *facts) { f.checkpoint, f.validators = &want, s.expand(found.status) })
	if err := found.quorum(ctx, s); err != nil {
		return nil, err
	}
	return found.signatures(s), nil
}
