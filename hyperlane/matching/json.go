package matching

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"unicode/utf8"

	"github.com/hyperlane-go/sdk/message"
)

// maxLength bounds what UnmarshalJSON reads, in bytes. A list is configuration, written by hand.
const maxLength = 1 << 20

// UnmarshalJSON reads the JSON form, null, or a JSON string that holds it, as the agents' settings
// allow. An unknown key is an error: without its misspelt field a rule would match everything. On
// an error l keeps its value.
func (l *List) UnmarshalJSON(data []byte) error {
	if len(data) > maxLength {
		return syntaxError("list", strconv.Itoa(len(data))+" bytes", "at most 1 MiB", nil)
	}
	data, err := unquote(bytes.TrimSpace(data))
	if err != nil {
		return err
	}
	var rules []map[string]json.RawMessage
	if err := json.Unmarshal(data, &rules); err != nil {
		return syntaxError("list", excerpt(data), "an array of rules", err)
	}
	if rules == nil {
		*l = nil
		return nil
	}
	list := make(List, len(rules))
	for i, fields := range rules {
		path := "[" + strconv.Itoa(i) + "]"
		if fields == nil {
			return syntaxError(path, "null", "a rule such as {\"originDomain\":1}", nil)
		}
		if err := list[i].read(path, fields); err != nil {
			return err
		}
	}
	*l = list
	return nil
}

// unquote returns the list in a JSON string, and data itself where it is no string.
func unquote(data []byte) ([]byte, error) {
	if len(data) == 0 || data[0] != '"' {
		return data, nil
	}
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return nil, syntaxError("list", excerpt(data), "an array of rules", err)
	}
	data = bytes.TrimSpace([]byte(text))
	if len(data) > 0 && data[0] == '"' {
		return nil, syntaxError("list", excerpt(data), "an array of rules", nil)
	}
	return data, nil
}

// read sets the fields of one rule. path names the rule in errors.
func (r *Rule) read(path string, fields map[string]json.RawMessage) error {
	for key, raw := range fields {
		at := path + "." + key
		var err error
		switch key {
		case "messageId":
			r.MessageID, err = readValues(at, raw, parseMessageID)
		case "originDomain":
			r.OriginDomain, err = readValues(at, raw, parseDomain)
		case "senderAddress":
			r.SenderAddress, err = readValues(at, raw, parseAddress)
		case "destinationDomain":
			r.DestinationDomain, err = readValues(at, raw, parseDomain)
		case "recipientAddress":
			r.RecipientAddress, err = readValues(at, raw, parseAddress)
		case "bodyRegex":
			r.BodyRegex, err = readRegexp(at, raw)
		default:
			err = syntaxError(at, "an unknown key", "messageId, originDomain, senderAddress, destinationDomain, recipientAddress or bodyRegex", nil)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// readValues reads "*", one value or an array of values. Null counts as "*".
func readValues[T any](path string, raw json.RawMessage, parse func(json.RawMessage) (T, string, error)) ([]T, error) {
	raw = bytes.TrimSpace(raw)
	if s := string(raw); s == `"*"` || s == "null" {
		return nil, nil
	}
	items := []json.RawMessage{raw}
	isArray := len(raw) > 0 && raw[0] == '['
	if isArray {
		if err := json.Unmarshal(raw, &items); err != nil {
			return nil, syntaxError(path, excerpt(raw), "an array", err)
		}
	}
	values := make([]T, len(items))
	for i, item := range items {
		at := path
		if isArray {
			at += "[" + strconv.Itoa(i) + "]"
		}
		v, want, err := parse(item)
		if want != "" {
			return nil, syntaxError(at, excerpt(item), want, err)
		}
		values[i] = v
	}
	return values, nil
}

func readRegexp(path string, raw json.RawMessage) (*regexp.Regexp, error) {
	if string(raw) == "null" {
		return nil, nil
	}
	const want = "a regular expression in RE2 syntax"
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		return nil, syntaxError(path, excerpt(raw), want, err)
	}
	if text == "*" {
		return nil, nil
	}
	re, err := regexp.Compile(text)
	if err != nil {
		return nil, syntaxError(path, excerpt(raw), want, err)
	}
	return re, nil
}

// The three parsers return what they want where the value is something else.

func parseDomain(raw json.RawMessage) (message.Domain, string, error) {
	const want = "a number from 0 to 4294967295, or the same in decimal digits as a string"
	if string(raw) == "null" {
		return 0, want, nil
	}
	var d message.Domain
	if err := d.UnmarshalJSON(raw); err != nil {
		return 0, want, err
	}
	return d, "", nil
}

func parseAddress(raw json.RawMessage) (message.Address, string, error) {
	b, want, err := parse32(raw)
	return message.Address(b), want, err
}

func parseMessageID(raw json.RawMessage) (message.ID, string, error) {
	b, want, err := parse32(raw)
	return message.ID(b), want, err
}

func parse32(raw json.RawMessage) ([32]byte, string, error) {
	const want = "0x and 40 or 64 hexadecimal digits, bech32 or base58"
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		return [32]byte{}, want, err
	}
	b, err := parseForeignAddress(text)
	if err != nil {
		return [32]byte{}, want, err
	}
	return b, "", nil
}

// excerpt shortens what an error quotes, at the start of a rune.
func excerpt(raw []byte) string {
	const most = 80
	if len(raw) == 0 {
		return "empty"
	}
	if len(raw) <= most {
		return string(raw)
	}
	cut := most
	for cut > 0 && !utf8.RuneStart(raw[cut]) {
		cut--
	}
	return fmt.Sprintf("%s… (%d bytes)", raw[:cut], len(raw))
}
