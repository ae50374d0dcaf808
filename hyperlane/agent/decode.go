package agent

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"go.yaml.in/yaml/v3"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/matching"
)

const (
	// maxFile is the largest configuration file that is read, in bytes.
	maxFile = 1 << 20
	// maxNodes bounds how many values one file expands to, so that nested aliases cannot fill the
	// memory.
	maxNodes = 100_000
	// maxQuoted is the longest text that an error quotes. An address has 42 characters, a private
	// key 64.
	maxQuoted = 44
)

// decoder reads YAML nodes into values. It refuses unknown keys, and it remembers where each key
// stands.
type decoder struct {
	file  string
	kinds Kinds
	lines map[string]int // by path, such as "chains.ethereum.rpc"
	nodes int            // values read so far
}

// nodeReader is a value that reads its own node.
type nodeReader interface {
	read(d *decoder, path string, n *yaml.Node) error
}

// checker is a section that checks itself once it is read.
type checker interface {
	check(d *decoder, path string) error
}

// refuse returns the error about a key. The text of have must hold no secret; err can be nil.
func (d *decoder) refuse(path, have, want string, err error) error {
	return &evm.ConfigError{Field: d.at(path), Have: have, Want: want, Err: err}
}

// at names a key with its place in the file.
func (d *decoder) at(path string) string {
	if line := d.lines[path]; line > 0 {
		return fmt.Sprintf("%s (%s:%d)", path, d.file, line)
	}
	return fmt.Sprintf("%s (%s)", path, d.file)
}

// value reads a node into a value that can be set.
func (d *decoder) value(path string, n *yaml.Node, into reflect.Value) error {
	if d.nodes++; d.nodes > maxNodes {
		return d.refuse(path, "one value too many", fmt.Sprintf("at most %d values in a file", maxNodes), nil)
	}
	d.lines[path] = n.Line
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if r, ok := into.Addr().Interface().(nodeReader); ok {
		return r.read(d, path, n)
	}
	if list, ok := into.Addr().Interface().(*matching.List); ok {
		return d.jsonValue(path, n, list)
	}
	if _, ok := into.Addr().Interface().(encoding.TextUnmarshaler); ok {
		return d.scalar(path, n, into)
	}
	switch into.Kind() {
	case reflect.Pointer:
		into.Set(reflect.New(into.Type().Elem()))
		return d.value(path, n, into.Elem())
	case reflect.Slice:
		return d.list(path, n, into)
	case reflect.Struct:
		return d.mapping(path, n, into)
	}
	return d.scalar(path, n, into)
}

func (d *decoder) list(path string, n *yaml.Node, into reflect.Value) error {
	if n.Kind != yaml.SequenceNode {
		return d.refuse(path, kindOf(n), "a list", nil)
	}
	list := reflect.MakeSlice(into.Type(), len(n.Content), len(n.Content))
	for i, item := range n.Content {
		if err := d.value(fmt.Sprintf("%s[%d]", path, i), item, list.Index(i)); err != nil {
			return err
		}
	}
	into.Set(list)
	return nil
}

// pair is one key of a mapping with its value.
type pair struct{ key, value *yaml.Node }

// pairs returns the keys of a mapping in the order of the file, each at most once.
func (d *decoder) pairs(path string, n *yaml.Node) ([]pair, error) {
	if n.Kind != yaml.MappingNode {
		d.lines[named(path)] = n.Line
		return nil, d.refuse(named(path), kindOf(n), "keys with values", nil)
	}
	var all []pair
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		at := join(path, quoted(key.Value))
		if first, twice := seen[key.Value]; twice {
			d.lines[at] = key.Line
			return nil, d.refuse(at, "written twice", fmt.Sprintf("it once (first in line %d)", first), nil)
		}
		seen[key.Value] = key.Line
		all = append(all, pair{key: key, value: n.Content[i+1]})
	}
	return all, nil
}

// mapping reads a mapping into a struct: field by yaml tag, except the keys in skip. A field with
// the tag required must be there; the tag says what is wanted.
func (d *decoder) mapping(path string, n *yaml.Node, into reflect.Value, skip ...string) error {
	all, err := d.pairs(path, n)
	if err != nil {
		return err
	}
	fields := fieldsOf(into)
	seen := map[string]bool{}
	for _, p := range all {
		if slices.Contains(skip, p.key.Value) {
			continue
		}
		field, known := fields[p.key.Value]
		if !known {
			return d.unknown(path, p.key, append(keysOf(into), skip...))
		}
		seen[p.key.Value] = true
		if err := d.value(join(path, p.key.Value), p.value, field); err != nil {
			return err
		}
	}
	for i := range into.NumField() {
		field := into.Type().Field(i)
		key, want := keyOf(field), field.Tag.Get("required")
		if want != "" && !seen[key] {
			d.lines[join(path, key)] = n.Line
			return d.refuse(join(path, key), "missing", want, nil)
		}
	}
	if c, ok := into.Addr().Interface().(checker); ok {
		return c.check(d, path)
	}
	return nil
}

