package probe

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/receive"
	"github.com/claviger/claviger/providers"
)

// probeOP is a provider in good order, of which a test spoils one thing.
type probeOP struct {
	server *httptest.Server

	mu       sync.Mutex
	requests []*http.Request
	bodies   []url.Values
	// spoil answers in the place of a path.
	spoil    map[string]http.HandlerFunc
	metadata func(map[string]any)
}

func newProbeOP(t *testing.T) *probeOP {
	op := &probeOP{spoil: map[string]http.HandlerFunc{}}
	op.server = httptest.NewServer(op)
	t.Cleanup(op.server.Close)
	return op
}

// ServeHTTP implements [http.Handler].
func (op *probeOP) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	op.mu.Lock()
	op.requests = append(op.requests, r)
	op.bodies = append(op.bodies, r.PostForm)
	op.mu.Unlock()
	if h := op.spoil[r.URL.Path]; h != nil {
		h(w, r)
		return
	}
	base := op.server.URL
	switch r.URL.Path {
	case "/.well-known/openid-configuration":
		md := map[string]any{
			"issuer": base, "authorization_endpoint": base + "/authorize", "token_endpoint": base + "/token",
			"userinfo_endpoint": base + "/userinfo", "jwks_uri": base + "/keys", "device_authorization_endpoint": base + "/device",
			"code_challenge_methods_supported": []string{"S256"}, "id_token_signing_alg_values_supported": []string{"RS256"},
		}
		if op.metadata != nil {
			op.metadata(md)
		}
		writeJSON(w, md)
	case "/keys":
		writeJSON(w, keySetOf("k1", &testKey().PublicKey))
	case "/token":
		if r.FormValue("client_id") != "client-1" {
			oauthError(401, "invalid_client", "unknown client")(w, r)
			return
		}
		oauthError(400, "invalid_grant", "unknown code")(w, r)
	case "/device":
		switch {
		case r.FormValue("client_id") != "client-1":
			oauthError(401, "invalid_client", "")(w, r)
		case r.FormValue("code_challenge_method") != "S256": // as Keycloak does
			oauthError(400, "invalid_request", "Missing parameter: code_challenge_method")(w, r)
		default:
			writeJSON(w, map[string]any{"device_code": canaryCode, "user_code": "WDJB-MJHT", "verification_uri": op.server.URL + "/activate"})
		}
	case "/authorize":
		if !strings.HasPrefix(r.FormValue("redirect_uri"), "http://127.0.0.1:") {
			webPage(400, "<h1>Bad Request</h1><p>redirect_uri is not registered</p>")(w, r)
			return
		}
		http.Redirect(w, r, "/login?next=1", http.StatusFound)
	default:
		http.NotFound(w, r)
	}
}

func (op *probeOP) provider() *providers.Provider {
	return &providers.Provider{
		Schema: 1, ID: "fake", Name: "Fake", Issuer: op.server.URL, Discovery: "oidc",
		Client:   providers.Client{ID: "client-1", SecretUse: "optional", Auth: "client_secret_post", Secret: providers.NewSecret(canarySecret)},
		Redirect: providers.Redirect{Host: "127.0.0.1", Path: "/callback", Register: "http://127.0.0.1/callback"},
		Scopes:   providers.Scopes{Base: []string{"openid"}},
	}
}

// probe tests the provider and looks for secrets where none belong.
func (op *probeOP) probe(t *testing.T, change func(*providers.Provider), o Tester, problems ...error) *Result {
	t.Helper()
	p := op.provider()
	if change != nil {
		change(p)
	}
	o.Lookup = func(id string) (*providers.Provider, bool) { c := *p; return &c, id == "fake" && p.ID == "fake" }
	var told []string
	got, err := withDefaults(o).Test(t.Context(), Request{Provider: "fake", Problems: problems, Observe: func(c Check) { told = append(told, c.Name) }})
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf("%+v", got)
	if strings.Contains(text, "canary") {
		t.Errorf("a secret is told: %s", text)
	}
	var names []string
	for _, c := range got.Checks {
		names = append(names, c.Name)
		if c.Title == "" || c.Reason == "" || c.Outcome != idtoken.Skipped && (c.Outcome == idtoken.Failed) != (c.Next != "") || !strings.HasSuffix(c.Reason, ".") || strings.Contains(c.Reason, ". no ") {
			t.Errorf("%+v", c)
		}
	}
	if !slices.Equal(names, told) {
		t.Errorf("told %v of %v", told, names)
	}
	return got
}

