package storage

import (
	"context"
	"errors"
	"strconv"
	"strings"
)

// LatestIndex reads the highest index the validator says it published. It is a
// hint: older checkpoints may still be missing, since validators publish the
// newest first, and a hostile store may say anything.
func (s *Store) LatestIndex(ctx context.Context) (uint32, error) {
	name := s.layout.names().latest
	index, err := s.latestAt(ctx, s.key(name))
	if errors.Is(err, ErrNotFound) && s.layout == GCS && s.folder != "" {
		return s.latestAt(ctx, name) // where older GCS writers left it (trap 21)
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
		text = strings.Trim(text, " \t\r\n") // JSON allows white space, the directory layout does not
	}
	index, err := parseIndex(text)
	if err != nil {
		return 0, malformed(key, err)
	}
	return index, nil
}

// WriteLatestIndex moves the latest index forward, and never back: an index at
// or below the one that is there changes nothing. Something unusable is
// replaced.
func (s *Store) WriteLatestIndex(ctx context.Context, index uint32) error {
	key := s.key(s.layout.names().latest)
	have, err := s.latestAt(ctx, key)
	switch {
	case err == nil && have >= index:
		return nil
	case err == nil, errors.Is(err, ErrNotFound), unusable(err):
		return s.write(ctx, key, strconv.AppendUint(nil, uint64(index), 10))
	}
	return err
}
