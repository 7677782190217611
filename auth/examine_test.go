package auth

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/inspect"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/internal/ask"
	"github.com/claviger/claviger/providers"
)

// wantChecks compares outcomes by name, and a part of each reason.
func wantChecks(t *testing.T, what string, checks []idtoken.Check, want map[string]string) {
	t.Helper()
	for name, outcome := range want {
		outcome, reason, _ := strings.Cut(outcome, ": ")
		if c := checkOf(t, checks, name); string(c.Outcome) != outcome || !strings.Contains(c.Reason, reason) {
			t.Errorf("%s: %+v, want %s: %s", what, c, outcome, reason)
		}
	}
}

func TestExamineOfAPastedToken(t *testing.T) {
	p := authtest.NewProvider(t)
	p.Behave(authtest.Behaviour{JWTAccess: true})
	a := optionAgent(t, p, &authtest.Browser{}, nil)
	tokens := p.Issue(time.Hour, "openid")
	for what, c := range map[string]struct {
		token string
		want  map[string]string
	}{
		"an ID token":               {tokens.ID, map[string]string{"signature": "passed: RS256", "iss": "passed", "aud": "passed: this app", "exp": "passed"}},
		"a changed one":             {changed(tokens.ID), map[string]string{"signature": "failed: does not match"}},
		"an ID token of no issuer":  {unsigned(`{"sub":"1"}`), map[string]string{"signature": "failed: not signed", "alg": "failed", "aud": "skipped", "exp": "skipped", "iss": "failed: missing"}},
		"a token with a secret key": {signedWith("HS256", p.URL), map[string]string{"signature": "skipped: only who has the secret", "iss": "passed", "aud": "skipped: not for this app"}},
	} {
		in, err := a.Examine(t.Context(), "authtest", providers.NewSecret(c.token))
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		wantChecks(t, what, in.Checks, c.want)
	}
	asked := len(p.Requests())
	in, err := a.Examine(t.Context(), "", providers.NewSecret(tokens.ID))
	if err != nil {
		t.Fatal(err)
	}
	wantChecks(t, "of nobody", in.Checks, map[string]string{"signature": "skipped: not known here", "iss": "skipped", "exp": "passed", "aud": "skipped: not for this app"})
	if len(p.Requests()) != asked {
		t.Error("somebody was asked about a token of nobody")
	}
	if in, err := a.Inspect(t.Context(), "", providers.NewSecret(tokens.ID)); err != nil || in.Checks != nil {
		t.Errorf("Inspect makes checks that it never made: %+v, %v", in.Checks, err)
	}
}

// changed is a token whose claims are not those that were signed.
func changed(token string) string {
	parts := strings.Split(token, ".")
	claims, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		panic(err)
	}
	claims = []byte(strings.Replace(string(claims), `"email_verified":true`, `"email_verified":false`, 1))
	return parts[0] + "." + base64.RawURLEncoding.EncodeToString(claims) + "." + parts[2]
}

func unsigned(claims string) string {
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(`{"alg":"none"}`)) + "." + encode([]byte(claims)) + "."
}

func signedWith(alg, issuer string) string {
	encode := base64.RawURLEncoding.EncodeToString
	claims, err := json.Marshal(map[string]any{"iss": issuer, "aud": "https://api.example", "scope": "x"})
	if err != nil {
		panic(err)
	}
	return encode([]byte(`{"alg":"`+alg+`"}`)) + "." + encode(claims) + "." + encode([]byte("secret"))
}

// A proof brings its key along: nobody is asked, and it is checked all the same.
func TestExamineOfAProof(t *testing.T) {
	p := authtest.NewProvider(t)
	p.Behave(authtest.Behaviour{RequireDPoP: true})
	cfg := p.Config()
	cfg.Authorization.DPoP = "required"
	a, err := New(Options{Lookup: func(string) (*providers.Provider, bool) { return cfg, true }, Browser: new(authtest.Browser).Open})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	acc, err := a.SignIn(t.Context(), SignInRequest{Provider: "authtest"})
	if err != nil {
		t.Fatal(err)
	}
	token, proof, err := a.TokenFor(t.Context(), acc.ID, 0, ProofRequest{Method: http.MethodGet, URL: p.URL + "/userinfo"})
	if err != nil || token.TokenType != "DPoP" {
		t.Fatal(err)
	}
	in, err := a.Examine(t.Context(), acc.ID, proof)
	if err != nil || in.Kind != inspect.Proof {
		t.Fatalf("%+v, %v", in, err)
	}
	wantChecks(t, "a proof", in.Checks, map[string]string{"signature": "passed: ES256, key", "htm": "passed", "htu": "passed", "typ": "passed: dpop+jwt"})
	in, err = a.Examine(t.Context(), "", providers.NewSecret(proof.Reveal()[:len(proof.Reveal())-8]+"AAAAAAAA"))
	if err != nil {
		t.Fatal(err)
	}
	wantChecks(t, "a changed proof", in.Checks, map[string]string{"signature": "failed: does not match the key"})
}

// farHost answers for a host that is not on this computer.
type farHost struct {
	t    *testing.T
	to   http.RoundTripper
	host string
	seen []string
}

