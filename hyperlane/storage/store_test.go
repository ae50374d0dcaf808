package storage_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gocloud.dev/blob"
	"gocloud.dev/blob/memblob"

	"github.com/hyperlane-go/sdk/hyperlane/storage"
	"github.com/hyperlane-go/sdk/hyperlane/storage/storagetest"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

func TestConformance(t *testing.T) {
	for name, open := range map[string]func(t *testing.T) *storage.Store{
		"memory": func(*testing.T) *storage.Store { return storage.NewMemory() },
		"memory, s3 names": func(*testing.T) *storage.Store {
			return storage.New(memblob.OpenBucket(nil), storage.S3)
		},
		"memory, s3 names, folder": func(*testing.T) *storage.Store {
			return storage.New(memblob.OpenBucket(nil), storage.S3, storage.WithFolder("a/b"))
		},
		"memory, gcs names, folder": func(*testing.T) *storage.Store {
			return storage.New(memblob.OpenBucket(nil), storage.GCS, storage.WithFolder("f"))
		},
		"directory": func(t *testing.T) *storage.Store {
			s, err := storage.Open(t.Context(), "file://"+filepath.Join(t.TempDir(), "deep", "er"), storage.Write)
			require.NoError(t, err)
			return s
		},
	} {
		t.Run(name, func(t *testing.T) { storagetest.Run(t, open) })
	}
}

// golden is the example of Protocol 5.2.
func golden(t *testing.T) checkpoint.Signed {
	c := checkpoint.Checkpoint{Origin: 1000, Root: merkle.Hash(fill(0x02)), Index: 12, MessageID: message.ID(fill(0x33))}
	for i := 12; i < 32; i++ {
		c.Tree[i] = 0x22
	}
	signed, err := checkpoint.Sign(t.Context(), storagetest.Signer(t, 0x11), c)
	require.NoError(t, err)
	return signed
}

func fill(b byte) (out [32]byte) {
	for i := range out {
		out[i] = b
	}
	return out
}

const goldenJSON = `{
  "value": {
    "checkpoint": {
      "merkle_tree_hook_address": "0x0000000000000000000000002222222222222222222222222222222222222222",
      "mailbox_domain": 1000,
      "root": "0x0202020202020202020202020202020202020202020202020202020202020202",
      "index": 12
    },
    "message_id": "0x3333333333333333333333333333333333333333333333333333333333333333"
  },
  "signature": {
    "r": "0x19f0d18dd594484e865d0dcc7ad184256ab4cf1b233e372357e4831a17c3be",
    "s": "0x7db7b821ecfbb419a36062884d2e5d24ad3a91bc982ecb29b8c063fe8b929a48",
    "v": 28
  },
  "serialized_signature": "0x0019f0d18dd594484e865d0dcc7ad184256ab4cf1b233e372357e4831a17c3be7db7b821ecfbb419a36062884d2e5d24ad3a91bc982ecb29b8c063fe8b929a481c"
}`

// objects returns all objects of a bucket by name.
func objects(t *testing.T, bucket *blob.Bucket) map[string]string {
	t.Helper()
	all := map[string]string{}
	list, done := bucket.List(nil).All(t.Context())
	for object := range list {
		data, err := bucket.ReadAll(t.Context(), object.Key)
		require.NoError(t, err)
		all[object.Key] = string(data)
	}
	require.NoError(t, done())
	return all
}

