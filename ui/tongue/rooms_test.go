package tongue

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/constant"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// phrases is the room whose Text marks what is translated, windows are those that translate.
const (
	phrases = "github.com/claviger/claviger/internal/phrase"
	windows = "github.com/claviger/claviger/ui/"
)

// untold is prose of rooms that make texts, and that is none: nobody but a programmer reads
// it, or it is part of a text that the window has itself.
func untold() []string {
	return []string{
		"{id: .sub, login: (.preferred_username // .nickname), name, email, email_verified, picture}", // jq
		"application/json, application/jwt;q=0.9", "application/json, application/jwk-set+json",
		"ID token",                                                                        // a source's name, as providers' files have one
		"PRIVATE KEY", "PRIVATE KEY-----", "the provider", "the new provider", "the copy", // in a file, and names of what is none
		"sudo -u '#%d' -H claviger …", "chmod go-w ", "sudo chown -R %d %s", // commands
		"%s: provider answered %d without a message", "%s: provider answered %d: %s", "%s: provider answered %s", "%s: provider answered %s: %s",
		"%s: status %d: %s", " without saying why", "the person has not decided: ", "stored tokens of type %q", // for logs
		"{reason}", "{description}", "access token and the ID token", "also for claviger's own commands", "no member keys", "cannot be shown", "attempt at %q", "the provider has no such mapping",
		// The window has words of its own for this step of a sign-in.
		"ignored an ID token that cannot be compared with who signed in",
	}
}

// sentence is what is prose: words, or a blank.
var sentence = regexp.MustCompile(`\pL[,.:;]? \pL|\pL \{|\} \pL|\{[a-z_]+\}`)

// roomKeys are the texts that the rooms below the window make for people: all constants
// that are given to a phrase.Text, wherever that is. In a file that makes such texts, all
// other prose is an exception.
func roomKeys(t *testing.T) map[string]bool {
	t.Helper()
	keys, unused := map[string]bool{}, untold()
	for _, room := range roomsThatSpeak(t) {
		texts := map[ast.Expr]string{}
		for e, of := range room.info.Types {
			if isText(of.Type) && of.Value != nil && of.Value.Kind() == constant.String {
				texts[e] = constant.StringVal(of.Value)
			}
		}
		for e, text := range texts {
			switch {
			case strings.Contains(text, "%"):
				t.Errorf("%s: %q has a verb, and no window can read it back", room.set.Position(e.Pos()), text)
			case strings.ContainsFunc(text, isLetter):
				keys[text] = true
			}
		}
		for _, file := range room.files {
			room.fills(t, file)
			for _, lit := range proseOf(file, texts) {
				text, _ := strconv.Unquote(lit.Value)
				if at := slices.Index(unused, text); at >= 0 {
					unused[at] = ""
				} else if !slices.Contains(untold(), text) {
					t.Errorf("%s: %q is no phrase.Text, and would be read in English", room.set.Position(lit.Pos()), text)
				}
			}
		}
	}
	for _, text := range unused {
		if text != "" {
			t.Errorf("the exception %q is not needed any more", text)
		}
	}
	return keys
}

func isLetter(r rune) bool { return r|0x20 >= 'a' && r|0x20 <= 'z' }

// isText reports whether something was declared as a phrase.Text, which is an alias.
func isText(of types.Type) bool {
	alias, ok := of.(*types.Alias)
	return ok && alias.Obj().Name() == "Text" && alias.Obj().Pkg() != nil && alias.Obj().Pkg().Path() == phrases
}

