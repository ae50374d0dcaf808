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

// MaxJSON bounds stored JSON: a text of 51,200 bytes or more is refused before it is parsed. It is
// the limit of the network's own readers.
const MaxJSON = 50 << 10

// object holds the known fields of a JSON object, not yet decoded. Keys match exactly and at most
// once. encoding/json would match them in any case and take the last one, so that two readers could
// disagree on what was signed.
type object struct {
	path   string
	fields map[string]json.RawMessage
}

// parseObject splits text, the value at path, into its fields and keeps those in known.
func parseObject(path string, text []byte, known ...string) (*object, error) {
	notJSON := func(err error) error { return jsonError(path, "not JSON: %w", err) }
	dec := json.NewDecoder(bytes.NewReader(text))
	switch start, err := dec.Token(); {
	case err != nil:
		return nil, notJSON(err)
	case start != json.Delim('{'):
		return nil, jsonError(path, "have %s, want an object", excerpt(string(text)))
	}
	o := &object{path: path, fields: make(map[string]json.RawMessage, len(known))}
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return nil, notJSON(err)
		}
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return nil, notJSON(err)
		}
		key, _ := token.(string)
		if !slices.Contains(known, key) {
			continue
		}
		if o.has(key) {
			return nil, jsonError(o.at(key), "field appears twice, want it once")
		}
		o.fields[key] = raw
	}
	if _, err := dec.Token(); err != nil { // the closing brace
		return nil, notJSON(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, jsonError(path, "text follows the object, want none")
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

// read decodes a required field into target. want describes the field for the error.
func (o *object) read(name, want string, target any) error {
	raw, ok := o.fields[name]
	if !ok {
		return jsonError(o.at(name), "field is missing, want %s", want)
	}
	// encoding/json accepts null for any type and changes nothing.
	if string(raw) == "null" || json.Unmarshal(raw, target) != nil {
		return jsonError(o.at(name), "have %s, want %s", excerpt(string(raw)), want)
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
	return o.hex(name, target[:], "64 hexadecimal digits, with or without 0x")
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
	return jsonError(o.at(name), "have %s, want %s", excerpt(strconv.Quote(text)), want)
}

// scalar reads r or s, which the network's writers store without leading zero digits.
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
	return jsonError(o.at(name), "have %s, want 1 to 64 hexadecimal digits, with or without 0x", excerpt(strconv.Quote(text)))
}

// unmarshalSigned reads the parts that checkpoints and announcements share: it returns the value,
// not yet decoded, and the normalized signature.
func unmarshalSigned(text []byte) (*object, Signature, error) {
	if len(text) >= MaxJSON {
		return nil, Signature{}, jsonError("", "have %d bytes, want fewer than %d", len(text), MaxJSON)
	}
	if !utf8.Valid(text) {
		return nil, Signature{}, jsonError("", "not UTF-8")
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
			return nil, Signature{}, jsonError(alias, "is another name of %s, and both are present, want one", name)
		}
	}
	if name == "" {
		return nil, Signature{}, jsonError("value", "field is missing, want an object")
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

// unmarshalSignature reads the field signature: an object of r, s and v, or one string.
func unmarshalSignature(outer *object) (Signature, error) {
	var sig Signature
	if raw := outer.fields["signature"]; len(raw) > 0 && raw[0] == '"' {
		if err := outer.hex("signature", sig[:], "130 hexadecimal digits, or an object of r, s and v"); err != nil {
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
	// SECURITY: normalizing changes the form of a signature, never its signer.
	normal, err := sig.Normalize()
	if err != nil {
		return Signature{}, jsonError("signature", "%w", err)
	}
	return normal, nil
}

func formatHash[H ~[32]byte](h H) string {
	return "0x" + hex.EncodeToString(h[:])
}

// formatScalar drops leading zero digits but keeps one digit.
func formatScalar(b []byte) string {
	digits := strings.TrimLeft(hex.EncodeToString(b), "0")
	if digits == "" {
		digits = "0"
	}
	return "0x" + digits
}

// excerpt bounds how much of a hostile text an error message repeats.
func excerpt(text string) string {
	const most = 80
	if len(text) <= most {
		return text
	}
	return fmt.Sprintf("%s... (%d bytes)", strings.ToValidUTF8(text[:most], ""), len(text))
}