func (r *Result) check(name string) Check {
	i := slices.IndexFunc(r.Checks, func(c Check) bool { return c.Name == name })
	return r.Checks[i]
}

func TestProbeOfAProviderInGoodOrder(t *testing.T) {
	op := newProbeOP(t)
	got := op.probe(t, nil, Tester{})
	for _, c := range got.Checks {
		if c.Outcome != idtoken.Passed {
			t.Errorf("%+v", c)
		}
	}
	if got.Outcome != idtoken.Passed || got.Offline || len(got.Checks) != 13 {
		t.Errorf("%+v", got)
	}
	if c := got.check("client"); !strings.Contains(c.Reason, "secret accepted") {
		t.Errorf("%+v", c)
	}
	op.sentNoMoreThanNeeded(t)
	op.inAnotherLanguage(t, nil)
}

// sentNoMoreThanNeeded looks at every request of a test.
func (op *probeOP) sentNoMoreThanNeeded(t *testing.T) {
	t.Helper()
	for _, r := range op.requests {
		switch {
		case r.URL.Path == "/login":
			t.Error("a redirect was followed")
		case r.Header.Get("Cookie") != "", r.Method != http.MethodGet && r.URL.Path != "/token" && r.URL.Path != "/device":
			t.Errorf("%s %s", r.Method, r.URL.Path)
		case r.URL.Path != "/token" && r.URL.Path != "/device" && strings.Contains(fmt.Sprint(r.Form), "canary"):
			t.Errorf("the client secret went to %s", r.URL.Path)
		}
	}
}

// spoilt is a provider with one fault and what the test of it must say.
type spoilt struct {
	spoil    map[string]http.HandlerFunc
	metadata func(map[string]any)
	change   func(*providers.Provider)
	problems []error
	check    string
	outcome  idtoken.Outcome
	says     string
	next     string
}

func (c spoilt) run(t *testing.T) {
	op := newProbeOP(t)
	for path, h := range c.spoil {
		op.spoil[path] = h
	}
	op.metadata = c.metadata
	got := op.probe(t, c.change, Tester{}, c.problems...)
	f := got.check(c.check)
	if f.Outcome != c.outcome || !strings.Contains(strings.ToLower(f.Reason), strings.ToLower(c.says)) || !strings.Contains(f.Next, c.next) {
		t.Errorf("%+v", f)
	}
	if (got.Outcome == idtoken.Failed) != (c.outcome == idtoken.Failed) {
		t.Errorf("the whole is %s", got.Outcome)
	}
	if got.Offline {
		t.Error("told as offline")
	}
	op.inAnotherLanguage(t, c.change)
}

// inAnotherLanguage asks for the same in a language that has none of our letters: no
// English is left but what is wrong with an expression, and what the provider says itself.
func (op *probeOP) inAnotherLanguage(t *testing.T, change func(*providers.Provider)) {
	t.Helper()
	word, english := regexp.MustCompile(`\{[a-z_]+\}|[A-Za-z]`), regexp.MustCompile(`[a-z]+ [a-z]+`)
	its := strings.NewReplacer("No device grant", "", "No such client", "", "No such scope", "", "No such", "", "client_secret is missing", "", "redirect_uri did not match any", "")
	tongue := func(english string) string {
		return word.ReplaceAllStringFunc(english, func(s string) string {
			if len(s) > 1 {
				return s // a blank
			}
			return "ж"
		})
	}
	for _, c := range op.probe(t, change, Tester{Tongue: tongue}).Checks {
		for _, text := range []string{c.Title, c.Reason, c.Next} {
			if english.MatchString(its.Replace(text)) && c.Name != "expressions" {
				t.Errorf("%s: %q has words of its own", c.Name, text)
			}
		}
	}
}

