package ask

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/claviger/claviger/internal/near"
)

// maxHosts bounds the hosts whose place is remembered; they are learnt anew.
const maxHosts = 256

// dials makes connections, and none to a server nearer than who named it: a name
// can lead to this computer or into its network once it is resolved, and differently
// each time (DNS rebinding).
type dials struct {
	net.Dialer

	mu   sync.Mutex
	seen map[string]near.Distance // by host in lower case, the nearest that it was
}

func newDials() *dials {
	return &dials{Dialer: net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}, seen: map[string]near.Distance{}}
}

// namedBy says in a context that a host was named by another one's answer.
type namedBy struct{ host, by string }

type namedByKey struct{}

// NamedBy says by whose answer the host of a request's context was named; both are ""
// if it was the person's own file.
func NamedBy(ctx context.Context) (host, by string) {
	named, _ := ctx.Value(namedByKey{}).(namedBy)
	return named.host, named.by
}

// DialContext connects. The host is not checked where a proxy is connected to in
// its place, which resolves by itself.
func (d *dials) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	dialer := d.Dialer
	if named, by := NamedBy(ctx); named != "" && strings.EqualFold(named, host) {
		limit := d.distance(by)
		dialer.ControlContext = func(_ context.Context, _, resolved string, _ syscall.RawConn) error {
			if to, err := netip.ParseAddrPort(resolved); err == nil && place(host, to.Addr()) < limit {
				return fmt.Errorf("%s leads to %s, which %s must not name", host, to.Addr(), by)
			}
			return nil
		}
	}
	conn, err := dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &dialed{Conn: conn, by: d, host: host}, nil
}

// dialed is a connection to a host of that name.
type dialed struct {
	net.Conn
	by   *dials
	host string
}

// prove notes where a host is, of a connection on which requests to it are made
// now: over TLS, it has shown its certificate by then. Whoever answers for its name
// only, such as a resolver that says it is here, has not. Behind a proxy it is the
// proxy that was dialed.
func prove(conn net.Conn, host string) {
	if t, ok := conn.(*tls.Conn); ok {
		conn = t.NetConn()
	}
	if d, ok := conn.(*dialed); ok && strings.EqualFold(d.host, host) {
		d.by.note(host, conn.RemoteAddr())
	}
}

// distance is how near a host was found to be, or what its name says.
func (d *dials) distance(host string) near.Distance {
	d.mu.Lock()
	defer d.mu.Unlock()
	if seen, ok := d.seen[strings.ToLower(host)]; ok {
		return seen
	}
	return near.Host(host)
}

func (d *dials) note(host string, at net.Addr) {
	to, err := netip.ParseAddrPort(at.String())
	if err != nil {
		return
	}
	host = strings.ToLower(host)
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.seen) > maxHosts {
		d.seen = map[string]near.Distance{}
	}
	if seen, ok := d.seen[host]; !ok || place(host, to.Addr()) < seen {
		d.seen[host] = place(host, to.Addr())
	}
}

// place is how near a host is that was found at an address. Only behind a name can
// that be a stand-in.
func place(host string, at netip.Addr) near.Distance {
	if _, err := netip.ParseAddr(host); err == nil {
		return near.IP(at)
	}
	return near.Resolved(at)
}
