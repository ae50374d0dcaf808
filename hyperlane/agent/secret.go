package agent

import (
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"runtime"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Secret is a text that a file names and does not hold: the value of an environment variable, or
// the content of another file.
//
//	token: {env: AGENT_TOKEN}
//	password: {file: /run/secrets/password}
//
// Neither errors nor logs show the text. The zero Secret names nothing.
type Secret struct {
	env, file string
	text      string // in place of both, where a section allows it
	d         *decoder
	path      string
}

// maxSecret is the largest secret that is read, in bytes.
const maxSecret = 64 << 10

// IsZero reports whether the file names no secret here.
func (s Secret) IsZero() bool { return s.env == "" && s.file == "" && s.text == "" }

// String returns a place holder.
func (s Secret) String() string { return "(secret)" }

// GoString returns a place holder.
func (s Secret) GoString() string { return s.String() }

// MarshalText returns a place holder, so that no encoder shows where the secret is.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

func (s *Secret) read(d *decoder, path string, n *yaml.Node) error {
	const want = "{env: NAME} or {file: PATH}; a secret is not written in this file"
	if n.Kind != yaml.MappingNode {
		return d.refuse(path, kindOf(n), want, nil)
	}
	all, err := d.pairs(path, n)
	if err != nil {
		return err
	}
	read := Secret{d: d, path: path}
	for _, p := range all {
		switch p.key.Value {
		case "env":
			read.env = p.value.Value
		case "file":
			read.file = p.value.Value
		default:
			return d.unknown(path, p.key, []string{"env", "file"})
		}
		d.lines[join(path, p.key.Value)] = p.value.Line
	}
	if (read.env == "") == (read.file == "") {
		return d.refuse(path, "incomplete", "one of "+want, nil)
	}
	*s = read
	return nil
}

// Read returns the text, without the line end that editors add. An error says which key of the file
// named it and what is wrong, and never quotes it.
func (s Secret) Read() (string, error) {
	text, err := s.lookup()
	if err != nil {
		return "", err
	}
	if s.d != nil {
		s.d.kinds.hide(text)
	}
	return text, nil
}

func (s Secret) lookup() (string, error) {
	switch {
	case s.text != "":
		return s.text, nil
	case s.env != "":
		text := os.Getenv(s.env)
		if text == "" {
			return "", s.d.refuse(join(s.path, "env"), variable(s.env), "the name of an environment variable that is set", nil)
		}
		return text, nil
	case s.file != "":
		text, err := readPrivate(s.file)
		if err != nil {
			return "", s.d.refuse(join(s.path, "file"), fileName(s.file), "a file that only this user can read", err)
		}
		return strings.TrimRight(text, "\r\n"), nil
	}
	return "", fmt.Errorf("agent: the secret is not set")
}

// readPrivate reads a small file that other users must not be able to read.
func readPrivate(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", withoutPath(err)
	}
	defer func() { _ = file.Close() }() // it was only read
	info, err := file.Stat()
	switch {
	case err != nil:
		return "", withoutPath(err)
	case !info.Mode().IsRegular():
		return "", fmt.Errorf("it is no regular file")
	// SECURITY: a key that others can read is no longer only ours. Windows has no such bits.
	case runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0:
		return "", fmt.Errorf("its mode is %04o and lets other users in: run chmod 600 on it", info.Mode().Perm())
	case info.Size() > maxSecret:
		return "", fmt.Errorf("it has %d bytes, want at most %d", info.Size(), maxSecret)
	}
	text, err := io.ReadAll(io.LimitReader(file, maxSecret))
	if err != nil {
		return "", withoutPath(err)
	}
	return string(text), nil
}

// withoutPath drops the path of an error of package os: it can be a key in the wrong place.
func withoutPath(err error) error {
	if failed := (*os.PathError)(nil); errors.As(err, &failed) {
		return failed.Err
	}
	return err
}

var (
	plainVariable = regexp.MustCompile(`^[A-Z][A-Z0-9]*_[A-Z0-9_]+$`)
	plainPath     = regexp.MustCompile(`[/\\.]`)
)

// variable describes an environment variable in an error: by its name only where that cannot be a
// secret.
func variable(name string) string {
	if plainVariable.MatchString(name) && len(name) <= maxQuoted {
		return name + ", which is not set"
	}
	return "not the name of a variable that is set"
}

// fileName describes a path in an error: by its text only where that cannot be a secret.
func fileName(path string) string {
	if plainPath.MatchString(path) || len(path) < 24 {
		return path
	}
	return fmt.Sprintf("(a name of %d characters)", len(path))
}
