package oauth

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/internal/ask"
	"github.com/claviger/claviger/providers"
)

// Present sends req with an access token: as Bearer (RFC 6750 §2.1), or with a
// proof of the key that it is bound to (RFC 9449 §7.1). A server that wants a
// nonce in the proof, or goes by another clock, is asked once more if the
// body can be sent twice.
func (n *Network) Present(base http.RoundTripper, req *http.Request, t Tokens) (*http.Response, error) {
	first, err := n.withToken(req, t)
	if err != nil {
		return ask.Refuse(req, err)
	}
	s := serverOf(req.URL, true)
	_, before := n.origins.known(s)
	resp, err := base.RoundTrip(first)
	if err != nil {
		return nil, err
	}
	resp.Request = req // without the token, for whoever prints it
	if t.Type != TypeDPoP {
		return resp, nil
	}
	nonce := n.origins.learn(s, resp.Header, n.clock())
	_, ahead := n.origins.known(s)
	if !proofRefused(resp, nonce, ahead-before) || !ask.Repeatable(req) {
		return resp, nil
	}
	second, err := n.withToken(req, t)
	if err != nil || !ask.FreshBody(second) {
		return resp, nil // the 401 says more to the caller
	}
	ask.Discard(resp)
	if resp, err = base.RoundTrip(second); err != nil {
		return nil, err
	}
	n.origins.learn(s, resp.Header, n.clock())
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
func (n *Network) withToken(req *http.Request, t Tokens) (*http.Request, error) {
	c := req.Clone(req.Context())
	switch {
	case t.Type == TypeDPoP:
		proof, err := n.ProofFor(t, req.Method, req.URL, "")
		if err != nil {
			return nil, err
		}
		c.Header.Set("Authorization", TypeDPoP+" "+t.Access.Reveal())
		c.Header.Set("DPoP", proof.Reveal())
	case t.Type == "", strings.EqualFold(t.Type, "bearer"), strings.EqualFold(t.Type, "token"):
		c.Header.Set("Authorization", "Bearer "+t.Access.Reveal())
	default:
		return nil, &AnswerError{Step: trace.StepExchange, Reason: "token of an unknown type"} // RFC 6749 §7.1
	}
	return c, nil
}

// ProofFor makes the proof for a request to an API. A nonce of "" is the one
// that the server gave last.
func (n *Network) ProofFor(t Tokens, method string, u *url.URL, nonce string) (providers.Secret, error) {
	key, err := readProofKey(t.Key)
	if err != nil {
		return providers.Secret{}, err
	}
	known, ahead := n.origins.known(serverOf(u, true))
	if nonce == "" {
		nonce = known
	}
	return key.proof(method, u, t.Access, nonce, n.clock().Add(-ahead))
}

// Presenting presents a token in each request that base makes ([Network.Present]).
func (n *Network) Presenting(base http.RoundTripper, t Tokens) http.RoundTripper {
	return presenter{n, base, t}
}

// Presenting is that of the client's network.
func (c *Client) Presenting(base http.RoundTripper, t Tokens) http.RoundTripper {
	return c.net.Presenting(base, t)
}

type presenter struct {
	net    *Network
	base   http.RoundTripper
	tokens Tokens
}

// RoundTrip implements [http.RoundTripper].
func (p presenter) RoundTrip(req *http.Request) (*http.Response, error) {
	return p.net.Present(p.base, req, p.tokens)
}