// Traps 20, 21 and 22: names, printing, and the bare latest index.
func TestLayouts(t *testing.T) {
	compact, err := json.Marshal(golden(t))
	require.NoError(t, err)
	flag := storage.ReorgFlag{LocalRoot: merkle.Hash(fill(1)), CanonicalRoot: merkle.Hash(fill(2)), Index: 9, Time: time.Unix(1700000000, 0), ReorgPeriod: "15"}
	prettyFlag := `{
  "local_merkle_root": "0x0101010101010101010101010101010101010101010101010101010101010101",
  "canonical_merkle_root": "0x0202020202020202020202020202020202020202020202020202020202020202",
  "checkpoint_index": 9,
  "unix_timestamp": 1700000000,
  "reorg_period": 15
}`
	prettyMetadata := "{\n  \"git_sha\": \"abc\",\n  \"rpcs\": [],\n  \"allows_public_rpcs\": false\n}"
	compactFlag := `{"local_merkle_root":"0x0101010101010101010101010101010101010101010101010101010101010101","canonical_merkle_root":"0x0202020202020202020202020202020202020202020202020202020202020202","checkpoint_index":9,"unix_timestamp":1700000000,"reorg_period":15}`
	for _, c := range []struct {
		layout storage.Layout
		folder string
		want   map[string]string
	}{
		{storage.S3, "", map[string]string{
			"checkpoint_12_with_id.json": goldenJSON, "checkpoint_latest_index.json": "12",
			"metadata_latest.json": prettyMetadata, "reorg_flag.json": prettyFlag,
		}},
		{storage.S3, "a/b", map[string]string{
			"a/b/checkpoint_12_with_id.json": goldenJSON, "a/b/checkpoint_latest_index.json": "12",
			"a/b/metadata_latest.json": prettyMetadata, "a/b/reorg_flag.json": prettyFlag,
		}},
		{storage.GCS, "f", map[string]string{
			"f/checkpoint_12_with_id.json": string(compact), "f/gcsLatestIndexKey": "12",
			"f/gcsMetadataKey": `{"git_sha":"abc","rpcs":[],"allows_public_rpcs":false}`, "f/gcsReorgFlagKey": compactFlag,
		}},
		{storage.Local, "", map[string]string{
			"12_with_id.json": goldenJSON, "index.json": "12",
			"metadata_latest.json": prettyMetadata, "reorg_flag.json": prettyFlag,
		}},
	} {
		t.Run(c.layout.String()+" "+c.folder, func(t *testing.T) {
			bucket := memblob.OpenBucket(nil)
			s := storage.New(bucket, c.layout, storage.WithFolder(c.folder))
			_, err := s.WriteCheckpoint(t.Context(), golden(t))
			require.NoError(t, err)
			require.NoError(t, s.WriteLatestIndex(t.Context(), 12))
			require.NoError(t, s.WriteMetadata(t.Context(), storage.Metadata{GitSHA: "abc"}))
			require.NoError(t, s.WriteReorg(t.Context(), flag))
			assert.Equal(t, c.want, objects(t, bucket))
		})
	}
}

func TestAnnouncementNames(t *testing.T) {
	signer := storagetest.Signer(t, 0x11)
	signed, err := checkpoint.SignAnnouncement(t.Context(), signer, checkpoint.Announcement{Validator: signer.Address(), Origin: 1000, Location: "file:///x"})
	require.NoError(t, err)
	for layout, want := range map[storage.Layout]string{storage.S3: "announcement.json", storage.GCS: "gcsAnnouncementKey", storage.Local: "announcement.json"} {
		bucket := memblob.OpenBucket(nil)
		require.NoError(t, storage.New(bucket, layout).WriteAnnouncement(t.Context(), signed))
		require.Contains(t, objects(t, bucket), want)
	}
}

// Trap 22: the latest index of a directory is read strictly, JSON is not.
func TestLatestIndexWhiteSpace(t *testing.T) {
	for layout, class := range map[storage.Layout]error{storage.S3: nil, storage.GCS: nil, storage.Local: storage.ErrMalformed} {
		s := storage.New(memblob.OpenBucket(nil), layout)
		require.NoError(t, s.Bucket().WriteAll(t.Context(), s.Keys().LatestIndex, []byte("12\n"), nil))
		_, err := s.LatestIndex(t.Context())
		require.ErrorIs(t, err, class, layout)
	}
}

