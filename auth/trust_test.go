package auth

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/internal/ask"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/test/ports"
)

// secured is a provider over TLS whose authority only ca_file knows.
type secured struct {
	*authtest.Provider
	ca     *authtest.Authority
	server *httptest.Server
	file   string
}

func newSecured(t *testing.T) *secured {
	t.Helper()
	s := &secured{Provider: authtest.NewProvider(t), ca: authtest.NewAuthority(t, "ACME Root")}
	s.server = s.OverTLS(t, s.ca.Certificate(t, nil, "127.0.0.1"), "127.0.0.1")
	s.file = s.ca.File(t)
	return s
}

// lookup is the provider with its ca_file, in a set that caches metadata as
// those of people do.
func (s *secured) lookup(t *testing.T, file string) func(string) (*providers.Provider, bool) {
	t.Helper()
	set, err := providers.Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	p := s.Config()
	p.Trust.CAFile = file
	set.Put(p)
	other := s.Config()
	other.ID, other.Name = "other", "Other" // the same issuer, and nobody more to trust
	other.Redirect.Path = "/callback/other" // whom it trusts makes it another party
	set.Put(other)
	return set.Lookup
}

// agent signs in with a browser that trusts the authority.
func (s *secured) agent(t *testing.T, file string, store Store) *Agent {
	t.Helper()
	browser := &authtest.Browser{Transport: &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: s.ca.Pool(), MinVersion: tls.VersionTLS12}, DisableKeepAlives: true,
	}}
	a, err := New(Options{Lookup: s.lookup(t, file), Store: store, Browser: browser.Open})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	return a
}

