package auth

import (
	"cmp"
	"maps"
	"net/http"
	"net/url"

	"golang.org/x/oauth2"

	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/providers"
)

// authorizationRequest is what a sign-in asks a provider for, and as whom: the same
// in each of its attempts, whether the code comes back to a browser (RFC 6749
// §4.1.1) or is typed in on another device (RFC 8628 §3.1).
type authorizationRequest struct {
	p  *providers.Provider
	md *providers.Metadata
	r  SignInRequest

	scopes   []string
	asked    asked     // what tokens are for
	redirect string    // empty in a device flow
	key      *proofKey // nil if tokens are not to be bound to one
}

// params is the authorization request of one attempt (RFC 6749 §4.1.1, RFC 7636
// §4.3, OIDC Core §3.1.2.1). What the provider's file adds cannot replace what
// protects the flow.
func (q *authorizationRequest) params(a attempt) url.Values {
	v := url.Values{}
	addExtra(v, q.p.Authorization.Params)
	if q.r.LoginHint != "" {
		addExtra(v, map[string]string{cmp.Or(q.p.Authorization.LoginHint, "login_hint"): q.r.LoginHint})
	}
	q.r.wish(q.p, v)
	v.Set("response_type", "code")
	v.Set("client_id", q.p.Client.ID)
	v.Set("redirect_uri", q.redirect)
	v.Set("state", a.state)
	v.Set("code_challenge", oauth2.S256ChallengeFromVerifier(a.verifier.Reveal()))
	v.Set("code_challenge_method", "S256") // never "plain" (RFC 7636 §7.2)
	if len(q.scopes) > 0 {
		v.Set("scope", joined(q.scopes))
	}
	if a.nonce != "" {
		v.Set("nonce", a.nonce)
	}
	if q.key != nil {
		v.Set("dpop_jkt", q.key.thumbprint) // RFC 9449 §10
	}
	if q.p.Redirect.ResponseMode != "" {
		v.Set("response_mode", q.p.Redirect.ResponseMode)
	}
	return v
}

// addExtra adds parameters that a provider's file or the caller named, but for
// what the sign-in sets itself: a program's own provider did not pass the checks
// of a file. One without a value is the same as none (RFC 6749 §3.1), and is how a
// file takes away what its preset sends.
func addExtra(form url.Values, extra map[string]string) {
	for k, v := range extra {
		if v != "" && !providers.ReservedParameter(k) && !form.Has(k) {
			form.Set(k, v)
		}
	}
}

// authorizationURL is the link for the browser that holds params.
func authorizationURL(md *providers.Metadata, params url.Values) (string, error) {
	u, err := url.Parse(md.AuthorizationEndpoint)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return "", &AnswerError{Step: StepDiscover, Reason: "the provider names no usable authorization endpoint"}
	}
	q := u.Query() // RFC 6749 §3.1: the endpoint's own query stays
	maps.DeleteFunc(q, func(k string, _ []string) bool { return providers.ReservedParameter(k) })
	for k, vs := range params {
		q[k] = vs
	}
	u.RawQuery, u.Fragment = q.Encode(), ""
	return u.String(), nil
}

// exchange shows the request that the browser makes with the link of an attempt.
func (q *authorizationRequest) exchange(link string, now attempt) *Exchange {
	if q.r.Device {
		return nil
	}
	sent := q.params(now)
	if u, err := url.Parse(link); err == nil && u.Query().Has("request_uri") {
		sent = pushedParams(q.p.Client.ID, u.Query().Get("request_uri"))
	}
	return &Exchange{
		Method: http.MethodGet, URL: trace.Address(q.md.AuthorizationEndpoint),
		Sent: trace.Redact(sent, trace.NewScrubber(now.state, now.nonce)),
	}
}