func (e *farHost) RoundTrip(r *http.Request) (*http.Response, error) {
	e.seen = append(e.seen, r.Method+" "+r.URL.String())
	if _, by := ask.NamedBy(r.Context()); by != "a pasted token" {
		e.t.Errorf("%s is named by %q: its name may lead into this network", r.URL, by)
	}
	if r.URL.Host != e.host {
		return nil, errors.New("no such host")
	}
	if r.Header.Get("Authorization") != "" || r.Body != nil && r.Body != http.NoBody {
		e.t.Error("something was sent to an issuer that a token named")
	}
	return e.to.RoundTrip(r)
}

func TestLookUpAsksTheIssuerForItsKeys(t *testing.T) {
	p := authtest.NewProvider(t)
	world := &farHost{t: t, to: p.Transport(), host: "login.example"}
	p.URL = "https://login.example"
	a, err := New(Options{Lookup: func(string) (*providers.Provider, bool) { return nil, false }, Transport: world})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	token := p.Issue(time.Hour).ID
	in, err := a.LookUp(t.Context(), providers.NewSecret(token))
	if err != nil {
		t.Fatal(err)
	}
	wantChecks(t, "an unknown issuer", in.Checks, map[string]string{"signature": "passed", "iss": "passed", "aud": "skipped: not for this app"})
	if len(world.seen) != 2 || world.seen[0] != "GET https://login.example/.well-known/openid-configuration" || world.seen[1] != "GET https://login.example/keys" {
		t.Errorf("asked: %q", world.seen)
	}
	if in, err = a.LookUp(t.Context(), providers.NewSecret(changed(token))); err != nil {
		t.Fatal(err)
	}
	wantChecks(t, "a changed token", in.Checks, map[string]string{"signature": "failed"})

	world.seen = nil
	for _, iss := range []string{"http://login.example", "https://127.0.0.1", "https://localhost:1", "https://10.1.2.3", "https://[::1]", ""} {
		in, err := a.LookUp(t.Context(), providers.NewSecret(signedWith("RS256", iss)))
		var refused *oauth.AnswerError
		if !errors.As(err, &refused) || refused.Step != oauth.StepLookUp || in == nil || in.Claims == nil {
			t.Errorf("issuer %q: %+v, %v", iss, in, err)
		}
	}
	if world.seen != nil {
		t.Errorf("asked for what must not be: %q", world.seen)
	}
	// The issuer is away: what can be said without it is said.
	in, err = a.LookUp(t.Context(), providers.NewSecret(signedWith("RS256", "https://gone.example")))
	if err == nil || in == nil {
		t.Fatalf("%+v, %v", in, err)
	}
	wantChecks(t, "an issuer that is away", in.Checks, map[string]string{"signature": "skipped", "alg": "passed"})
}

func TestIntrospection(t *testing.T) {
	p := authtest.NewProvider(t)
	p.Behave(authtest.Behaviour{Introspection: true, Echo: true, ClientSecret: "canary-secret"})
	a := optionAgent(t, p, &authtest.Browser{}, func(c *providers.Provider) {
		c.Client.Secret, c.Client.Auth = providers.NewSecret("canary-secret"), providers.AuthPost
	})
	acc, err := a.SignIn(t.Context(), SignInRequest{Provider: "authtest"})
	if err != nil {
		t.Fatal(err)
	}
	stored, err := a.Stored(t.Context(), acc.ID)
	if err != nil {
		t.Fatal(err)
	}
	about, err := a.Introspect(t.Context(), acc.ID, stored.AccessToken)
	if err != nil || about["active"] != true || about["username"] != authtest.Mira.Login {
		t.Fatalf("%v, %v", about, err)
	}
	text, err := json.Marshal(about)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "canary-secret") || strings.Contains(string(text), stored.AccessToken.Reveal()) {
		t.Errorf("the server's echo is shown: %s", text)
	}
	// Somebody else's token is none of this provider's business.
	if _, err := a.Introspect(t.Context(), acc.ID, providers.NewSecret("somebody-elses")); !errors.Is(err, oauth.ErrNotOffered) {
		t.Errorf("another token: %v", err)
	}
	if n := p.Count(authtest.Introspect); n != 1 {
		t.Errorf("%d requests, want 1", n)
	}
	p.Behave(authtest.Behaviour{Introspection: true, ClientSecret: "another-secret"})
	if _, err := a.Introspect(t.Context(), acc.ID, stored.AccessToken); oauth.Code(err) != "invalid_client" {
		t.Errorf("refused: %v", err)
	}
	p.Behave(authtest.Behaviour{Introspection: true, Faults: map[string]authtest.Fault{authtest.Introspect: {Body: `{"sub":"1"}`}}})
	if _, err := a.Introspect(t.Context(), acc.ID, stored.AccessToken); !errors.Is(err, oauth.ErrAnswer) {
		t.Errorf("an answer without active: %v", err)
	}
}

func TestNoIntrospectionWithoutAnEndpoint(t *testing.T) {
	p := authtest.NewProvider(t)
	a := optionAgent(t, p, &authtest.Browser{}, nil)
	acc, err := a.SignIn(t.Context(), SignInRequest{Provider: "authtest"})
	if err != nil {
		t.Fatal(err)
	}
	stored, err := a.Stored(t.Context(), acc.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Introspect(t.Context(), acc.ID, stored.AccessToken); !errors.Is(err, oauth.ErrNotOffered) {
		t.Errorf("%v", err)
	}
}
