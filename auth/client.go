package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/internal/ask"
	"github.com/claviger/claviger/providers"
)

// Client returns a client whose requests carry the account's token (RFC 6750
// §2.1), with a proof of its key if it is bound to one (RFC 9449), over https
// or to this machine only. On a 401 it refreshes once and
// asks again (§3.1), if the body can be sent twice. A redirect to another
// host is followed without the token. The client has no time limit of its own:
// use the request's context.
func (a *Agent) Client(ctx context.Context, id string) (*http.Client, error) {
	rec, err := a.accounts.load(ctx, id)
	if err != nil {
		return nil, err
	}
	// The address is the caller's choice, which is the word of who asked for the token.
	return &http.Client{Transport: &bearer{agent: a, account: id, provider: rec.Provider, reach: ask.Anywhere, sent: func(oauth.Tokens) {}}}, nil
}

// bearer adds an account's token to requests.
type bearer struct {
	agent    *Agent
	account  string
	provider string
	// reach says in a request's context where the token may go.
	reach func(ctx context.Context) context.Context
	// sent hears which tokens are sent.
	sent func(t oauth.Tokens)
}

// transport is the provider's; its APIs trust whom it trusts.
func (b *bearer) transport() (http.RoundTripper, error) {
	p, ok := b.agent.lookup(b.provider)
	if !ok {
		p = &providers.Provider{}
	}
	client, err := b.agent.net.HTTP(p)
	if err != nil {
		return nil, err
	}
	return reaching{client.Transport, b.reach}, nil
}

// RoundTrip implements [http.RoundTripper].
func (b *bearer) RoundTrip(req *http.Request) (*http.Response, error) {
	base, err := b.transport()
	if err != nil {
		return ask.Refuse(req, err)
	}
	switch {
	case req.Header.Get("Authorization") != "", !sameOrigin(req):
		return base.RoundTrip(req)
	case !ask.Encrypted(req.URL):
		return ask.Refuse(req, fmt.Errorf("%s: %w", req.URL.Host, oauth.ErrPlainHTTP))
	}
	rec, err := b.agent.upkeep.refreshes.tokens(req.Context(), b.account, 0)
	if err != nil {
		return ask.Refuse(req, err)
	}
	b.sent(rec.Tokens)
	// The body goes with the first try; a second one gets its own.
	resp, err := b.agent.net.Present(base, req, rec.Tokens)
	if err != nil {
		return nil, err
	}
	if !tokenRefused(resp) || !ask.Repeatable(req) {
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
	if !ask.FreshBody(second) {
		return refused, nil // the 401 says more to the caller
	}
	ask.Discard(refused)
	b.sent(rec.Tokens)
	resp, err := b.agent.net.Present(base, second, rec.Tokens)
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

// sameOrigin reports whether a request goes to where its chain of redirects
// began. The first request of a chain is its own origin.
func sameOrigin(req *http.Request) bool {
	origin := req
	for origin.Response != nil && origin.Response.Request != nil {
		origin = origin.Response.Request
	}
	return origin.URL.Scheme == req.URL.Scheme && origin.URL.Host == req.URL.Host
}
