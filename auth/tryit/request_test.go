package tryit

import (
	"errors"
	"go/parser"
	"go/token"
	"net/http"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/claviger/claviger/providers"
)

func TestAMistakeInJSONIsFound(t *testing.T) {
	for text, want := range map[string]*Mistake{
		`{"a": 1}`:                        nil,
		` [1, "ü", null] `:                nil,
		`{"a": 1,}`:                       {Code: BadJSON, Line: 1, Column: 9},
		"{\n  \"ü\": x\n}":                {Code: BadJSON, Line: 2, Column: 8},
		"{\n\"a\": 1":                     {Code: BadJSON, Line: 2, Column: 7},
		`{"a": 1} {"b": 2}`:               {Code: BadJSON, Line: 1, Column: 10},
		`{"a": 1} x`:                      {Code: BadJSON, Line: 1, Column: 10},
		"[" + strings.Repeat("[", 20_000): {Code: BadJSON, Line: 1, Column: 10_001},
	} {
		err := Request{Method: "POST", URL: "https://a.example", Body: text}.Check()
		var m *Mistake
		errors.As(err, &m)
		if diff := cmp.Diff(want, m); diff != "" {
			t.Errorf("%.20s: %s", text, diff)
		}
	}
	// What is called something else is not JSON, and a GET has no body.
	for _, r := range []Request{
		{Method: "POST", URL: "https://a.example", Body: "{x", Headers: []Header{{Name: "content-type", Value: "text/plain"}}},
		{Method: "POST", URL: "https://a.example", Body: "a=b&c=d"},
		{Method: "GET", URL: "https://a.example", Body: "{x"},
	} {
		if err := r.Check(); err != nil {
			t.Errorf("%+v: %v", r, err)
		}
	}
	if err := (Request{Method: "POST", URL: "https://a.example", Body: "{x", Headers: []Header{{Name: "content-type", Value: "application/x+json"}}}).Check(); err == nil {
		t.Error("JSON by its media type was not checked")
	}
}

func TestHeadersAreRead(t *testing.T) {
	list, err := ParseHeaders("Accept: text/plain\n\n  X-One :  a: b  \r\nX-Empty:")
	want := []Header{{Name: "Accept", Value: "text/plain"}, {Name: "X-One", Value: "a: b"}, {Name: "X-Empty"}}
	if diff := cmp.Diff(want, list); diff != "" || err != nil {
		t.Error(diff, err)
	}
	again, err := ParseHeaders(FormatHeaders(list))
	if diff := cmp.Diff(want, again); diff != "" || err != nil {
		t.Error(diff, err)
	}
	for text, line := range map[string]int{"Accept": 1, "A: b\nHost: x": 2, "A: b\n\nÄ: x": 3, strings.Repeat("A: b\n", 200): 101} {
		var m *Mistake
		if _, err := ParseHeaders(text); !errors.As(err, &m) || m.Line != line {
			t.Errorf("%.20q: %+v", text, m)
		}
	}
}

func TestChallengesAreRead(t *testing.T) {
	for line, want := range map[string][]Challenge{
		`Bearer`: {{Scheme: "Bearer"}},
		`Bearer realm="x", error="insufficient_scope", scope="read write", error_description="say \"please\""`: {
			{Scheme: "Bearer", Realm: "x", Error: "insufficient_scope", Scope: "read write", Description: `say "please"`},
		},
		`Basic realm="a, b", DPoP algs="ES256", error="use_dpop_nonce", Bearer error=invalid_token`: {
			{Scheme: "Basic", Realm: "a, b"}, {Scheme: "DPoP", Error: "use_dpop_nonce"}, {Scheme: "Bearer", Error: "invalid_token"},
		},
		``:                 nil,
		`,,, `:             nil,
		`Bearer error="un`: {{Scheme: "Bearer", Error: "un"}},
	} {
		got := challenges(http.Header{"Www-Authenticate": {line}}, &Hidden{})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", line, diff)
		}
	}
}

func FuzzChallenges(f *testing.F) {
	f.Add(`Bearer realm="x", error="y"`)
	f.Add(`a=b, "c`)
	f.Fuzz(func(t *testing.T, line string) {
		if n := len(challenges(http.Header{"Www-Authenticate": {line}}, &Hidden{})); n > 10 {
			t.Errorf("%d challenges", n)
		}
	})
}

