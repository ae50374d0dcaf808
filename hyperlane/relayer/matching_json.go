package relayer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"unicode/utf8"

	"github.com/hyperlane-go/sdk/message"
)

// maxMatchingList bounds what UnmarshalJSON reads: a list is configuration, written by hand.
const maxMatchingList = 1 << 20

// UnmarshalJSON reads the JSON form, null, or a JSON string that holds it, as the agents' settings allow. A key it does
// not know is an error: a misspelt field would widen the rule to everything. On an error l keeps its value.
func (l *MatchingList) UnmarshalJSON(data []byte) error {
	if len(data) > maxMatchingList {
		return &MatchingError{Path: "list", Got: strconv.Itoa(len(data)) + " bytes", Want: "at most 1 MiB"}
	}
	data = bytes.TrimSpace(data)
	if len(data) > 0 && data[0] == '"' {
		var text string
		if err := json.Unmarshal(data, &text); err != nil {
			return &MatchingError{Path: "list", Got: excerpt(data), Want: "an array of rules", Err: err}
		}
		data = bytes.TrimSpace([]byte(text))
		if len(data) > 0 && data[0] == '"' {
			return &MatchingError{Path: "list", Got: excerpt(data), Want: "an array of rules"}
		}
	}
	var rules []map[string]json.RawMessage
	if err := json.Unmarshal(data, &rules); err != nil {
		return &MatchingError{Path: "list", Got: excerpt(data), Want: "an array of rules", Err: err}
	}
	if rules == nil {
		*l = nil
		return nil
	}
	list := make(MatchingList, len(rules))
	for i, fields := range rules {
		path := "[" + strconv.Itoa(i) + "]"
		if fields == nil {
			return &MatchingError{Path: path, Got: "null", Want: "a rule such as {\"originDomain\":1}"}
		}
		if err := list[i].read(path, fields); err != nil {
			return err
		}
	}
	*l = list
	return nil
}

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
			err = &MatchingError{Path: at, Got: "an unknown key",
				Want: "messageId, originDomain, senderAddress, destinationDomain, recipientAddress or bodyRegex"}
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
			return nil, &MatchingError{Path: path, Got: excerpt(raw), Want: "an array", Err: err}
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
			return nil, &MatchingError{Path: at, Got: excerpt(item), Want: want, Err: err}
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
		return nil, &MatchingError{Path: path, Got: excerpt(raw), Want: want, Err: err}
	}
	if text == "*" {
		return nil, nil
	}
	re, err := regexp.Compile(text)
	if err != nil {
		return nil, &MatchingError{Path: path, Got: excerpt(raw), Want: want, Err: err}
	}
	return re, nil
}

// The three parsers return what was wanted when the value is something else.

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

// excerpt shortens what an error quotes.
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
