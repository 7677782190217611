package register

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/probe"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/providers"
)

const (
	canaryRegistration = "canary-registration-key-31aa"
	canaryInitial      = "canary-initial-token-77de"
	canarySecret       = "canary-client-secret-08aa"
)

// registrar is a registration endpoint (RFC 7591) and a client configuration
// endpoint (RFC 7592) whose every answer a test can change.
type registrar struct {
	server *httptest.Server

	mu      sync.Mutex
	asked   []map[string]any
	tokens  []string
	deleted []string
	// answer changes the registration before it is sent; refuse answers in
	// place of it.
	answer func(map[string]any)
	refuse func(w http.ResponseWriter, asked map[string]any) bool
	// authorize, where set, is the authorization endpoint.
	authorize http.HandlerFunc
	// deletion is the status of a deletion.
	deletion int
}

func newRegistrar(t *testing.T) *registrar {
	r := &registrar{deletion: http.StatusNoContent}
	r.server = httptest.NewServer(r)
	t.Cleanup(r.server.Close)
	return r
}

func (r *registrar) metadata() *providers.Metadata {
	base := r.server.URL
	return &providers.Metadata{
		Issuer: base, AuthorizationEndpoint: base + "/a", TokenEndpoint: base + "/t", DeviceAuthorizationEndpoint: base + "/d",
		RegistrationEndpoint: base + "/register", ScopesSupported: []string{"openid", "email", "offline_access", "unknown"},
		TokenEndpointAuthMethods: []string{"client_secret_post", "none"},
	}
}

// ServeHTTP implements [http.Handler].
func (r *registrar) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if req.Method == http.MethodDelete {
		r.deleted = append(r.deleted, req.URL.Path+" "+req.Header.Get("Authorization"))
		w.WriteHeader(r.deletion)
		return
	}
	if req.URL.Path == "/a" && r.authorize != nil {
		r.authorize(w, req)
		return
	}
	var asked map[string]any
	if req.URL.Path != "/register" || req.Method != http.MethodPost || json.NewDecoder(req.Body).Decode(&asked) != nil {
		http.NotFound(w, req)
		return
	}
	r.asked = append(r.asked, asked)
	r.tokens = append(r.tokens, req.Header.Get("Authorization"))
	w.Header().Set("Content-Type", "application/json")
	if r.refuse != nil && r.refuse(w, asked) {
		return
	}
	asked["client_id"] = "given-1"
	asked["registration_access_token"] = canaryRegistration
	asked["registration_client_uri"] = r.server.URL + "/register/given-1"
	if r.answer != nil {
		r.answer(asked)
	}
	w.WriteHeader(http.StatusCreated)
	_ = json.NewEncoder(w).Encode(asked)
}

func refusing(status int, code, why string) func(http.ResponseWriter, map[string]any) bool {
	return func(w http.ResponseWriter, _ map[string]any) bool {
		w.WriteHeader(status)
		_, _ = fmt.Fprintf(w, `{"error":%q,"error_description":%q}`, code, why)
		return true
	}
}

// newTestRegistrar returns a registrar whose providers nobody knows yet.
func newTestRegistrar() *Registrar {
	return New(&probe.Tester{
		Network: oauth.NewNetwork(nil, time.Now), Now: time.Now, Log: slog.New(slog.DiscardHandler),
		Lookup: func(string) (*providers.Provider, bool) { return nil, false },
	})
}

func registerAt(t *testing.T, r *registrar, change func(*providers.Metadata), req Request) (*Registration, error) {
	t.Helper()
	m := r.metadata()
	if change != nil {
		change(m)
	}
	reg, err := newTestRegistrar().Register(t.Context(), m, req)
	if err != nil {
		for _, text := range []string{err.Error(), fmt.Sprintf("%+v", problem.Explain(err, nil, ""))} {
			if strings.Contains(text, "canary") {
				t.Errorf("a secret is told: %s", text)
			}
		}
	}
	return reg, err
}

