package storage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/hyperlane-go/sdk/merkle"
)

// ReorgFlag is a validator's statement that its chain lost history the
// validator took for final (protocol specification, section 5.6). A validator
// with a flag in its storage is out of service, and official relayers refuse to
// build metadata with it, until an operator has understood what happened and
// removed the flag.
type ReorgFlag struct {
	LocalRoot     merkle.Hash // built from indexed events
	CanonicalRoot merkle.Hash // read on chain
	Index         uint32      // checkpoint index of both
	Time          time.Time   // whole seconds are kept
	ReorgPeriod   string      // number of blocks in decimal, or a block tag
}

type reorgJSON struct {
	LocalRoot     merkle.Hash     `json:"local_merkle_root"`
	CanonicalRoot merkle.Hash     `json:"canonical_merkle_root"`
	Index         uint32          `json:"checkpoint_index"`
	Time          uint64          `json:"unix_timestamp"`
	ReorgPeriod   json.RawMessage `json:"reorg_period"`
}

// MarshalJSON gives the storage form.
func (f ReorgFlag) MarshalJSON() ([]byte, error) {
	period := json.RawMessage(f.ReorgPeriod)
	if _, err := parseIndex(f.ReorgPeriod); err != nil {
		text, err := json.Marshal(f.ReorgPeriod)
		if err != nil {
			return nil, err
		}
		period = text
	}
	seconds := uint64(max(f.Time.Unix(), 0))
	return json.Marshal(reorgJSON{f.LocalRoot, f.CanonicalRoot, f.Index, seconds, period})
}

// UnmarshalJSON reads the storage form; unknown keys are ignored.
func (f *ReorgFlag) UnmarshalJSON(data []byte) error {
	var raw reorgJSON
	if err := json.Unmarshal(data, &raw); err != nil {
		return err
	}
	if raw.Time > 1<<62 {
		return fmt.Errorf("unix_timestamp %d is out of range", raw.Time)
	}
	period := string(raw.ReorgPeriod)
	if _, err := parseIndex(period); err != nil {
		if err := json.Unmarshal(raw.ReorgPeriod, &period); err != nil {
			return fmt.Errorf("reorg_period: want a number or a block tag, have %q", clip(string(raw.ReorgPeriod)))
		}
	}
	*f = ReorgFlag{raw.LocalRoot, raw.CanonicalRoot, raw.Index, time.Unix(int64(raw.Time), 0).UTC(), period}
	return nil
}

// Reorg tells whether a reorg flag is present. Existence is what counts: a flag
// that cannot be read as one is present all the same, and flag is zero then.
// An error says that presence could not be found out; a validator must take that
// as a reason not to start, a relayer may take it as absence.
func (s *Store) Reorg(ctx context.Context) (flag ReorgFlag, present bool, err error) {
	name := s.layout.names().reorg
	flag, present, err = s.reorgAt(ctx, s.key(name))
	if err == nil && !present && s.layout == GCS && s.folder != "" {
		return s.reorgAt(ctx, name) // where older GCS writers left it (trap 21)
	}
	return flag, present, err
}

func (s *Store) reorgAt(ctx context.Context, key string) (ReorgFlag, bool, error) {
	data, err := s.read(ctx, key)
	switch {
	case errors.Is(err, ErrNotFound):
		return ReorgFlag{}, false, nil
	case errors.Is(err, ErrTooLarge):
		return ReorgFlag{}, true, nil
	case err != nil:
		return ReorgFlag{}, false, err
	}
	var flag ReorgFlag
	if json.Unmarshal(data, &flag) != nil {
		return ReorgFlag{}, true, nil
	}
	return flag, true, nil
}

// WriteReorg raises the flag. Lowering it is an operator's decision and has no
// verb here: remove the object.
func (s *Store) WriteReorg(ctx context.Context, flag ReorgFlag) error {
	return s.writeJSON(ctx, s.layout.names().reorg, flag)
}