func TestProbeOfSettings(t *testing.T) {
	for name, c := range map[string]spoilt{
		"no client id": {
			change: func(p *providers.Provider) { p.Client.ID = "" },
			check:  "settings", outcome: idtoken.Failed, says: "app registration", next: "client ID",
		},
		"a blank": {
			change: func(p *providers.Provider) {
				p.Issuer, p.Variables = "https://{tenant}.example", map[string]providers.Variable{"tenant": {}}
			},
			check: "settings", outcome: idtoken.Failed, says: "tenant", next: "Enter",
		},
		"no secret": {
			change: func(p *providers.Provider) {
				p.Client.SecretUse, p.Client.Secret = "required", providers.Secret{}
			},
			check: "settings", outcome: idtoken.Failed, says: "client secret", next: "secret",
		},
		"no file of certificates": {
			change: func(p *providers.Provider) { p.Trust.CAFile = "/no/such/file.pem" },
			check:  "settings", outcome: idtoken.Failed, says: "/no/such/file.pem",
		},
		"an unusable file over a built-in one": {
			problems: []error{&providers.FileError{File: "fake.toml", Line: 3, Problem: "is wrong"}},
			check:    "settings", outcome: idtoken.Failed, says: "is wrong", next: "Correct the file",
		},
		"expressions": {
			change: func(p *providers.Provider) {
				p.Profile.Sources = []providers.ProfileSource{{Source: providers.Source{From: "userinfo"}, Map: "{id: .sub"}}
			},
			check: "expressions", outcome: idtoken.Failed, says: "jq expression", next: "Correct",
		},
	} {
		t.Run(name, c.run)
	}
}

func TestProbeOfWhatIsPublished(t *testing.T) {
	weak := func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, map[string]any{"keys": []any{map[string]string{"kty": "RSA", "n": "AQAB", "e": "AQAB"}}})
	}
	for name, c := range map[string]spoilt{
		"another issuer": {
			metadata: func(m map[string]any) { m["issuer"] = "https://other.example" },
			check:    "discovery", outcome: idtoken.Failed, says: "another issuer", next: "issuer",
		},
		"nothing": {
			spoil: map[string]http.HandlerFunc{"/.well-known/openid-configuration": http.NotFound},
			check: "discovery", outcome: idtoken.Failed, says: "no metadata", next: "issuer",
		},
		"an address over plain http": {
			metadata: func(m map[string]any) { m["token_endpoint"] = "http://login.example.com/t" },
			check:    "discovery", outcome: idtoken.Failed, says: "not an https address",
		},
		"no token endpoint": {
			metadata: func(m map[string]any) { delete(m, "token_endpoint") },
			check:    "endpoints", outcome: idtoken.Failed, says: "token", next: "[endpoints]",
		},
		"no S256": {
			metadata: func(m map[string]any) { m["code_challenge_methods_supported"] = []string{"plain"} },
			check:    "pkce", outcome: idtoken.Failed, says: "plain",
		},
		"PKCE not announced": {
			metadata: func(m map[string]any) { delete(m, "code_challenge_methods_supported") },
			check:    "pkce", outcome: idtoken.Skipped, says: "does not say",
		},
		"no keys":    {spoil: map[string]http.HandlerFunc{"/keys": http.NotFound}, check: "keys", outcome: idtoken.Failed, says: "no keys"},
		"a weak key": {spoil: map[string]http.HandlerFunc{"/keys": weak}, check: "keys", outcome: idtoken.Failed, says: "too few"},
		"only HMAC": {
			metadata: func(m map[string]any) { m["id_token_signing_alg_values_supported"] = []string{"HS256"} },
			check:    "keys", outcome: idtoken.Failed, says: "HS256", next: "RS256",
		},
		"another algorithm": {
			metadata: func(m map[string]any) { m["id_token_signing_alg_values_supported"] = []string{"ES256"} },
			check:    "keys", outcome: idtoken.Failed, says: "not for ES256",
		},
		"no ID token": {
			change: func(p *providers.Provider) { p.Scopes.Base = []string{"profile"} },
			check:  "keys", outcome: idtoken.Skipped, says: "no ID token",
		},
	} {
		t.Run(name, c.run)
	}
}

func TestProbeTellsAWrongClock(t *testing.T) {
	for ahead, want := range map[time.Duration]struct {
		outcome idtoken.Outcome
		says    string
	}{
		20 * time.Second: {idtoken.Passed, "agree"}, time.Hour: {idtoken.Failed, "1 hour ahead of"}, -5 * time.Minute: {idtoken.Failed, "5 minutes behind"},
	} {
		op := newProbeOP(t)
		got := op.probe(t, nil, Tester{Now: func() time.Time { return time.Now().Add(ahead) }})
		if c := got.check("clock"); c.Outcome != want.outcome || !strings.Contains(c.Reason, want.says) {
			t.Errorf("%v: %+v", ahead, c)
		}
	}
}