// Trap 21: older GCS writers left two objects at the root of the bucket.
func TestOldGCS(t *testing.T) {
	bucket := memblob.OpenBucket(nil)
	old := storage.New(bucket, storage.GCS)
	require.NoError(t, old.WriteLatestIndex(t.Context(), 40))
	s := storage.New(bucket, storage.GCS, storage.WithFolder("f"))

	index, err := s.LatestIndex(t.Context())
	require.NoError(t, err)
	assert.Equal(t, uint32(40), index)
	_, present, err := s.Reorg(t.Context())
	require.NoError(t, err)
	assert.False(t, present)

	require.NoError(t, s.WriteLatestIndex(t.Context(), 3), "the index at the root may be that of another validator, and does not count")
	index, err = s.LatestIndex(t.Context())
	require.NoError(t, err)
	assert.Equal(t, uint32(3), index)

	require.NoError(t, old.WriteReorg(t.Context(), storage.ReorgFlag{Index: 9}))
	flag, present, err := s.Reorg(t.Context())
	require.NoError(t, err)
	assert.True(t, present)
	assert.Equal(t, uint32(9), flag.Index)

	// S3 writers always used the folder.
	s3 := storage.New(memblob.OpenBucket(nil), storage.S3)
	require.NoError(t, s3.WriteReorg(t.Context(), storage.ReorgFlag{}))
	_, present, err = storage.New(s3.Bucket(), storage.S3, storage.WithFolder("f")).Reorg(t.Context())
	require.NoError(t, err)
	assert.False(t, present)
}

// Official agents must be able to read the directory: plain files under the agreed names and
// nothing else beside them.
func TestDirectoryHoldsPlainFiles(t *testing.T) {
	dir := t.TempDir()
	s, err := storage.Open(t.Context(), "file://"+dir, storage.Write)
	require.NoError(t, err)
	_, err = s.WriteCheckpoint(t.Context(), golden(t))
	require.NoError(t, err)
	require.NoError(t, s.WriteLatestIndex(t.Context(), 12))

	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	slices.Sort(names)
	assert.Equal(t, []string{"12_with_id.json", "index.json"}, names)
	latest, err := os.ReadFile(filepath.Join(dir, "index.json"))
	require.NoError(t, err)
	assert.Equal(t, "12", string(latest))
	text, err := os.ReadFile(filepath.Join(dir, "12_with_id.json"))
	require.NoError(t, err)
	assert.Equal(t, goldenJSON, string(text))
}

// A write in progress lies in the same directory, where a rename is atomic, and is not listed as a
// checkpoint.
func TestDirectoryWritesBesideAndRenames(t *testing.T) {
	dir := t.TempDir()
	s, err := storage.Open(t.Context(), "file://"+dir, storage.Write)
	require.NoError(t, err)
	w, err := s.Bucket().NewWriter(t.Context(), s.CheckpointKey(3), &blob.WriterOptions{ContentType: "application/json"})
	require.NoError(t, err)
	_, err = w.Write([]byte("half"))
	require.NoError(t, err)

	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 1)
	assert.NotEqual(t, "3_with_id.json", entries[0].Name())
	_, err = s.Checkpoint(t.Context(), 3)
	require.ErrorIs(t, err, storage.ErrNotFound)
	for index, err := range s.Indexes(t.Context()) {
		assert.Fail(t, "half a file listed", "index %d, %v", index, err)
	}
	require.NoError(t, w.Close())
	_, err = os.Stat(filepath.Join(dir, "3_with_id.json"))
	require.NoError(t, err)
}

func TestOpen(t *testing.T) {
	_, err := storage.Open(t.Context(), "file://"+filepath.Join(t.TempDir(), "absent"), storage.Read)
	require.ErrorIs(t, err, storage.ErrNotFound)

	_, err = storage.Open(t.Context(), "s3://bucket/us-east-1", storage.Read)
	require.ErrorIs(t, err, storage.ErrNoDriver)
	assert.ErrorContains(t, err, "storage/cloud", "the error says what to import")

	_, err = storage.Open(t.Context(), "ftp://x/y", storage.Read)
	require.ErrorIs(t, err, storage.ErrLocation)

	s, err := storage.Open(t.Context(), "file://"+t.TempDir(), storage.Read)
	require.NoError(t, err)
	_, err = s.WriteCheckpoint(t.Context(), golden(t))
	require.ErrorIs(t, err, storage.ErrReadOnly)
	require.ErrorIs(t, s.WriteLatestIndex(t.Context(), 1), storage.ErrReadOnly)
	require.ErrorIs(t, s.WriteReorg(t.Context(), storage.ReorgFlag{}), storage.ErrReadOnly)
	require.NoError(t, s.Close())
}

