package auth

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers/identity"
)

// present sends req with an access token: as Bearer (RFC 6750 §2.1), or with a
// proof of the key that it is bound to (RFC 9449 §7.1). A server that wants a
// nonce in the proof, or goes by another clock, is asked once more where the
// body can be sent twice.
func (a *asker) present(base http.RoundTripper, req *http.Request, t tokenSet) (*http.Response, error) {
	first, err := a.withToken(req, t)
	if err != nil {
		closeBody(req)
		return nil, err
	}
	s := serverOf(req.URL, true)
	_, before := a.origins.known(s)
	resp, err := base.RoundTrip(first)
	if err != nil {
		return nil, err
	}
	resp.Request = req // without the token, for whoever prints it
	if t.Type != typeDPoP {
		return resp, nil
	}
	nonce := a.origins.learn(s, resp.Header, a.o.Now())
	_, ahead := a.origins.known(s)
	if !proofRefused(resp, nonce, ahead-before) || !repeatable(req) {
		return resp, nil
	}
	second, err := a.withToken(req, t)
	if err != nil || !freshBody(second) {
		return resp, nil // the 401 says more to the caller
	}
	discard(resp)
	if resp, err = base.RoundTrip(second); err != nil {
		return nil, err
	}
	a.origins.learn(s, resp.Header, a.o.Now())
	resp.Request = req
	return resp, nil
}

// proofRefused reports a 401 that another proof may mend: one with the nonce
// that came (RFC 9449 §9), or by the server's clock, which was learnt to be
// that far off only now.
func proofRefused(resp *http.Response, nonce string, clock time.Duration) bool {
	challenge := strings.Join(resp.Header.Values("WWW-Authenticate"), ", ")
	switch {
	case resp.StatusCode != http.StatusUnauthorized:
		return false
	case strings.Contains(challenge, "use_dpop_nonce"):
		return nonce != ""
	}
	return strings.Contains(challenge, "invalid_dpop_proof") && clock.Abs() > clockOff
}

// withToken is a copy of req with the token in its headers.
func (a *asker) withToken(req *http.Request, t tokenSet) (*http.Request, error) {
	c := req.Clone(req.Context())
	switch {
	case t.Type == typeDPoP:
		proof, err := a.proofFor(t, req.Method, req.URL, "")
		if err != nil {
			return nil, err
		}
		c.Header.Set("Authorization", typeDPoP+" "+t.Access.Reveal())
		c.Header.Set("DPoP", proof.Reveal())
	case t.Type == "", strings.EqualFold(t.Type, "bearer"), strings.EqualFold(t.Type, "token"):
		c.Header.Set("Authorization", "Bearer "+t.Access.Reveal())
	default:
		return nil, &AnswerError{Step: StepExchange, Reason: "token of an unknown type"} // RFC 6749 §7.1
	}
	return c, nil
}

// proofFor makes the proof for a request to an API. A nonce of "" is the one
// that the server gave last.
func (a *asker) proofFor(t tokenSet, method string, u *url.URL, nonce string) (Secret, error) {
	key, err := readProofKey(t.Key)
	if err != nil {
		return Secret{}, err
	}
	known, ahead := a.origins.known(serverOf(u, true))
	if nonce == "" {
		nonce = known
	}
	return key.proof(method, u, t.Access, nonce, a.o.Now().Add(-ahead))
}

// freshBody gives a copied request a body of its own.
func freshBody(req *http.Request) bool {
	if req.GetBody == nil {
		return true // it has none
	}
	body, err := req.GetBody()
	req.Body = body
	return err == nil
}

// discard reads the short rest of an answer, so that the connection can be
// used again.
func discard(resp *http.Response) {
	_, _ = io.CopyN(io.Discard, resp.Body, 64<<10)
	_ = resp.Body.Close()
}

// access gives requests for user details the token: as it is, or, where it is
// bound to a key, the client of r with a proof in each request.
func (a *asker) access(r *identity.Request, t tokenSet) {
	if t.Type != typeDPoP {
		r.AccessToken = t.Access
		return
	}
	c := *r.HTTP
	c.Transport = presenter{a, c.Transport, t}
	r.Authorized = &c
}

// presenter presents one token.
type presenter struct {
	agent  *asker
	base   http.RoundTripper
	tokens tokenSet
}

// RoundTrip implements [http.RoundTripper].
func (p presenter) RoundTrip(req *http.Request) (*http.Response, error) {
	return p.agent.present(p.base, req, p.tokens)
}

// ProofRequest is a request that a token is to be used for.
type ProofRequest struct {
	Method string
	// URL is its address; query and fragment do not matter.
	URL string
	// Nonce is what the server demanded last (its header DPoP-Nonce), "" where
	// it demands none or this agent has seen it.
	Nonce string
}

// TokenFor is [Agent.Token] for one request: a token that is bound to a key
// comes with the proof to send along as the header DPoP (RFC 9449 §4), good
// once and for about a minute. It is zero for a Bearer token. The error wraps
// [ErrPlainHTTP] where no token should be sent to that address.
func (a *Agent) TokenFor(ctx context.Context, id string, minTTL time.Duration, r ProofRequest) (*Token, Secret, error) {
	u, err := url.Parse(r.URL)
	if err != nil || u.Host == "" {
		return nil, Secret{}, fmt.Errorf("%q is not a request URL", plain.Short(trace.Address(r.URL)))
	}
	if !safeForToken(u) {
		return nil, Secret{}, fmt.Errorf("%s: %w", u.Host, ErrPlainHTTP)
	}
	rec, err := a.upkeep.refreshes.valid(ctx, id, minTTL)
	if err != nil {
		return nil, Secret{}, err
	}
	if rec.Tokens.Type != typeDPoP {
		return rec.token(), Secret{}, nil
	}
	proof, err := a.proofFor(rec.Tokens, r.Method, u, r.Nonce)
	return rec.token(), proof, err
}