func TestRegisterAsksForANativePublicClient(t *testing.T) {
	r := newRegistrar(t)
	reg, err := registerAt(t, r, nil, Request{})
	if err != nil {
		t.Fatal(err)
	}
	path := reg.Redirect.Path
	want := map[string]any{
		"client_name": "Claviger", "application_type": "native",
		"redirect_uris":  []any{"http://127.0.0.1" + path, "http://127.0.0.1:51789" + path, "http://127.0.0.1:51790" + path, "http://127.0.0.1:51791" + path},
		"grant_types":    []any{"authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"},
		"response_types": []any{"code"}, "token_endpoint_auth_method": "none", "scope": "openid email offline_access",
	}
	got := r.asked[0]
	for _, added := range []string{"client_id", "registration_access_token", "registration_client_uri"} {
		delete(got, added)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if !strings.HasPrefix(path, "/callback/mine-") || strings.HasSuffix(path, "-") {
		t.Errorf("registered %s, which other providers may have", path)
	}
	if r.tokens[0] != "" {
		t.Error("a token was sent without one given")
	}
	if reg.ClientID != "given-1" || reg.Auth != "none" || reg.SecretUse != "none" || len(reg.Changes) != 1 ||
		reg.Access.Token.Reveal() != canaryRegistration || reg.Access.URI != r.server.URL+"/register/given-1" {
		t.Errorf("%+v", reg)
	}
	if s := fmt.Sprintf("%+v %#v", reg, reg); strings.Contains(s, "canary") {
		t.Error("the key is printed")
	}
}

func TestRegisterKeepsToWhatTheServerOffers(t *testing.T) {
	r := newRegistrar(t)
	_, err := registerAt(t, r, func(m *providers.Metadata) {
		m.GrantTypesSupported = []string{"authorization_code"}
		m.TokenEndpointAuthMethods = []string{"private_key_jwt", "client_secret_basic"}
		m.ScopesSupported = nil
	}, Request{InitialToken: providers.NewSecret(canaryInitial)})
	// It named a way with a secret and gave none.
	if !errors.Is(err, oauth.ErrAnswer) {
		t.Fatalf("error %v", err)
	}
	got := r.asked[0]
	if _, has := got["scope"]; has || got["token_endpoint_auth_method"] != "client_secret_basic" || len(got["grant_types"].([]any)) != 1 {
		t.Errorf("asked %v", got)
	}
	if r.tokens[0] != "Bearer "+canaryInitial {
		t.Error("the initial access token was not sent")
	}
	if want := []string{"/register/given-1 Bearer " + canaryRegistration}; !slices.Equal(r.deleted, want) {
		t.Errorf("a registration that cannot be used was left: %d deleted", len(r.deleted))
	}
}

// secretEnd is when that server's client secret ends.
var secretEnd = time.Date(2031, 5, 6, 12, 0, 0, 0, time.UTC)

// registeredOtherwise registers where the server changes everything it may.
func registeredOtherwise(t *testing.T) (*Registration, *registrar) {
	t.Helper()
	r := newRegistrar(t)
	r.answer = func(a map[string]any) {
		a["redirect_uris"] = []string{"https://elsewhere.example/x", "http://localhost:4000/back", "http://localhost:4001/back"}
		a["token_endpoint_auth_method"], a["client_secret"] = "client_secret_basic", canarySecret
		a["client_secret_expires_at"] = secretEnd.Unix()
		a["grant_types"] = []string{"authorization_code"}
		a["scope"] = "openid"
		delete(a, "registration_client_uri")
	}
	reg, err := registerAt(t, r, nil, Request{})
	if err != nil {
		t.Fatal(err)
	}
	return reg, r
}

func TestRegisterTellsWhatTheServerChanged(t *testing.T) {
	reg, _ := registeredOtherwise(t)
	wantRedirect := providers.Redirect{Host: "localhost", Path: "/back", Ports: []int{4000, 4001}, Register: "http://localhost:4000/back, http://localhost:4001/back"}
	if diff := cmp.Diff(wantRedirect, reg.Redirect); diff != "" {
		t.Error(diff)
	}
	if reg.Auth != "client_secret_basic" || reg.SecretUse != "required" || reg.Secret.Reveal() != canarySecret || !reg.SecretExpires.Equal(secretEnd) || !reg.NoRefresh || !reg.Access.IsZero() {
		t.Errorf("%+v", reg)
	}
	told := strings.Join(reg.Changes, "\n")
	for _, want := range []string{"4000, 4001", "client secret, which is sent", "2031-05-06", "no refresh tokens", "code on another device", "email, offline_access", "cannot be deleted"} {
		if !strings.Contains(told, want) {
			t.Errorf("not told: %q in\n%s", want, told)
		}
	}
}

func TestTheFileSaysWhatTheRegistrationSays(t *testing.T) {
	reg, r := registeredOtherwise(t)
	data, err := providers.FromRegistration("work", "Work", reg.Registered, r.metadata())
	if err != nil {
		t.Fatal(err)
	}
	p, err := providers.Parse("work.toml", data)
	if err != nil {
		t.Fatalf("%v\n%s", err, data)
	}
	if p.Client.ID != "given-1" || p.Client.Auth != "client_secret_basic" || p.Client.SecretUse != "required" || len(p.Scopes.Offline) != 0 {
		t.Errorf("%s", data)
	}
	if diff := cmp.Diff(reg.Redirect, p.Redirect); diff != "" {
		t.Errorf("%s\n%s", diff, data)
	}
	if strings.Contains(string(data), "canary") {
		t.Error("a secret is in the file")
	}
}

func TestRegisterGoesOnToWhatIsAccepted(t *testing.T) {
	// uris are those that one request asks for.
	type uris struct{ free, fixed, named int }
	count := func(asked map[string]any) (n uris) {
		for _, uri := range asked["redirect_uris"].([]any) {
			switch u := uri.(string); {
			case strings.HasPrefix(u, "http://localhost:"):
				n.named++
			case strings.HasPrefix(u, "http://127.0.0.1:"):
				n.fixed++
			default:
				n.free++
			}
		}
		return n
	}
	for name, c := range map[string]struct {
		code, why string
		accepts   func(uris) bool
		requests  int
		host      string
		ports     int
		told      string
	}{
		"all at once": {
			accepts: func(uris) bool { return true }, requests: 1, host: "127.0.0.1", ports: 3, told: "does not say whether it accepts other ports",
		},
		"without ports": {
			code: "invalid_redirect_uri", why: "native apps name no port",
			accepts: func(n uris) bool { return n.fixed+n.named == 0 }, requests: 2, host: "127.0.0.1",
		},
		"with ports, by its code": {
			code: "invalid_redirect_uri", why: "a port is needed",
			accepts: func(n uris) bool { return n.free == 0 }, requests: 3, host: "127.0.0.1", ports: 3, told: "accepts only registered ports",
		},
		"with ports, by its words": {
			code: "invalid_client_metadata", why: "redirect_uris must have a port",
			accepts: func(n uris) bool { return n.free == 0 }, requests: 3, host: "127.0.0.1", ports: 3, told: "accepts only registered ports",
		},
		"by name": {
			code: "invalid_redirect_uri", why: "http is for localhost",
			accepts: func(n uris) bool { return n.free+n.fixed == 0 }, requests: 4, host: "localhost", ports: 3, told: "accepts only registered ports",
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRegistrar(t)
			r.refuse = func(w http.ResponseWriter, asked map[string]any) bool {
				return !c.accepts(count(asked)) && refusing(http.StatusBadRequest, c.code, c.why)(w, asked)
			}
			reg, err := registerAt(t, r, nil, Request{})
			if err != nil {
				t.Fatal(err)
			}
			if len(r.asked) != c.requests || len(reg.Redirect.Ports) != c.ports || reg.Redirect.Host != c.host {
				t.Errorf("%d requests, %+v", len(r.asked), reg.Redirect)
			}
			if (len(reg.Changes) == 1) != (c.told != "") || !strings.Contains(strings.Join(reg.Changes, " "), c.told) {
				t.Errorf("told %q", reg.Changes)
			}
			if len(r.deleted) > 0 {
				t.Errorf("%d deleted", len(r.deleted))
			}
		})
	}
}

