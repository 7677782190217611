package ask

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strings"

	"github.com/claviger/claviger/internal/near"
)

// ErrUnbound is a mistake of this program, which costs an answer and no secret.
var ErrUnbound = errors.New("a secret was to be sent without saying whose it is")

// Reach says where the secrets of what is done in a context may go.
type Reach struct {
	// May reports whether they may go to an origin (see [Origin]): nil, or why not.
	// api is for an access token, the rest for everything else. Nil allows none: see
	// [Anywhere].
	May func(origin string, api bool) error
	// Own are the origins that the person's file names, its issuer's first: any
	// other was named by the issuer's answer.
	Own []string
	// Foreign says who named every server, if nobody here did: "a pasted token".
	Foreign string
}

type reachKey struct{}

// Reaching returns a context in which secrets may be sent as far as r says. Who named
// the servers ([Reach.Foreign]) stays so within it: what such a server names is no
// nearer to the person.
func Reaching(ctx context.Context, r Reach) context.Context {
	if outer, ok := ctx.Value(reachKey{}).(Reach); ok {
		r.Foreign = cmp.Or(r.Foreign, outer.Foreign)
	}
	return context.WithValue(ctx, reachKey{}, r)
}

// Anywhere returns a context whose secrets go where the caller says.
func Anywhere(ctx context.Context) context.Context {
	return Reaching(ctx, Reach{May: func(string, bool) error { return nil }})
}

// mark says in a request that its server was named by the issuer's answer and by
// nobody here.
func (r Reach) mark(req *http.Request) *http.Request {
	named := namedBy{host: near.Name(req.URL.Hostname()), by: r.Foreign}
	if r.Foreign == "" {
		if len(r.Own) == 0 || slices.Contains(r.Own, Origin(req.URL)) {
			return req
		}
		by, err := url.Parse(r.Own[0])
		if err != nil {
			return req
		}
		named.by = near.Name(by.Hostname())
	}
	return req.WithContext(context.WithValue(req.Context(), namedByKey{}, named))
}

// MayReach reports whether what is made of the context's secrets may be opened
// or asked at u: nil, or why not. A context that does not say whose its secrets are
// gives [ErrUnbound].
func MayReach(ctx context.Context, u *url.URL, api bool) error {
	r, ok := ctx.Value(reachKey{}).(Reach)
	if !ok || r.May == nil {
		return ErrUnbound
	}
	return r.May(Origin(u), api)
}

// guard is the one way on which requests leave. It lets none that carries a code,
// a token, a client secret or a proof of a key go anywhere but where they
// belong, redirects included. A request that does not say whose its secrets are
// is refused too, so that nothing depends on a rule for it.
type guard struct{ base http.RoundTripper }

// RoundTrip implements [http.RoundTripper].
func (g guard) RoundTrip(req *http.Request) (*http.Response, error) {
	if secret, api := carries(req); secret {
		if err := MayReach(req.Context(), req.URL, api); err != nil {
			return Refuse(req, err)
		}
	}
	asked := req
	req = proving(req)
	if r, ok := req.Context().Value(reachKey{}).(Reach); ok {
		req = r.mark(req)
	}
	resp, err := g.base.RoundTrip(req)
	if resp != nil {
		resp.Request = asked
	}
	return resp, err
}

// Refuse keeps the contract of [http.RoundTripper] for a request that is not made.
func Refuse(req *http.Request, err error) (*http.Response, error) {
	if req.Body != nil {
		_ = req.Body.Close()
	}
	return nil, err
}

// proving notes where the server of a request is, once it is connected to.
func proving(req *http.Request) *http.Request {
	host := near.Name(req.URL.Hostname())
	return req.WithContext(httptrace.WithClientTrace(req.Context(), &httptrace.ClientTrace{
		GotConn: func(info httptrace.GotConnInfo) { prove(info.Conn, host) },
	}))
}

// CloseIdleConnections lets [http.Client.CloseIdleConnections] through.
func (g guard) CloseIdleConnections() {
	if c, ok := g.base.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// carries reports whether a request may hold a secret, and whether that is an
// access token for an API: a GET with a token, or with a proof beside it.
// Everything that changes or asks for tokens has a body or another method.
func carries(req *http.Request) (secret, api bool) {
	authorization := req.Header.Get("Authorization")
	if req.Method != http.MethodGet && req.Method != http.MethodHead {
		return true, false
	}
	scheme, _, _ := strings.Cut(authorization, " ")
	return authorization != "" || req.Header.Get("DPoP") != "", !strings.EqualFold(scheme, "basic")
}
