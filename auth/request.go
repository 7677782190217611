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

// authorizationParams is the authorization request (RFC 6749 §4.1.1, RFC 7636
// §4.3, OIDC Core §3.1.2.1). What the provider's file adds cannot replace what
// protects the flow.
func (f *Flow) authorizationParams() url.Values { return f.requestParams(f.current()) }

// requestParams are those of one attempt.
func (f *Flow) requestParams(a attempt) url.Values {
	v := url.Values{}
	addExtra(v, f.p.Authorization.Params)
	if f.r.LoginHint != "" {
		addExtra(v, map[string]string{cmp.Or(f.p.Authorization.LoginHint, "login_hint"): f.r.LoginHint})
	}
	f.r.wish(f.p, v)
	v.Set("response_type", "code")
	v.Set("client_id", f.p.Client.ID)
	v.Set("redirect_uri", f.redirect)
	v.Set("state", a.state)
	v.Set("code_challenge", oauth2.S256ChallengeFromVerifier(a.verifier.Reveal()))
	v.Set("code_challenge_method", "S256") // never "plain" (RFC 7636 §7.2)
	if len(f.scopes) > 0 {
		v.Set("scope", joined(f.scopes))
	}
	if a.nonce != "" {
		v.Set("nonce", a.nonce)
	}
	if f.key != nil {
		v.Set("dpop_jkt", f.key.thumbprint) // RFC 9449 §10
	}
	if f.p.Redirect.ResponseMode != "" {
		v.Set("response_mode", f.p.Redirect.ResponseMode)
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

// authorizationExchange shows the request that the browser makes with a link.
func (f *Flow) authorizationExchange(link string) *Exchange {
	if f.device != nil {
		return nil
	}
	now := f.current()
	sent := f.requestParams(now)
	if u, err := url.Parse(link); err == nil && u.Query().Has("request_uri") {
		sent = pushedParams(f.p.Client.ID, u.Query().Get("request_uri"))
	}
	return &Exchange{
		Method: http.MethodGet, URL: trace.Address(f.md.AuthorizationEndpoint),
		Sent: trace.Redact(sent, trace.NewScrubber(now.state, now.nonce)),
	}
}
