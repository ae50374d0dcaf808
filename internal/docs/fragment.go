package docs

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"sort"
	"strings"
)

// wrap turns a fragment into a file of a package: declarations stand as they are, statements go
// into a function whose parameters are the variables. Packages maps the names that a fragment can
// use without importing them to their paths.
func wrap(b Block, variables []string, packages map[string]string) (string, error) {
	origin := fmt.Sprintf("//line %s:%d:1\n", b.Path, b.Line)
	parameters, err := parameters(variables)
	if err != nil {
		return "", fmt.Errorf("%s:%d: %w", b.Path, b.Line-1, err)
	}
	text := origin + b.Text
	file, err := parser.ParseFile(token.NewFileSet(), "", "package fragment\n"+text, parser.SkipObjectResolution)
	if err != nil {
		text, file, err = function(origin, b.Text, parameters)
		if err != nil {
			return "", fmt.Errorf("%s: neither statements nor declarations: %w", b.Path, err)
		}
	} else if len(variables) > 0 {
		return "", fmt.Errorf("%s:%d: variables are for statements, and these are declarations", b.Path, b.Line-1)
	}
	return "package fragment\n" + imports(file, parameters, packages) + text, nil
}

// function wraps statements. What they declare counts as used; where they return an error, so does
// the function.
func function(origin, statements, parameters string) (string, *ast.File, error) {
	file, err := parser.ParseFile(token.NewFileSet(), "", "package fragment\nfunc _() {\n"+origin+statements+"}\n", parser.SkipObjectResolution)
	if err != nil {
		return "", nil, err
	}
	body := file.Decls[0].(*ast.FuncDecl).Body
	result, end := "", ""
	if returns(body) {
		result, end = "error", "return nil\n"
	}
	used := ""
	for _, name := range declared(body) {
		used += "_ = " + name + "\n"
	}
	text := "func _(" + parameters + ") " + result + " {\n" + origin + statements + "\n" + used + end + "}\n"
	file, err = parser.ParseFile(token.NewFileSet(), "", "package fragment\n"+text, parser.SkipObjectResolution)
	return text, file, err
}

func parameters(variables []string) (string, error) {
	var list []string
	for _, v := range variables {
		name, kind, ok := strings.Cut(v, "=")
		if !ok || !token.IsIdentifier(name) || kind == "" {
			return "", fmt.Errorf("%q after fragment: want name=type", v)
		}
		list = append(list, name+" "+kind)
	}
	return strings.Join(list, ", "), nil
}

// returns says whether a return outside function literals has a result.
func returns(body *ast.BlockStmt) bool {
	found := false
	ast.Inspect(body, func(n ast.Node) bool {
		if r, ok := n.(*ast.ReturnStmt); ok && len(r.Results) > 0 {
			found = true
		}
		_, literal := n.(*ast.FuncLit)
		return !literal
	})
	return found
}

// declared returns the variables that the outermost statements declare.
func declared(body *ast.BlockStmt) []string {
	names := map[string]bool{}
	add := func(e ast.Expr) {
		if id, ok := e.(*ast.Ident); ok && id.Name != "_" {
			names[id.Name] = true
		}
	}
	for _, s := range body.List {
		switch s := s.(type) {
		case *ast.AssignStmt:
			if s.Tok == token.DEFINE {
				for _, e := range s.Lhs {
					add(e)
				}
			}
		case *ast.DeclStmt:
			if d := s.Decl.(*ast.GenDecl); d.Tok == token.VAR {
				for _, spec := range d.Specs {
					for _, id := range spec.(*ast.ValueSpec).Names {
						add(id)
					}
				}
			}
		}
	}
	return sorted(names)
}

// imports imports the packages that a file names and does not import.
func imports(file *ast.File, parameters string, packages map[string]string) string {
	if len(file.Imports) > 0 {
		return ""
	}
	names := map[string]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := s.X.(*ast.Ident); ok && packages[id.Name] != "" {
				names[id.Name] = true
			}
		}
		return true
	})
	for local := range locals(file) {
		delete(names, local)
	}
	text := ""
	for _, name := range sorted(names) {
		text += fmt.Sprintf("import %s %q\n", name, packages[name])
	}
	return text
}

// locals returns every name that the file gives to a variable or a parameter: it is no package
// there.
func locals(file *ast.File) map[string]bool {
	names := map[string]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if n.Tok == token.DEFINE {
				for _, e := range n.Lhs {
					if id, ok := e.(*ast.Ident); ok {
						names[id.Name] = true
					}
				}
			}
		case *ast.Field:
			for _, id := range n.Names {
				names[id.Name] = true
			}
		case *ast.ValueSpec:
			for _, id := range n.Names {
				names[id.Name] = true
			}
		}
		return true
	})
	return names
}

func sorted(set map[string]bool) []string {
	var list []string
	for name := range set {
		list = append(list, name)
	}
	sort.Strings(list)
	return list
}

var errNoProgram = errors.New("no package clause: write a whole program, or ```go fragment")
