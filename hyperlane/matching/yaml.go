package matching

import (
	"bytes"
	"encoding/json"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// UnmarshalYAML reads a list that is written in YAML with the keys of the JSON form, or as a string
// that holds JSON.
func (l *List) UnmarshalYAML(n *yaml.Node) error {
	var text bytes.Buffer
	if err := writeJSON(&text, n, 0); err != nil {
		return err
	}
	return l.UnmarshalJSON(text.Bytes())
}

// writeJSON writes a YAML node as JSON. Addresses look like hexadecimal numbers to YAML, so a scalar is a number only
// when it is one in plain decimal digits, and a string otherwise.
func writeJSON(w *bytes.Buffer, n *yaml.Node, depth int) error {
	const maxDepth = 16
	if depth > maxDepth {
		return syntaxError("line "+strconv.Itoa(n.Line), "nested too deeply", "an array of rules", nil)
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
	return syntaxError("line "+strconv.Itoa(n.Line), "of an unknown kind", "an array of rules", nil)
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
		if w.Len() > maxLength {
			return syntaxError("list", "more than 1 MiB", "at most 1 MiB", nil)
		}
		if err := writeJSON(w, item, depth+1); err != nil {
			return err
		}
	}
	w.WriteByte(end)
	return nil
}
