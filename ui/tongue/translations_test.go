package tongue

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/providers"
)

// key is a text of the window that is translated.
type key struct {
	at      token.Position
	english string // the text itself, which is the key but for lang.X
	counts  bool   // it has plural forms
}

// keysOf are the keys of everything under ui, from its calls of lang.L, lang.N, lang.X
// and lang.XN. A key that is no literal cannot be found here.
func keysOf(t *testing.T) map[string]key {
	t.Helper()
	keys := map[string]key{}
	for path, file := range sources(t) {
		ast.Inspect(file.syntax, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			name, ok := langCall(call)
			if !ok {
				return true
			}
			at := file.set.Position(call.Pos())
			texts := literals(call.Args)
			named := name == "X" || name == "XN"
			if len(texts) == 0 || named && len(texts) < 2 {
				t.Errorf("%s: the key of lang.%s is no literal", at, name)
				return true
			}
			k := key{at: at, english: texts[0], counts: name == "N" || name == "XN"}
			if named {
				k.english = texts[1]
			}
			if was, there := keys[texts[0]]; there && (was.english != k.english || was.counts != k.counts) {
				t.Errorf("%s: %q is something else in %s", at, texts[0], was.at)
			}
			keys[texts[0]] = k
			return true
		})
		_ = path
	}
	if len(keys) < 300 {
		t.Fatalf("only %d keys were found", len(keys))
	}
	return keys
}

// langCall is the name of a function of lang that is called.
func langCall(call *ast.CallExpr) (string, bool) {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return "", false
	}
	of, ok := sel.X.(*ast.Ident)
	return sel.Sel.Name, ok && of.Name == "lang" && slices.Contains([]string{"L", "N", "X", "XN"}, sel.Sel.Name)
}

// literals are the texts that a call begins with.
func literals(args []ast.Expr) []string {
	var out []string
	for _, a := range args {
		lit, ok := a.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			break
		}
		s, err := strconv.Unquote(lit.Value)
		if err != nil {
			break
		}
		out = append(out, s)
	}
	return out
}

type source struct {
	set    *token.FileSet
	syntax *ast.File
}

// sources are the files of the window.
func sources(t *testing.T) map[string]source {
	t.Helper()
	out := map[string]source{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, path, nil, 0)
		if err == nil {
			out[path] = source{set, f}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// forms are the texts of a key in a language: by plural form, or one under "".
type forms map[string]string

func (f *forms) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*f = forms{"": one}
		return nil
	}
	var many map[string]string
	err := json.Unmarshal(data, &many)
	*f = many
	return err
}

// translated is what a file has.
type translated struct {
	Window    map[string]forms  `json:"window"`
	Elsewhere map[string]string `json:"elsewhere"`
}

func translationsOf(t *testing.T, tag string) translated {
	t.Helper()
	var out translated
	if err := json.Unmarshal(read(tag), &out); err != nil {
		t.Fatalf("%s.json: %v", tag, err)
	}
	return out
}

// needs are the plural forms of the languages that are there (CLDR). Who adds a language
// adds its forms.
func needs() map[string][]string {
	return map[string][]string{"en": {"one", "other"}, "de": {"one", "other"}, "ja": {"other"}}
}

// TestTranslations: every text of the code is in each language's file, and nothing else.
// What is missing is printed as JSON, to translate and paste.
func TestTranslations(t *testing.T) {
	keys, foreign := keysOf(t), foreignKeys(t)
	for _, tag := range tags() {
		have := translationsOf(t, tag)
		for name := range have.Window {
			if _, used := keys[name]; !used {
				t.Errorf("%s.json: nothing uses %q any more", tag, name)
			}
		}
		for name := range have.Elsewhere {
			if !foreign[name] {
				t.Errorf("%s.json: nothing says %q any more", tag, name)
			}
		}
		window, elsewhere := missingOf(t, tag, have, keys), map[string]any{}
		for name := range foreign {
			if _, there := have.Elsewhere[name]; !there && tag != english {
				elsewhere[name] = name
			}
		}
		if n := len(window) + len(elsewhere); n > 0 {
			text, err := json.MarshalIndent(map[string]any{"window": window, "elsewhere": elsewhere}, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			t.Errorf("%s.json lacks %d texts:\n%s", tag, n, text)
		}
	}
}

// missingOf are the texts of the window that a language lacks, in English.
func missingOf(t *testing.T, tag string, have translated, keys map[string]key) map[string]any {
	t.Helper()
	missing := map[string]any{}
	for name, k := range keys {
		f, there := have.Window[name]
		switch {
		case there:
			rightForms(t, tag, name, k, f)
		case k.counts:
			m := map[string]string{}
			for _, form := range needs()[tag] {
				m[form] = k.english
			}
			missing[name] = m
		case tag != english || strings.Contains(k.english, "{{"):
			missing[name] = k.english
		}
	}
	return missing
}

// rightForms checks that a translation has the plural forms of its language if its text
// counts, and none otherwise.
func rightForms(t *testing.T, tag, name string, k key, f forms) {
	t.Helper()
	_, one := f[""]
	switch got := slices.Sorted(maps.Keys(f)); {
	case k.counts && !slices.Equal(got, needs()[tag]):
		t.Errorf("%s: %q has the forms %v, the language needs %v", tag, name, got, needs()[tag])
	case !k.counts && !one:
		t.Errorf("%s: %q counts nothing, and has plural forms", tag, name)
	case tag == english && !k.counts && f[""] != k.english:
		t.Errorf("%s: %q says %q, the code %q", tag, name, f[""], k.english)
	}
}

var placeholder = regexp.MustCompile(`\{\{[^}]*\}\}|\{[a-z_]+(?:\|[^{}]*)?\}`)

// declined is what a translation says in a blank that has nothing.
var declined = regexp.MustCompile(`\|[^{}]*\}`)

// TestPlaceholders: a translation has the placeholders of its text. A date is made of
// what its language needs.
func TestPlaceholders(t *testing.T) {
	keys := keysOf(t)
	of := func(text string) []string {
		return slices.Sorted(slices.Values(placeholder.FindAllString(declined.ReplaceAllString(text, "}"), -1)))
	}
	same := func(tag, name, english, text string) {
		if !slices.Equal(of(text), of(english)) && !strings.HasPrefix(name, "date.") {
			t.Errorf("%s: %q has the placeholders %v, its text %v", tag, name, of(text), of(english))
		}
		if strings.TrimSpace(text) == "" {
			t.Errorf("%s: %q is empty", tag, name)
		}
	}
	for _, tag := range tags() {
		have := translationsOf(t, tag)
		for name, f := range have.Window {
			for _, text := range f {
				same(tag, name, keys[name].english, text)
			}
		}
		for english, text := range have.Elsewhere {
			same(tag, english, english, text)
		}
	}
}

// foreignKeys are the texts that come from elsewhere.
func foreignKeys(t *testing.T) map[string]bool {
	t.Helper()
	texts, err := providers.Texts()
	if err != nil {
		t.Fatal(err)
	}
	out := roomKeys(t)
	for _, text := range slices.Concat(texts, problem.Texts(), auth.ReceiptTexts()) {
		out[text] = true
	}
	data, err := os.ReadFile("../../auth/inspect/claims.toml")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`meaning = "([^"]*)"`).FindAllStringSubmatch(string(data), -1) {
		out[m[1]] = true
	}
	return out
}
