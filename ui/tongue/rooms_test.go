package tongue

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// speaking are the rooms, or files, that make texts for people in English, which the
// window reads back: all their prose is translated, but what never is a text of its own.
func speaking() map[string][]string {
	return map[string][]string{
		"../../auth/idtoken": {
			"identity could not be verified", "no key set", "keys of the provider: %w", "no member keys",
		},
		"../../auth/inspect": {"cannot be shown", "inspect: claims.toml: "},
		"../../auth/probe":   {},
		"../../providers/identity": {
			"application/json, application/jwt;q=0.9", "{id: .sub, login: (.preferred_username // .nickname), name, email, email_verified, picture}",
			"does not apply", "no source gives the user's ID", "the provider has no such mapping",
			"%w: the sample is longer than 1 MiB", "%w: the sample is not JSON",
			" instead of an object", " instead of the next page", "a boolean", "a string", "a number", "an array", "an object", // detail for who writes a file
			"the ID token", "the API (", // the window has words of its own
		},
		"../../providers/recipients.go": {},
		"../../providers/discovery.go":  {},
		// What of an answer cannot be used.
		"../../auth/oauth/answer.go":        {},
		"../../auth/oauth/keys.go":          {"application/json, application/jwk-set+json"},
		"../../auth/register/registered.go": {},
		"../../internal/consent/warning.go": {},
	}
}

// sentence is what is prose: words, or a blank.
var sentence = regexp.MustCompile(`\pL[,.:;]? \pL|\pL \{|\} \pL|\{[a-z_]+\}`)

// roomKeys are the texts of those rooms, what any room fills with phrase.Say, and why
// package auth says that an account is as it is.
func roomKeys(t *testing.T) map[string]bool {
	t.Helper()
	keys, unused := map[string]bool{}, map[string]bool{}
	rooms := speaking()
	for _, exceptions := range rooms {
		for _, text := range exceptions {
			unused[text] = true
		}
	}
	eachFile(t, func(path string, set *token.FileSet, file *ast.File) {
		exceptions, speaks := rooms[path]
		if !speaks {
			exceptions, speaks = rooms[filepath.Dir(path)]
		}
		ast.Inspect(file, func(n ast.Node) bool {
			texts := madeOf(t, set, n, filepath.Dir(path) == "../../auth", speaks)
			switch n := n.(type) {
			case *ast.ImportSpec, *ast.Field: // a path, a tag
				return false
			case *ast.BasicLit:
				if text, ok := literal(n); ok && speaks && sentence.MatchString(text) {
					texts = append(texts, text)
				}
			}
			for _, text := range texts {
				switch {
				case slices.Contains(exceptions, text):
					delete(unused, text)
				case strings.Contains(text, "%"):
					t.Errorf("%s: %q has a verb, and no window can read it back", set.Position(n.Pos()), text)
				case text != "" && !strings.HasPrefix(text, "(?"):
					keys[text] = true
				}
			}
			return true
		})
	})
	for text := range unused {
		t.Errorf("the exception %q is not needed any more", text)
	}
	return keys
}

// makers make a text of some of their arguments; what follows the last of these fills
// its blanks.
func makers(reasons, speaks bool) map[string][]int {
	all := map[string][]int{"phrase.Say": {0}, "phrase.Count": {1, 2}, "StatusReason": {1}, "oauth.StatusReason": {1}, "Unread": {2}, "oauth.Unread": {2}}
	if reasons {
		maps.Copy(all, map[string][]int{"rec.turn": {1}, "r.accounts.note": {3}})
	}
	if speaks {
		maps.Copy(all, map[string][]int{
			"say": {0}, "passed": {1}, "failed": {1}, "skipped": {1}, "t.fault": {0, 2}, "t.note": {0}, "readPart": {0}, "fail": {0, 1}, "unusable": {0}, "undiscovered": {0}, "r.say": {0},
			"errors.New": {0}, "b.good": {0}, "b.bad": {0, 1}, "b.untold": {0}, "b.in": {0},
		})
	}
	return all
}

