package storage

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// Layout decides how objects are named and how JSON is printed (protocol
// specification, section 5.4).
type Layout uint8

// The three layouts of the network. The zero Layout is S3.
const (
	S3 Layout = iota
	GCS
	Local
)

// String names the layout.
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

// names of the objects that exist once; checkpoints are named by checkpointName.
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

// checkpointPrefix: the directory layout alone leaves it out (trap 20).
func (l Layout) checkpointPrefix() string {
	if l == Local {
		return ""
	}
	return "checkpoint_"
}

func (l Layout) checkpointName(index uint32) string {
	return l.checkpointPrefix() + strconv.FormatUint(uint64(index), 10) + checkpointSuffix
}

// checkpointIndex is the inverse of checkpointName; false for any other name.
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

// encode prints v as this layout does.
func (l Layout) encode(v any) ([]byte, error) {
	compact, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("storage: encode %T: %w", v, err)
	}
	if l == GCS {
		return compact, nil
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, compact, "", "  "); err != nil {
		return nil, fmt.Errorf("storage: encode %T: %w", v, err)
	}
	return pretty.Bytes(), nil
}

// parseIndex reads decimal digits strictly: no sign, no space, no newline, no
// leading zero. It is at once the strict reading of the directory layout
// (trap 22) and that of a JSON number.
func parseIndex(s string) (uint32, error) {
	if len(s) == 0 || len(s) > 1 && s[0] == '0' {
		return 0, fmt.Errorf("want a decimal index, have %q", clip(s))
	}
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return 0, fmt.Errorf("want a decimal index, have %q", clip(s))
		}
	}
	index, err := strconv.ParseUint(s, 10, 32)
	if err != nil {
		return 0, fmt.Errorf("want an index below 2^32, have %q", clip(s))
	}
	return uint32(index), nil
}
