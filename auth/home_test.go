package auth

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/internal/ask"
	"github.com/claviger/claviger/providers"
)

// plainOAuth is a provider without an issuer at a server.
func plainOAuth(at string) *providers.Provider {
	return &providers.Provider{
		ID: "plain", Name: "Plain", Discovery: "none",
		Endpoints: providers.Endpoints{Authorization: at + "/authorize", Token: at + "/token", Userinfo: at + "/me"},
	}
}

// exchanged is a step that spoke to an address.
func exchanged(step trace.Step, address string) trace.Event {
	return trace.Event{Step: step, Phase: trace.Done, Exchange: &trace.Exchange{URL: address}}
}

// A token that is good belongs to who issued it, too: under the name of a provider
// that is another one now, no program gets it.
func TestGoodTokenOfAProviderThatMoved(t *testing.T) {
	p := authtest.NewProvider(t)
	moved := false
	a := storeAgent(t, p, newMemStore(), func(o *Options) {
		o.Lookup = func(id string) (*providers.Provider, bool) {
			cfg, ok := p.Lookup(id)
			if ok && moved {
				cfg.Issuer = "https://evil.example"
			}
			return cfg, ok
		}
	})
	acc := enroll(t, a, p, time.Hour)
	if _, err := a.Token(t.Context(), acc.ID, 0); err != nil {
		t.Fatal(err)
	}
	moved = true
	if tok, err := a.Token(t.Context(), acc.ID, 0); tok != nil || !errors.Is(err, oauth.ErrMoved) || !errors.Is(err, oauth.ErrNeedsSignIn) {
		t.Errorf("Token = %v, %v", tok, err)
	}
	tok, proof, err := a.TokenFor(t.Context(), acc.ID, 0, ProofRequest{Method: http.MethodGet, URL: "https://evil.example/api"})
	if tok != nil || !proof.IsZero() || !errors.Is(err, oauth.ErrMoved) {
		t.Errorf("TokenFor = %v, %v", tok, err)
	}
	c, err := a.Client(t.Context(), acc.ID)
	if err != nil {
		t.Fatal(err)
	}
	if resp, err := c.Get(p.URL + "/api/x"); !errors.Is(err, oauth.ErrMoved) {
		t.Errorf("Client: %v, %v", resp, err)
	}
	if n := len(p.Requests()); n != 0 {
		t.Errorf("%d requests", n)
	}
}

// The tokens of a provider that moved are ended where they were issued, and not in
// the eyes of the authorities that the file there is now trusts.
func TestFormerProviderTrustsNoFile(t *testing.T) {
	const home, evil = "https://login.example", "https://evil.example"
	now := &providers.Provider{ID: "work", Name: "Work", Issuer: evil, Discovery: "oidc", Client: providers.Client{ID: "theirs"}}
	now.Trust.CAFile = "/etc/evil.pem"
	a := &asker{lookup: func(string) (*providers.Provider, bool) { return now, true }}
	rec := &record{Provider: "work", Issuer: home, Home: oauth.Home{Issuer: home}, IDClaims: map[string]any{"aud": "ours"}}
	old := a.formerProvider(rec)
	if old == nil || old.Issuer != home || old.Client.ID != "ours" || old.Trust.CAFile != "" || !old.Client.Secret.IsZero() {
		t.Errorf("%+v", old)
	}
	rec.Home.Claimed = true
	if old := a.formerProvider(rec); old != nil {
		t.Errorf("an export names whom to ask: %+v", old)
	}
}

