package auth

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strings"

	"github.com/claviger/claviger/internal/near"
	"github.com/claviger/claviger/providers"
)

// errUnbound is a mistake of this program, which costs an answer and no secret.
var errUnbound = errors.New("a secret was to be sent without saying whose it is")

// reach says where the secrets of what is done in a context may go.
type reach struct {
	home Home
	name string // of the provider, for people
	// own are the origins that the person's file names, its issuer's first.
	own []string
	// anywhere is for a request whose address the caller chose.
	anywhere bool
}

type reachKey struct{}

// reaching returns a context in which the secrets of a home may be sent, to its
// own servers and APIs and to what its issuer publishes; md may be nil.
func reaching(ctx context.Context, p *providers.Provider, h Home, md *providers.Metadata) context.Context {
	r := reach{home: h.with(md), name: p.Name, own: add(nil, providers.OriginOf(p.Issuer))}
	for _, d := range p.Destinations() {
		r.own = add(r.own, d.Origin)
	}
	return context.WithValue(ctx, reachKey{}, r)
}

// mark says in a request that its server was named by the issuer's answer and by
// nobody here.
func (r reach) mark(req *http.Request) *http.Request {
	if r.anywhere || len(r.own) == 0 || slices.Contains(r.own, originOf(req.URL)) {
		return req
	}
	by, err := url.Parse(r.own[0])
	if err != nil {
		return req
	}
	named := namedBy{host: near.Name(req.URL.Hostname()), by: near.Name(by.Hostname())}
	return req.WithContext(context.WithValue(req.Context(), namedByKey{}, named))
}

// mayReach reports whether what is made of the context's secrets may be opened
// or asked at u: nil, or why not.
func mayReach(ctx context.Context, u *url.URL, api bool) error {
	r, ok := ctx.Value(reachKey{}).(reach)
	origin := originOf(u)
	switch {
	case !ok:
		return errUnbound
	case r.anywhere, r.home.server(origin), api && r.home.api(origin):
		return nil
	}
	return &MovedError{Provider: r.name, Was: r.home.String(), Now: origin}
}

// guard is the one way on which requests leave. It lets none that carries a code,
// a token, a client secret or a proof of a key go anywhere but where they
// belong, redirects included. A request that does not say whose its secrets are
// is refused too, so that nothing depends on somebody having thought of it.
type guard struct{ base http.RoundTripper }

// RoundTrip implements [http.RoundTripper].
func (g guard) RoundTrip(req *http.Request) (*http.Response, error) {
	if secret, api := carries(req); secret {
		if err := mayReach(req.Context(), req.URL, api); err != nil {
			closeBody(req)
			return nil, err
		}
	}
	asked := req
	req = proving(req)
	if r, ok := req.Context().Value(reachKey{}).(reach); ok {
		req = r.mark(req)
	}
	resp, err := g.base.RoundTrip(req)
	if resp != nil {
		resp.Request = asked
	}
	return resp, err
}

// proving notes where the server of a request is, once it is connected to.
func proving(req *http.Request) *http.Request {
	host := near.Name(req.URL.Hostname())
	return req.WithContext(httptrace.WithClientTrace(req.Context(), &httptrace.ClientTrace{
		GotConn: func(info httptrace.GotConnInfo) { prove(info.Conn, host) },
	}))
}

// reachingAnywhere is a context whose secrets go where the caller says.
func reachingAnywhere(ctx context.Context) context.Context {
	return context.WithValue(ctx, reachKey{}, reach{anywhere: true})
}

// anywhere makes requests whose address the caller of [Agent.Client] chose, which
// is the word of who asked for the token.
type anywhere struct{ base http.RoundTripper }

// RoundTrip implements [http.RoundTripper].
func (a anywhere) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := a.base.RoundTrip(req.WithContext(reachingAnywhere(req.Context())))
	if resp != nil {
		resp.Request = req
	}
	return resp, err
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
