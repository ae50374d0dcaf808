package metadata

import (
	"context"
	"errors"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/ism/checkpoint"
)

// set is a validator set. A validator that is listed twice is asked once and counts twice, as it
// does for the contract. Facts about validators are in slices parallel to unique.
type set struct {
	validators []common.Address // in the contract's order
	threshold  int
	unique     []common.Address
	place      []int // of each entry of validators in unique
	weight     []int // how often each of unique is listed
}

func newSet(validators []common.Address, threshold int) *set {
	s := &set{validators: append([]common.Address(nil), validators...), threshold: threshold}
	known := make(map[common.Address]int, len(validators))
	for _, v := range s.validators {
		at, ok := known[v]
		if !ok {
			at = len(s.unique)
			known[v] = at
			s.unique = append(s.unique, v)
			s.weight = append(s.weight, 0)
		}
		s.place = append(s.place, at)
		s.weight[at]++
	}
	return s
}

// all lists the places of all unique validators.
func (s *set) all() []int {
	places := make([]int, len(s.unique))
	for i := range places {
		places[i] = i
	}
	return places
}

// expand returns a status for each entry of the set.
func (s *set) expand(unique []ValidatorStatus) []ValidatorStatus {
	all := make([]ValidatorStatus, len(s.validators))
	for i, at := range s.place {
		all[i] = unique[at]
		all[i].Validator = s.validators[i]
	}
	return all
}

// round is what the validators stored for one checkpoint.
type round struct {
	want   checkpoint.Checkpoint
	status []ValidatorStatus      // parallel to set.unique
	signed []checkpoint.Signature // parallel to set.unique, where signed
	have   int                    // signatures that count
}

// collect asks the validators at the places who for the checkpoint and verifies every answer.
func (b *Builder) collect(ctx context.Context, s *set, who []int, want checkpoint.Checkpoint) *round {
	r := &round{
		want:   want,
		status: make([]ValidatorStatus, len(s.unique)),
		signed: make([]checkpoint.Signature, len(s.unique)),
	}
	for i := range r.status {
		r.status[i] = ValidatorStatus{Validator: s.unique[i], Index: want.Index}
	}
	ask(ctx, b, len(who),
		func(ctx context.Context, i int) (checkpoint.Signed, error) {
			return b.Checkpoints.Checkpoint(ctx, s.unique[who[i]], want.Index)
		},
		func(i int, signed checkpoint.Signed, err error) bool {
			at := who[i]
			r.status[at].State, r.status[at].Err = judge(s.unique[at], want, signed, err)
			if r.status[at].State == Signed {
				r.signed[at] = signed.Signature
				r.have += s.weight[at]
			}
			return r.have >= s.threshold
		})
	return r
}

// judge returns the state that the answer of a validator gives it, and the reason.
func judge(validator common.Address, want checkpoint.Checkpoint, signed checkpoint.Signed, err error) (State, error) {
	switch {
	case err == nil:
	case errors.Is(err, ErrNotFound):
		return Pending, err
	case errors.Is(err, checkpoint.ErrJSON), errors.Is(err, checkpoint.ErrSignature):
		return Malformed, err
	default:
		return Unreachable, err
	}
	// SECURITY: both checks decide what counts. The signer is checked over the checkpoint that the
	// validator claims to have signed, so that a sound signature over another one is kept as
	// evidence.
	if err := signed.Verify(validator); err != nil {
		if errors.Is(err, checkpoint.ErrSigner) {
			return WrongSigner, err
		}
		return Malformed, err
	}
	if signed.Checkpoint != want {
		return WrongCheckpoint, &CheckpointError{Have: signed, Want: want}
	}
	return Signed, nil
}

// quorum returns nil when enough have signed.
func (r *round) quorum(ctx context.Context, s *set) error {
	if r.have >= s.threshold {
		return nil
	}
	e := &QuorumError{Have: r.have, Want: s.threshold, Index: r.want.Index}
	for _, v := range s.expand(r.status) {
		if v.State != Signed {
			e.Missing = append(e.Missing, v)
		}
	}
	return because(ctx, e)
}

// signatures returns exactly threshold of them, in the set's order.
func (r *round) signatures(s *set) []checkpoint.Signature {
	quorum := make([]checkpoint.Signature, 0, s.threshold)
	for _, at := range s.place {
		if r.status[at].State == Signed && len(quorum) < s.threshold {
			quorum = append(quorum, r.signed[at])
		}
	}
	return quorum
}