// Every error of a driver gets one class, and names the location.
func TestOpenErrors(t *testing.T) {
	offline := errors.New("offline")
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for name, row := range map[string]struct {
		ctx  context.Context
		err  error
		want error
	}{
		"failure":    {t.Context(), offline, storage.ErrBucket},
		"nothing":    {t.Context(), nil, storage.ErrBucket},
		"bad name":   {t.Context(), fmt.Errorf("%w: bucket name", storage.ErrLocation), storage.ErrLocation},
		"absent":     {t.Context(), fmt.Errorf("%w: no such bucket", storage.ErrNotFound), storage.ErrNotFound},
		"cancelled":  {cancelled, offline, context.Canceled},
		"own reason": {t.Context(), offline, offline},
	} {
		t.Run(name, func(t *testing.T) {
			storage.Register(storage.KindGCS, func(context.Context, storage.Location, storage.Access) (*blob.Bucket, error) { return nil, row.err })
			t.Cleanup(func() { storage.Register(storage.KindGCS, nil) })
			s, err := storage.Open(row.ctx, "gs://b/gcsAnnouncementKey", storage.Read)
			require.Nil(t, s)
			require.ErrorIs(t, err, row.want)
			require.ErrorContains(t, err, `open "gs://b/gcsAnnouncementKey"`)
			if !errors.Is(row.want, storage.ErrBucket) && !errors.Is(row.want, offline) {
				require.NotErrorIs(t, err, storage.ErrBucket)
			}
		})
	}
}

// A bucket that fails is of class ErrBucket, and the error names the object and the store.
func TestBucketErrors(t *testing.T) {
	s := storage.New(memblob.OpenBucket(nil), storage.S3, storage.WithLocation("s3://b/us-east-1"), nil)
	require.NoError(t, s.Close())
	_, err := s.LatestIndex(t.Context())
	require.ErrorIs(t, err, storage.ErrBucket)
	require.ErrorContains(t, err, `read object "checkpoint_latest_index.json" of s3://b/us-east-1`)
	err = s.WriteMetadata(t.Context(), storage.Metadata{})
	require.ErrorIs(t, err, storage.ErrBucket)
	require.ErrorContains(t, err, `write object "metadata_latest.json" of s3://b/us-east-1`)
	_, _, err = s.Reorg(t.Context())
	require.ErrorIs(t, err, storage.ErrBucket)
	for _, err := range s.Indexes(t.Context()) {
		require.ErrorIs(t, err, storage.ErrBucket)
		require.ErrorContains(t, err, "list the checkpoints of s3://b/us-east-1")
	}
	require.ErrorIs(t, s.Close(), storage.ErrBucket)

	err = s.WriteAnnouncement(t.Context(), checkpoint.SignedAnnouncement{})
	require.ErrorIs(t, err, checkpoint.ErrSignature, "an unsigned announcement is not written")
	require.ErrorContains(t, err, `encode object "announcement.json" of s3://b/us-east-1`)
	assert.Equal(t, "an unnamed gcs bucket", storage.New(memblob.OpenBucket(nil), storage.GCS).String())
}

func TestRegister(t *testing.T) {
	var have storage.Location
	var haveAccess storage.Access
	storage.Register(storage.KindGCS, func(_ context.Context, l storage.Location, access storage.Access) (*blob.Bucket, error) {
		have, haveAccess = l, access
		return memblob.OpenBucket(nil), nil
	})
	t.Cleanup(func() { storage.Register(storage.KindGCS, nil) })
	s, err := storage.Open(t.Context(), "gs://b/f/gcsAnnouncementKey", storage.Write)
	require.NoError(t, err)
	assert.Equal(t, storage.Location{Kind: storage.KindGCS, Bucket: "b", Folder: "f"}, have)
	assert.Equal(t, storage.Write, haveAccess)
	assert.Equal(t, storage.GCS, s.Layout())
	assert.Equal(t, "f/checkpoint_1_with_id.json", s.CheckpointKey(1))

	// Only a malformed period reaches these checks of the flag.
	var flag storage.ReorgFlag
	require.Error(t, json.Unmarshal([]byte(`{"reorg_period":[]}`), &flag))
	require.Error(t, json.Unmarshal([]byte(`{"reorg_period":-1}`), &flag))
}
