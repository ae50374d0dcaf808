package agent

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// maxListDepth bounds how deep a matching list nests.
const maxListDepth = 16

// jsonOf writes a node as JSON, which is the form of matching lists. Addresses look like
// hexadecimal numbers to YAML, so a scalar is a number only where it is one in plain decimal
// digits, and a string otherwise.
func (d *decoder) jsonOf(w *bytes.Buffer, n *yaml.Node, depth int) error {
	if d.nodes++; d.nodes > maxNodes || depth > maxListDepth {
		return errors.New("it is nested too deeply, or has too many values")
	}
	switch n.Kind {
	case yaml.SequenceNode:
		return d.jsonList(w, n, depth)
	case yaml.MappingNode:
		return d.jsonObject(w, n, depth)
	case yaml.AliasNode:
		return d.jsonOf(w, n.Alias, depth+1)
	}
	if n.Tag == "!!null" {
		w.WriteString("null")
		return nil
	}
	if _, err := strconv.ParseUint(n.Value, 10, 64); err == nil && n.Tag == "!!int" && (n.Value[0] != '0' || n.Value == "0") {
		w.WriteString(n.Value)
		return nil
	}
	w.Write(jsonText(n.Value))
	return nil
}

// jsonText returns a text as a JSON string. Every text has one: json.Marshal replaces what is not
// UTF-8.
func jsonText(text string) []byte {
	quoted, _ := json.Marshal(text)
	return quoted
}

func (d *decoder) jsonList(w *bytes.Buffer, n *yaml.Node, depth int) error {
	w.WriteByte('[')
	for i, item := range n.Content {
		if i > 0 {
			w.WriteByte(',')
		}
		if err := d.jsonOf(w, item, depth+1); err != nil {
			return err
		}
	}
	w.WriteByte(']')
	return nil
}

func (d *decoder) jsonObject(w *bytes.Buffer, n *yaml.Node, depth int) error {
	w.WriteByte('{')
	for i := 0; i+1 < len(n.Content); i += 2 {
		if i > 0 {
			w.WriteByte(',')
		}
		w.Write(append(jsonText(n.Content[i].Value), ':'))
		if err := d.jsonOf(w, n.Content[i+1], depth+1); err != nil {
			return err
		}
	}
	w.WriteByte('}')
	return nil
}

// jsonValue reads a node into a value that reads JSON.
func (d *decoder) jsonValue(path string, n *yaml.Node, into json.Unmarshaler) error {
	var text bytes.Buffer
	err := d.jsonOf(&text, n, 0)
	if err == nil {
		err = into.UnmarshalJSON(text.Bytes())
	}
	if err != nil {
		return d.refuse(path, "unusable", "rules in the network's form (Protocol 15.7)", err)
	}
	return nil
}