// A registration has both kinds of address, so that it works whatever the
// provider does with ports, and needs not be taken back to find out.
func TestRegisterFindsOutWhetherPortsAreCompared(t *testing.T) {
	login := func(w http.ResponseWriter, req *http.Request) { http.Redirect(w, req, "/login", http.StatusFound) }
	refuse := webPage(http.StatusBadRequest, "<p>redirect_uri does not match</p>")
	for name, c := range map[string]struct {
		authorize http.HandlerFunc
		fixed     bool
		told      string
	}{
		"compared": {
			func(w http.ResponseWriter, req *http.Request) {
				if strings.HasPrefix(req.FormValue("redirect_uri"), "http://127.0.0.1:5179") {
					login(w, req)
					return
				}
				refuse(w, req)
			}, true, "accepts only registered ports",
		},
		"not compared": {
			func(w http.ResponseWriter, req *http.Request) {
				if strings.HasPrefix(req.FormValue("redirect_uri"), "http://127.0.0.1:") {
					login(w, req)
					return
				}
				refuse(w, req)
			}, false, "",
		},
		"looked at after the login page":    {login, true, "does not say"},
		"refused for something else":        {webPage(http.StatusBadRequest, "<p>unknown client</p>"), true, "does not say"},
		"no page that a program can get at": {webPage(http.StatusForbidden, "<p>robot?</p>"), true, "does not say"},
	} {
		for how, change := range map[string]func(*registrar, *Request){
			"": func(*registrar, *Request) {},
			", no way to take it back": func(r *registrar, _ *Request) {
				r.answer = func(a map[string]any) { delete(a, "registration_client_uri") }
			},
			", with a token good for once": func(_ *registrar, q *Request) { q.InitialToken = providers.NewSecret(canaryInitial) },
		} {
			t.Run(name+how, func(t *testing.T) {
				r, request := newRegistrar(t), Request{}
				r.authorize = c.authorize
				change(r, &request)
				reg, err := registerAt(t, r, nil, request)
				if err != nil {
					t.Fatal(err)
				}
				if len(r.asked) != 1 || len(r.deleted) != 0 || (len(reg.Redirect.Ports) == 3) != c.fixed {
					t.Errorf("%d asked, %d deleted, %+v", len(r.asked), len(r.deleted), reg.Redirect)
				}
				if told := strings.Join(reg.Changes, " "); !strings.Contains(told, c.told) || strings.Contains(told, "fixed ports") != c.fixed {
					t.Errorf("told %q", told)
				}
			})
		}
	}
}

