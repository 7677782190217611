package ask

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

// A name is checked however it is written: net/http connects to its ASCII form.
func TestNamesInOtherLettersThatLeadNear(t *testing.T) {
	for _, host := range []string{"lócalhost.localhost", "ⓛocalhost"} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://"+host+":9/x", nil)
		if err != nil {
			t.Fatal(err)
		}
		marked := Reach{May: nowhere, Own: []string{"https://login.example"}}.mark(req)
		name, _ := NamedBy(marked.Context())
		asked := &notedDial{dials: newDials()}
		base := newTransport(nil, newDials())
		base.DialContext = asked.DialContext
		resp, err := base.RoundTrip(marked)
		if err == nil {
			_ = resp.Body.Close()
		}
		if host, _, _ := net.SplitHostPort(asked.address); name != host {
			t.Errorf("%s: named as %q, connected to as %q", req.URL.Host, name, host)
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

// nowhere lets no secret go anywhere.
func nowhere(string, bool) error { return ErrUnbound }

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
