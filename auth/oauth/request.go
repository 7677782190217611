package oauth

import (
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/providers"
)

// AuthorizationRequest is what a sign-in asks a provider for: the same in each of its
// attempts, whether the code comes back to a browser (RFC 6749 §4.1.1) or is typed in
// on another device (RFC 8628 §3.1).
type AuthorizationRequest struct {
	Parameters Parameters
	Scopes     []string
	Grant      Grant
	// RedirectURI is empty in a device flow.
	RedirectURI string
	// Key is what tokens are to be bound to (see [Client.NewKey]); nil if they are not.
	Key *ProofKey
}

// params is the authorization request of one attempt (RFC 6749 §4.1.1, RFC 7636
// §4.3, OIDC Core §3.1.2.1). What the provider's file adds cannot replace what
// protects the flow.
func (c *Client) params(q *AuthorizationRequest, b Binding) url.Values {
	v := url.Values{}
	addExtra(v, c.Provider.Authorization.Params)
	q.Parameters.addHint(v, c.Provider)
	q.Parameters.addTo(v, c.Provider)
	own := []oauth2.AuthCodeOption{oauth2.S256ChallengeOption(b.verifier.Reveal())} // never "plain" (RFC 7636 §7.2)
	set := func(name, value string) {
		if value != "" {
			own = append(own, oauth2.SetAuthURLParam(name, value))
		}
	}
	set("nonce", b.nonce.Reveal())
	if q.Key != nil {
		set("dpop_jkt", q.Key.thumbprint) // RFC 9449 §10
	}
	set("response_mode", c.Provider.Redirect.ResponseMode)
	config := c.config()
	config.RedirectURL, config.Scopes = q.RedirectURI, q.Scopes
	_, query, _ := strings.Cut(config.AuthCodeURL(b.state.Reveal(), own...), "?")
	written, _ := url.ParseQuery(query) // x/oauth2 has just encoded it
	maps.Copy(v, written)
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

// AuthorizationURL is the link for the browser that carries the request.
func (c *Client) AuthorizationURL(q *AuthorizationRequest, b Binding) (string, error) {
	return c.link(c.params(q, b))
}

// link is the link for the browser that holds params.
func (c *Client) link(params url.Values) (string, error) {
	u, err := url.Parse(c.Metadata.AuthorizationEndpoint)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return "", &AnswerError{Step: trace.StepDiscover, Reason: "the provider names no usable authorization endpoint"}
	}
	q := u.Query() // RFC 6749 §3.1: the endpoint's own query stays
	maps.DeleteFunc(q, func(k string, _ []string) bool { return providers.ReservedParameter(k) })
	for k, vs := range params {
		q[k] = vs
	}
	u.RawQuery, u.Fragment = q.Encode(), ""
	return u.String(), nil
}

// Shown is the request that the browser makes with a link, with its secrets redacted.
func (c *Client) Shown(q *AuthorizationRequest, b Binding, link string) *trace.Exchange {
	sent := c.params(q, b)
	if u, err := url.Parse(link); err == nil && u.Query().Has("request_uri") {
		sent = c.pushedParams(u.Query().Get("request_uri"))
	}
	return &trace.Exchange{
		Method: http.MethodGet, URL: trace.Address(c.Metadata.AuthorizationEndpoint),
		Sent: trace.Redact(sent, trace.NewScrubber(b.state.Reveal(), b.nonce.Reveal())),
	}
}

// Wants reads what an ID token has to be compared with from the request that was sent,
// whoever put it there. OIDC Core has none of this in a device flow.
func (c *Client) Wants(q *AuthorizationRequest, b Binding) idtoken.Wants {
	if q.RedirectURI == "" {
		return idtoken.Wants{}
	}
	sent := c.params(q, b)
	want := idtoken.Wants{Nonce: b.nonce.Reveal(), ACR: strings.Fields(sent.Get(c.Provider.Parameter("acr_values")))}
	if n, err := strconv.Atoi(sent.Get(c.Provider.Parameter("max_age"))); err == nil && n >= 0 {
		age := time.Duration(n) * time.Second
		want.MaxAge = &age
	}
	return want
}
