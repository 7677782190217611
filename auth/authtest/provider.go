package authtest

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"claviger/providers"
)

// ClientID is the registered public client.
const ClientID = "authtest-client"

// Provider is a running OpenID provider. It is safe for concurrent use.
type Provider struct {
	// URL is the issuer, "http://127.0.0.1:PORT".
	URL string

	server *httptest.Server
	key    *rsa.PrivateKey
	end    chan struct{} // closed when the test ends: hanging answers go on
	now    func() time.Time

	mu        sync.Mutex
	behaviour Behaviour
	person    Person
	codes     map[string]*grant // authorization codes
	access    map[string]*grant
	refresh   map[string]*grant
	devices   map[string]*grant
	requests  []Request
	faulted   map[string]int
}

// Person is who signs in.
type Person struct {
	Subject string
	Login   string
	Name    string
	Email   string
	Groups  []string
}

// Mira is the person who signs in unless told otherwise. She is invented.
var Mira = Person{
	Subject: "u-4711", Login: "mira", Name: "Mira Okonkwo", Email: "mira@example.org",
	Groups: []string{"platform", "on-call"},
}

// Jonas is somebody else.
var Jonas = Person{
	Subject: "u-0815", Login: "jonas", Name: "Jonas Weber", Email: "jonas@example.net",
	Groups: []string{"finance"},
}

// Request is one request that the provider got.
type Request struct {
	Endpoint string
	// GrantType is that of a token request.
	GrantType string
	Start     time.Time
	End       time.Time
	Status    int
	// Authorized reports whether it carried a Bearer token.
	Authorized bool
}

// NewProvider starts a provider that ends with the test.
func NewProvider(tb testing.TB) *Provider {
	tb.Helper()
	p := Start()
	tb.Cleanup(p.Close)
	return p
}

// Start starts a provider where there is no test, such as in an example;
// Close ends it. It panics where the system gives no key or port, as
// [httptest.NewServer] does.
func Start() *Provider {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic("authtest: making a key: " + err.Error())
	}
	p := &Provider{
		key: key, end: make(chan struct{}), now: time.Now, person: Mira,
		codes: map[string]*grant{}, access: map[string]*grant{}, refresh: map[string]*grant{},
		devices: map[string]*grant{}, faulted: map[string]int{},
	}
	p.server = httptest.NewServer(p.routes())
	p.URL = p.server.URL
	return p
}

// Close stops the provider; it cannot be reached any more. Closing twice does
// no harm.
func (p *Provider) Close() {
	p.mu.Lock()
	select {
	case <-p.end:
		p.mu.Unlock()
		return
	default:
		close(p.end)
	}
	p.mu.Unlock()
	p.server.CloseClientConnections()
	p.server.Close()
}

// Behave replaces how the provider answers from now on.
func (p *Provider) Behave(b Behaviour) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.behaviour = b
	p.faulted = map[string]int{}
}

// SignsIn says who the next to sign in is.
func (p *Provider) SignsIn(who Person) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.person = who
}

// Config is the provider as package auth wants it.
func (p *Provider) Config() *providers.Provider {
	return &providers.Provider{
		Schema: 1, ID: "authtest", Name: "Authtest", Monogram: "A", Issuer: p.URL, Discovery: "oidc",
		Client:   providers.Client{ID: ClientID, SecretUse: "optional", Auth: "none"},
		Redirect: providers.Redirect{Host: "127.0.0.1", Path: "/callback", Register: "http://127.0.0.1/callback"},
		Scopes: providers.Scopes{
			Base: []string{"openid"}, Profile: []string{"profile", "email"},
			Groups: []string{"groups"}, Offline: []string{"offline_access"},
		},
		Profile: providers.Profile{Sources: []providers.ProfileSource{
			{Source: providers.Source{Name: "ID token", From: "id_token"}, Map: profileMap},
			{Source: providers.Source{Name: "User details", From: "userinfo"}, Map: profileMap},
		}},
		Groups: []providers.GroupSource{{
			Source: providers.Source{Name: "Groups", URL: p.URL + "/groups"},
			Kind:   "team", Items: ".[]",
		}},
		SignOut: providers.SignOut{Method: "rfc7009", EndSession: "oidc"},
		Origin:  "built in",
	}
}

const profileMap = `{id: .sub, login: .preferred_username, name, email, email_verified, picture}`

// Lookup is [Provider.Config] as auth.Options wants it.
func (p *Provider) Lookup(id string) (*providers.Provider, bool) {
	if id != "authtest" {
		return nil, false
	}
	return p.Config(), true
}

// Transport reaches the provider without a network, so that a test can run
// under testing/synctest. Faults that need a connection (Hang, Cut) do not work
// over it.
func (p *Provider) Transport() http.RoundTripper { return direct{p.server.Config.Handler} }

// direct calls a handler.
type direct struct{ h http.Handler }

// RoundTrip implements [http.RoundTripper].
func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	in := r.Clone(r.Context())
	in.RequestURI = r.URL.RequestURI()
	if in.Body == nil {
		in.Body = http.NoBody
	}
	w := httptest.NewRecorder()
	d.h.ServeHTTP(w, in)
	resp := w.Result()
	resp.Request = r
	return resp, in.Body.Close()
}

// Requests lists what came so far, in the order of their ends.
func (p *Provider) Requests() []Request {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.requests)
}

