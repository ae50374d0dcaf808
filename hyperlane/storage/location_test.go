package storage_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/storage"
)

var locations = []struct {
	text  string
	want  storage.Location
	print string // how a validator announces it; empty means as text
}{
	{"s3://bucket/us-east-1", storage.Location{Kind: storage.KindS3, Bucket: "bucket", Region: "us-east-1"}, ""},
	{"s3://bucket/us-east-1/", storage.Location{Kind: storage.KindS3, Bucket: "bucket", Region: "us-east-1"}, "s3://bucket/us-east-1"},
	{"s3://bucket/us-east-1/folder", storage.Location{Kind: storage.KindS3, Bucket: "bucket", Region: "us-east-1", Folder: "folder"}, ""},
	{"s3://bucket/us-east-1/a/b/c", storage.Location{Kind: storage.KindS3, Bucket: "bucket", Region: "us-east-1", Folder: "a/b/c"}, ""},
	{"gs://bucket/gcsAnnouncementKey", storage.Location{Kind: storage.KindGCS, Bucket: "bucket"}, ""},
	{"gs://bucket/anything", storage.Location{Kind: storage.KindGCS, Bucket: "bucket"}, "gs://bucket/gcsAnnouncementKey"}, // trap 21
	{"gs://bucket/folder/gcsAnnouncementKey", storage.Location{Kind: storage.KindGCS, Bucket: "bucket", Folder: "folder"}, ""},
	{"gs://bucket/folder/else", storage.Location{Kind: storage.KindGCS, Bucket: "bucket", Folder: "folder"}, "gs://bucket/folder/gcsAnnouncementKey"},
	{"file:///var/checkpoints", storage.Location{Kind: storage.KindLocal, Path: "/var/checkpoints"}, ""},
	{"file://relative/dir", storage.Location{Kind: storage.KindLocal, Path: "relative/dir"}, ""},
}

func TestParseLocation(t *testing.T) {
	for _, c := range locations {
		have, err := storage.ParseLocation(c.text)
		require.NoError(t, err, c.text)
		assert.Equal(t, c.want, have, c.text)
		if c.print == "" {
			c.print = c.text
		}
		assert.Equal(t, c.print, have.String())
	}
}

func TestParseLocationRefuses(t *testing.T) {
	for text, reason := range map[string]string{
		"":                           "exactly once",
		"s3:/bucket/region":          "exactly once",
		"s3://b/r/s3://b/r":          "exactly once",
		"://":                        "prefix",
		"S3://bucket/region":         "prefix",
		"https://bucket/region":      "prefix",
		"s3:///bucket/us-east-1":     "no bucket", // trap 25
		"s3://bucket":                "no region",
		"s3://bucket/":               "no region",
		"s3://bucket//folder":        "no region",
		"gs://bucket":                "two or three",
		"gs:///x":                    "no bucket",
		"gs://b/a/b/c":               "two or three",
		"file://":                    "no directory",
		"file:///a\x00":              "plain text",
		"file:///\xff":               "plain text",
		"file:///" + long(1<<20):     "the most is 2048",
		"s3://b/" + long(1<<11):      "the most is 2048",
		"ipfs://" + long(1000) + "x": "prefix",
	} {
		have, err := storage.ParseLocation(text)
		require.ErrorIs(t, err, storage.ErrLocation)
		quoted := strings.TrimSuffix(strconv.Quote(text[:min(len(text), 200)]), `"`)
		assert.ErrorContains(t, err, "storage: malformed location: "+quoted)
		assert.ErrorContains(t, err, reason, "%.40q", text)
		assert.Less(t, len(err.Error()), 600, "a hostile location must not fill the log")
		assert.Zero(t, have)
	}
}

func long(n int) string { return strings.Repeat("x", n) }

func FuzzParseLocation(f *testing.F) {
	for _, c := range locations {
		f.Add(c.text)
	}
	f.Add("s3://b/r//")
	f.Add("gs://b//k")
	f.Fuzz(func(t *testing.T, text string) {
		l, err := storage.ParseLocation(text)
		if err != nil {
			require.ErrorIs(t, err, storage.ErrLocation)
			require.Zero(t, l)
			return
		}
		// What is parsed prints to something that parses to the same.
		again, err := storage.ParseLocation(l.String())
		if err != nil { // printing a gs location may add an announcement name that makes it too long
			require.Greater(t, len(l.String()), storage.MaxLocation)
			return
		}
		require.Equal(t, l, again)
	})
}

func FuzzReorgFlag(f *testing.F) {
	f.Add([]byte(`{"local_merkle_root":"0x0101010101010101010101010101010101010101010101010101010101010101","canonical_merkle_root":"0x0202020202020202020202020202020202020202020202020202020202020202","checkpoint_index":9,"unix_timestamp":1700000000,"reorg_period":15}`))
	f.Add([]byte(`{"reorg_period":"finalized"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var flag, again storage.ReorgFlag
		if flag.UnmarshalJSON(data) != nil {
			require.Zero(t, flag)
			return
		}
		text, err := flag.MarshalJSON()
		require.NoError(t, err)
		require.NoError(t, again.UnmarshalJSON(text))
		require.Equal(t, flag, again)
	})
}