// An account of before there were homes takes over what its own record and the
// issuer vouch for. A file vouches for nothing but what agrees with that.
func TestHomeOfAnOldAccount(t *testing.T) {
	issued := func(iss string, steps ...trace.Event) *record { return &record{Issuer: iss, Steps: steps} }
	openID := func(issuer string, change ...func(*providers.Provider)) *providers.Provider {
		p := &providers.Provider{ID: "work", Name: "Work", Issuer: issuer, Discovery: "oidc"}
		for _, c := range change {
			c(p)
		}
		return p
	}
	const home, evil = "https://login.example", "https://evil.example"
	for name, tt := range map[string]struct {
		rec  *record
		p    *providers.Provider
		want bool // it is at home
	}{
		"the same issuer":       {issued(home), openID(home), true},
		"another issuer":        {issued(home), openID(evil), false},
		"another one of a host": {issued(home + "/a"), openID(home + "/b"), false},
		"a tenant": {issued(home + "/t1/v2"), openID(home+"/common/v2", func(p *providers.Provider) {
			p.IDToken.Issuer = home + "/{tid}/v2"
		}), true},
		"a bare host": {issued("login.example"), openID(home, func(p *providers.Provider) {
			p.IDToken.AlsoIssuers = []string{"login.example"}
		}), true},
		"a file that claims the issuer": {issued(home), openID(evil, func(p *providers.Provider) {
			p.IDToken.AlsoIssuers, p.IDToken.Issuer = []string{home}, "https://{any}"
		}), false},
		"the token endpoint in a file": {issued(home), openID(home, func(p *providers.Provider) {
			p.Endpoints.Token = evil + "/token"
		}), false},
		"the token endpoint in a file, as used": {issued(home, exchanged(trace.StepRefresh, "https://tokens.example/token")), openID(home, func(p *providers.Provider) {
			p.Endpoints.Token = "https://tokens.example/token"
		}), true},
		"plain, as used":      {issued("", exchanged(trace.StepExchange, home+"/token")), plainOAuth(home), true},
		"plain, elsewhere":    {issued("", exchanged(trace.StepExchange, home+"/token")), plainOAuth(evil), false},
		"plain, not recorded": {issued(""), plainOAuth(home), false},
		"plain with an issuer": {issued("", exchanged(trace.StepExchange, home+"/token")), openID(evil, func(p *providers.Provider) {
			p.Endpoints.Token = home + "/token"
		}), false},
	} {
		if moved := tt.rec.movedFrom(tt.p); (moved == nil) != tt.want {
			t.Errorf("%s: %v", name, moved)
		}
	}
	github := &providers.Provider{ID: "github", Name: "GitHub"}
	if h := issued("").oldHome(github); !h.Server("https://github.com") || !h.API("https://api.github.com") {
		t.Errorf("a built-in provider vouches for its own: %+v", h)
	}
}

// An old record keeps working, and has its home from the first refresh on.
func TestOldRecordTakesItsHome(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	a := storeAgent(t, p, store)
	acc := enroll(t, a, p, time.Hour)
	if _, err := a.accounts.update(t.Context(), acc.ID, func(r *record) (bool, error) { r.Home = oauth.Home{}; return true, nil }); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(store.records[acc.ID]), `"home"`) {
		t.Fatal("it has one")
	}
	if _, err := a.Refresh(t.Context(), acc.ID); err != nil {
		t.Fatal(err)
	}
	if rec, err := a.accounts.load(t.Context(), acc.ID); err != nil || rec.Home.Issuer != p.URL {
		t.Errorf("%+v, %v", rec.Home, err)
	}
}

