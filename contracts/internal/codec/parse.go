package codec

import (
	"fmt"
	"strings"

	"github.com/ethereum/go-ethereum/accounts/abi"
)

// Parse reads a declaration: a name, which may be empty, and a list of arguments in parentheses. An
// argument is a type, the word indexed where it applies, and a name, which may be missing. A struct
// is written as the list of its fields: "tree((bytes32[32] branch,uint256 count) tree)".
func Parse(declaration string) (name string, arguments abi.Arguments, err error) {
	name, list, ok := strings.Cut(declaration, "(")
	if !ok || !strings.HasSuffix(list, ")") || strings.Count(declaration, "(") != strings.Count(declaration, ")") {
		return "", nil, fmt.Errorf("codec: declaration %q: want name(type name,...)", declaration)
	}
	for _, field := range fields(strings.TrimSuffix(list, ")")) {
		t, err := abi.NewType(field.Type, "", field.Components)
		if err != nil {
			return "", nil, fmt.Errorf("codec: declaration %q: %w", declaration, err)
		}
		arguments = append(arguments, abi.Argument{Name: field.Name, Type: t, Indexed: field.Indexed})
	}
	return name, arguments, nil
}

// fields splits a list at the commas that no parentheses enclose.
func fields(list string) []abi.ArgumentMarshaling {
	var out []abi.ArgumentMarshaling
	depth, start := 0, 0
	for i, r := range list + "," {
		switch {
		case r == '(':
			depth++
		case r == ')':
			depth--
		case r == ',' && depth == 0:
			if i > start {
				out = append(out, field(list[start:i]))
			}
			start = i + 1
		}
	}
	return out
}

func field(text string) abi.ArgumentMarshaling {
	var f abi.ArgumentMarshaling
	if end := strings.LastIndexByte(text, ')'); end > 0 {
		f.Components = fields(text[1:end])
		text = "tuple" + text[end+1:]
	}
	words := strings.Fields(text)
	f.Type = words[0]
	for _, word := range words[1:] {
		if word == "indexed" {
			f.Indexed = true
		} else {
			f.Name = word
		}
	}
	return f
}
