package auth

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/providers"
)

// stranger is a server that keeps the credentials that reach it.
type stranger struct {
	*httptest.Server
	mu   sync.Mutex
	seen []string
}

func newStranger(t *testing.T) *stranger {
	t.Helper()
	s := &stranger{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.seen = append(s.seen, r.Header.Get("Authorization"))
		w.Header().Set("Content-Type", "image/png")
		_, _ = w.Write([]byte("\x89PNG\r\n\x1a\n"))
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *stranger) got() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.seen...)
}

// TestPictureKeepsTheTokenAtHome: profile.picture.bearer is for the provider's
// own hosts, redirects included; and no profile sends requests to other servers
// of this machine.
func TestPictureKeepsTheTokenAtHome(t *testing.T) {
	p := authtest.NewProvider(t)
	there := newStranger(t)
	for name, c := range map[string]struct {
		away    bool // the provider redirects
		picture string
		bearer  bool
		ok      bool
	}{
		"own host":              {false, p.URL + "/picture.png", true, true},
		"redirected away":       {true, p.URL + "/picture.png", true, false},
		"another local server":  {false, there.URL, true, false},
		"another, no token":     {false, there.URL, false, false},
		"unencrypted elsewhere": {false, "http://pictures.example/p.png", true, false},
		"no picture at all":     {false, "file:///etc/passwd", true, false},
	} {
		t.Run(name, func(t *testing.T) {
			p.Forget()
			p.Behave(authtest.Behaviour{})
			if c.away {
				p.Behave(authtest.Behaviour{Faults: map[string]authtest.Fault{
					authtest.Picture: {Status: 302, Header: map[string]string{"Location": there.URL}},
				}})
			}
			lookup := func(id string) (*providers.Provider, bool) {
				config, ok := p.Lookup(id)
				config.Profile.Picture.Bearer = c.bearer
				return config, ok
			}
			a := storeAgent(t, p, newMemStore(), func(o *Options) { o.Lookup = lookup })
			acc := enroll(t, a, p, time.Hour, func(res *signInResult, _ *SignInRequest) { res.Identity.User.Picture = c.picture })
			data, err := a.Picture(t.Context(), acc.ID)
			if c.ok != (err == nil && len(data) > 0) {
				t.Errorf("%d bytes, %v", len(data), err)
			}
			if c.ok && (len(p.Requests()) != 1 || !p.Requests()[0].Authorized) {
				t.Errorf("requests %+v", p.Requests())
			}
			if got := there.got(); len(got) > 0 {
				t.Errorf("the stranger was asked with %q", got)
			}
		})
	}
}

// TestTokensAreNotSentElsewhere: no redirect is followed with a code, a
// refresh token or a secret in hand, and none of them goes out unencrypted.
func TestTokensAreNotSentElsewhere(t *testing.T) {
	there := newStranger(t)
	a, err := New(Options{Lookup: func(string) (*providers.Provider, bool) { return nil, false }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	home := httptest.NewServer(http.RedirectHandler(there.URL, http.StatusTemporaryRedirect))
	t.Cleanup(home.Close)
	p := &providers.Provider{Client: providers.Client{ID: "x", Secret: providers.NewSecret(canarySecret), SecretUse: "required", Auth: "client_secret_basic"}}
	ask := func(endpoint string) error {
		c := a.net.Client(p, &providers.Metadata{TokenEndpoint: endpoint}, oauth.ServerHome(endpoint))
		_, err := c.Exchange(t.Context(), &oauth.AuthorizationRequest{}, oauth.Binding{}, providers.NewSecret(canaryCode), func(trace.Event) {})
		return err
	}
	if err := ask(home.URL); !errors.Is(err, oauth.ErrAnswer) || !strings.Contains(err.Error(), "redirects elsewhere") {
		t.Errorf("redirect: %v", err)
	}
	for _, address := range []string{"http://id.example/token", "http://10.0.0.1/token", "http://127.0.0.1.example/token", "ftp://127.0.0.1/token"} {
		if err := ask(address); !errors.Is(err, oauth.ErrPlainHTTP) {
			t.Errorf("%s: %v", address, err)
		}
	}
	if _, err := a.net.Keys(t.Context(), p, "http://id.example/keys"); !errors.Is(err, oauth.ErrAnswer) || errors.Is(err, oauth.ErrOffline) {
		t.Errorf("keys: %v", err)
	}
	if got := there.got(); len(got) > 0 {
		t.Errorf("the stranger was asked with %q", got)
	}
}