func TestProbeOffline(t *testing.T) {
	op := newProbeOP(t)
	op.server.Close()
	got := op.probe(t, nil, Tester{})
	if c := got.check("reachable"); !got.Offline || c.Outcome != idtoken.Failed || !strings.Contains(c.Reason, "refused the connection") {
		t.Errorf("%+v", got)
	}
	if c := got.check("client"); c.Outcome != idtoken.Skipped || !strings.Contains(c.Reason, "could not be reached") {
		t.Errorf("%+v", c)
	}
	if c := got.check("expressions"); c.Outcome != idtoken.Passed {
		t.Errorf("what needs no network was left out: %+v", c)
	}
	unknown := func(p *providers.Provider) { p.Issuer = "https://no-such-host.invalid" }
	if got := op.probe(t, unknown, Tester{}); !got.Offline || !strings.Contains(got.check("reachable").Reason, "host no-such-host.invalid does not exist") {
		t.Errorf("%+v", got.check("reachable"))
	}
}

func TestProbeOfAnUntrustedCertificate(t *testing.T) {
	op := newProbeOP(t)
	secure := httptest.NewTLSServer(op)
	secure.Config.ErrorLog = nil
	t.Cleanup(secure.Close)
	got := op.probe(t, func(p *providers.Provider) { p.Issuer = secure.URL }, Tester{})
	if c := got.check("reachable"); got.Offline || c.Outcome != idtoken.Failed || !strings.Contains(c.Reason, "self-signed certificate") {
		t.Errorf("%+v", c)
	}
	// Trusted, it is told until when.
	trusted := Tester{Network: oauth.NewNetwork(secure.Client().Transport, time.Now)}
	if c := op.probe(t, func(p *providers.Provider) { p.Issuer = secure.URL }, trusted).check("reachable"); c.Outcome != idtoken.Passed || !strings.Contains(c.Reason, "TLS 1.3, certificate valid until 20") {
		t.Errorf("%+v", c)
	}
}

func TestProbeOfAPortThatIsTaken(t *testing.T) {
	op := newProbeOP(t)
	taken, err := receive.Listen(t.Context(), providers.Redirect{Host: "127.0.0.1"}, "/", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close(context.WithoutCancel(t.Context()), false)
	got := op.probe(t, func(p *providers.Provider) { p.Redirect.Ports = []int{taken.Port()} }, Tester{})
	if c := got.check("listen"); c.Outcome != idtoken.Failed || !strings.Contains(c.Reason, fmt.Sprint(taken.Port())) {
		t.Errorf("%+v", c)
	}
	// The rest is tested with that port all the same.
	if c := got.check("redirect"); c.Outcome != idtoken.Passed {
		t.Errorf("%+v", c)
	}
}

func TestProbeOfAFileThatIsNoProvider(t *testing.T) {
	op := newProbeOP(t)
	none := func(p *providers.Provider) { p.ID = "absent" }
	got := op.probe(t, none, Tester{}, &providers.FileError{File: "fake.toml", Line: 3, Problem: "is wrong"})
	if c := got.check("settings"); c.Outcome != idtoken.Failed || !strings.Contains(c.Reason, "is wrong") || len(op.requests) > 0 {
		t.Errorf("%+v, %d requests", c, len(op.requests))
	}
	a := withDefaults(Tester{Lookup: func(string) (*providers.Provider, bool) { return nil, false }})
	if _, err := a.Test(t.Context(), Request{Provider: "nobody"}); !strings.Contains(fmt.Sprint(err), "nobody") {
		t.Errorf("unknown: %v", err)
	}
}

func TestProbeWithoutItsSecret(t *testing.T) {
	op := newProbeOP(t)
	locked := Tester{Secret: func(context.Context, *providers.Provider) error { return lockedErr{} }}
	got := op.probe(t, func(p *providers.Provider) { p.Client.Secret = providers.Secret{} }, locked)
	if c := got.check("settings"); c.Outcome != idtoken.Failed || !strings.Contains(strings.ToLower(c.Reason), "locked") {
		t.Errorf("%+v", c)
	}
	if c := got.check("client"); c.Outcome != idtoken.Skipped || !strings.Contains(c.Reason, "secret") {
		t.Errorf("%+v", c)
	}
	if c := got.check("redirect"); c.Outcome != idtoken.Passed {
		t.Errorf("%+v", c)
	}
}

func TestProbeEndsWithItsContext(t *testing.T) {
	op := newProbeOP(t)
	ctx, cancel := context.WithCancel(t.Context())
	op.spoil["/keys"] = func(w http.ResponseWriter, r *http.Request) { cancel(); <-r.Context().Done() }
	a := withDefaults(Tester{Lookup: func(id string) (*providers.Provider, bool) { return op.provider(), id == "fake" }})
	if got, err := a.Test(ctx, Request{Provider: "fake"}); err == nil {
		t.Errorf("%+v", got)
	}
}
