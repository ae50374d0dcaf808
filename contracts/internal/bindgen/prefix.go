package bindgen

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
)

// rework renames every top-level type that does not yet start with the contract's name (XOutput for the
// results of method x, Y for a struct), puts the compiler's ABI in place, and returns the formatted code with
// all its top-level names.
func rework(code []byte, contract, abi string) ([]byte, []string, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", code, parser.ParseComments)
	if err != nil {
		return nil, nil, fmt.Errorf("bindgen: parse the binding of %s: %w", contract, err)
	}
	rename := make(map[string]string)
	for _, decl := range file.Decls {
		for _, spec := range typeSpecs(decl) {
			if name := spec.Name.Name; !owned(name, contract) {
				rename[name] = contract + name
			}
		}
	}
	renameTypes(file, rename)
	if err := setABI(file, contract, abi); err != nil {
		return nil, nil, err
	}

	names, err := topLevel(file, contract)
	if err != nil {
		return nil, nil, err
	}
	var out bytes.Buffer
	if err := format.Node(&out, fset, file); err != nil {
		return nil, nil, fmt.Errorf("bindgen: format the binding of %s: %w", contract, err)
	}
	formatted, err := format.Source(out.Bytes())
	if err != nil {
		return nil, nil, fmt.Errorf("bindgen: format the binding of %s: %w", contract, err)
	}
	return formatted, names, nil
}

// owned reports whether name is the contract's own type or one that abigen has already prefixed by it.
func owned(name, contract string) bool {
	return strings.HasPrefix(name, contract)
}

func typeSpecs(decl ast.Decl) []*ast.TypeSpec {
	gen, ok := decl.(*ast.GenDecl)
	if !ok || gen.Tok != token.TYPE {
		return nil
	}
	specs := make([]*ast.TypeSpec, 0, len(gen.Specs))
	for _, spec := range gen.Specs {
		specs = append(specs, spec.(*ast.TypeSpec))
	}
	return specs
}

// renameTypes renames the declarations and the uses of the types, and the first word of their comments. Field,
// method and selected names stay, even when spelled like a type.
func renameTypes(file *ast.File, rename map[string]string) {
	keep := make(map[*ast.Ident]bool)
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			keep[n.Sel] = true
		case *ast.Field:
			for _, name := range n.Names {
				keep[name] = true
			}
		case *ast.FuncDecl:
			keep[n.Name] = true
		case *ast.KeyValueExpr:
			if key, ok := n.Key.(*ast.Ident); ok {
				keep[key] = true
			}
		}
		return true
	})
	ast.Inspect(file, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && !keep[id] {
			if name, ok := rename[id.Name]; ok {
				id.Name = name
			}
		}
		return true
	})
	for _, group := range file.Comments {
		for _, comment := range group.List {
			word, rest, _ := strings.Cut(strings.TrimPrefix(comment.Text, "// "), " ")
			if name, ok := rename[word]; ok {
				comment.Text = "// " + name + " " + rest
			}
		}
	}
}

// setABI puts the ABI as the compiler wrote it into the metadata: abigen removes its spaces and has seen the
// shortened struct names.
func setABI(file *ast.File, contract, abi string) error {
	done := 0
	ast.Inspect(file, func(n ast.Node) bool {
		if kv, ok := n.(*ast.KeyValueExpr); ok {
			key, isName := kv.Key.(*ast.Ident)
			value, isText := kv.Value.(*ast.BasicLit)
			if isName && isText && key.Name == "ABI" {
				value.Value = strconv.Quote(abi)
				done++
			}
		}
		return true
	})
	if done != 1 {
		return fmt.Errorf("bindgen: bind %s: abigen's output changed: %d ABI literals, want 1; adapt prefix.go", contract, done)
	}
	return nil
}

// topLevel lists the names the file declares; a name declared twice (an event and an error that share a name,
// for one) is an error.
func topLevel(file *ast.File, contract string) ([]string, error) {
	var names []string
	seen := make(map[string]bool)
	add := func(id *ast.Ident) error {
		if id.Name == "_" {
			return nil
		}
		if seen[id.Name] {
			return fmt.Errorf("bindgen: %s yields the Go name %s twice; rename in Solidity", contract, id.Name)
		}
		seen[id.Name] = true
		names = append(names, id.Name)
		return nil
	}
	for _, decl := range file.Decls {
		var ids []*ast.Ident
		switch d := decl.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				ids = append(ids, d.Name)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch s := spec.(type) {
				case *ast.TypeSpec:
					ids = append(ids, s.Name)
				case *ast.ValueSpec:
					ids = append(ids, s.Names...)
				}
			}
		}
		for _, id := range ids {
			if err := add(id); err != nil {
				return nil, err
			}
		}
	}
	return names, nil
}