// TestCAFileIsForEveryRequest has a server that nothing but ca_file makes
// trusted, and asks for everything that there is to ask.
func TestCAFileIsForEveryRequest(t *testing.T) {
	s := newSecured(t)
	a := s.agent(t, s.file, newMemStore())
	ctx := t.Context()
	acc, err := a.SignIn(ctx, SignInRequest{Provider: "authtest", Groups: true, Remember: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(acc.Missing) > 0 || len(acc.Groups) == 0 {
		t.Errorf("missing %v, groups %v", acc.Missing, acc.Groups)
	}
	for name, err := range map[string]error{
		"picture": second(a.Picture(ctx, acc.ID)), "refresh": second(a.Refresh(ctx, acc.ID)), "check": second(a.Check(ctx, acc.ID)),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	client, err := a.Client(ctx, acc.ID)
	if err != nil {
		t.Fatal(err)
	}
	if resp := send(t, client, http.MethodGet, s.URL+"/api/things", ""); resp.StatusCode != http.StatusOK {
		t.Errorf("api: %d", resp.StatusCode)
	}
	if f, err := a.Start(ctx, SignInRequest{Provider: "authtest", Device: true}); err != nil {
		t.Errorf("device: %v", err)
	} else {
		f.Cancel()
	}
	if receipt, err := a.SignOut(ctx, acc.ID, SignOutOptions{Revoke: true}); err != nil || receipt.Revoked.Outcome != OutcomeDone {
		t.Errorf("sign out: %+v, %v", receipt, err)
	}
	for _, endpoint := range []string{
		authtest.Discovery, authtest.Token, authtest.Userinfo, authtest.Keys, authtest.Picture, authtest.API, authtest.Revoke, authtest.Device,
	} {
		if s.Count(endpoint) == 0 {
			t.Errorf("%s was not asked", endpoint)
		}
	}
}

// TestCAFileIsForDiscovery looks the same server up, with and without an agent.
func TestCAFileIsForDiscovery(t *testing.T) {
	s := newSecured(t)
	a := s.agent(t, s.file, nil)
	for name, look := range map[string]func(ctx context.Context, issuer, caFile string) (*providers.Metadata, error){
		"agent": a.Discover, "no agent": Discover,
	} {
		if m, err := look(t.Context(), s.URL, s.file); err != nil || m.Issuer != s.URL {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestCAFileIsForOneProvider: the same server, for a provider without it; what
// the first one's authorities vouched for is no help.
func TestCAFileIsForOneProvider(t *testing.T) {
	s := newSecured(t)
	a := s.agent(t, s.file, nil)
	if _, err := a.Metadata(t.Context(), "authtest"); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"other":    second(a.Metadata(t.Context(), "other")),
		"discover": second(a.Discover(t.Context(), s.URL, "")),
	} {
		if p := problem.Explain(err, nil, ""); p.Code != "unknown-authority" {
			t.Errorf("%s: %+v (%v)", name, p, err)
		}
	}
	md, _ := a.Metadata(t.Context(), "authtest")
	mine, _ := a.lookup("authtest")
	other, _ := a.lookup("other")
	if _, _, err := a.idTokens.Prefetch(t.Context(), mine, md.JWKSURI); err != nil {
		t.Error(err)
	}
	if _, _, err := a.idTokens.Prefetch(t.Context(), other, md.JWKSURI); err == nil {
		t.Error("keys of the one provider are good for the other")
	}
}

func second[T any](_ T, err error) error { return err }

// TestCAFileConnectionsAreUsedAgain: one provider, one client, until the file
// changes; then nothing lives on that the old one vouched for.
func TestCAFileConnectionsAreUsedAgain(t *testing.T) {
	ca := authtest.NewAuthority(t, "ACME Root")
	var mu sync.Mutex
	from := map[string]bool{} // a connection has a port of its own
	server := authtest.ServeTLS(t, ca.Certificate(t, nil, "127.0.0.1"), http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		from[r.RemoteAddr] = true
	}))
	a, err := New(Options{Lookup: func(string) (*providers.Provider, bool) { return nil, false }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	p := &providers.Provider{Trust: providers.Trust{CAFile: ca.File(t)}}
	get := func() error {
		client, err := a.net.HTTP(p)
		if err != nil {
			return err
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
		if err != nil {
			return err
		}
		resp, err := client.Do(req)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, resp.Body)
		return errors.Join(err, resp.Body.Close())
	}
	for range 3 {
		if err := get(); err != nil {
			t.Fatal(err)
		}
	}
	if len(from) != 1 {
		t.Errorf("%d connections for three requests", len(from))
	}
	stranger := authtest.NewAuthority(t, "Stranger")
	if err := os.WriteFile(p.Trust.CAFile, stranger.PEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := get(); err == nil {
		t.Error("the old authority is still trusted")
	}
	if err := os.WriteFile(p.Trust.CAFile, append(stranger.PEM(), ca.PEM()...), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := get(); err != nil {
		t.Errorf("with both: %v", err)
	}
}

// TestBadCAFileStopsBeforeTheNetwork: it is told by name, with what to do.
func TestBadCAFileStopsBeforeTheNetwork(t *testing.T) {
	s := newSecured(t)
	key, _ := authtest.SelfSigned(t, "127.0.0.1")
	der, err := x509.MarshalPKCS8PrivateKey(key.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	private := "-----BEGIN PRIVATE KEY-----\nTUlJ" + strings.Repeat("A", len(der)/100) + "\n-----END PRIVATE KEY-----\n"
	for name, c := range map[string]struct{ text, title string }{
		"missing":        {"", "does not exist"},
		"empty":          {"\n", "is empty"},
		"no certificate": {"hello", "has no certificate"},
		"private key":    {private, "has a private key"},
		"damaged":        {string(s.ca.PEM()[:100]), "is damaged"},
		"too large":      {strings.Repeat(" ", 1<<20+1), "larger than 1 MiB"},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "corp-ca.pem")
			if c.text != "" {
				if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			s.Forget()
			a := s.agent(t, file, nil)
			_, err := a.Start(t.Context(), SignInRequest{Provider: "authtest"})
			p := problem.Explain(err, s.Config(), "")
			if !errors.Is(err, providers.ErrCAFile) || p.Kind != problem.KindUsage || !strings.Contains(p.Title, c.title) ||
				!strings.Contains(p.Detail, file) || p.Next == "" {
				t.Errorf("%v\n%+v", err, p)
			}
			if n := len(s.Requests()); n != 0 {
				t.Errorf("%d requests", n)
			}
		})
	}
}

// TestWhatIsWrongWithTheConnection has a server for each thing that can be.
func TestWhatIsWrongWithTheConnection(t *testing.T) {
	ca := authtest.NewAuthority(t, "ACME Security Proxy\x1b[31m\u202e")
	hello := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "{}") })
	serve := func(change func(*x509.Certificate), names ...string) string {
		return authtest.ServeTLS(t, ca.Certificate(t, change, names...), hello).URL
	}
	times := func(from, until time.Duration) func(*x509.Certificate) {
		return func(c *x509.Certificate) { c.NotBefore, c.NotAfter = time.Now().Add(from), time.Now().Add(until) }
	}
	own, _ := authtest.SelfSigned(t, "127.0.0.1")
	plain := httptest.NewServer(hello)
	t.Cleanup(plain.Close)
	hostile := httptest.NewUnstartedServer(hello)
	hostile.TLS = &tls.Config{MinVersion: tls.VersionTLS12, GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) {
		return nil, errors.New("go away")
	}}
	hostile.Config.ErrorLog = log.New(io.Discard, "", 0)
	hostile.StartTLS()
	t.Cleanup(hostile.Close)
	nobody := "127.0.0.1:" + ports.Free(t)
	manyNames := func(c *x509.Certificate) {
		c.DNSNames = []string{"a.example", "b.example", "c.example", "d.example", "e.example", "f.example"}
	}
	nameless := func(c *x509.Certificate) { c.Subject = pkix.Name{CommonName: "old style"}; c.DNSNames = nil }
	wrongUse := func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} }
	for name, c := range map[string]struct {
		address string
		trust   bool // that the authority is known
		kind    problem.Kind
		code    string
		says    []string
	}{
		"interception":  {serve(nil, "127.0.0.1"), false, problem.KindFailed, "unknown-authority", []string{"signed by “ACME Security Proxy[31m”", "someone may be intercepting", "ca_file under [trust]"}},
		"other host":    {serve(nil, "www.example", "10.0.0.1"), true, problem.KindFailed, "wrong-host", []string{"The server that answered is not 127.0.0.1", "is for: www.example, 10.0.0.1", "Check the spelling"}},
		"many hosts":    {serve(manyNames), true, problem.KindFailed, "wrong-host", []string{"d.example and 2 more"}},
		"no host":       {serve(nameless), true, problem.KindFailed, "wrong-host", []string{"The server that answered is not 127.0.0.1"}},
		"self-signed":   {authtest.ServeTLS(t, own, hello).URL, false, problem.KindFailed, "self-signed", []string{"self-signed certificate", "SHA-256 fingerprint is ", "own server"}},
		"expired":       {serve(times(-100*time.Hour, -73*time.Hour), "127.0.0.1"), true, problem.KindFailed, "certificate-expired", []string{"has expired", "3 days ago", "Check this computer's date and time"}},
		"not yet":       {serve(times(26*time.Hour, 50*time.Hour), "127.0.0.1"), true, problem.KindFailed, "certificate-not-yet-valid", []string{"not valid yet", "in 26 hours", "clock is probably behind"}},
		"other purpose": {serve(wrongUse, "127.0.0.1"), true, problem.KindFailed, "bad-certificate", []string{"is not valid", "incompatible key usage"}},
		"no TLS":        {"https" + strings.TrimPrefix(plain.URL, "http"), true, problem.KindFailed, "no-tls", []string{"does not use https", "Check the address and port"}},
		"alert":         {hostile.URL, true, problem.KindFailed, "tls-refused", []string{"closed the encrypted connection", "internal error"}},
		"nobody there":  {"https://" + nobody, true, problem.KindOffline, "refused", []string{"could not be reached", "refused the connection"}},
		"no such host":  {"https://no-such-host.invalid", true, problem.KindOffline, "", []string{"could not be reached"}},
	} {
		t.Run(name, func(t *testing.T) {
			file := ""
			if c.trust {
				file = ca.File(t)
			}
			check := func(err error) {
				t.Helper()
				p := problem.Explain(err, nil, "")
				whole := p.Title + "\n" + p.Detail + "\n" + p.Next
				if p.Kind != c.kind || c.code != "" && p.Code != c.code || errors.Is(err, oauth.ErrOffline) != (c.kind == problem.KindOffline) {
					t.Errorf("%+v\n%v", p, err)
				}
				for _, word := range c.says {
					if !strings.Contains(whole, word) {
						t.Errorf("%q is not said: %s", word, whole)
					}
				}
				if strings.ContainsAny(whole+err.Error(), "\x1b\u202e{}") {
					t.Errorf("foreign characters or blanks: %q, %q", whole, err)
				}
			}
			// Discovery, and a token request.
			check(second(Discover(t.Context(), c.address, file)))
			a, err := New(Options{Lookup: func(string) (*providers.Provider, bool) { return nil, false }})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = a.Close() }()
			p := &providers.Provider{Trust: providers.Trust{CAFile: file}}
			md := &providers.Metadata{TokenEndpoint: c.address + "/token?secret=" + canaryCode}
			home := oauth.ServerHome(c.address)
			_, err = a.net.Client(p, md, home).Exchange(t.Context(), &oauth.AuthorizationRequest{}, oauth.Binding{}, providers.NewSecret(canaryCode), nil)
			check(err)
			if strings.Contains(err.Error(), canaryCode) {
				t.Errorf("the address is told: %v", err)
			}
		})
	}
}

