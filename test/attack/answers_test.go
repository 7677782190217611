package attack

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/probe"
	"github.com/claviger/claviger/auth/register"
	"github.com/claviger/claviger/providers"
)

// afar is the internet as far as a hostile provider goes: it answers for its own
// host and notes every request to another.
type afar struct {
	host   string
	answer func(w http.ResponseWriter, r *http.Request)

	mu       sync.Mutex
	strayed  []string
	requests []string
}

// RoundTrip implements [http.RoundTripper].
func (a *afar) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	a.mu.Lock()
	a.requests = append(a.requests, r.Method+" "+r.URL.Path)
	if r.URL.Host != a.host {
		a.strayed = append(a.strayed, r.Method+" "+r.URL.String())
	}
	a.mu.Unlock()
	a.answer(w, r)
	resp := w.Result()
	resp.Request = r
	return resp, nil
}

// nowhere fails if a request went to another host.
func (a *afar) nowhere(t *testing.T) {
	t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, r := range a.strayed {
		t.Errorf("sent %s", r)
	}
}

// inside are addresses that nobody far away may send this computer to.
var inside = []string{
	"https://127.0.0.1/print", "https://localhost/print", "https://[::1]/print", "https://0.0.0.0/print", "https://127.1/print",
	"https://2130706433/print", "https://a.localhost/print", "https://192.168.1.1/reboot", "https://10.0.0.5/job", "https://169.254.169.254/latest",
	"https://[fd00::1]/x", "https://[::ffff:127.0.0.1]/x", "http://127.0.0.1:631/printers/a", "http://localhost:8080/x",
	"https://127.0.0.１/print", "https://ⓛocalhost/print", "https://127。0。0。1/print",
	"https://[::%25lo]:9999/x", "https://[::1%25lo]/x", "https://[64:ff9b::7f00:1]/x", "https://[2002:7f00:1::1]/x", "https://[::7f00:1]/x", "https://[::10.0.0.5]/x",
	"https://[fec0::1]/x", "https://0.0.0.1/x", "https://198.18.0.1/x", "https://192.0.0.8/x", "https://240.0.0.1/x", "https://255.255.255.255/x",
}

func jsonAnswer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

