package storage

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// Layout decides the names of objects and the form of JSON (Protocol 5.4).
type Layout uint8

// The three layouts of the network. The zero Layout is S3.
const (
	S3    Layout = iota // Amazon S3, and services that speak its protocol
	GCS                 // Google Cloud Storage
	Local               // files in a directory
)

// String returns "s3", "gcs" or "local".
func (l Layout) String() string {
	switch l {
	case S3:
		return "s3"
	case GCS:
		return "gcs"
	case Local:
		return "local"
	}
	return "layout " + strconv.Itoa(int(l))
}

const (
	gcsAnnouncement  = "gcsAnnouncementKey"
	checkpointSuffix = "_with_id.json"
)

// names holds the names of the objects that exist once.
type names struct{ latest, announcement, metadata, reorg string }

func (l Layout) names() names {
	switch l {
	case GCS:
		return names{"gcsLatestIndexKey", gcsAnnouncement, "gcsMetadataKey", "gcsReorgFlagKey"}
	case Local:
		return names{"index.json", "announcement.json", "metadata_latest.json", "reorg_flag.json"}
	}
	return names{"checkpoint_latest_index.json", "announcement.json", "metadata_latest.json", "reorg_flag.json"}
}

// checkpointPrefix returns what the name of a checkpoint begins with: nothing in a directory (trap
// 20).
func (l Layout) checkpointPrefix() string {
	if l == Local {
		return ""
	}
	return "checkpoint_"
}

func (l Layout) checkpointName(index uint32) string {
	return l.checkpointPrefix() + strconv.FormatUint(uint64(index), 10) + checkpointSuffix
}

// checkpointIndex is the inverse of checkpointName. It returns false for any other name.
func (l Layout) checkpointIndex(name string) (uint32, bool) {
	digits, ok := strings.CutPrefix(name, l.checkpointPrefix())
	if !ok {
		return 0, false
	}
	if digits, ok = strings.CutSuffix(digits, checkpointSuffix); !ok {
		return 0, false
	}
	index, err := parseIndex(digits)
	return index, err == nil
}

// encode returns the JSON of v: compact in GCS, indented elsewhere.
func (l Layout) encode(v any) ([]byte, error) {
	compact, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	if l == GCS {
		return compact, nil
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, compact, "", "  "); err != nil {
		return nil, err
	}
	return pretty.Bytes(), nil
}

// parseIndex reads decimal digits without sign, space, newline or leading zero, as the directory
// layout demands (trap 22) and as JSON writes whole numbers.
func parseIndex(s string) (uint32, error) {
	if len(s) == 0 || len(s) > 1 && s[0] == '0' {
		return 0, fmt.Errorf("have %q, want a decimal index", clip(s))
	}
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return 0, fmt.Errorf("have %q, want a decimal index", clip(s))
		}
	}
	index, err := strconv.ParseUint(s, 10, 32)
	if err != nil {
		return 0, fmt.Errorf("have %q, want an index below 2^32", clip(s))
	}
	return uint32(index), nil
}
