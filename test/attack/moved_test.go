package attack

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/probe"
	"github.com/claviger/claviger/providers"
)

// walk is how long a person is waited for who never comes back.
const walk = 2 * time.Second

// spy is a server to which a provider's id is pointed after a person signed in
// elsewhere. It publishes endpoints and keeps whatever a secret may stand in.
type spy struct {
	server *httptest.Server

	mu  sync.Mutex
	got []string
}

func newSpy(t *testing.T) *spy {
	t.Helper()
	s := &spy{}
	s.server = httptest.NewServer(s)
	t.Cleanup(s.server.Close)
	return s
}

// ServeHTTP implements [http.Handler].
func (s *spy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	sent := string(body)
	if !slices.ContainsFunc([]string{"token=", "client_secret", "login_hint", `"t":`}, func(s string) bool { return strings.Contains(sent, s) }) {
		sent = ""
	}
	for _, found := range []string{
		r.Header.Get("Authorization"), r.Header.Get("DPoP"), sent,
		r.URL.Query().Get("login_hint"), r.URL.Query().Get("id_token_hint"),
	} {
		if found != "" {
			s.mu.Lock()
			s.got = append(s.got, r.Method+" "+r.URL.Path+": "+found[:min(len(found), 60)])
			s.mu.Unlock()
		}
	}
	w.Header().Set("Content-Type", "application/json")
	if !strings.HasPrefix(r.URL.Path, "/.well-known/") {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"error":"temporarily_unavailable"}`)
		return
	}
	md := map[string]any{"issuer": s.server.URL, "response_types_supported": []string{"code"}, "dpop_signing_alg_values_supported": []string{"ES256"}}
	for name, path := range map[string]string{
		"authorization_endpoint": "/authorize", "token_endpoint": "/token", "device_authorization_endpoint": "/device",
		"userinfo_endpoint": "/userinfo", "jwks_uri": "/keys", "revocation_endpoint": "/revoke", "end_session_endpoint": "/end",
		"pushed_authorization_request_endpoint": "/par", "introspection_endpoint": "/introspect", "registration_endpoint": "/register",
	} {
		md[name] = s.server.URL + path
	}
	_ = json.NewEncoder(w).Encode(md)
}

// nothing fails if the spy got anything that was for another.
func (s *spy) nothing(t *testing.T) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, got := range s.got {
		t.Errorf("the other server got %s", got)
	}
}

// endpoints are all of them at one server.
func endpoints(at string) providers.Endpoints {
	return providers.Endpoints{
		Authorization: at + "/authorize", Token: at + "/token", DeviceAuthorization: at + "/device", Userinfo: at + "/userinfo",
		JWKS: at + "/keys", Revocation: at + "/revoke", EndSession: at + "/end", PushedAuthorization: at + "/par",
	}
}

// ways point a provider elsewhere, whoever does it: a file, a variable of the
// environment, the card in the window.
var ways = map[string]func(c *providers.Provider, at string){
	"another issuer": func(c *providers.Provider, at string) { c.Issuer = at },
	"another file": func(c *providers.Provider, at string) {
		c.Issuer, c.Groups[0].URL = at, at+"/groups"
	},
	"endpoints in the file":      func(c *providers.Provider, at string) { c.Endpoints = endpoints(at) },
	"endpoints in place of them": func(c *providers.Provider, at string) { c.Discovery, c.Endpoints = "none", endpoints(at) },
	"plain OAuth 2.0": func(c *providers.Provider, at string) {
		c.Issuer, c.Discovery, c.Endpoints = "", "none", endpoints(at)
	},
	"token endpoint only":  func(c *providers.Provider, at string) { c.Endpoints.Token = at + "/token" },
	"pushed requests only": func(c *providers.Provider, at string) { c.Endpoints.PushedAuthorization = at + "/par" },
	"device endpoint only": func(c *providers.Provider, at string) { c.Endpoints.DeviceAuthorization = at + "/device" },
	"sign-in page only":    func(c *providers.Provider, at string) { c.Endpoints.Authorization = at + "/authorize" },
	"userinfo only":        func(c *providers.Provider, at string) { c.Endpoints.Userinfo = at + "/userinfo" },
	"groups only":          func(c *providers.Provider, at string) { c.Groups[0].URL = at + "/groups" },
	"a further group source": func(c *providers.Provider, at string) {
		c.Groups = append(c.Groups, providers.GroupSource{Source: providers.Source{Name: "More", URL: at + "/more"}, Items: ".[]"})
	},
	"a further profile source": func(c *providers.Provider, at string) {
		c.Profile.Sources = append(c.Profile.Sources, providers.ProfileSource{Source: providers.Source{Name: "More", URL: at + "/more"}, Map: "."})
	},
	"picture only": func(c *providers.Provider, at string) {
		c.Profile.Picture = providers.Picture{URL: at + "/picture", Bearer: true}
	},
	"sign-out addresses": func(c *providers.Provider, at string) {
		c.SignOut.URL, c.SignOut.EndSession = at+"/revoke", at+"/end?id_token_hint={sub}"
	},
	"sign-out requests": func(c *providers.Provider, at string) {
		c.SignOut = providers.SignOut{Method: "requests", URL: at, Requests: []providers.SignOutRequest{{Method: "POST", Path: "/end", Body: `{"t":"{access_token}","r":"{refresh_token}"}`}}}
	},
	"sign-out form": func(c *providers.Provider, at string) {
		c.SignOut = providers.SignOut{Method: "form", URL: at + "/revoke"}
	},
}

// uses are what an account does with its provider by itself or when asked to.
var uses = map[string]func(ctx context.Context, a *auth.Agent, id string){
	"refresh": func(ctx context.Context, a *auth.Agent, id string) { _, _ = a.Refresh(ctx, id) },
	"check":   func(ctx context.Context, a *auth.Agent, id string) { _, _ = a.Check(ctx, id) },
	"picture": func(ctx context.Context, a *auth.Agent, id string) { _, _ = a.Picture(ctx, id) },
	"sign-out": func(ctx context.Context, a *auth.Agent, id string) {
		_, _ = a.SignOut(ctx, id, auth.SignOutOptions{Revoke: true, EndSession: true})
		_, _ = a.RetrySignOuts(ctx)
	},
	"sign-in again": func(ctx context.Context, a *auth.Agent, id string) {
		_, _ = a.SignIn(ctx, auth.SignInRequest{Provider: "authtest", Account: id})
	},
	"sign-in again with a code": func(ctx context.Context, a *auth.Agent, id string) {
		_, _ = a.SignIn(ctx, auth.SignInRequest{Provider: "authtest", Account: id, Device: true})
	},
}

// moving is an agent whose one provider can be pointed elsewhere.
type moving struct {
	mu  sync.Mutex
	now *providers.Provider
}

func (m *moving) lookup(id string) (*providers.Provider, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.now.Clone(), id == m.now.ID
}

func (m *moving) point(change func(*providers.Provider)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	next := m.now.Clone()
	change(next)
	m.now = next
}

// An account's secrets stay with the servers that it was made with, however its
// provider's id is pointed elsewhere and whatever the account does then.
func TestSecretsStayWithTheirIssuer(t *testing.T) {
	for way, point := range ways {
		for use, do := range uses {
			modes := []string{"Bearer"}
			if slices.Contains([]string{"another issuer", "endpoints in the file", "userinfo only"}, way) {
				modes = append(modes, "DPoP") // whose proofs count too
			}
			for _, mode := range modes {
				t.Run(way+"/"+use+"/"+mode, func(t *testing.T) {
					t.Parallel()
					home, other, browser := authtest.NewProvider(t), newSpy(t), &authtest.Browser{}
					if mode == "DPoP" {
						home.Behave(authtest.Behaviour{DPoP: true, RequireDPoP: true})
					}
					m := &moving{now: home.Config()}
					m.point(func(c *providers.Provider) { c.Authorization.DPoP = "auto" })
					a, err := auth.New(auth.Options{Lookup: m.lookup, Browser: browser.Open})
					if err != nil {
						t.Fatal(err)
					}
					t.Cleanup(func() { _ = a.Close() })
					account, err := a.SignIn(t.Context(), auth.SignInRequest{Provider: "authtest", Groups: true})
					if err != nil {
						t.Fatal(err)
					}
					opened := len(browser.Opened())
					m.point(func(c *providers.Provider) { point(c, other.server.URL) })
					ctx, cancel := contextOf(t, walk)
					defer cancel()
					do(ctx, a, account.ID)
					browser.Wait()
					other.nothing(t)
					for _, link := range browser.Opened()[opened:] {
						if strings.HasPrefix(link, other.server.URL) && (strings.Contains(link, "mira") || strings.Contains(link, "=eyJ")) {
							t.Errorf("the browser took %.80s there", link)
						}
					}
				})
			}
		}
	}
}

// A client secret from a safe place, which was given for one issuer, goes to no
// other: at the token endpoint, in a pushed request, in a device request.
func TestClientSecretStaysWithItsIssuer(t *testing.T) {
	for way, point := range ways {
		if slices.Contains([]string{"userinfo only", "groups only", "a further group source", "a further profile source", "picture only"}, way) {
			continue // no client secret goes there
		}
		for _, device := range []bool{false, true} {
			name := way + "/code"
			if device {
				name = way + "/device"
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				home, other, browser := authtest.NewProvider(t), newSpy(t), &authtest.Browser{}
				m := &moving{now: home.Config()}
				m.point(func(c *providers.Provider) {
					c.Client.SecretUse, c.Client.Auth = "required", "client_secret_post"
				})
				kept := auth.KeptSecret{Secret: providers.NewSecret(clientSecret), Home: oauth.HomeOf(m.now)}
				a, err := auth.New(auth.Options{
					Lookup: m.lookup, Browser: browser.Open,
					Secret: func(context.Context, *providers.Provider) (auth.KeptSecret, error) { return kept, nil },
				})
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = a.Close() })
				if _, err := a.SignIn(t.Context(), auth.SignInRequest{Provider: "authtest"}); err != nil {
					t.Fatal(err)
				}
				m.point(func(c *providers.Provider) { point(c, other.server.URL) })
				ctx, cancel := contextOf(t, walk)
				defer cancel()
				_, _ = a.SignIn(ctx, auth.SignInRequest{Provider: "authtest", Device: device, Timeout: walk})
				_, _ = a.Tester().Test(ctx, probe.Request{Provider: "authtest"})
				browser.Wait()
				other.nothing(t)
			})
		}
	}
}