// A registration's answer names an address for managing it. One elsewhere gets
// no request, neither at once, when the answer is of no use, nor later.
func TestRegistrationsLeadNowhereElse(t *testing.T) {
	for _, address := range append([]string{"https://other.example/clients/1", "https://login.example:8443/clients/1"}, inside...) {
		for _, missing := range []string{"", "client_id"} {
			net := &afar{host: "login.example", answer: func(w http.ResponseWriter, r *http.Request) {
				answer := map[string]any{"client_id": "c-1", "registration_client_uri": address, "registration_access_token": "chosen by the server"}
				delete(answer, missing)
				jsonAnswer(w, http.StatusCreated, answer)
			}}
			a, err := auth.New(auth.Options{Lookup: func(string) (*providers.Provider, bool) { return nil, false }, Transport: net})
			if err != nil {
				t.Fatal(err)
			}
			r := register.New(a.Tester())
			reg, err := r.Register(t.Context(), &providers.Metadata{Issuer: "https://login.example", RegistrationEndpoint: "https://login.example/register"}, register.Request{})
			if err == nil {
				if !reg.Access.IsZero() {
					t.Errorf("%s is kept", address)
				}
				_ = r.Deregister(t.Context(), reg.Access)
			}
			net.nowhere(t)
			if err := a.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

// Metadata from far away names no address of this computer or its network, for
// whatever it is.
func TestMetadataLeadsNowhereNear(t *testing.T) {
	for _, name := range []string{
		"authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "device_authorization_endpoint", "revocation_endpoint",
		"end_session_endpoint", "registration_endpoint", "introspection_endpoint", "pushed_authorization_request_endpoint",
	} {
		for _, address := range inside {
			net := &afar{host: "login.example", answer: func(w http.ResponseWriter, _ *http.Request) {
				jsonAnswer(w, http.StatusOK, map[string]any{"issuer": "https://login.example", "authorization_endpoint": "https://login.example/a", "token_endpoint": "https://login.example/t", name: address})
			}}
			a, err := auth.New(auth.Options{Transport: net, Lookup: func(string) (*providers.Provider, bool) {
				return &providers.Provider{ID: "far", Name: "Far", Issuer: "https://login.example", Discovery: "oidc", Client: providers.Client{ID: "c", SecretUse: "none", Auth: "none"}}, true
			}})
			if err != nil {
				t.Fatal(err)
			}
			m, err := a.Discover(t.Context(), "https://login.example", "")
			if taken := map[string]any{}; err == nil {
				data, err := json.Marshal(m)
				if err != nil || json.Unmarshal(data, &taken) != nil || taken[name] != nil || !strings.Contains(strings.Join(m.Dropped(), " "), name) {
					t.Errorf("%s at %s is taken, or left out in silence: %v", name, address, m.Dropped())
				}
			}
			_, _ = a.SignIn(t.Context(), auth.SignInRequest{Provider: "far", Device: true, NoBrowser: true, Timeout: walk})
			net.nowhere(t)
			if err := a.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

// A device answer sends the person's browser to no page near this computer.
func TestDevicePagesAreNotNear(t *testing.T) {
	for _, address := range inside {
		for _, field := range []string{"verification_uri", "verification_uri_complete"} {
			net := &afar{host: "login.example", answer: func(w http.ResponseWriter, r *http.Request) {
				if strings.HasPrefix(r.URL.Path, "/.well-known/") {
					jsonAnswer(w, http.StatusOK, map[string]any{
						"issuer": "https://login.example", "authorization_endpoint": "https://login.example/a", "token_endpoint": "https://login.example/t",
						"device_authorization_endpoint": "https://login.example/d",
					})
					return
				}
				jsonAnswer(w, http.StatusOK, map[string]any{"device_code": "d", "user_code": "ABCD", "verification_uri": "https://login.example/go", field: address, "expires_in": 60})
			}}
			a, err := auth.New(auth.Options{Transport: net, Lookup: func(string) (*providers.Provider, bool) {
				return &providers.Provider{ID: "far", Name: "Far", Issuer: "https://login.example", Discovery: "oidc", Client: providers.Client{ID: "c", SecretUse: "none", Auth: "none"}}, true
			}})
			if err != nil {
				t.Fatal(err)
			}
			flow, err := a.Start(t.Context(), auth.SignInRequest{Provider: "far", Device: true, NoBrowser: true})
			if err == nil {
				if strings.Contains(flow.URL(), address) {
					t.Errorf("the browser is sent to %s", address)
				}
				flow.Cancel()
			}
			if err := a.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

// A server far away that is asked for keys redirects nobody to this computer.
func TestRedirectsLeadNowhereNear(t *testing.T) {
	for _, address := range inside {
		net := &afar{host: "login.example", answer: func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Path, "/.well-known/") {
				jsonAnswer(w, http.StatusOK, map[string]any{
					"issuer": "https://login.example", "authorization_endpoint": "https://login.example/a", "token_endpoint": "https://login.example/t", "jwks_uri": "https://login.example/k",
				})
				return
			}
			http.Redirect(w, r, address, http.StatusFound)
		}}
		a, err := auth.New(auth.Options{Transport: net, Lookup: func(string) (*providers.Provider, bool) {
			return &providers.Provider{
				ID: "far", Name: "Far", Issuer: "https://login.example", Discovery: "oidc", Client: providers.Client{ID: "c", SecretUse: "none", Auth: "none"},
				Scopes: providers.Scopes{Base: []string{"openid"}},
			}, true
		}})
		if err != nil {
			t.Fatal(err)
		}
		_, _ = a.Tester().Test(t.Context(), probe.Request{Provider: "far"})
		net.nowhere(t)
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}
}