// proseOf is the prose of a file that makes texts but for those.
func proseOf(file *ast.File, texts map[ast.Expr]string) (out []*ast.BasicLit) {
	if !slices.ContainsFunc(file.Imports, func(i *ast.ImportSpec) bool { return i.Path.Value == strconv.Quote(phrases) }) {
		return nil
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec, *ast.Field: // a path, a tag
			return false
		case *ast.CallExpr: // an error that wraps another, or a line of the log
			f, ok := n.Fun.(*ast.SelectorExpr)
			return !ok || !slices.Contains([]string{"Errorf", "NewRecordError", "Debug", "Info", "Warn", "Error"}, f.Sel.Name)
		case *ast.GenDecl: // an error that others are compared with
			return n.Tok != token.VAR
		case *ast.BasicLit:
			if text, ok := literal(n); ok && sentence.MatchString(text) {
				out = append(out, n)
			}
		}
		e, is := n.(ast.Expr)
		_, told := texts[e]
		return !is || !told
	})
	return slices.DeleteFunc(out, func(lit *ast.BasicLit) bool { _, told := texts[lit]; return told })
}

// room is a package that makes texts.
type room struct {
	set   *token.FileSet
	files []*ast.File
	info  *types.Info
}

// fills compares the blanks of texts with the values that a call has for them: those that
// follow a text.
func (r room) fills(t *testing.T, file *ast.File) {
	t.Helper()
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || call.Ellipsis.IsValid() {
			return true
		}
		sig, ok := r.info.TypeOf(call.Fun).(*types.Signature)
		if !ok || !sig.Variadic() || sig.Params().Len() < 2 || !isText(sig.Params().At(sig.Params().Len()-2).Type()) {
			return true
		}
		last := sig.Params().Len() - 2
		check := func(i, values int) {
			if of := r.info.Types[call.Args[i]]; of.Value != nil {
				text := constant.StringVal(of.Value)
				if blanks := len(placeholder.FindAllString(text, -1)); text != "" && blanks != values {
					t.Errorf("%s: %q has %d blanks and %d values", r.set.Position(call.Pos()), text, blanks, values)
				}
			}
		}
		values := len(call.Args) - last - 1
		if f, ok := call.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == "Count" { // of many, the number is in the first blank
			check(last-1, values)
			values++
		}
		check(last, values)
		return true
	})
}

// listed is a package as go list writes it.
type listed struct {
	ImportPath, Dir, Export string
	GoFiles, Imports        []string
}

// roomsThatSpeak are the packages below the window that know phrase.Text, with the types of
// what they write.
func roomsThatSpeak(t *testing.T) (rooms []room) {
	t.Helper()
	exports := map[string]string{}
	var speak []listed
	for _, p := range list(t) {
		exports[p.ImportPath] = p.Export
		if slices.Contains(p.Imports, phrases) && !strings.HasPrefix(p.ImportPath, windows) {
			speak = append(speak, p)
		}
	}
	set := token.NewFileSet()
	imported := importer.ForCompiler(set, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })
	for _, p := range speak {
		r := room{set: set, info: &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{}}}
		for _, name := range p.GoFiles {
			file, err := parser.ParseFile(set, filepath.Join(p.Dir, name), nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			r.files = append(r.files, file)
		}
		if _, err := (&types.Config{Importer: imported}).Check(p.ImportPath, set, r.files, r.info); err != nil {
			t.Fatal(err)
		}
		rooms = append(rooms, r)
	}
	if len(rooms) < 10 {
		t.Fatalf("only %d rooms were found", len(rooms))
	}
	return rooms
}

// list has go list compile the rooms below the window, as they are compiled anyway, and all
// that they need.
func list(t *testing.T) (out []listed) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-export", "-deps", "-tags", "migrated_fynedo", "-json=ImportPath,Dir,Export,GoFiles,Imports",
		"./auth/...", "./providers/...", "./internal/...")
	cmd.Dir, cmd.Stderr = filepath.Join("..", ".."), os.Stderr
	said, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	for dec := json.NewDecoder(strings.NewReader(string(said))); ; {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return out
		} else if err != nil {
			t.Fatal(err)
		}
		out = append(out, p)
	}
}

func literal(e ast.Expr) (string, bool) {
	texts := literals([]ast.Expr{e})
	return strings.Join(texts, ""), len(texts) == 1
}
