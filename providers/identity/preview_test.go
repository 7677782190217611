package identity

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/claviger/claviger/providers"
)

func TestPreviewReadsASampleAsASignInWould(t *testing.T) {
	p, err := providers.Parse("p.toml", []byte(`
id = "forge"
preset = "oauth2"

[[profile.source]]
name = "Account"
url = "https://forge.example.com/me"
map = "{id: .uid, name: .full, email: .mail, email_verified: true}"

[[groups]]
name = "Teams"
url = "https://forge.example.com/teams"
kind = "team"
items = ".[] | {id: .n, name: .title}"

[[groups]]
name = "Claim"
from = "id_token"
items = "$claims.roles[]"
`))
	if err != nil {
		t.Fatal(err)
	}
	m := Mappings(p)
	if len(m) != 3 || m[0].Groups || !m[1].Groups || m[1].From != "https://forge.example.com/teams" || m[2].From != "id_token" {
		t.Fatalf("mappings: %+v", m)
	}
	ctx := t.Context()
	got, err := Preview(ctx, p, m[0], []byte(`{"uid": 7, "full": "Ada", "mail": "ada@example.com"}`))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(User{ID: "7", Name: "Ada", Email: "ada@example.com", EmailVerified: true}, got.User); diff != "" {
		t.Error(diff)
	}
	got, err = Preview(ctx, p, m[1], []byte(`[{"n": 1, "title": "Core"}, {"n": null, "title": null}]`))
	if err != nil {
		t.Fatal(err)
	}
	want := []Group{{ID: "1", Name: "Core", Kind: "team"}}
	if diff := cmp.Diff(want, got.Groups, cmpopts.IgnoreFields(Group{}, "Sources")); diff != "" {
		t.Error(diff)
	}
	// $claims are the sample if it is the ID token.
	got, err = Preview(ctx, p, m[2], []byte(`{"roles": ["admin"]}`))
	if err != nil || len(got.Groups) != 1 || got.Groups[0].Name != "admin" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestPreviewTellsWhatDoesNotFit(t *testing.T) {
	p, err := providers.Parse("p.toml", []byte("id = \"x\"\npreset = \"oauth2\"\n[[groups]]\nname = \"G\"\nfrom = \"userinfo\"\nitems = \".teams[]\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	m := Mappings(p)
	for name, sample := range map[string]string{
		"no JSON":          "<html>",
		"two documents":    "{} {}",
		"nothing":          "",
		"the wrong type":   `{"teams": 7}`,
		"a very long text": `"` + strings.Repeat("a", 1<<20) + `"`,
	} {
		if out, err := Preview(t.Context(), p, m[len(m)-1], []byte(sample)); !errors.Is(err, providers.ErrMapping) {
			t.Errorf("%s: %+v, %v", name, out, err)
		}
	}
	if _, err := Preview(t.Context(), p, Mapping{Groups: true, index: 9}, []byte("{}")); err == nil {
		t.Error("a mapping of another provider is taken")
	}
}

func TestPreviewOfTheStandardClaims(t *testing.T) {
	p := &providers.Provider{ID: "x"}
	m := Mappings(p)
	if len(m) == 0 {
		t.Fatal("no standard mapping")
	}
	got, err := Preview(t.Context(), p, m[0], []byte(`{"sub": "1", "name": "Ada"}`))
	if err != nil || got.User.Name != "Ada" {
		t.Errorf("%+v, %v", got, err)
	}
}

// A file's expression whose one step never ends is stopped, and does not take the
// program with it.
func TestEndlessStepOfAFileIsStopped(t *testing.T) {
	const shared = `(reduce range(45) as $i (1; [., .]))`
	p, err := providers.Parse("p.toml", []byte("id = \"x\"\npreset = \"oauth2\"\n[[groups]]\nname = \"G\"\nfrom = \"userinfo\"\nitems = '"+shared+" == "+shared+"'\n"))
	if err != nil {
		t.Fatal(err)
	}
	m := Mappings(p)
	if _, err := Preview(t.Context(), p, m[len(m)-1], []byte("{}")); !errors.Is(err, providers.ErrMapping) || !strings.Contains(err.Error(), "was stopped") {
		t.Error(err)
	}
}
