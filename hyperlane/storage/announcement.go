package storage

import (
	"context"

	"github.com/hyperlane-go/sdk/ism/checkpoint"
)

// Announcement reads the signed announcement. It does not verify the signature. It fails with
// [ErrNotFound], [ErrMalformed] or [ErrBucket].
func (s *Store) Announcement(ctx context.Context) (checkpoint.SignedAnnouncement, error) {
	key := s.key(s.layout.names().announcement)
	data, err := s.read(ctx, key)
	if err != nil {
		return checkpoint.SignedAnnouncement{}, err
	}
	var signed checkpoint.SignedAnnouncement
	if err := signed.UnmarshalJSON(data); err != nil {
		return checkpoint.SignedAnnouncement{}, s.objectError(ErrMalformed, key, err)
	}
	return signed, nil
}

// WriteAnnouncement publishes the signed announcement, replacing any other.
func (s *Store) WriteAnnouncement(ctx context.Context, signed checkpoint.SignedAnnouncement) error {
	return s.writeJSON(ctx, s.layout.names().announcement, signed)
}