// madeOf are the texts that something is made of which a person reads, a single word too.
func madeOf(t *testing.T, set *token.FileSet, n ast.Node, reasons, speaks bool) (out []string) {
	t.Helper()
	switch n := n.(type) {
	case *ast.CallExpr:
		return calledWith(t, set, n, makers(reasons, speaks)[called(n)])
	case *ast.AssignStmt:
		return assigned(n.Lhs, n.Rhs, reasons)
	case *ast.CompositeLit:
		if made := called(&ast.CallExpr{Fun: n.Type}); made == "AnswerError" || made == "oauth.AnswerError" {
			return reasonOf(t, set, n)
		}
	case *ast.KeyValueExpr:
		if key, named := n.Key.(*ast.Ident); speaks && named && slices.Contains([]string{"What", "Name", "title"}, key.Name) {
			text, _ := literal(n.Value)
			out = append(out, text)
		}
	}
	return out
}

// calledWith are the texts among the arguments of a call, at these places; a blank more or
// less than there are values is a fault.
func calledWith(t *testing.T, set *token.FileSet, n *ast.CallExpr, at []int) (out []string) {
	t.Helper()
	fills := slices.Contains([]string{"phrase.Say", "say", "passed", "failed", "skipped", "b.good", "b.bad", "b.untold", "r.say", "undiscovered"}, called(n))
	for _, i := range at {
		if i >= len(n.Args) {
			continue
		}
		text, _ := literal(n.Args[i])
		out = append(out, text)
		filled, values := fills && i == at[len(at)-1], len(n.Args)-at[len(at)-1]-1
		if called(n) == "phrase.Count" {
			filled, values = true, values+i-1 // of many, the number is in the first blank
		}
		if blanks := len(placeholder.FindAllString(text, -1)); filled && text != "" && blanks != values {
			t.Errorf("%s: %q has %d blanks and %d values", set.Position(n.Pos()), text, blanks, values)
		}
	}
	return out
}

// reasonOf is why an answer cannot be used, if it is said on the spot.
func reasonOf(t *testing.T, set *token.FileSet, made *ast.CompositeLit) (out []string) {
	t.Helper()
	for _, e := range made.Elts {
		pair, keyed := e.(*ast.KeyValueExpr)
		if !keyed || called(&ast.CallExpr{Fun: pair.Key}) != "Reason" {
			continue
		}
		if _, joined := pair.Value.(*ast.BinaryExpr); joined {
			t.Errorf("%s: a reason is put together: say it with blanks", set.Position(pair.Pos()))
		}
		text, _ := literal(pair.Value)
		out = append(out, text)
	}
	return out
}

// assigned are the reasons of package auth.
func assigned(to, values []ast.Expr, reasons bool) (out []string) {
	for i, e := range to {
		name := ""
		switch e := e.(type) {
		case *ast.Ident:
			name = e.Name
		case *ast.SelectorExpr:
			name = e.Sel.Name
		}
		if reasons && strings.EqualFold(name, "reason") && i < len(values) {
			text, _ := literal(values[i])
			out = append(out, text)
		}
	}
	return out
}

// called is what a call calls, as it is written: "phrase.Say".
func called(call *ast.CallExpr) string {
	var write func(e ast.Expr) string
	write = func(e ast.Expr) string {
		switch e := e.(type) {
		case *ast.Ident:
			return e.Name
		case *ast.SelectorExpr:
			return write(e.X) + "." + e.Sel.Name
		}
		return ""
	}
	return write(call.Fun)
}

func literal(e ast.Expr) (string, bool) {
	texts := literals([]ast.Expr{e})
	return strings.Join(texts, ""), len(texts) == 1
}

// eachFile reads the code below the window, but its tests.
func eachFile(t *testing.T, f func(path string, set *token.FileSet, file *ast.File)) {
	t.Helper()
	for _, root := range []string{"../../auth", "../../providers", "../../internal"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			set := token.NewFileSet()
			file, err := parser.ParseFile(set, path, nil, 0)
			if err == nil {
				f(path, set, file)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
