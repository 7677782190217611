package neutral

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/claviger/claviger/providers"
)

// names are what providers are called, in their addresses and errors too. The
// demo is no name: it is a part of Claviger.
var names = regexp.MustCompile(`(?i)` + strings.Join([]string{
	"github", "gitlab", "google", "azure", "aadsts", "microsoft", "windows\\.net", "okta", "keycloak", "amazonaws",
	"zitadel", "twitch", "spotify", "linkedin", "bitbucket", "atlassian", "gitea", "forgejo", "codeberg", "authentik",
	"auth0", "discord", "twitter", "appleid", "facebook",
}, "|"))

// shortNames are parts of other words too: they count as words by themselves,
// also inside a name as Go writes it (revokeDex, dexIssuer).
var shortNames = regexp.MustCompile(`(^|[^A-Za-z])(?i:cognito|dex|entra|slack)([^a-z]|$)|[a-z](Cognito|Dex|Entra|Slack)([^a-z]|$)`)

// place is where a name stands. In the list of those that may, an empty text is
// every one of the declaration, an empty declaration every one of the file.
type place struct{ file, decl, text string }

// allowed are the places where a name may stand, each with its reason.
var allowed = map[place]string{
	{"internal/app/attend.go", "appID", "io.github.claviger.Claviger"}: "the program's own id at the desktop",
	{"FyneApp.toml", "", ""}:                    "the same",
	{"auth/idtoken/keyset.go", "plainKey", "x"}: "the coordinate of a key (RFC 7518 §6.2.1.2)",
	{"auth/tryit/copy.go", "asGo", ""}:          "the path of this module, in a program to copy",
}

func TestNoProviderIsKnownOutsideProviders(t *testing.T) {
	ids := builtIn(t)
	used := map[place]bool{}
	for _, dir := range []string{".", "assets", "auth", "cli", "internal/app", "internal/desktop", "ui", "vault"} {
		for _, file := range sources(t, "../..", dir) {
			for _, p := range mentions(t, "../..", file, nil, ids) {
				at, ok := allowance(p)
				if !ok {
					t.Errorf("%s: %s knows a provider by %q: make it data of providers/presets, or allow it here with a reason", p.file, p.decl, p.text)
				}
				used[at] = true
			}
		}
	}
	for p := range allowed {
		if !used[p] {
			t.Errorf("%s: %s has no %q any more: take it from the list", p.file, p.decl, p.text)
		}
	}
}

func allowance(p place) (place, bool) {
	for _, at := range []place{p, {p.file, p.decl, ""}, {p.file, "", ""}} {
		if _, ok := allowed[at]; ok {
			return at, true
		}
	}
	return place{}, false
}

// builtIn are the ids of single providers: a text that is nothing else names
// one. The demo is a part of Claviger, the two others are whole protocols.
func builtIn(t *testing.T) map[string]bool {
	t.Helper()
	set, err := providers.Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for _, p := range set.All() {
		ids[p.ID] = p.ID != "demo" && p.ID != "oidc" && p.ID != "oauth2"
	}
	return ids
}

// sources are the Go files of a folder, whatever their build tags, and what is
// embedded in them as text; those of the folders below it too, unless it is the
// root.
func sources(t *testing.T, root, dir string) []string {
	t.Helper()
	var out []string
	err := fs.WalkDir(os.DirFS(root), dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && dir == "." && path != ".":
			return fs.SkipDir
		case d.IsDir() && d.Name() == "testdata":
			return fs.SkipDir
		case strings.HasSuffix(path, "_test.go"):
		case slices.Contains([]string{".go", ".toml", ".html"}, filepath.Ext(path)):
			out = append(out, path)
		}
		return nil
	})
	if err != nil || len(out) == 0 {
		t.Fatalf("%s: %d files, %v", dir, len(out), err)
	}
	return out
}

// mentions finds the names in a file: in the identifiers and texts of Go, in
// the lines of others. Comments, imports and the help of commands (which has
// examples) may have them.
func mentions(t *testing.T, root, file string, src []byte, ids map[string]bool) []place {
	t.Helper()
	if src == nil {
		data, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			t.Fatal(err)
		}
		src = data
	}
	var out []place
	look := func(decl, text string, id bool) {
		if id || names.MatchString(text) || shortNames.MatchString(text) {
			out = append(out, place{file, decl, text})
		}
	}
	if filepath.Ext(file) != ".go" {
		for line := range strings.Lines(string(src)) {
			if line = strings.TrimSpace(line); !strings.HasPrefix(line, "#") {
				look("", line, false)
			}
		}
		return out
	}
	tree, err := parser.ParseFile(token.NewFileSet(), file, src, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	walk(tree, func(decl, text string, quoted bool) { look(decl, text, quoted && ids[text]) })
	return out
}

// walk gives each identifier and text of Go with its declaration.
func walk(tree *ast.File, look func(decl, text string, quoted bool)) {
	for _, d := range tree.Decls {
		decl := declared(d)
		ast.Inspect(d, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ImportSpec: // hosts and owners of code; but the demo's library is for the demo
				if strings.Contains(n.Path.Value, "zitadel") {
					look(decl, n.Path.Value, false)
				}
				return false
			case *ast.KeyValueExpr:
				return !isHelp(n)
			case *ast.Ident:
				look(decl, n.Name, false)
			case *ast.BasicLit:
				if s, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING {
					look(decl, s, true)
				}
			}
			return true
		})
	}
}

// isHelp reports whether a field is one of a command's words for people.
func isHelp(n *ast.KeyValueExpr) bool {
	key, ok := n.Key.(*ast.Ident)
	if !ok {
		return false
	}
	switch key.Name {
	case "Use", "Short", "Long", "Example":
		_, text := n.Value.(*ast.BasicLit)
		return text
	}
	return false
}

// declared names a declaration as its reader does: "func (*Agent) revoke" is
// "revoke".
func declared(d ast.Decl) string {
	switch d := d.(type) {
	case *ast.FuncDecl:
		return d.Name.Name
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.ValueSpec:
				return s.Names[0].Name
			case *ast.TypeSpec:
				return s.Name.Name
			}
		}
	}
	return ""
}

// TestMentions is that the search finds what it should, and no more.
func TestMentions(t *testing.T) {
	src := `// Package auth is good for GitHub.
package auth

import (
	"github.com/google/go-cmp/cmp"
	"github.com/zitadel/oidc/v3/pkg/op"
)

var index, central, x = "the index", "incognito? no: Central", 'x'

func f(p *P) {
	// GitHub does that.
	if p.ID == "github" || p.ID == "x" || p.ID == "demo" {
		revokeDex("https://graph.microsoft.com/v1.0/me", "Ask at Slack.")
	}
	_ = &Command{Use: "login", Example: "claviger login github", Other: "claviger login okta"}
}

type entraAnswer struct{ AADSTS int }
`
	var got []string
	for _, p := range mentions(t, "", "auth/f.go", []byte(src), builtIn(t)) {
		got = append(got, p.decl+" "+p.text)
	}
	want := []string{
		` "github.com/zitadel/oidc/v3/pkg/op"`, "f github", "f x", "f revokeDex", "f https://graph.microsoft.com/v1.0/me", "f Ask at Slack.", "f claviger login okta",
		"entraAnswer entraAnswer", "entraAnswer AADSTS",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	got = nil
	for _, p := range mentions(t, "", "auth/f.toml", []byte("# GitHub\nnext = \"At Google.\"\nlast = 1\n"), nil) {
		got = append(got, p.text)
	}
	if d := cmp.Diff([]string{`next = "At Google."`}, got); d != "" {
		t.Error(d)
	}
}
