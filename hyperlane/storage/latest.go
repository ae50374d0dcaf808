package storage

import (
	"context"
	"errors"
	"strconv"
	"strings"
)

// LatestIndex reads the highest index that the validator reports as published. It is a hint:
// validators publish the newest checkpoint first, so older ones may be missing, and a hostile store
// can report any number. It fails with [ErrNotFound], [ErrMalformed] or [ErrBucket].
func (s *Store) LatestIndex(ctx context.Context) (uint32, error) {
	name := s.layout.names().latest
	index, err := s.latestAt(ctx, s.key(name))
	if errors.Is(err, ErrNotFound) && s.layout == GCS && s.folder != "" {
		// Older GCS writers left it at the root of the bucket (trap 21).
		if older, olderErr := s.latestAt(ctx, name); !errors.Is(olderErr, ErrNotFound) {
			return older, olderErr
		}
	}
	return index, err
}

func (s *Store) latestAt(ctx context.Context, key string) (uint32, error) {
	data, err := s.read(ctx, key)
	if err != nil {
		return 0, err
	}
	text := string(data)
	if s.layout != Local {
		text = strings.Trim(text, " \t\r\n") // JSON allows white space, a directory does not
	}
	index, err := parseIndex(text)
	if err != nil {
		return 0, s.objectError(ErrMalformed, key, err)
	}
	return index, nil
}

// WriteLatestIndex moves the latest index forward: an index at or below the stored one changes
// nothing. It replaces a malformed object.
func (s *Store) WriteLatestIndex(ctx context.Context, index uint32) error {
	key := s.key(s.layout.names().latest)
	have, err := s.latestAt(ctx, key)
	switch {
	case err == nil && have >= index:
		return nil
	case err == nil, errors.Is(err, ErrNotFound), replaceable(err):
		return s.write(ctx, key, strconv.AppendUint(nil, uint64(index), 10))
	}
	return err
}
