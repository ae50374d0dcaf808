package relayer

import (
	"bytes"
	"encoding/json"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// writeJSON writes a YAML node as JSON. Addresses look like hexadecimal numbers to YAML, so a scalar is a number only
// when it is one in plain decimal digits, and a string otherwise.
func writeJSON(w *bytes.Buffer, n *yaml.Node, depth int) error {
	const maxDepth = 16
	if depth > maxDepth {
		return &MatchingError{Path: "line " + strconv.Itoa(n.Line), Got: "nested too deeply", Want: "an array of rules"}
	}
	switch n.Kind {
	case yaml.SequenceNode:
		return writeList(w, n, depth, '[', ']')
	case yaml.MappingNode:
		return writeList(w, n, depth, '{', '}')
	case yaml.AliasNode:
		return writeJSON(w, n.Alias, depth+1)
	case yaml.ScalarNode:
		if n.Tag == "!!null" {
			w.WriteString("null")
			return nil
		}
		if _, err := strconv.ParseUint(n.Value, 10, 64); err == nil && n.Tag == "!!int" && (n.Value[0] != '0' || n.Value == "0") {
			w.WriteString(n.Value)
			return nil
		}
		text, err := json.Marshal(n.Value)
		w.Write(text)
		return err
	}
	return &MatchingError{Path: "line " + strconv.Itoa(n.Line), Got: "of an unknown kind", Want: "an array of rules"}
}

func writeList(w *bytes.Buffer, n *yaml.Node, depth int, open, end byte) error {
	w.WriteByte(open)
	for i, item := range n.Content {
		separator := byte(',')
		if open == '{' && i%2 == 1 {
			separator = ':'
		}
		if i > 0 {
			w.WriteByte(separator)
		}
		if open == '{' && i%2 == 0 {
			key, err := json.Marshal(item.Value)
			if err != nil {
				return err
			}
			w.Write(key)
			continue
		}
		if w.Len() > maxMatchingList {
			return &MatchingError{Path: "list", Got: "more than 1 MiB", Want: "at most 1 MiB"}
		}
		if err := writeJSON(w, item, depth+1); err != nil {
			return err
		}
	}
	w.WriteByte(end)
	return nil
}
