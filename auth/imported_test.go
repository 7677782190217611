package auth

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/claviger/claviger/auth/history"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/providers"
)

const (
	importedID   = "abcdefghijkl"
	rightIssuer  = "https://login.example"
	evilServer   = "https://evil.example"
	importedHead = `"version":1,"id":"` + importedID + `","provider":"own","subject":"s"`
)

// here is a set of providers with one.
func here(p *providers.Provider) func(string) (*providers.Provider, bool) {
	return func(id string) (*providers.Provider, bool) { return p, p != nil && p.ID == id }
}

// imported reads a record of an export, and again what came of it.
func imported(t *testing.T, p *providers.Provider, name, data string) (*Imported, *record) {
	t.Helper()
	in, err := ReadImported(here(p), name, []byte(data))
	if err != nil {
		t.Fatal(err)
	}
	if in.SignOut {
		s, err := decodeSignOut(importedID, in.Data)
		if err != nil {
			t.Fatal(err)
		}
		return in, s.rec
	}
	rec, err := decodeRecord(importedID, in.Data)
	if err != nil {
		t.Fatal(err)
	}
	return in, rec
}

func signOutOf(account string) string {
	return `{"version":1,"receipt":{"account":"` + importedID + `","provider":"own","retry":{},"revoked":{"outcome":"pending"}},"account":` + account + `}`
}

// JSON names match in any case (encoding/json): no spelling of a name brings back
// what was left out.
func TestImportedNamesInAnyCase(t *testing.T) {
	p := &providers.Provider{ID: "own", Issuer: rightIssuer, Discovery: "oidc"}
	for _, spelling := range []string{"HOME", "Home", "hoMe"} {
		account := fmt.Sprintf(`{%s,"x":1,"%s":{"servers":["%s"],"apis":["%s"]},"home":{"issuer":"%s"}}`, importedHead, spelling, evilServer, evilServer, rightIssuer)
		for name, data := range map[string]string{importedID: account, importedID + signOutSuffix: signOutOf(account)} {
			_, rec := imported(t, p, name, data)
			if h := rec.home(p); h.API(evilServer) || !h.Server(rightIssuer) {
				t.Errorf("%s, %s: %+v", name, spelling, h)
			}
			if string(rec.extra["x"]) != "1" {
				t.Errorf("%s: what a newer version keeps is lost", name)
			}
		}
	}
}

// A record of another issuer than the provider's here, and one of a provider that
// is not here yet, trust nobody but who the provider names, also later.
func TestImportedClaimsCountAsFarAsTheProviderNamesThem(t *testing.T) {
	later := &providers.Provider{ID: "own", Issuer: rightIssuer, Discovery: "oidc"}
	later.Endpoints.Userinfo = "https://api.example/me"
	claims := fmt.Sprintf(`{"issuer":"%s","servers":["%s"],"apis":["%s","https://api.example"]}`, rightIssuer, evilServer, evilServer)
	for name, now := range map[string]*providers.Provider{
		"another issuer": {ID: "own", Issuer: "https://{host}", Discovery: "oidc"},
		"not here":       nil,
	} {
		in, rec := imported(t, now, importedID, `{`+importedHead+`,"home":`+claims+`}`)
		if now != nil && in.Elsewhere == "" {
			t.Errorf("%s: it is not said", name)
		}
		h := rec.home(later)
		if h.API(evilServer) || !h.Server(rightIssuer) || h.Elsewhere(later) != nil || h.Grown(later) != nil {
			t.Errorf("%s: %+v", name, h)
		}
	}
}

// An account of plain OAuth 2.0 (RFC 6749), which has no issuer, may come in before
// its provider: it is at home as soon as the provider is there, if that is the same.
func TestImportBeforeTheProvider(t *testing.T) {
	plain := &providers.Provider{ID: "own", Discovery: "none"}
	plain.Endpoints.Authorization, plain.Endpoints.Token = "https://login.example/a", "https://login.example/t"
	other := plain.Clone()
	other.Endpoints.Token = evilServer + "/t"
	home, err := json.Marshal(oauth.HomeOf(plain))
	if err != nil {
		t.Fatal(err)
	}
	in, rec := imported(t, nil, importedID, `{`+importedHead+`,"home":`+string(home)+`}`)
	if want := "from https://login.example; you have not added this provider"; in.Elsewhere != want {
		t.Errorf("%q, want %q", in.Elsewhere, want)
	}
	if moved := rec.movedFrom(plain); moved != nil {
		t.Errorf("its own provider: %v", moved)
	}
	if rec.movedFrom(other) == nil || slices.Contains(rec.home(other).Servers, evilServer) {
		t.Errorf("another one: %+v", rec.home(other))
	}
}

// What an export says of a person, their groups and what went wrong is bounded as a
// provider's answer is, and what is within the bounds stays as it was.
func TestImportedWordsAreBounded(t *testing.T) {
	long := strings.Repeat("\u202eMallory ", 50_000)
	good := strings.Repeat("g", 300) + "…~01234567"
	words, err := json.Marshal(long)
	if err != nil {
		t.Fatal(err)
	}
	text := string(words)
	account := `{` + importedHead + `,"provider_name":` + text + `,"reason":` + text + `,"user":{"id":` + text + `,"login":` + text + `,"name":` + text +
		`,"email":` + text + `,"email_verified":true,"claims":{"bio":` + text + `}},"groups":[{"id":` + text + `,"name":` + text + `,"kind":` + text +
		`},{"id":"` + good + `","name":"n"}],"missing":[{"what":` + text + `,"reason":` + text + `,"link":` + text + `}]}`
	_, rec := imported(t, nil, importedID, account)
	stored, err := rec.encode()
	if err != nil {
		t.Fatal(err)
	}
	if len(stored) > 64<<10 || rec.User.EmailVerified || rec.Groups[1].ID != good || !strings.HasPrefix(rec.User.Name, "Mallory") {
		t.Errorf("%d bytes, name %.40q, verified %v, group %q", len(stored), rec.User.Name, rec.User.EmailVerified, rec.Groups[1].ID)
	}
	receipt := `{"version":1,"receipt":{"account":"` + importedID + `","provider":"own","provider_name":` + text + `,"who":` + text + `,"revoked":{"outcome":"done","detail":` + text + `}}}`
	in, err := ReadImported(here(nil), importedID+signOutSuffix, []byte(receipt))
	if err != nil || len(in.Data) > 16<<10 {
		t.Errorf("receipt: %v, %d bytes", err, len(in.Data))
	}
	if _, err := ReadImported(here(nil), importedID+history.Suffix, make([]byte, maxHistory+1)); err == nil {
		t.Error("a history without end comes in")
	}
}