// Some have rules about scopes, which a registration need not name (RFC 7591
// §2). Such a refusal is not for the token.
func TestRegisterWithoutScopes(t *testing.T) {
	initial := Request{InitialToken: providers.NewSecret(canaryInitial)}
	for name, refuse := range map[string]func(http.ResponseWriter, map[string]any) bool{
		"by a rule":    refusing(403, "insufficient_scope", "Policy 'Allowed Client Scopes' rejected request to client-registration service."),
		"by its code":  refusing(400, "invalid_scope", ""),
		"by its words": refusing(400, "invalid_client_metadata", "scope openid is not for you"),
	} {
		t.Run(name, func(t *testing.T) {
			r := newRegistrar(t)
			r.refuse = func(w http.ResponseWriter, asked map[string]any) bool {
				_, has := asked["scope"]
				return has && refuse(w, asked)
			}
			reg, err := registerAt(t, r, nil, initial)
			if err != nil || reg.ClientID != "given-1" || len(r.asked) != 2 {
				t.Errorf("%+v, %v: %d asked", reg, err, len(r.asked))
			}
		})
	}
	r := newRegistrar(t)
	r.refuse = refusing(403, "insufficient_scope", "Policy 'Max Clients' rejected the request.")
	_, err := registerAt(t, r, nil, initial)
	if p := problem.Explain(err, nil, ""); !errors.Is(err, ErrNotThisApp) || strings.Contains(p.Title+p.Next, "token") || !strings.Contains(p.Detail, "Max Clients") {
		t.Errorf("%v: %+v", err, p)
	}
}

