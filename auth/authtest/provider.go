package authtest

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/claviger/claviger/providers"
)

// ClientID is the registered public client.
const ClientID = "authtest-client"

// Provider is a running OpenID provider. It is safe for concurrent use.
type Provider struct {
	// URL is the issuer, "http://127.0.0.1:PORT".
	URL string

	requestLog
	traffic *traffic
	server  *httptest.Server
	key     *rsa.PrivateKey
	now     func() time.Time

	mu        sync.Mutex
	behaviour Behaviour
	person    Person
	grants    grants
	pushed    map[string]pushed // requests by their address
	proofs    map[string]bool   // ids of proofs, each good once
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

// NewProvider starts a provider that ends with the test.
func NewProvider(tb testing.TB) *Provider {
	tb.Helper()
	p := Start()
	tb.Cleanup(p.Close)
	return p
}

// signingKey is the key of all providers of a process, so that a signature alone never
// tells them apart. To make one takes a while.
var signingKey = sync.OnceValue(rsaKey)

// otherKey is one that no provider publishes.
var otherKey = sync.OnceValue(rsaKey)

func rsaKey() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic("authtest: making a key: " + err.Error())
	}
	return key
}

// Start starts a provider where there is no test, such as in an example;
// Close ends it. It panics where the system gives no key or port, as
// [httptest.NewServer] does.
func Start() *Provider {
	p := &Provider{
		key: signingKey(), now: time.Now, person: Mira, traffic: newTraffic(),
		grants: newGrants(), pushed: map[string]pushed{}, proofs: map[string]bool{},
	}
	p.server = httptest.NewServer(p.routes())
	p.URL = p.server.URL
	return p
}

// Close stops the provider; it cannot be reached any more. Closing twice does
// no harm.
func (p *Provider) Close() {
	if !p.traffic.close() {
		return
	}
	p.server.CloseClientConnections()
	p.server.Close()
}

// Behave replaces how the provider answers from now on.
func (p *Provider) Behave(b Behaviour) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.behaviour = b
	p.traffic.behave(b)
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
		Client:   providers.Client{ID: ClientID, SecretUse: "optional"},
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

func (p *Provider) discovery(w http.ResponseWriter, _ *http.Request) {
	md := map[string]any{
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
	}
	p.mu.Lock()
	b := p.behaviour
	p.mu.Unlock()
	if b.AuthMethods != nil {
		md["token_endpoint_auth_methods_supported"] = b.AuthMethods
	}
	if len(b.AuthMethods) == 0 && b.AuthMethods != nil {
		delete(md, "token_endpoint_auth_methods_supported")
	}
	if b.PAR || b.RequirePAR {
		md["pushed_authorization_request_endpoint"] = p.URL + "/par"
		md["require_pushed_authorization_requests"] = b.RequirePAR
	}
	if b.Introspection {
		md["introspection_endpoint"] = p.URL + "/introspect"
	}
	if b.DPoP || b.RequireDPoP {
		md["dpop_signing_alg_values_supported"] = []string{"ES256"}
	}
	answer(w, http.StatusOK, md)
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