// TestCopiesHaveNoToken: what is copied is a program, whatever is in the request.
func TestCopiesAreProgramsWithoutSecrets(t *testing.T) {
	nasty := "it's; $(touch /tmp/x) `id` \"q\" \\ \n{é} %s @file"
	r := Request{
		Method: "POST", URL: "https://api.example.test/a?b='c'&d=$HOME", Body: `{"a": "` + strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(nasty, `\`, `\\`), `"`, `\"`), "\n", `\n`) + `"}`,
		Headers: []Header{{Name: "X-Api-Key", Value: "canary-key"}, {Name: "X-Note", Value: "it's $(id)"}},
	}
	if err := r.Check(); err != nil {
		t.Fatal(err)
	}
	for _, form := range []Form{Curl, Go, Python} {
		text := CopyAs(form, "abc123abc123", r)
		if strings.Contains(text, "canary") || !strings.Contains(text, "TRY_X_API_KEY") {
			t.Errorf("%s: %s", form, text)
		}
		switch form {
		case Go:
			if _, err := parser.ParseFile(token.NewFileSet(), "try.go", text, parser.AllErrors); err != nil {
				t.Errorf("%v\n%s", err, text)
			}
		case Python:
			runs(t, "python3", "-c", "import ast, sys; ast.parse(sys.stdin.read())", text)
		case Curl:
			out := shellWords(t, text)
			if strings.Contains(out, "arg=X-Api-Key") {
				t.Errorf("a secret is on the command line:\n%s", out)
			}
			for _, want := range []string{"arg=" + r.URL, "arg=" + r.Body, "arg=X-Note: it's $(id)", "input=Authorization: Bearer x", "input=X-Api-Key: from the environment", "claviger arg=abc123abc123"} {
				if !strings.Contains(out, want) {
					t.Errorf("no %q in what curl gets:\n%s", want, out)
				}
			}
		}
	}
}

// A header is named by others: by a provider's file, or an import. It must not take what
// another program keeps in the environment, and be no variable of the shell's own.
func TestACopyTakesNoOtherProgramsSecret(t *testing.T) {
	t.Setenv("AWS_SECRET_ACCESS_KEY", "canary")
	t.Setenv("TRY_2FA_TOKEN", "mine")
	out := shellWords(t, CopyAs(Curl, "abc123abc123", Request{Method: "GET", URL: "https://api.example.test/", Headers: []Header{
		{Name: "Aws-Secret-Access-Key", Value: "x"}, {Name: "2fa-Token", Value: "y"},
	}}))
	if strings.Contains(out, "canary") || !strings.Contains(out, "input=2fa-Token: mine\n") {
		t.Error(out)
	}
}

func runs(t *testing.T, name string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args[:len(args)-1]...)
	cmd.Stdin = strings.NewReader(args[len(args)-1])
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%s: %v: %s", name, err, out)
	}
}

// shellWords runs a line with programs that only write down what they get.
func shellWords(t *testing.T, line string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "sh", "-c", `
claviger() { for a in "$@"; do echo "claviger arg=$a" >&2; done; echo "Authorization: Bearer x"; }
curl() { for a in "$@"; do printf 'arg=%s\n' "$a" >&2; done; sed 's/^/input=/' >&2; }
export TRY_X_API_KEY="from the environment"
`+line)
	var out strings.Builder
	cmd.Stderr = &out
	if err := cmd.Run(); err != nil {
		t.Errorf("%v: %s", err, out.String())
	}
	return out.String()
}

func TestSuggestionsComeFromTheProvidersFile(t *testing.T) {
	p := &providers.Provider{
		Client:    providers.Client{ID: "me"},
		Variables: map[string]providers.Variable{"host": {Value: "a.example"}},
		Try:       []providers.Try{{Title: "Mine", URL: "https://{host}/mine"}, {Title: "New", Method: "POST", URL: "https://{host}/new"}},
		Groups: []providers.GroupSource{
			{Source: providers.Source{Name: "Teams", URL: "https://{host}/teams", Headers: map[string]string{"Client-Id": "{client_id}"}}},
			{Source: providers.Source{Name: "Of a person", URL: "https://{host}/u/{sub}"}},
		},
	}
	want := []Suggestion{
		{Title: "Mine", Method: "GET", URL: "https://a.example/mine"},
		{Title: "New", Method: "POST", URL: "https://a.example/new"},
		{Title: "Userinfo", Method: "GET", URL: "https://a.example/userinfo"},
		{Title: "Teams", Method: "GET", URL: "https://a.example/teams", Headers: []Header{{Name: "Client-Id", Value: "me"}}},
	}
	if diff := cmp.Diff(want, Suggest(p, "https://a.example/userinfo")); diff != "" {
		t.Error(diff)
	}
}

// Whatever a program takes an address for, what is copied has the one that is sent.
func TestCopiesHaveTheAddressThatIsSent(t *testing.T) {
	for typed, sent := range map[string]string{
		"https://own.example#@evil.example/":      "https://own.example",
		"https://own.example/a#b":                 "https://own.example/a",
		"HTTPS://\u24d4vil.Example/x":             "https://evil.example/x",
		"https://own.example/\u00fc?q=\u00fc&b=1": "https://own.example/%C3%BC?q=\u00fc&b=1",
	} {
		for _, form := range []Form{Curl, Go, Python} {
			text := CopyAs(form, "abc123abc123", Request{Method: "GET", URL: typed})
			want := sent
			if form == Python {
				want = strings.ReplaceAll(want, "\u00fc", `\u00fc`)
			}
			if strings.Contains(text, typed) || strings.Contains(text, "@evil") || !strings.Contains(text, want) {
				t.Errorf("%s, %q:\n%s", form, typed, text)
			}
		}
	}
}