// What the issuer's own metadata names is its word, also where it changes; what
// a file puts in its place is not.
func TestEndpointsTheIssuerMoves(t *testing.T) {
	var got []string
	next := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = append(got, r.URL.Path)
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"error":"temporarily_unavailable"}`))
	}))
	defer next.Close()
	p := authtest.NewProvider(t)
	a := storeAgent(t, p, newMemStore())
	acc := enroll(t, a, p, time.Hour)
	rec, err := a.accounts.load(t.Context(), acc.ID)
	if err != nil {
		t.Fatal(err)
	}
	moved := newFakeOP(t)
	moved.metadata = func(md map[string]any) { md["token_endpoint"] = next.URL + "/token" }
	config := moved.provider()
	rec.Home, rec.Provider = oauth.Home{Issuer: config.Issuer}, "fake"
	b := newTestAgent(t, moved, nil, nil)
	c, err := b.clientFor(t.Context(), rec)
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Refresh(t.Context(), rec.Tokens, rec.Asked, nil)
	if len(got) != 1 || errors.Is(err, oauth.ErrMoved) {
		t.Errorf("asked %v, %v", got, err)
	}
	md := *c.Metadata
	md.TokenEndpoint = httptest.NewServer(http.NotFoundHandler()).URL
	c.Metadata = &md
	if _, err = c.Refresh(t.Context(), rec.Tokens, rec.Asked, nil); !errors.Is(err, oauth.ErrMoved) || errors.Is(err, oauth.ErrOffline) {
		t.Errorf("error is %v", err)
	}
}

// A request with a secret that does not say whose it is leaves no byte behind.
func TestUnboundSecretsAreNotSent(t *testing.T) {
	var got []string
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = append(got, r.Method) }))
	defer s.Close()
	a := storeAgent(t, authtest.NewProvider(t), nil)
	send := func(ctx context.Context, method string, header ...string) error {
		req, err := http.NewRequestWithContext(ctx, method, s.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range header {
			name, value, _ := strings.Cut(h, ": ")
			req.Header.Set(name, value)
		}
		resp, err := usualClient(t, a).Do(req)
		if err == nil {
			_ = resp.Body.Close()
		}
		return err
	}
	for _, r := range [][]string{
		{http.MethodPost},
		{http.MethodPut},
		{http.MethodDelete},
		{http.MethodPatch},
		{http.MethodGet, "Authorization: Bearer t"},
		{http.MethodGet, "Authorization: Basic t"},
		{http.MethodHead, "DPoP: p"},
	} {
		if err := send(t.Context(), r[0], r[1:]...); !errors.Is(err, ask.ErrUnbound) {
			t.Errorf("%v: %v", r, err)
		}
	}
	api := oauth.Reaching(t.Context(), &providers.Provider{}, oauth.Home{Issuer: "https://login.example", APIs: []string{s.URL}}, nil)
	if err := send(api, http.MethodPost); !errors.Is(err, oauth.ErrMoved) {
		t.Errorf("an API gets what is for the token endpoint: %v", err)
	}
	if err := send(api, http.MethodGet, "Authorization: Basic t"); !errors.Is(err, oauth.ErrMoved) {
		t.Errorf("an API gets the client secret: %v", err)
	}
	if len(got) != 0 {
		t.Fatalf("sent %v", got)
	}
	for _, err := range []error{send(api, http.MethodGet, "Authorization: Bearer t"), send(t.Context(), http.MethodGet)} {
		if err != nil {
			t.Error(err)
		}
	}
	if !slices.Equal(got, []string{"GET", "GET"}) {
		t.Errorf("sent %v", got)
	}
}

// The same subject of plain OAuth 2.0 at another server is somebody else: it is
// a second account, and gets nothing of the first one's tokens.
func TestSameSubjectElsewhere(t *testing.T) {
	p := authtest.NewProvider(t)
	now := plainOAuth("https://one.example")
	a := storeAgent(t, p, newMemStore(), func(o *Options) {
		o.Lookup = func(string) (*providers.Provider, bool) { return now.Clone(), true }
	})
	at := func(config *providers.Provider, refresh string) func(*signInResult, *SignInRequest) {
		now = config
		return func(res *signInResult, _ *SignInRequest) {
			res.Provider, res.Metadata, res.IDTokenClaims = config, &providers.Metadata{}, nil
			res.Tokens.Refresh = providers.NewSecret(refresh)
		}
	}
	one := enroll(t, a, p, time.Hour, at(plainOAuth("https://one.example"), "refresh-of-one"))
	two := enroll(t, a, p, time.Hour, at(plainOAuth("https://two.example"), ""))
	rec, err := a.accounts.load(t.Context(), two.ID)
	if err != nil || two.ID == one.ID || !rec.Tokens.Refresh.IsZero() {
		t.Errorf("%s and %s, %v", one.ID, two.ID, err)
	}
	mixed := plainOAuth("https://one.example")
	mixed.Endpoints.Token = "https://two.example/token"
	three := enroll(t, a, p, time.Hour, at(mixed, ""))
	if rec, err = a.accounts.load(t.Context(), three.ID); err != nil || three.ID == one.ID || !rec.Tokens.Refresh.IsZero() {
		t.Errorf("%s and %s, %v", one.ID, three.ID, err)
	}
	again := enroll(t, a, p, time.Hour, at(plainOAuth("https://one.example"), ""))
	if rec, err = a.accounts.load(t.Context(), one.ID); err != nil || again.ID != one.ID || rec.Tokens.Refresh.IsZero() {
		t.Errorf("%s and %s, %v", one.ID, again.ID, err)
	}
}
