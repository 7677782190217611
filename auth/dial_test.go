package auth

import (
	"context"
	"crypto/x509"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/claviger/claviger/internal/near"
	"github.com/claviger/claviger/providers"
)

// A host that a server far away named is not connected to where its name leads to
// this computer; one that is as near itself may name it.
func TestNamesThatLeadNear(t *testing.T) {
	asked := 0
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked++ }))
	defer s.Close()
	_, port, err := net.SplitHostPort(strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		by   string
		at   near.Distance
		want bool
	}{
		"far away":         {"login.example", near.Outside, false},
		"not known yet":    {"other.example", -1, false},
		"of a closed net":  {"sso.example", near.Inside, false},
		"of this computer": {"here.example", near.Here, true},
	} {
		d := newDials()
		if c.at >= 0 {
			d.seen[c.by] = c.at
		}
		ctx := context.WithValue(t.Context(), namedByKey{}, namedBy{host: "localhost", by: c.by})
		conn, err := d.DialContext(ctx, "tcp", net.JoinHostPort("localhost", port))
		if (err == nil) != c.want {
			t.Errorf("%s: %v", name, err)
		}
		if err == nil {
			_ = conn.Close()
		}
	}
	if asked != 0 {
		t.Errorf("asked %d times", asked)
	}
}

// A proxy that gives every name a stand-in address (RFC 2544) makes no server near:
// neither one that another names, nor one that may name others then.
func TestStandInAddressesAreNotNear(t *testing.T) {
	stand := &net.TCPAddr{IP: net.IPv4(198, 18, 0, 7), Port: 443}
	d := newDials()
	d.note("login.example", stand)
	if at := d.distance("login.example"); at != near.Outside {
		t.Errorf("a server behind a stand-in is at distance %d", at)
	}
	if at := place("tokens.example", stand.AddrPort().Addr()); at < d.distance("login.example") {
		t.Error("a server that it names would be refused")
	}
	d.note("198.18.0.7", stand)
	if at := d.distance("198.18.0.7"); at != near.Inside {
		t.Errorf("the address itself is at distance %d", at)
	}
}

// What the person's own file names needs no check; what the metadata of its
// issuer names does.
func TestWhoNamedAServer(t *testing.T) {
	p := &providers.Provider{Issuer: "https://login.example", Endpoints: providers.Endpoints{Token: "https://tokens.example/t"}}
	r, ok := reaching(t.Context(), p, HomeOf(p), nil).Value(reachKey{}).(reach)
	if !ok {
		t.Fatal("no reach")
	}
	for host, want := range map[string]string{"login.example": "", "tokens.example": "", "published.example": "login.example"} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://"+host+"/x", nil)
		if err != nil {
			t.Fatal(err)
		}
		named, _ := r.mark(req).Context().Value(namedByKey{}).(namedBy)
		if named.by != want {
			t.Errorf("%s: named by %q, want %q", host, named.by, want)
		}
	}
}

// A name is checked however it is written: net/http connects to its ASCII form.
func TestNamesInOtherLettersThatLeadNear(t *testing.T) {
	p := &providers.Provider{Issuer: "https://login.example"}
	for _, host := range []string{"lócalhost.localhost", "ⓛocalhost"} {
		ctx := reaching(t.Context(), p, HomeOf(p), nil)
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://"+host+":9/x", nil)
		if err != nil {
			t.Fatal(err)
		}
		marked := reach{home: HomeOf(p), own: []string{p.Issuer}}.mark(req)
		named, _ := marked.Context().Value(namedByKey{}).(namedBy)
		asked := &notedDial{dials: newDials()}
		base := newTransport(nil, newDials())
		base.DialContext = asked.DialContext
		resp, err := base.RoundTrip(marked)
		if err == nil {
			_ = resp.Body.Close()
		}
		if host, _, _ := net.SplitHostPort(asked.address); named.host != host {
			t.Errorf("%s: named as %q, connected to as %q", req.URL.Host, named.host, host)
		}
	}
}

// notedDial notes what is connected to, and connects to nothing.
type notedDial struct {
	*dials
	address string
}

func (n *notedDial) DialContext(_ context.Context, _, address string) (net.Conn, error) {
	n.address = address
	return nil, net.ErrClosed
}

// Every request to a server that metadata named says so, those without secrets and
// a registration, too.
func TestRequestsSayWhoNamedTheServer(t *testing.T) {
	p := &providers.Provider{ID: "far", Issuer: "https://login.example", Discovery: "oidc"}
	for name, ask := range map[string]func(a *Agent){
		"picture": func(a *Agent) {
			_, _ = a.upkeep.refreshes.fetchPicture(t.Context(), p, &record{}, "https://published.example/x")
		},
		"the end of a registration": func(a *Agent) {
			home := Home{Issuer: p.Issuer, Servers: []string{"https://published.example"}}
			_ = a.Deregister(t.Context(), RegistrationAccess{URI: "https://published.example/x", Token: providers.NewSecret("t"), Home: home})
		},
		"keys": func(a *Agent) { _, _ = a.fetchKeys(t.Context(), p, "https://published.example/x") },
		"registration": func(a *Agent) {
			_, _ = a.Register(t.Context(), &providers.Metadata{Issuer: p.Issuer, RegistrationEndpoint: "https://published.example/x"}, RegisterRequest{})
		},
	} {
		var named namedBy
		a, err := New(Options{
			Lookup: func(string) (*providers.Provider, bool) { return p, true },
			Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
				named, _ = r.Context().Value(namedByKey{}).(namedBy)
				return nil, net.ErrClosed
			}),
		})
		if err != nil {
			t.Fatal(err)
		}
		ask(a)
		if want := (namedBy{host: "published.example", by: "login.example"}); named != want {
			t.Errorf("%s: %+v, want %+v", name, named, want)
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

// Where a host is counts from its certificate on: who only answers for its name
// cannot make it one that may name servers near.
func TestPlaceOfAHostIsProved(t *testing.T) {
	s := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer s.Close()
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	_, port, err := net.SplitHostPort(strings.TrimPrefix(s.URL, "https://"))
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	for name, c := range map[string]struct {
		roots *x509.CertPool
		host  string
		want  near.Distance
	}{
		"another's certificate": {x509.NewCertPool(), "LOCALHOST.example", near.Outside},
		"of another name":       {roots, "other.test", near.Outside},
		"its own":               {roots, "Example.com", near.Here}, // as httptest's certificate says
	} {
		d := newDials()
		base := newTransport(c.roots, d)
		dial := base.DialContext
		base.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			host, _, _ := net.SplitHostPort(address)
			conn, err := dial(ctx, network, net.JoinHostPort("127.0.0.1", port))
			if err == nil {
				conn.(*dialed).host = host // as a resolver that says so would make it
			}
			return conn, err
		}
		base.Proxy = nil
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://"+c.host+"/", nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := guard{base}.RoundTrip(req)
		if err == nil {
			_ = resp.Body.Close()
		}
		if got := d.distance(strings.ToLower(c.host)); got != c.want {
			t.Errorf("%s: %v, want %v (%v)", name, got, c.want, err)
		}
	}
}
