package tongue

import (
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"testing"
)

// prose is what looks like a text for people: two words, or one that begins with a
// capital letter.
var prose = regexp.MustCompile(`\pL\pL+[,.:;?!]? \pL\pL|^\p{Lu}\p{Ll}+|^\p{Lu}\p{Lu}`)

// exceptions are texts that look like words for people and are none, or are the same in
// every language.
func exceptions() map[string]string {
	return map[string]string{
		"Claviger": "the program's name",
		"Mg":       "measures a line",
		"GET":      "a method of HTTP",
		"Up":       "a key of the keyboard", "Down": "a key of the keyboard",
		"KiB": "a unit", "MiB": "a unit", "GiB": "a unit",
		"Go": "a language for programs", "Go ": "its version", "Python": "a language for programs",
		"-----BEGIN AGE ENCRYPTED FILE-----": "begins a file",
		"<path fill=\"":                      "is part of a picture",
		"claviger":                           "a command",
		"GetSystemMetrics":                   "a function of Windows",
		"phr mfa":                            "an example of acr_values", "Accept: application/json": "an example of a header",
		`{"id": 7, "name": "Mira Osei"}`: "an example of an answer",
		"the provider":                   "names no file where none is shown",
		"the clipboard":                  "is kept in the history, and put into words from there",
		"add like ":                      "begins the key of a draft", "add by ": "begins the key of a draft",
		"# Claviger's settings. The window writes this file; other keys are kept.\n": "stands in settings.toml, which is for everyone",
	}
}

// TestEveryTextIsTranslated: no text for people stands in the window's code but as an
// argument of lang. Errors are wrapped and put into words elsewhere; what is compared
// with is no text that is shown.
func TestEveryTextIsTranslated(t *testing.T) {
	used := map[string]bool{}
	for _, file := range sources(t) {
		var above []ast.Node
		ast.Inspect(file.syntax, func(n ast.Node) bool {
			if n == nil {
				above = above[:len(above)-1]
				return true
			}
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				above = append(above, n)
				return true
			}
			above = append(above, n)
			text, err := strconv.Unquote(lit.Value)
			if err != nil || !prose.MatchString(text) || notShown(above, lit) {
				return true
			}
			if _, known := exceptions()[text]; known {
				used[text] = true
				return true
			}
			t.Errorf("%s: %q does not go through lang", file.set.Position(lit.Pos()), text)
			return true
		})
	}
	for text := range exceptions() {
		if !used[text] && prose.MatchString(text) {
			t.Errorf("the exception %q is not needed any more", text)
		}
	}
}

// notShown reports whether a literal cannot reach a person as it stands: it is translated,
// part of an error, imported, a tag, a key, or compared with.
func notShown(above []ast.Node, lit *ast.BasicLit) bool {
	return slices.ContainsFunc(above[:len(above)-1], func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec, *ast.Field:
			return true
		case *ast.CaseClause:
			return slices.ContainsFunc(n.List, func(e ast.Expr) bool { return within(lit, e) })
		case *ast.KeyValueExpr:
			return n.Key == lit
		case *ast.IndexExpr:
			return n.Index == lit
		case *ast.BinaryExpr:
			return n.Op == token.EQL || n.Op == token.NEQ
		case *ast.CallExpr:
			_, translated := langCall(n)
			return translated || isError(n)
		}
		return false
	})
}

func within(lit *ast.BasicLit, e ast.Expr) bool { return e.Pos() <= lit.Pos() && lit.End() <= e.End() }

func isError(call *ast.CallExpr) bool {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	of, ok := sel.X.(*ast.Ident)
	return ok && (of.Name == "errors" && sel.Sel.Name == "New" || of.Name == "fmt" && sel.Sel.Name == "Errorf")
}
