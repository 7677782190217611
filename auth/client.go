package auth

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// ErrPlainHTTP means that a token was to be sent unencrypted over a network.
var ErrPlainHTTP = errors.New("token not sent over unencrypted http")

// Client returns a client whose requests carry the account's token (RFC 6750
// §2.1), with a proof of its key where it is bound to one (RFC 9449), over https
// or to this machine only. On a 401 it refreshes once and
// asks again (§3.1), where the body can be sent twice. A redirect to another
// host is followed without the token. The client has no time limit of its own:
// use the request's context.
func (a *Agent) Client(ctx context.Context, id string) (*http.Client, error) {
	rec, err := a.accounts.load(ctx, id)
	if err != nil {
		return nil, err
	}
	return &http.Client{Transport: &bearer{agent: a, account: id, provider: rec.Provider}}, nil
}

// bearer adds an account's token to requests.
type bearer struct {
	agent    *Agent
	account  string
	provider string
}

// transport is the provider's; its APIs trust whom it trusts.
func (b *bearer) transport() (http.RoundTripper, error) {
	p, ok := b.agent.o.Lookup(b.provider)
	if !ok {
		return anywhere{b.agent.clients.usual.Transport}, nil
	}
	client, err := b.agent.client(p)
	if err != nil {
		return nil, err
	}
	return anywhere{client.Transport}, nil
}

// RoundTrip implements [http.RoundTripper].
func (b *bearer) RoundTrip(req *http.Request) (*http.Response, error) {
	base, err := b.transport()
	if err != nil {
		closeBody(req)
		return nil, err
	}
	switch {
	case req.Header.Get("Authorization") != "", !sameOrigin(req):
		return base.RoundTrip(req)
	case !safeForToken(req.URL):
		closeBody(req)
		return nil, fmt.Errorf("%s: %w", req.URL.Host, ErrPlainHTTP)
	}
	rec, err := b.agent.upkeep.refreshes.valid(req.Context(), b.account, 0)
	if err != nil {
		closeBody(req)
		return nil, err
	}
	// The body goes with the first try; a second one gets its own.
	resp, err := b.agent.present(base, req, rec.Tokens)
	if err != nil {
		return nil, err
	}
	if !tokenRefused(resp) || !repeatable(req) {
		return resp, nil
	}
	used := rec.Tokens.Access
	next, err := b.agent.upkeep.refreshes.refreshed(req.Context(), b.account, func(r *record) bool { return r.Tokens.Access == used }, false)
	if next == nil || err != nil && !errors.Is(err, ErrNotStored) {
		return resp, nil // the 401 says more to the caller
	}
	return b.again(base, req, next, resp)
}

// again repeats a request with a new token.
func (b *bearer) again(base http.RoundTripper, req *http.Request, rec *record, refused *http.Response) (*http.Response, error) {
	second := req.Clone(req.Context())
	if !freshBody(second) {
		return refused, nil // the 401 says more to the caller
	}
	discard(refused)
	resp, err := b.agent.present(base, second, rec.Tokens)
	if err != nil {
		return nil, err
	}
	resp.Request = req
	return resp, nil
}

// tokenRefused reports a 401 that a new token may mend (RFC 6750 §3.1). Some
// providers name no error. One about the proof (RFC 9449 §7.1, §9) is not about
// the token.
func tokenRefused(resp *http.Response) bool {
	challenge := strings.Join(resp.Header.Values("WWW-Authenticate"), ", ")
	for _, other := range []string{`error="insufficient_scope"`, `error="use_dpop_nonce"`, `error="invalid_dpop_proof"`} {
		if strings.Contains(challenge, other) {
			return false
		}
	}
	return resp.StatusCode == http.StatusUnauthorized
}

// repeatable reports whether a request can be sent twice.
func repeatable(req *http.Request) bool {
	return req.Body == nil || req.Body == http.NoBody || req.GetBody != nil
}

// sameOrigin reports whether a request goes to where its chain of redirects
// began. The first request of a chain is its own origin.
func sameOrigin(req *http.Request) bool {
	origin := req
	for origin.Response != nil && origin.Response.Request != nil {
		origin = origin.Response.Request
	}
	return origin.URL.Scheme == req.URL.Scheme && origin.URL.Host == req.URL.Host
}

// safeForToken reports whether a token may be sent there: over https, or to
// this machine.
func safeForToken(u *url.URL) bool {
	return u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Hostname())
}

// isLoopback reports whether a host is this machine.
func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// closeBody keeps the contract of [http.RoundTripper] where no request is made.
func closeBody(req *http.Request) {
	if req.Body != nil {
		_ = req.Body.Close()
	}
}
