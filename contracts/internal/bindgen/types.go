package bindgen

import (
	"fmt"
	"go/token"
	"strings"

	"github.com/ethereum/go-ethereum/accounts/abi"
)

// camel returns a Solidity name as an exported Go name: enrollRemoteRouter as EnrollRemoteRouter, domains_ as Domains,
// PACKAGE_VERSION as PackageVersion.
func camel(name string) string {
	if name == strings.ToUpper(name) {
		name = strings.ToLower(name)
	}
	return abi.ToCamelCase(name)
}

// parameter returns the name of an argument as a Go parameter.
func parameter(name string) string {
	name = abi.ToCamelCase(name)
	name = strings.ToLower(name[:1]) + name[1:]
	if token.IsKeyword(name) || strings.Contains(" abi bind codec common big types data backend address ", " "+name+" ") {
		name += "_"
	}
	return name
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
	return "(" + join(arguments, ",", form) + ")"
}

func join(arguments abi.Arguments, separator string, form func(abi.Argument) string) string {
	texts := make([]string, len(arguments))
	for i, a := range arguments {
		texts[i] = form(a)
	}
	return strings.Join(texts, separator)
}
