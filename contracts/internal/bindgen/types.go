package bindgen

import (
	"fmt"
	"go/token"
	"slices"
	"strings"

	"github.com/ethereum/go-ethereum/accounts/abi"
)

// camel returns a Solidity name as an exported Go name: enrollRemoteRouter as EnrollRemoteRouter,
// domains_ as Domains, PACKAGE_VERSION as PackageVersion.
func camel(name string) string {
	if name == strings.ToUpper(name) {
		name = strings.ToLower(name)
	}
	return abi.ToCamelCase(name)
}

// parameterName returns the name of an argument as a Go parameter: no keyword, and no package that
// the code uses.
func parameterName(a abi.Argument) string {
	name := abi.ToCamelCase(a.Name)
	name = strings.ToLower(name[:1]) + name[1:]
	if token.IsKeyword(name) || slices.Contains([]string{"bind", "codec", "common", "big", "types"}, name) {
		name += "_"
	}
	return name
}

func parameter(a abi.Argument) string { return parameterName(a) + " " + goType(a.Type) }

func value(a abi.Argument) string { return ", " + parameterName(a) }

// field returns an argument as a line of a Go struct. Of an indexed argument that is no single
// word, a log has only the hash.
func field(a abi.Argument) string {
	kind := goType(a.Type)
	if a.Indexed && (a.Type.T == abi.StringTy || a.Type.T == abi.BytesTy || a.Type.T == abi.TupleTy || a.Type.Elem != nil) {
		kind = "common.Hash"
	}
	return abi.ToCamelCase(a.Name) + " " + kind + "\n"
}

// goType returns the Go type of values of a Solidity type, as accounts/abi makes them.
func goType(t abi.Type) string {
	switch t.T {
	case abi.TupleTy:
		return t.TupleRawName
	case abi.SliceTy:
		return "[]" + goType(*t.Elem)
	case abi.ArrayTy:
		return fmt.Sprintf("[%d]%s", t.Size, goType(*t.Elem))
	case abi.BytesTy:
		return "[]byte"
	case abi.FixedBytesTy:
		return fmt.Sprintf("[%d]byte", t.Size)
	default:
		return t.GetType().String()
	}
}

// typeText returns a type in the form that codec.Parse reads.
func typeText(t abi.Type) string {
	switch t.T {
	case abi.TupleTy:
		fields := make([]string, len(t.TupleElems))
		for i, elem := range t.TupleElems {
			fields[i] = typeText(*elem) + " " + t.TupleRawNames[i]
		}
		return "(" + strings.Join(fields, ",") + ")"
	case abi.SliceTy:
		return typeText(*t.Elem) + "[]"
	case abi.ArrayTy:
		return fmt.Sprintf("%s[%d]", typeText(*t.Elem), t.Size)
	default:
		return t.String()
	}
}

func typeOnly(a abi.Argument) string { return typeText(a.Type) + indexed(a) }

func typeAndName(a abi.Argument) string { return typeText(a.Type) + indexed(a) + " " + a.Name }

func indexed(a abi.Argument) string {
	if a.Indexed {
		return " indexed"
	}
	return ""
}

// list returns arguments as a declaration lists them.
func list(arguments abi.Arguments, form func(abi.Argument) string) string {
	return "(" + each(arguments, ",", form) + ")"
}

func each(arguments abi.Arguments, separator string, form func(abi.Argument) string) string {
	texts := make([]string, len(arguments))
	for i, a := range arguments {
		texts[i] = form(a)
	}
	return strings.Join(texts, separator)
}
