package storage

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Kind is the part of a location before "://". It selects the driver: see [Register].
type Kind string

// The kinds of location that validators of the network announce.
const (
	KindS3    Kind = "s3"
	KindGCS   Kind = "gs"
	KindLocal Kind = "file"
)

// MaxLocation is the length in bytes of the longest location that is parsed. Any account can
// announce any string on chain.
const MaxLocation = 2048

// Location is a parsed storage location (Protocol 5.5).
type Location struct {
	Kind   Kind
	Bucket string // s3 and gs
	Region string // s3
	Folder string // s3: any number of levels; gs: one level; empty means the root of the bucket
	Path   string // file
}

// ParseLocation reads a location as validators announce it on chain, by the rules of the official
// relayer. It fails with [ErrLocation].
func ParseLocation(s string) (Location, error) {
	bad := func(reason string) (Location, error) {
		return Location{}, locationError(s, reason)
	}
	switch {
	case len(s) > MaxLocation:
		return bad(fmt.Sprintf("has %d bytes, the most is %d", len(s), MaxLocation))
	case !utf8.ValidString(s) || strings.ContainsRune(s, 0):
		return bad("is not plain text")
	case strings.Count(s, "://") != 1:
		return bad(`does not contain "://" exactly once`)
	}
	kind, rest, _ := strings.Cut(s, "://")
	switch Kind(kind) {
	case KindS3:
		return parseS3(rest, bad)
	case KindGCS:
		return parseGCS(rest, bad)
	case KindLocal:
		if rest == "" {
			return bad("has no directory")
		}
		return Location{Kind: KindLocal, Path: rest}, nil
	}
	return bad("has an unknown prefix")
}

func parseS3(rest string, bad func(string) (Location, error)) (Location, error) {
	parts := strings.SplitN(rest, "/", 3)
	switch {
	case parts[0] == "":
		return bad("has no bucket") // trap 25: a TypeScript helper prints s3:///BUCKET/REGION
	case len(parts) < 2 || parts[1] == "":
		return bad("has no region")
	}
	l := Location{Kind: KindS3, Bucket: parts[0], Region: parts[1]}
	if len(parts) == 3 {
		l.Folder = parts[2]
	}
	return l, nil
}

func parseGCS(rest string, bad func(string) (Location, error)) (Location, error) {
	parts := strings.Split(rest, "/")
	switch {
	case parts[0] == "":
		return bad("has no bucket")
	case len(parts) == 2: // the second part names the announcement, whatever it says (trap 21)
		return Location{Kind: KindGCS, Bucket: parts[0]}, nil
	case len(parts) == 3:
		return Location{Kind: KindGCS, Bucket: parts[0], Folder: parts[1]}, nil
	}
	return bad("has other than two or three parts")
}

// String returns the location as validators announce it. The signature of the announcement covers
// these bytes.
func (l Location) String() string {
	var parts []string
	switch l.Kind {
	case KindS3:
		parts = []string{l.Bucket, l.Region}
		if l.Folder != "" {
			parts = append(parts, l.Folder)
		}
	case KindGCS:
		parts = []string{l.Bucket}
		if l.Folder != "" {
			parts = append(parts, l.Folder)
		}
		parts = append(parts, gcsAnnouncement)
	default:
		parts = []string{l.Path}
	}
	return string(l.Kind) + "://" + strings.Join(parts, "/")
}

// Layout returns the layout of the kind.
func (l Location) Layout() Layout {
	switch l.Kind {
	case KindGCS:
		return GCS
	case KindLocal:
		return Local
	}
	return S3
}
