package oauth

import (
	"crypto/subtle"
	"net/url"
	"slices"
	"strings"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/providers"
)

// Response is an authorization response (RFC 6749 §4.1.2) with the right state: a code,
// or an error ([*ProviderError], [*AnswerError] or [ErrIssMismatch]).
type Response struct {
	Code providers.Secret
	Err  error
	// State is that of the attempt that it is the response to.
	State string
}

// Judge reads an authorization response. A reason means that it is not for this
// attempt: the state is compared before anything else is believed, errors included
// (RFC 6749 §10.12, RFC 9700 §4.7).
func (c *Client) Judge(q *AuthorizationRequest, b Binding, query string) (r Response, reason string) {
	v, odd := responseParams(query)
	state := v["state"]
	switch {
	case len(state) == 0 || state[0] == "":
		return Response{}, "a request without state"
	case len(state) > 1 || subtle.ConstantTimeCompare([]byte(state[0]), []byte(b.state.Reveal())) != 1:
		return Response{}, "a request with another state"
	}
	for _, k := range []string{"code", "error", "iss"} {
		switch {
		case len(v[k]) > 1: // RFC 6749 §3.1
			return Response{}, "a request that names " + k + " twice"
		case slices.Contains(odd, k):
			return Response{}, "a request whose " + k + " cannot be read"
		}
	}
	r = c.response(q, b, v)
	r.State = b.state.Reveal()
	return r, ""
}

// responseParams reads the parameters of a response (RFC 6749 appendix B). One that
// is encoded wrongly does not cost the others: it is taken as it came, and listed.
func responseParams(query string) (v url.Values, odd []string) {
	v = url.Values{}
	for pair := range strings.SplitSeq(query, "&") {
		name, raw, _ := strings.Cut(pair, "=")
		key, err := url.QueryUnescape(name)
		if err != nil || key == "" {
			continue
		}
		value, err := url.QueryUnescape(raw)
		if err != nil {
			value = raw
			odd = append(odd, key)
		}
		v.Add(key, value)
	}
	return v, odd
}

// response reads what has the right state.
func (c *Client) response(q *AuthorizationRequest, b Binding, v url.Values) Response {
	iss, present := v["iss"]
	if !c.issuerFits(strings.Join(iss, ""), present) {
		return Response{Err: ErrIssMismatch}
	}
	scrub := trace.NewScrubber(b.state.Reveal(), b.nonce.Reveal(), v.Get("code"), b.verifier.Reveal(), c.Provider.Client.Secret.Reveal())
	switch code := v.Get("error"); {
	case code != "":
		return Response{Err: &ProviderError{
			Step: trace.StepCallback, Code: scrub.Text(code, 80),
			Description: scrub.Text(v.Get("error_description"), 500),
			URI:         scrub.Text(v.Get("error_uri"), 300),
			Silent:      c.params(q, b).Get(c.Provider.Parameter("prompt")) == "none",
		}}
	case v.Get("code") == "":
		return Response{Err: &AnswerError{Step: trace.StepCallback, Reason: "the provider sent neither a code nor an error"}}
	}
	return Response{Code: providers.NewSecret(v.Get("code"))}
}

// issuerFits is RFC 9207 §2.4: an iss that comes must be the issuer's, and one
// that the metadata promises must come. The file of a plain OAuth 2.0 provider
// may name no issuer: then iss must be of the origin that the browser was sent to.
func (c *Client) issuerFits(iss string, present bool) bool {
	if !present {
		return !c.Metadata.IssParameter
	}
	if fits, known := idtoken.IssuerFits(c.Provider, c.Metadata, iss); known {
		return fits
	}
	return sameOrigin(iss, c.Metadata.AuthorizationEndpoint)
}

// sameOrigin reports whether two addresses are of one scheme, host and port.
func sameOrigin(a, b string) bool {
	u, err := url.Parse(a)
	v, err2 := url.Parse(b)
	return err == nil && err2 == nil && u.Host != "" && serverOf(u, false) == serverOf(v, false)
}
