package storage

import (
	"strings"
	"unicode/utf8"
)

// Kind is the part of a location before "://".
type Kind string

// The kinds of location the network announces.
const (
	KindS3    Kind = "s3"
	KindGCS   Kind = "gs"
	KindLocal Kind = "file"
)

// MaxLocation is the longest location string that is parsed. Anybody may
// announce anything on chain.
const MaxLocation = 2048

// Location is a parsed storage location (protocol specification, section 5.5).
// Which fields count depends on the kind:
//
//	s3    Bucket, Region, Folder (may be empty, may have several levels)
//	gs    Bucket, Folder (may be empty, one level)
//	file  Path
type Location struct {
	Kind   Kind
	Bucket string
	Region string
	Folder string
	Path   string
}

// ParseLocation reads a location as announced on chain, with the rules of the
// official relayer. It fails with a *LocationError.
func ParseLocation(s string) (Location, error) {
	bad := func(reason string) (Location, error) {
		return Location{}, &LocationError{Location: s, Reason: reason}
	}
	switch {
	case len(s) > MaxLocation:
		return bad("too long")
	case !utf8.ValidString(s) || strings.ContainsRune(s, 0):
		return bad("not plain text")
	case strings.Count(s, "://") != 1:
		return bad(`"://" must occur exactly once`)
	}
	kind, rest, _ := strings.Cut(s, "://")
	switch Kind(kind) {
	case KindS3:
		return parseS3(rest, bad)
	case KindGCS:
		return parseGCS(rest, bad)
	case KindLocal:
		if rest == "" {
			return bad("no directory")
		}
		return Location{Kind: KindLocal, Path: rest}, nil
	}
	return bad("unknown storage location prefix")
}

func parseS3(rest string, bad func(string) (Location, error)) (Location, error) {
	parts := strings.SplitN(rest, "/", 3)
	switch {
	case parts[0] == "":
		return bad("no bucket") // trap 25: a TypeScript helper prints s3:///BUCKET/REGION
	case len(parts) < 2 || parts[1] == "":
		return bad("no region")
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
		return bad("no bucket")
	case len(parts) == 2: // the second part names the announcement, whatever it says (trap 21)
		return Location{Kind: KindGCS, Bucket: parts[0]}, nil
	case len(parts) == 3:
		return Location{Kind: KindGCS, Bucket: parts[0], Folder: parts[1]}, nil
	}
	return bad("a gs location has two or three parts")
}

// String prints the location as validators announce it. The bytes count: the
// announcement's signature covers them.
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

// Layout is the layout that belongs to the kind.
func (l Location) Layout() Layout {
	switch l.Kind {
	case KindGCS:
		return GCS
	case KindLocal:
		return Local
	}
	return S3
}
