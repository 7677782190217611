package auth

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"golang.org/x/oauth2"
)

// authorizationParams is the authorization request (RFC 6749 §4.1.1, RFC 7636
// §4.3, OIDC Core §3.1.2.1). What the provider's file adds cannot replace what
// protects the flow.
func (f *Flow) authorizationParams() url.Values {
	v := url.Values{}
	for k, value := range f.p.Authorization.Params {
		v.Set(k, value)
	}
	if f.r.LoginHint != "" {
		name := f.p.Authorization.LoginHint
		if name == "" {
			name = "login_hint"
		}
		v.Set(name, f.r.LoginHint)
	}
	v.Set("response_type", "code")
	v.Set("client_id", f.p.Client.ID)
	v.Set("redirect_uri", f.redirect)
	v.Set("state", f.state)
	v.Set("code_challenge", oauth2.S256ChallengeFromVerifier(f.verifier.Reveal()))
	v.Set("code_challenge_method", "S256") // never "plain" (RFC 7636 §7.2)
	if len(f.scopes) > 0 {
		v.Set("scope", joined(f.scopes))
	}
	if f.nonce != "" {
		v.Set("nonce", f.nonce)
	}
	if f.p.Redirect.ResponseMode != "" {
		v.Set("response_mode", f.p.Redirect.ResponseMode)
	}
	return v
}

// authorizationURL is the link for the browser.
func (f *Flow) authorizationURL(ctx context.Context) (string, error) {
	u, err := url.Parse(f.md.AuthorizationEndpoint)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return "", &AnswerError{Step: StepDiscover, Reason: "the provider names no usable authorization endpoint"}
	}
	params := f.authorizationParams()
	if f.md.RequirePAR {
		if params, err = f.push(ctx, params); err != nil {
			return "", err
		}
	}
	q := u.Query() // RFC 6749 §3.1: the endpoint's own query stays
	for k, vs := range params {
		q[k] = vs
	}
	u.RawQuery, u.Fragment = q.Encode(), ""
	return u.String(), nil
}

// push sends the request ahead (RFC 9126 §2.1), for providers that take it in
// no other way, and returns what is left for the link (§4).
func (f *Flow) push(ctx context.Context, params url.Values) (url.Values, error) {
	rep, err := f.a.postForm(ctx, f.p, f.md.PAREndpoint, params, StepDiscover)
	if err != nil {
		err = fmt.Errorf("announcing the request: %w", err)
	}
	uri := text(rep.fields["request_uri"])
	if err == nil && uri == "" {
		err = &AnswerError{Step: StepDiscover, Status: rep.status, Reason: "no request address in the answer"}
	}
	ev := rep.event(StepDiscover, err)
	ev.Name = "Announced request"
	f.ev.emit(ev)
	if err != nil {
		return nil, err
	}
	return url.Values{"client_id": {f.p.Client.ID}, "request_uri": {uri}}, nil
}

// authorizationExchange shows the request that the browser makes.
func (f *Flow) authorizationExchange() *Exchange {
	if f.device != nil {
		return nil
	}
	return &Exchange{
		Method: http.MethodGet, URL: withoutQuery(f.md.AuthorizationEndpoint),
		Sent: redactedValues(f.authorizationParams(), newScrubber(f.state, f.nonce)),
	}
}