// Count is how many requests an endpoint got.
func (p *Provider) Count(endpoint string) int {
	n := 0
	for _, r := range p.Requests() {
		if r.Endpoint == endpoint {
			n++
		}
	}
	return n
}

// Refreshes is how many refresh requests came, successful or not.
func (p *Provider) Refreshes() int {
	n := 0
	for _, r := range p.Requests() {
		if r.GrantType == "refresh_token" {
			n++
		}
	}
	return n
}

// Forget empties what Requests and Count tell.
func (p *Provider) Forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.requests = nil
}

// RoundTrips is how many of the requests so far had to wait for an earlier one
// to end: requests made at the same time are one round trip. The browser's
// are left out.
func (p *Provider) RoundTrips() int {
	all := p.Requests()
	slices.SortFunc(all, func(a, b Request) int { return a.Start.Compare(b.Start) })
	rounds := 0
	var end time.Time
	for _, r := range all {
		if r.Endpoint == Authorize {
			continue
		}
		if rounds == 0 || r.Start.After(end) {
			rounds++
			end = r.End
		} else if r.End.Before(end) {
			end = r.End // the next may start when the first of them ended
		}
	}
	return rounds
}

// routes wraps each endpoint: latency, faults, the list of requests.
func (p *Provider) routes() http.Handler {
	mux := http.NewServeMux()
	for path, e := range map[string]struct {
		name string
		h    http.HandlerFunc
	}{
		"GET /.well-known/openid-configuration": {Discovery, p.discovery},
		"GET /keys":                             {Keys, p.keys},
		"GET /authorize":                        {Authorize, p.authorize},
		"POST /token":                           {Token, p.token},
		"GET /userinfo":                         {Userinfo, p.userinfo},
		"GET /groups":                           {Groups, p.groups},
		"POST /revoke":                          {Revoke, p.revoke},
		"POST /device":                          {Device, p.device},
		"GET /end_session":                      {EndSession, p.endSession},
		"GET /picture.png":                      {Picture, p.picture},
		"/api/":                                 {API, p.api},
	} {
		mux.Handle(path, p.watched(e.name, e.h))
	}
	return mux
}

func (p *Provider) watched(name string, h http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen := Request{Endpoint: name, Start: time.Now(), Authorized: strings.HasPrefix(r.Header.Get("Authorization"), "Bearer ")}
		if name == Token {
			r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
			seen.GrantType = r.PostFormValue("grant_type")
		}
		rec := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		defer func() {
			seen.End, seen.Status = time.Now(), rec.status
			p.mu.Lock()
			p.requests = append(p.requests, seen)
			p.mu.Unlock()
		}()
		p.mu.Lock()
		latency := p.behaviour.Latency
		fault, broken := p.behaviour.Faults[name]
		if broken && fault.Times > 0 && p.faulted[name] >= fault.Times {
			broken = false
		}
		if broken {
			p.faulted[name]++
		}
		p.mu.Unlock()
		if latency > 0 && name != Authorize {
			p.wait(r.Context(), latency)
		}
		if broken {
			p.fail(rec, r, fault)
			return
		}
		h(rec, r)
	})
}

func (p *Provider) wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	case <-p.end:
	}
}

// fail answers with a fault.
func (p *Provider) fail(w http.ResponseWriter, r *http.Request, f Fault) {
	if f.Hang {
		select {
		case <-r.Context().Done():
		case <-p.end:
		}
		return
	}
	w.Header().Set("Content-Type", "application/json")
	for k, v := range f.Header {
		w.Header().Set(k, v)
	}
	if f.Cut {
		w.Header().Set("Content-Length", "100000")
	}
	if f.Status != 0 {
		w.WriteHeader(f.Status)
	}
	_, _ = w.Write([]byte(f.Body))
	for n := len(f.Body); n < f.Size; n += 1 << 16 {
		if _, err := w.Write([]byte(strings.Repeat("A", 1<<16))); err != nil {
			return
		}
	}
	if f.Cut {
		_ = http.NewResponseController(w).Flush() // else nothing of it arrives
		panic(http.ErrAbortHandler)
	}
}

// statusWriter remembers the status.
type statusWriter struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements [http.ResponseWriter].
func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap is for [http.ResponseController].
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (p *Provider) discovery(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, map[string]any{
		"issuer":                                         p.URL,
		"authorization_endpoint":                         p.URL + "/authorize",
		"token_endpoint":                                 p.URL + "/token",
		"device_authorization_endpoint":                  p.URL + "/device",
		"userinfo_endpoint":                              p.URL + "/userinfo",
		"jwks_uri":                                       p.URL + "/keys",
		"revocation_endpoint":                            p.URL + "/revoke",
		"end_session_endpoint":                           p.URL + "/end_session",
		"response_types_supported":                       []string{"code"},
		"subject_types_supported":                        []string{"public"},
		"code_challenge_methods_supported":               []string{"S256"},
		"id_token_signing_alg_values_supported":          []string{"RS256"},
		"scopes_supported":                               []string{"openid", "profile", "email", "groups", "offline_access"},
		"token_endpoint_auth_methods_supported":          []string{"none", "client_secret_post", "client_secret_basic"},
		"authorization_response_iss_parameter_supported": true,
	})
}

// answer writes JSON.
func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

// random is 128 bits of chance.
func random() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}