func TestRegisterRefused(t *testing.T) {
	initial := Request{InitialToken: providers.NewSecret(canaryInitial)}
	for name, c := range map[string]struct {
		refuse   func(http.ResponseWriter, map[string]any) bool
		answer   func(map[string]any)
		metadata func(*providers.Metadata)
		request  Request
		want     error
		code     string
		says     string
		requests int
	}{
		"not offered": {
			metadata: func(m *providers.Metadata) { m.RegistrationEndpoint = "" }, want: ErrNoRegistration, code: "no-registration",
		},
		"over plain http": {
			metadata: func(m *providers.Metadata) { m.RegistrationEndpoint = "http://login.example.com/register" }, want: oauth.ErrPlainHTTP, code: "plain-http",
		},
		"not open, 401": {refuse: refusing(401, "invalid_token", ""), want: ErrNotOpen, code: "registration-not-open", says: "invalid_token", requests: 1},
		"not open, 403": {
			refuse: refusing(403, "insufficient_scope", "Host not trusted."), want: ErrNotOpen, code: "registration-not-open", says: "Host not trusted.", requests: 2,
		},
		"initial token": {
			refuse: refusing(401, "invalid_token", "unknown token "+canaryInitial), request: initial, want: ErrInitialToken, code: "initial-access-token", requests: 1,
		},
		"redirect": {refuse: refusing(400, "invalid_redirect_uri", "https only"), code: "invalid_redirect_uri", says: "https only", requests: 4},
		"metadata": {refuse: refusing(400, "invalid_client_metadata", "no native apps"), code: "invalid_client_metadata", says: "no native apps", requests: 1},
		"request":  {refuse: refusing(400, "invalid_request", "what"), code: "invalid_request", says: "what", requests: 1},
		"busy":     {refuse: refusing(503, "", ""), code: "busy", requests: 1},
		"no page":  {refuse: refusing(404, "", ""), want: oauth.ErrAnswer, code: "unusable-answer", says: "registration endpoint does not work", requests: 1},
		"a page in place of an answer": {
			refuse: func(w http.ResponseWriter, _ map[string]any) bool { _, _ = w.Write([]byte("<html>")); return true },
			want:   oauth.ErrAnswer, code: "unusable-answer", says: "HTML", requests: 1,
		},
		"endless": {
			refuse: func(w http.ResponseWriter, _ map[string]any) bool {
				_, _ = w.Write([]byte(`{"client_id":"` + strings.Repeat("x", maxRegistration) + `"}`))
				return true
			},
			want: oauth.ErrAnswer, says: "larger", requests: 1,
		},
		"no client id": {answer: func(a map[string]any) { delete(a, "client_id") }, want: oauth.ErrAnswer, says: "client ID", requests: 1},
		"a return address elsewhere": {
			answer: func(a map[string]any) { a["redirect_uris"] = []string{"https://elsewhere.example/"} }, want: oauth.ErrAnswer, says: "not on this computer", requests: 1,
		},
		"another proof": {
			answer: func(a map[string]any) { a["token_endpoint_auth_method"] = "private_key_jwt" }, want: oauth.ErrAnswer, says: "client authentication method", requests: 1,
		},
		"another grant": {
			answer: func(a map[string]any) { a["grant_types"] = []string{"implicit"} }, want: oauth.ErrAnswer, says: "authorization code", requests: 1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRegistrar(t)
			r.refuse, r.answer = c.refuse, c.answer
			reg, err := registerAt(t, r, c.metadata, c.request)
			if err == nil {
				t.Fatalf("registered %+v", reg)
			}
			if c.want != nil && !errors.Is(err, c.want) {
				t.Errorf("error %v", err)
			}
			p := problem.Explain(err, nil, "")
			if c.code != "" && p.Code != c.code || !strings.Contains(p.Detail, c.says) || p.Next == "" {
				t.Errorf("%+v", p)
			}
			if len(r.asked) != c.requests {
				t.Errorf("%d requests, want %d", len(r.asked), c.requests)
			}
		})
	}
}

func TestRegisterOffline(t *testing.T) {
	r := newRegistrar(t)
	r.server.Close()
	if _, err := registerAt(t, r, nil, Request{}); !errors.Is(err, oauth.ErrOffline) {
		t.Errorf("error %v", err)
	}
}

func TestDeregister(t *testing.T) {
	a := newTestRegistrar()
	r := newRegistrar(t)
	access := Access{URI: r.server.URL + "/register/given-1", Token: providers.NewSecret(canaryRegistration)}
	for status, want := range map[int]string{204: "", 200: "", 404: "", 410: "", 401: "no longer exists", 403: "does not allow", 405: "does not allow", 500: "has a problem"} {
		r.deletion, r.deleted = status, nil
		err := a.Deregister(t.Context(), access)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%d: %v", status, err)
		}
		if len(r.deleted) != 1 || r.deleted[0] != "/register/given-1 Bearer "+canaryRegistration {
			t.Errorf("%d: %d deletions", status, len(r.deleted))
		}
	}
	r.deleted = nil
	if err := a.Deregister(t.Context(), Access{}); err != nil || len(r.deleted) > 0 {
		t.Errorf("nothing to delete: %v", err)
	}
	// The key goes over no open line.
	access.URI = "http://login.example.com/register/given-1"
	if err := a.Deregister(t.Context(), access); !errors.Is(err, oauth.ErrPlainHTTP) {
		t.Errorf("over plain http: %v", err)
	}
}

func webPage(status int, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, text)
	}
}
