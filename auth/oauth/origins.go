package oauth

import (
	"cmp"
	"net/http"
	"net/url"
	"sync"
	"time"
)

const (
	// maxOrigins bounds the servers that are remembered; they are learnt anew.
	maxOrigins = 256
	// maxNonce bounds a nonce, which goes into each request.
	maxNonce = 4 << 10
	// clockOff is the difference of clocks that makes a refused proof worth
	// another one. Servers allow seconds to minutes (RFC 9449 §11.1).
	clockOff = 5 * time.Second
)

// origins is what servers said that proofs need: the nonce to use next, and
// their clock. The zero value is ready for use.
type origins struct {
	mu     sync.Mutex
	nonces map[string]string
	clocks map[string]time.Duration // how far this machine's is ahead
}

// server is where nonces are good: authorization servers and the APIs beside
// them count by themselves (RFC 9449 §8, §9).
type server struct {
	origin string
	api    bool
}

func serverOf(u *url.URL, api bool) server { return server{u.Scheme + "://" + u.Host, api} }

func (s server) key() string {
	if s.api {
		return "api " + s.origin
	}
	return s.origin
}

// learn reads an answer's headers and reports the nonce in them (RFC 9449
// §8.2), "" if there is none.
func (o *origins) learn(s server, h http.Header, now time.Time) (nonce string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.nonces == nil || len(o.nonces)+len(o.clocks) > maxOrigins {
		o.nonces, o.clocks = map[string]string{}, map[string]time.Duration{}
	}
	if h.Get("Date") != "" && h.Get("Age") == "" { // else of a cache on the way
		o.clocks[s.origin] = clockSkew(now, h)
	}
	if nonce = h.Get("DPoP-Nonce"); nonce == "" || len(nonce) > maxNonce {
		return ""
	}
	o.nonces[s.key()] = nonce
	return nonce
}

// known is the nonce to use next and how far this machine's clock is ahead. An
// API that gave no nonce yet may take that of the authorization server of the
// same origin, which saves the round trip for one of its own.
func (o *origins) known(s server) (nonce string, ahead time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return cmp.Or(o.nonces[s.key()], o.nonces[s.origin]), o.clocks[s.origin]
}

// now is the wall clock: the time without the monotonic reading, which stands still
// while the machine sleeps, and a token does not.
func (n *Network) now() time.Time { return n.clock().Round(0) }

// aheadOf is how far this machine's clock is known to be ahead of a server's.
func (n *Network) aheadOf(endpoint string) time.Duration {
	u, err := url.Parse(endpoint)
	if err != nil {
		return 0
	}
	_, ahead := n.origins.known(serverOf(u, false))
	return ahead
}
