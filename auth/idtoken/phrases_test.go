package idtoken

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var blank = regexp.MustCompile(`\{([a-z]+)\}`)

// samples are values of the blanks, with what a token may put there.
func samples() map[string][]string {
	text := []string{"x", "a, b", "a; b: c", "this app", "{alg}", "x, not", "x; this computer's clock seems to be 3 hours ahead"}
	return map[string][]string{
		"time": {"a moment", "2 seconds", "1 hour", "12 years"}, "ago": {"a moment ago", "3 days ago"}, "count": {"1", "1024"},
		"alg": {"RS256", "EdDSA", "HS512"}, "quoted": {`""`, `"a"`, `"\" is another issuer"`}, "before": {`"\\"`},
		"fault": {"expired 3 minutes ago", "in the future"}, "type": {"jwt"}, "issuer": {"https://id.example"},
		"apps": text, "level": text, "key": text,
	}
}

// Every phrase is read back as itself, with what it was filled with.
func TestPhrasesAreReadBack(t *testing.T) {
	for _, phrase := range Phrases() {
		names := blank.FindAllStringSubmatch(phrase, -1)
		var read func(values []string)
		read = func(values []string) {
			if len(values) < len(names) {
				name := names[len(values)][1]
				if len(samples()[name]) == 0 {
					t.Fatalf("%q: the blank %s has no samples", phrase, name)
				}
				for _, v := range samples()[name] {
					read(append(slices.Clone(values), v))
				}
				return
			}
			reason := say(phrase, values...)
			got, blanks, known := Check{Name: "exp", Outcome: Failed, Reason: reason}.Phrase()
			want := map[string]string{}
			for i, v := range values {
				want[names[i][1]] = v
			}
			if !known || got != phrase || !maps.Equal(blanks, want) {
				t.Errorf("%q of %q is read as %q, %q", reason, phrase, got, blanks)
			}
		}
		read(nil)
	}
}

// What a token says is its own, even if it is worded like a phrase.
func TestValuesAreNoPhrases(t *testing.T) {
	for _, c := range []Check{passed("acr", "missing"), passed("typ", "this app"), passed("alg", "matches"), passed("iss", "https://id.example"), passed("signature", "RS256")} {
		if phrase, _, known := c.Phrase(); known {
			t.Errorf("%+v is read as %q", c, phrase)
		}
	}
}

// The table has every text of the code that can become a reason, and no other.
func TestPhrasesAreThoseOfTheCode(t *testing.T) {
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	used, table := map[string]bool{UnknownIssuer: true}, map[string]bool{}
	for _, f := range files {
		if strings.HasSuffix(f.Name(), ".go") && !strings.HasSuffix(f.Name(), "_test.go") && f.Name() != "phrases.go" {
			phrasesIn(t, f.Name(), used)
		}
	}
	for _, p := range Phrases() {
		if table[p] {
			t.Errorf("%q is there twice", p)
		}
		table[p] = true
		if !used[p] {
			t.Errorf("nothing says %q", p)
		}
	}
	for p := range used {
		if !table[p] {
			t.Errorf("the table lacks %q", p)
		}
	}
}

// phrasesIn adds what a file says: each text of more than a word, but those that are no
// reasons, and whatever a check is made with.
func phrasesIn(t *testing.T, file string, used map[string]bool) {
	t.Helper()
	elsewhere := []string{
		"identity could not be verified", "no key set", "keys of the provider: %w", "no member keys",
		"1 key is not readable as published", "%d keys are not readable as published",
		"the provider's keys are not available", "Sign-in level (acr)", "; requested ", " or ",
	}
	prose, set := regexp.MustCompile(`[a-z]+ |\{[a-z]+\}`), token.NewFileSet()
	syntax, err := parser.ParseFile(set, file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(syntax, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Field: // its tag
			return false
		case *ast.BasicLit:
			if s := text(n); prose.MatchString(s) && !slices.Contains(elsewhere, s) {
				used[s] = true
			}
		case *ast.CallExpr:
			phrase, values := phraseOf(n)
			if blanks := len(blank.FindAllString(phrase, -1)); blanks != values {
				t.Errorf("%s: %q has %d blanks and %d values", set.Position(n.Pos()), phrase, blanks, values)
			}
			if phrase != "" {
				used[phrase] = true
			}
		}
		return true
	})
}

// phraseOf is what a call makes a reason of, and with how many values.
func phraseOf(call *ast.CallExpr) (phrase string, values int) {
	name, named := call.Fun.(*ast.Ident)
	if !named || call.Ellipsis.IsValid() {
		return "", 0
	}
	at, makes := map[string]int{"say": 0, "passed": 1, "failed": 1, "skipped": 1}[name.Name]
	if !makes {
		return "", 0
	}
	return text(call.Args[at]), len(call.Args) - at - 1
}

// text is what a literal says; "" if it is none.
func text(e ast.Expr) string {
	if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
		if s, err := strconv.Unquote(lit.Value); err == nil {
			return s
		}
	}
	return ""
}
