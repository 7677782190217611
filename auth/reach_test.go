package auth

import (
	"errors"
	"net"
	"net/http"
	"testing"

	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/register"
	"github.com/claviger/claviger/internal/ask"
	"github.com/claviger/claviger/providers"
)

// What the person's own file names needs no check; what the metadata of its
// issuer names does.
func TestWhoNamedAServer(t *testing.T) {
	p := &providers.Provider{Issuer: "https://login.example", Endpoints: providers.Endpoints{Token: "https://tokens.example/t"}}
	home := oauth.HomeOf(p)
	home.Servers = append(home.Servers, "https://published.example")
	var by string
	client := ask.NewClient(roundTrip(func(r *http.Request) (*http.Response, error) {
		_, by = ask.NamedBy(r.Context())
		return nil, net.ErrClosed
	}))
	for host, want := range map[string]string{"login.example": "", "tokens.example": "", "published.example": "login.example"} {
		req, err := http.NewRequestWithContext(oauth.Reaching(t.Context(), p, home, nil), http.MethodPost, "https://"+host+"/x", nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := client.Do(req); !errors.Is(err, net.ErrClosed) {
			t.Errorf("%s: %v", host, err)
		}
		if by != want {
			t.Errorf("%s: named by %q, want %q", host, by, want)
		}
	}
}

// Every request to a server that metadata named says so, those without secrets and
// a registration, too.
func TestRequestsSayWhoNamedTheServer(t *testing.T) {
	p := &providers.Provider{ID: "far", Issuer: "https://login.example", Discovery: "oidc"}
	for name, request := range map[string]func(a *Agent){
		"picture": func(a *Agent) {
			_, _ = a.upkeep.refreshes.fetchPicture(t.Context(), p, &record{}, "https://published.example/x")
		},
		"the end of a registration": func(a *Agent) {
			home := oauth.Home{Issuer: p.Issuer, Servers: []string{"https://published.example"}}
			_ = register.New(a.Tester()).Deregister(t.Context(), register.Access{URI: "https://published.example/x", Token: providers.NewSecret("t"), Home: home})
		},
		"keys": func(a *Agent) { _, _ = a.net.Keys(t.Context(), p, "https://published.example/x") },
		"registration": func(a *Agent) {
			_, _ = register.New(a.Tester()).Register(t.Context(), &providers.Metadata{Issuer: p.Issuer, RegistrationEndpoint: "https://published.example/x"}, register.Request{})
		},
	} {
		var host, by string
		a, err := New(Options{
			Lookup: func(string) (*providers.Provider, bool) { return p, true },
			Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
				host, by = ask.NamedBy(r.Context())
				return nil, net.ErrClosed
			}),
		})
		if err != nil {
			t.Fatal(err)
		}
		request(a)
		if host != "published.example" || by != "login.example" {
			t.Errorf("%s: %q is named by %q", name, host, by)
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}
}

// roundTrip is a transport that is a function.
type roundTrip func(r *http.Request) (*http.Response, error)

// RoundTrip implements [http.RoundTripper].
func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// clientOf asks a provider of which only the file is known.
func clientOf(a *Agent, p *providers.Provider) *oauth.Client {
	return a.net.Client(p, &providers.Metadata{}, oauth.HomeOf(p))
}

// usualClient is an agent's client for servers with usual certificates.
func usualClient(t *testing.T, a *Agent) *http.Client {
	t.Helper()
	c, err := a.net.HTTP(&providers.Provider{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}