// throughProxy makes a token request over a proxy, as the environment would name
// it; that itself is read once a process, so that test/cli has it.
func throughProxy(t *testing.T, s *secured, proxy string, host string) error {
	t.Helper()
	u, err := url.Parse(proxy)
	if err != nil {
		t.Fatal(err)
	}
	rt := ask.NewTransport(s.ca.Pool())
	rt.Proxy = http.ProxyURL(u)
	defer rt.CloseIdleConnections()
	_, err = providers.Discover(t.Context(), ask.NewClient(rt), "https://"+host)
	return oauth.Offline(err)
}

// TestProxyThatRefuses: what a proxy says is told apart from what the provider
// says, and none of it holds the password.
func TestProxyThatRefuses(t *testing.T) {
	s := newSecured(t)
	proxy := authtest.NewProxy(t, strings.TrimPrefix(s.server.URL, "https://"))
	for _, c := range []struct {
		name  string
		login string
		code  int
		url   string
		want  string
		says  []string
	}{
		{"login", "me:right", 0, proxy.URL, "proxy-login", []string{"requires a user name and password", "HTTPS_PROXY"}},
		{"wrong login", "me:right", 0, strings.Replace(proxy.URL, "//", "//me:canary@", 1), "proxy-login", []string{"requires a user name and password"}},
		{"forbidden", "", 403, proxy.URL, "proxy-refused", []string{"refused to connect to id.example", "403 Forbidden", "NO_PROXY"}},
		{"gateway", "", 502, proxy.URL, "proxy-refused", []string{"502 Bad Gateway"}},
		{"down", "", 0, "http://me:canary@127.0.0.1:1", "proxy-down", []string{"The proxy could not be reached", "127.0.0.1:1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			proxy.Demand(c.login, c.code)
			err := throughProxy(t, s, c.url, "id.example")
			p := problem.Explain(err, nil, "")
			whole := p.Title + "\n" + p.Detail + "\n" + p.Next
			if p.Kind != problem.KindOffline || p.Code != c.want || !errors.Is(err, oauth.ErrOffline) {
				t.Errorf("%+v\n%v", p, err)
			}
			for _, word := range c.says {
				if !strings.Contains(whole, word) {
					t.Errorf("%q is not said: %s", word, whole)
				}
			}
			if strings.Contains(whole+err.Error(), "canary") {
				t.Errorf("the password is told: %s, %v", whole, err)
			}
		})
	}
	// The proxy that lets through leads to a server that is for another host.
	proxy.Demand("me:right", 0)
	err := throughProxy(t, s, strings.Replace(proxy.URL, "//", "//me:right@", 1), "id.example")
	if p := problem.Explain(err, nil, ""); p.Code != "wrong-host" {
		t.Errorf("%+v (%v)", p, err)
	}
}
