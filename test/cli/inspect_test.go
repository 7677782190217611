//go:build unix

package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/authtest"
)

// inspection is a decoded token as documented.
type inspection struct {
	Format, Kind   string
	Header, Claims map[string]any
	Checks         []struct{ Name, Outcome, Reason string }
	Faults         []struct {
		Part, Text string
		At         int
	}
	Notes         []string
	Introspection map[string]any
	Compared      *struct {
		Gained, Lost, Changed []struct {
			Claim         string
			Before, After any
		}
		Same int
	}
}

func (i inspection) check(t *testing.T, name, outcome, reason string) {
	t.Helper()
	for _, c := range i.Checks {
		if c.Name == name {
			if c.Outcome != outcome || !strings.Contains(c.Reason, reason) {
				t.Errorf("%s: %+v, want %s: %s", name, c, outcome, reason)
			}
			return
		}
	}
	t.Errorf("no check %s in %+v", name, i.Checks)
}

// TestInspectComparesAndAsks is what the inspector does for an account.
func TestInspectComparesAndAsks(t *testing.T) {
	w := newWorld(t)
	w.cheapKey()
	w.oddProvider(authtest.Behaviour{JWTAccess: true, Introspection: true, Echo: true}, "")
	w.want(0, "login", "odd", "--timeout", "30s")

	got := decode[inspection](t, w.want(0, "inspect", "odd", "--introspect", "--json").out)
	if got.Kind != "access_token" || got.Introspection["active"] != true || got.Introspection["username"] != "mira" || len(got.Checks) != 0 {
		t.Errorf("introspection: %+v", got)
	}
	out := w.want(0, "inspect", "odd", "--introspect").out
	if token := strings.TrimSpace(w.want(0, "token", "odd").out); strings.Contains(out, token) || !strings.Contains(out, "What the provider says of it now") {
		t.Errorf("introspection: %s", out)
	}
	got = decode[inspection](t, w.want(0, "inspect", "odd", "--id-token", "--compare", "odd", "--json").out)
	if c := got.Compared; c == nil || len(c.Gained) < 5 || len(c.Lost) != 1 || c.Lost[0].Claim != "jti" {
		t.Errorf("compared: %+v", c)
	}
	if out := w.want(0, "inspect", "odd", "--id-token", "--compare", "odd").out; !strings.Contains(out, "+ email") || !strings.Contains(out, "- jti") {
		t.Errorf("compared: %s", out)
	}

	file := filepath.Join(t.TempDir(), "opaque")
	if err := os.WriteFile(file, []byte("opaque"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.want(1, "inspect", "odd", "--compare", file).says(t, "cannot be compared")
}

// TestInspectComparesWithTheTokenBefore: its claims are kept at the refresh.
func TestInspectComparesWithTheTokenBefore(t *testing.T) {
	w := newWorld(t)
	w.cheapKey()
	w.oddProvider(authtest.Behaviour{JWTAccess: true}, "")
	w.want(0, "login", "odd", "--timeout", "30s")

	w.want(1, "inspect", "odd", "--previous").says(t, "no earlier token")
	w.want(0, "token", "odd", "--force")
	got := decode[inspection](t, w.want(0, "inspect", "odd", "--previous", "--json").out)
	if c := got.Compared; c == nil || len(c.Changed) != 1 || c.Changed[0].Claim != "jti" || len(c.Gained)+len(c.Lost) != 0 {
		t.Errorf("compared with the token before: %+v", c)
	}
	file := filepath.Join(t.TempDir(), "opaque")
	if err := os.WriteFile(file, []byte("opaque"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.want(2, "inspect", file, "--previous").says(t, "of other tokens nothing is known")
}

// TestInspectOfAFileAndAPaste: an ID token of a known provider that came from
// elsewhere.
func TestInspectOfAFileAndAPaste(t *testing.T) {
	w := newWorld(t)
	p := w.oddProvider(authtest.Behaviour{}, "")
	token := p.Issue(time.Hour, "openid").ID
	asked := len(p.Requests())
	if r := w.runInput(token, "inspect", "-", "--json"); r.code != 0 || len(decode[inspection](t, r.out).Checks) != 0 || len(p.Requests()) != asked {
		t.Errorf("without --look-up: %d\n%s%s", r.code, r.out, r.stderr)
	}
	file := filepath.Join(t.TempDir(), "answer.json")
	text, err := json.Marshal(map[string]any{"token_type": "Bearer", "access_token": "opaque", "id_token": token})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	got := decode[inspection](t, w.want(0, "inspect", file, "--id-token", "--look-up", "--json").out)
	got.check(t, "signature", "passed", "RS256")
	got.check(t, "aud", "passed", "this app")
	r := w.want(0, "inspect", file)
	r.says(t, "2 tokens found: access_token, id_token. This is access_token.")
	if !strings.Contains(r.out, "An opaque token") {
		t.Errorf("the first of the file: %s", r.out)
	}
	parts := strings.Split(token, ".")
	r = w.runInput(parts[0]+"."+parts[1]+"."+parts[2][:8]+"A"+parts[2][9:], "inspect", "-", "--look-up", "--json")
	if r.code != 1 {
		t.Errorf("a changed token: exit code %d", r.code)
	}
	decode[inspection](t, r.out).check(t, "signature", "failed", "does not match")

	w.want(2, "inspect", file, "--introspect").says(t, "only its provider is asked")
	w.want(2, "inspect", "./no-such-file").says(t, "cannot be read")
	if r := w.runInput(`{"error":"x"}`, "inspect", "-"); r.code != 2 || !strings.Contains(r.stderr, "must contain one token") {
		t.Errorf("no token: %d %s", r.code, r.stderr)
	}
}

// TestInspectLooksUpAnUnknownIssuer: nobody is asked until that is wanted, and then the
// issuer alone, for what it publishes.
func TestInspectLooksUpAnUnknownIssuer(t *testing.T) {
	w := newWorld(t)
	const host = "login.unknown.example"
	p := authtest.NewProvider(t)
	ca := authtest.NewAuthority(t, "An Authority")
	server := p.OverTLS(t, ca.Certificate(t, nil, host), host)
	proxy := authtest.NewProxy(t, server.Listener.Addr().String())
	w.set("HTTPS_PROXY", proxy.URL)
	w.set("SSL_CERT_FILE", ca.File(t))
	token := p.Issue(time.Hour, "openid").ID

	if r := w.runInput(token, "inspect", "-"); r.code != 0 || len(proxy.Asked()) != 0 {
		t.Errorf("without --look-up: %d, asked %q", r.code, proxy.Asked())
	}
	r := w.runInput("Authorization: Bearer "+token, "inspect", "-", "--look-up", "--json")
	if r.code != 0 {
		t.Fatalf("exit code %d: %s", r.code, r.stderr)
	}
	got := decode[inspection](t, r.out)
	got.check(t, "signature", "passed", "RS256")
	got.check(t, "iss", "passed", "matches")
	got.check(t, "aud", "skipped", "not for this app")
	for _, asked := range proxy.Asked() {
		if !strings.HasPrefix(asked, host+":") {
			t.Errorf("%s was asked", asked)
		}
	}
	for _, q := range p.Requests() {
		if q.Endpoint != authtest.Discovery && q.Endpoint != authtest.Keys || q.Authorized {
			t.Errorf("asked for %+v", q)
		}
	}
	// The issuer is the token's word: it leads to nothing near.
	near := authtest.NewProvider(t)
	r = w.runInput(near.Issue(time.Hour).ID, "inspect", "-", "--look-up")
	if r.code != 1 || !strings.Contains(r.stderr, "cannot be looked up") || len(near.Requests()) != 0 {
		t.Errorf("an issuer on this computer: %d, %s, %d requests", r.code, r.stderr, len(near.Requests()))
	}
}

// TestInspectNamesWhatIsBroken is what people paste.
func TestInspectNamesWhatIsBroken(t *testing.T) {
	w := newWorld(t)
	for input, want := range map[string]string{
		"eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0=.c2ln":                        "character 16 is \"=\"",
		"eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0":                              "2 parts",
		"eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..aXY.dGV4dA.dGFn":          "Encrypted token (JWE)",
		"v4.public.eyJzdWIiOiIxIn0":                                         "PASETO",
		"eyJhbGciOiJSUzI1NiIsInR5cCI6ImRwb3Arand0In0.eyJodG0iOiJHRVQifQ.c2": "DPoP proof",
		"eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOjF9.c2ln":                            `"sub" should be text, and is a number`,
	} {
		if r := w.runInput(input, "inspect", "-"); r.code != 0 || !strings.Contains(r.out, want) {
			t.Errorf("%s: %d, not %q:\n%s%s", input, r.code, want, r.out, r.stderr)
		}
	}
}
