package checkpoint

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// MaxJSON bounds stored JSON: a text of this many bytes or more is refused
// before it is looked at, as the network's own readers do.
const MaxJSON = 50 << 10

// object is a JSON object whose known fields were taken apart, but not yet
// read. Keys match exactly and at most once; encoding/json would match them in
// any case and let the last one win, and two readers would disagree on what
// was signed.
type object struct {
	path   string
	fields map[string]json.RawMessage
}

// parseObject takes apart text, which stands at path. Only the fields in known
// are kept.
func parseObject(path string, text []byte, known ...string) (*object, error) {
	wrong := func(err error) error { return &JSONError{Field: path, Err: err} }
	dec := json.NewDecoder(bytes.NewReader(text))
	switch start, err := dec.Token(); {
	case err != nil:
		return nil, wrong(fmt.Errorf("not JSON: %w", err))
	case start != json.Delim('{'):
		return nil, wrong(errors.New("want an object"))
	}
	o := &object{path: path, fields: make(map[string]json.RawMessage, len(known))}
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return nil, wrong(fmt.Errorf("not JSON: %w", err))
		}
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return nil, wrong(fmt.Errorf("not JSON: %w", err))
		}
		key, _ := token.(string)
		if !slices.Contains(known, key) {
			continue
		}
		if o.has(key) {
			return nil, &JSONError{Field: o.at(key), Err: errors.New("field appears twice")}
		}
		o.fields[key] = raw
	}
	if _, err := dec.Token(); err != nil { // the closing brace
		return nil, wrong(fmt.Errorf("not JSON: %w", err))
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, wrong(errors.New("text after the object"))
	}
	return o, nil
}

func (o *object) has(name string) bool {
	_, ok := o.fields[name]
	return ok
}

func (o *object) at(name string) string {
	if o.path == "" {
		return name
	}
	return o.path + "." + name
}

// read decodes a required field into target; want says what it should be.
func (o *object) read(name, want string, target any) error {
	raw, ok := o.fields[name]
	if !ok {
		return &JSONError{Field: o.at(name), Err: errors.New("field is missing")}
	}
	// encoding/json takes null for anything and changes nothing.
	if string(raw) == "null" || json.Unmarshal(raw, target) != nil {
		return &JSONError{Field: o.at(name), Err: fmt.Errorf("have %s, want %s", excerpt(string(raw)), want)}
	}
	return nil
}

func (o *object) object(name string, known ...string) (*object, error) {
	var raw json.RawMessage
	if err := o.read(name, "an object", &raw); err != nil {
		return nil, err
	}
	return parseObject(o.at(name), raw, known...)
}

func (o *object) number(name string, target *uint32) error {
	return o.read(name, "a whole number below 2^32", target)
}

func (o *object) text(name string, target *string) error {
	return o.read(name, "a string", target)
}

// hash reads a string of exactly 64 digits.
func (o *object) hash(name string, target *[32]byte) error {
	return o.hex(name, target[:], "64 hex digits, 0x in front or not")
}

// hex reads a string of exactly as many bytes as target has.
func (o *object) hex(name string, target []byte, want string) error {
	var text string
	if err := o.text(name, &text); err != nil {
		return err
	}
	digits := strings.TrimPrefix(text, "0x")
	if len(digits) == 2*len(target) {
		if _, err := hex.Decode(target, []byte(digits)); err == nil {
			return nil
		}
	}
	return &JSONError{Field: o.at(name), Err: fmt.Errorf("have %s, want %s", excerpt(strconv.Quote(text)), want)}
}

// scalar reads r or s, whose leading zero digits may have been cut off.
func (o *object) scalar(name string, target []byte) error {
	var text string
	if err := o.text(name, &text); err != nil {
		return err
	}
	digits := strings.TrimPrefix(text, "0x")
	if n := len(digits); n >= 1 && n <= 2*len(target) {
		full := strings.Repeat("0", 2*len(target)-n) + digits
		if _, err := hex.Decode(target, []byte(full)); err == nil {
			return nil
		}
	}
	return &JSONError{
		Field: o.at(name),
		Err:   fmt.Errorf("have %s, want 1 to 64 hex digits, 0x in front or not", excerpt(strconv.Quote(text))),
	}
}

// unmarshalSigned takes apart what checkpoints and announcements share.
func unmarshalSigned(text []byte) (*object, Signature, error) {
	if len(text) >= MaxJSON {
		return nil, Signature{}, &SizeError{Have: len(text)}
	}
	if !utf8.Valid(text) {
		return nil, Signature{}, &JSONError{Err: errors.New("text is not UTF-8")}
	}
	aliases := []string{"value", "checkpoint", "announcement"}
	outer, err := parseObject("", text, append(aliases, "signature")...)
	if err != nil {
		return nil, Signature{}, err
	}
	name := ""
	for _, alias := range aliases {
		switch {
		case !outer.has(alias):
		case name == "":
			name = alias
		default:
			return nil, Signature{}, &JSONError{Field: alias, Err: fmt.Errorf("is another name of %s, which is there too", name)}
		}
	}
	if name == "" {
		return nil, Signature{}, &JSONError{Field: "value", Err: errors.New("field is missing")}
	}
	value, err := outer.object(name,
		"checkpoint", "message_id", "root", "merkle_tree_hook_address", // checkpoints
		"validator", "mailbox_address", "mailbox_domain", "storage_location") // announcements
	if err != nil {
		return nil, Signature{}, err
	}
	sig, err := unmarshalSignature(outer)
	return value, sig, err
}

// unmarshalSignature reads the field signature: an object of r, s, v, or one
// string.
func unmarshalSignature(outer *object) (Signature, error) {
	var sig Signature
	if raw := outer.fields["signature"]; len(raw) > 0 && raw[0] == '"' {
		if err := outer.hex("signature", sig[:], "130 hex digits, or an object of r, s and v"); err != nil {
			return Signature{}, err
		}
	} else {
		parts, err := outer.object("signature", "r", "s", "v")
		if err != nil {
			return Signature{}, err
		}
		err = firstError(
			parts.scalar("r", sig[:offsetS]),
			parts.scalar("s", sig[offsetS:offsetV]),
			parts.read("v", "0, 1, 27 or 28", &sig[offsetV]),
		)
		if err != nil {
			return Signature{}, err
		}
	}
	// SECURITY: other spellings are translated, never other signers.
	normal, err := sig.Normalize()
	if err != nil {
		return Signature{}, &JSONError{Field: "signature", Err: err}
	}
	return normal, nil
}

func formatHash[H ~[32]byte](h H) string {
	return "0x" + hex.EncodeToString(h[:])
}

// formatScalar drops all leading zero digits but the last.
func formatScalar(b []byte) string {
	digits := strings.TrimLeft(hex.EncodeToString(b), "0")
	if digits == "" {
		digits = "0"
	}
	return "0x" + digits
}

// excerpt keeps hostile text out of error messages beyond a few characters.
func excerpt(text string) string {
	const most = 80
	if len(text) <= most {
		return text
	}
	return fmt.Sprintf("%s... (%d bytes)", strings.ToValidUTF8(text[:most], ""), len(text))
}