// unknown refuses a key and names the one that was probably meant.
func (d *decoder) unknown(path string, key *yaml.Node, known []string) error {
	at := join(path, quoted(key.Value))
	d.lines[at] = key.Line
	want := "one of " + strings.Join(known, ", ")
	if near, ok := nearest(key.Value, known); ok {
		want = near + "; the keys here are " + strings.Join(known, ", ")
	}
	return d.refuse(at, "an unknown key", want, nil)
}

// scalar reads a single value.
func (d *decoder) scalar(path string, n *yaml.Node, into reflect.Value) error {
	text := n.Value
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		return d.refuse(path, kindOf(n), "a single value", nil)
	}
	switch v := into.Addr().Interface().(type) {
	case *time.Duration:
		return d.duration(path, text, v)
	case *common.Address:
		if !strings.HasPrefix(text, "0x") || !common.IsHexAddress(text) {
			return d.refuse(path, quoted(text), "0x and 40 hexadecimal digits", nil)
		}
		*v = common.HexToAddress(text)
		return nil
	case *evm.Finality:
		return d.finality(path, text, v)
	case encoding.TextUnmarshaler:
		if err := v.UnmarshalText([]byte(text)); err != nil {
			return d.refuse(path, quoted(text), "a value of its form", err)
		}
		return nil
	}
	return d.plain(path, text, into)
}

// plain reads a value of one of Go's own kinds.
func (d *decoder) plain(path, text string, into reflect.Value) error {
	switch into.Kind() {
	case reflect.String:
		into.SetString(text)
	case reflect.Bool:
		on, err := strconv.ParseBool(text)
		if err != nil || len(text) == 1 {
			return d.refuse(path, quoted(text), "true or false", nil)
		}
		into.SetBool(on)
	case reflect.Int, reflect.Int64, reflect.Uint, reflect.Uint32, reflect.Uint64:
		number, err := strconv.ParseUint(text, 10, min(into.Type().Bits(), 63))
		if into.CanUint() {
			number, err = strconv.ParseUint(text, 10, into.Type().Bits())
		}
		if err != nil {
			return d.refuse(path, quoted(text), "a whole number in decimal digits, zero or more", nil)
		}
		if into.CanUint() {
			into.SetUint(number)
		} else {
			into.SetInt(int64(number))
		}
	default:
		return fmt.Errorf("agent: %s: a field of type %s cannot be read from a file", path, into.Type())
	}
	return nil
}

// duration reads a time with its unit.
func (d *decoder) duration(path, text string, into *time.Duration) error {
	const want = "a time with its unit, such as 5s or 2m"
	v, err := time.ParseDuration(text)
	switch _, bare := strconv.ParseUint(text, 10, 63); {
	case bare == nil && text != "0":
		return d.refuse(path, text, fmt.Sprintf("%s (did you mean %ss?)", want, text), nil)
	case err != nil:
		return d.refuse(path, quoted(text), want, nil)
	case v < 0:
		return d.refuse(path, text, "zero or more", nil)
	}
	*into = v
	return nil
}

// finality reads a reorgPeriod.
func (d *decoder) finality(path, text string, into *evm.Finality) error {
	f, err := evm.ParseFinality(text)
	if err == nil {
		*into = f
		return nil
	}
	want := "a number of blocks, finalized, safe or latest"
	if _, bad := time.ParseDuration(text); bad == nil {
		want += " (blocks, not a time: divide it by the time between two blocks)"
	}
	return d.refuse(path, quoted(text), want, nil)
}

// fieldsOf returns the fields of a struct that a file can set, by key.
func fieldsOf(v reflect.Value) map[string]reflect.Value {
	fields := map[string]reflect.Value{}
	for i := range v.NumField() {
		if key := keyOf(v.Type().Field(i)); key != "" {
			fields[key] = v.Field(i)
		}
	}
	return fields
}

// keysOf returns the keys of a struct in the order of its fields.
func keysOf(v reflect.Value) []string {
	var keys []string
	for i := range v.NumField() {
		if key := keyOf(v.Type().Field(i)); key != "" {
			keys = append(keys, key)
		}
	}
	return keys
}

// keyOf returns the key of a field, or nothing where a file cannot set it.
func keyOf(f reflect.StructField) string {
	key, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
	if key == "-" || !f.IsExported() {
		return ""
	}
	return key
}

// join appends a key to a path.
func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// named is a path in an error; the empty one is the file itself.
func named(path string) string {
	if path == "" {
		return "file"
	}
	return path
}

// kindOf describes a node without quoting it.
func kindOf(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "keys with values"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Kind == yaml.ScalarNode && (n.Tag == "!!null" || n.Value == ""):
		return "empty"
	}
	return "a single value"
}

// quoted shows a text in an error. A long one is not shown: it can be a secret in the wrong place.
func quoted(text string) string {
	if len(text) > maxQuoted {
		return fmt.Sprintf("(a text of %d characters)", len(text))
	}
	if strings.IndexFunc(text, func(r rune) bool { return !strconv.IsPrint(r) }) >= 0 || text == "" || strings.Contains(text, " ") {
		return strconv.Quote(text)
	}
	return text
}
