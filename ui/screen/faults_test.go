package screen

import (
	"errors"
	"strings"
	"testing"

	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/identity"
	"github.com/claviger/claviger/ui/words"
)

// What is wrong in a provider file is said in the person's language; what the parser of
// TOML and that of jq say themselves stays in it.
func TestWhatIsWrongInAFileIsTranslated(t *testing.T) {
	speak(t, "de")
	const head = "id = \"mine\"\nissuer = \"https://login.example.com\"\n"
	for file, want := range map[string]string{
		head + "colour = 1\n":                                               "colour: ist hier unbekannt; erlaubt: authorization, ",
		head + "[client]\nsecret_key = \"x\"\n":                             "client.secret_key: ist hier unbekannt; ein Client-Secret gehört nicht in eine Datei",
		head + "[client]\nsecret = \"maybe\"\n":                             "client.secret: muss eines von diesen sein: \"none\", \"optional\", \"required\"; ein Client-Secret",
		head + "[redirect]\nports = [70000]\n":                              "redirect.ports[0]: muss zwischen 1 und 65535 liegen",
		head + "name = \n":                                                  "name: kein gültiges TOML: ",
		head + "[[groups]]\nurl = \"https://a.example/\"\nitems = \".[\"\n": "groups[0].items: ist kein jq-Ausdruck: ",
		"issuer = \"https://a.example\"\n":                                  "id: fehlt; erlaubt: Kleinbuchstaben, Ziffern",
		"id = \"A\"\nissuer = \"https://a.example\"":                        "id: muss so aussehen: Kleinbuchstaben, Ziffern",
		head + strings.Repeat("#\n", 1<<20):                                 "größer als 1 MiB",
	} {
		_, err := providers.Parse("f.toml", []byte(file))
		if all := providers.FileErrors(err); len(all) != 1 || !strings.Contains(all[0].In(words.Said), want) {
			t.Errorf("%v, want %q", all, want)
		}
	}
}

// So is what an expression of it did wrong, whoever tells it.
func TestWhatAnExpressionDidWrongIsTranslated(t *testing.T) {
	speak(t, "de")
	for expr, want := range map[string]string{
		".items[]":                 "kann „string“ nicht durchlaufen, im Ausdruck .items[] (groups[0].items); die Antwort beginnt mit {\"items\":\"a\"}",
		".items | keys":            "keys passt nicht zu „string“, im Ausdruck .items | keys (groups[0].items)",
		"{id: .items} | .id | .[]": "„string“ nicht durchlaufen, im Ausdruck {id: .items} | .id | .[] (groups[0].items)",
		"error(\"x\")":             "der Ausdruck brach mit einem eigenen Fehler ab, im Ausdruck error(",
	} {
		p := &providers.Provider{ID: "mine", Name: "Mine", Groups: []providers.GroupSource{{Source: providers.Source{Name: "Teams", From: identity.FromUserinfo}, Items: expr}}}
		list := identity.Mappings(p)
		_, err := identity.Preview(t.Context(), p, list[len(list)-1], []byte(`{"items":"a"}`))
		unfit, ok := errors.AsType[*identity.MappingError](err)
		if !ok {
			t.Errorf("%s: %v", expr, err)
			continue
		}
		if got := words.Said(unfit.Words()); !strings.Contains(got, want) || strings.Contains(got, "expression") {
			t.Errorf("%s: %q, want %q", expr, got, want)
		}
		if got := words.Missing([]identity.Missing{{What: "Teams", Reason: "the response could not be read: " + unfit.Words()}}); !strings.Contains(got[0], want) {
			t.Errorf("%s: %q", expr, got)
		}
		if p := problem.Tongue(words.Said).Explain(err, nil, ""); !strings.Contains(p.Detail, "Teams: "+words.Said(unfit.Words())) {
			t.Errorf("%s: %q", expr, p.Detail)
		}
	}
}

// And a sign-in that asks for what cannot be asked for.
func TestImpossibleParametersAreTranslated(t *testing.T) {
	speak(t, "de")
	p := &providers.Provider{ID: "mine", Name: "Mine", Authorization: providers.Authorization{Names: map[string]string{"resource": ""}}}
	for want, asked := range map[string]oauth.Parameters{
		"Der Prompt „none“ kann nicht mit anderen kombiniert werden.":               {Prompt: "none login"},
		"Mine unterstützt resource nicht.":                                          {Resources: []string{"https://api.example"}},
		"\"a#b\" ist keine Ressource; es muss eine vollständige URL ohne „#“ sein.": {Resources: []string{"a#b"}},
	} {
		err := asked.Possible(p, nil, false)
		if got := problem.Tongue(words.Said).Explain(err, p, ""); got.Detail != want {
			t.Errorf("%v: %q, want %q", err, got.Detail, want)
		}
	}
}
