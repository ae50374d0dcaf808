package storage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/hyperlane-go/sdk/merkle"
)

// ReorgFlag says that the chain of a validator lost history that was final (Protocol 5.6). A
// validator with a flag in its storage does not sign, and official relayers do not use its
// signatures, until an operator finds the cause and removes the flag.
type ReorgFlag struct {
	LocalRoot     merkle.Hash // built from indexed events
	CanonicalRoot merkle.Hash // read on chain
	Index         uint32      // checkpoint index of both roots
	Time          time.Time   // when it was found, in whole seconds
	ReorgPeriod   string      // number of blocks in decimal, or a block tag
}

type reorgJSON struct {
	LocalRoot     merkle.Hash     `json:"local_merkle_root"`
	CanonicalRoot merkle.Hash     `json:"canonical_merkle_root"`
	Index         uint32          `json:"checkpoint_index"`
	Time          uint64          `json:"unix_timestamp"`
	ReorgPeriod   json.RawMessage `json:"reorg_period"`
}

// MarshalJSON returns the stored form.
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

// UnmarshalJSON reads the stored form and ignores unknown keys. On an error f keeps its value.
func (f *ReorgFlag) UnmarshalJSON(data []byte) error {
	var raw reorgJSON
	if err := json.Unmarshal(data, &raw); err != nil {
		return err
	}
	if raw.Time > 1<<62 {
		return fmt.Errorf("unix_timestamp: have %d, want at most 2^62", raw.Time)
	}
	period := string(raw.ReorgPeriod)
	if _, err := parseIndex(period); err != nil {
		if err := json.Unmarshal(raw.ReorgPeriod, &period); err != nil {
			return fmt.Errorf("reorg_period: have %q, want a number or a block tag", clip(string(raw.ReorgPeriod)))
		}
	}
	*f = ReorgFlag{raw.LocalRoot, raw.CanonicalRoot, raw.Index, time.Unix(int64(raw.Time), 0).UTC(), period}
	return nil
}

// Reorg reports whether a reorg flag is present. Existence counts, whatever the object holds: a
// malformed flag is present, and flag is zero. On an error, of class [ErrBucket], presence is
// unknown: a validator must not start then; a relayer may treat the flag as absent.
func (s *Store) Reorg(ctx context.Context) (flag ReorgFlag, present bool, err error) {
	name := s.layout.names().reorg
	flag, present, err = s.reorgAt(ctx, s.key(name))
	if err == nil && !present && s.layout == GCS && s.folder != "" {
		return s.reorgAt(ctx, name) // older GCS writers left it at the root (trap 21)
	}
	return flag, present, err
}

func (s *Store) reorgAt(ctx context.Context, key string) (ReorgFlag, bool, error) {
	data, err := s.read(ctx, key)
	switch {
	case errors.Is(err, ErrNotFound):
		return ReorgFlag{}, false, nil
	case errors.Is(err, ErrMalformed): // too large
		return ReorgFlag{}, true, nil
	case err != nil:
		return ReorgFlag{}, false, err
	}
	var flag ReorgFlag
	if json.Unmarshal(data, &flag) != nil {
		return ReorgFlag{}, true, nil //nolint:nilerr // a flag that cannot be read is a flag
	}
	return flag, true, nil
}

// WriteReorg publishes the flag. No function removes it: an operator decides that, and deletes the
// object.
func (s *Store) WriteReorg(ctx context.Context, flag ReorgFlag) error {
	return s.writeJSON(ctx, s.layout.names().reorg, flag)
}
