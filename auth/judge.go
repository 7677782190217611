package auth

import (
	"crypto/subtle"
	"net/url"
	"strings"

	"claviger/providers"
)

// judge reads an authorization response. A reason means that it is not for
// this flow: the state is compared before anything else is believed, errors
// included (RFC 6749 §10.12, RFC 9700 §4.7).
func (c *callback) judge(query string) (ans answer, reason string) {
	v, err := url.ParseQuery(query)
	if err != nil {
		return answer{}, "a query that cannot be read"
	}
	state := v["state"]
	switch {
	case len(state) == 0 || state[0] == "":
		return answer{}, "a request without state"
	case len(state) > 1 || subtle.ConstantTimeCompare([]byte(state[0]), []byte(c.f.state)) != 1:
		return answer{}, "a request with another state"
	}
	for _, k := range []string{"code", "error", "iss"} {
		if len(v[k]) > 1 { // RFC 6749 §3.1
			return answer{}, "a request that names " + k + " twice"
		}
	}
	return c.read(v), ""
}

// read makes an answer of a response with the right state.
func (c *callback) read(v url.Values) answer {
	iss, present := v["iss"]
	if !c.issuerFits(strings.Join(iss, ""), present) {
		return answer{err: ErrIssMismatch}
	}
	scrub := newScrubber(c.f.state, c.f.nonce, v.Get("code"), c.f.verifier.Reveal(), c.f.p.Client.Secret.Reveal())
	switch code := v.Get("error"); {
	case code != "":
		return answer{err: &ProviderError{
			Step: StepCallback, Code: scrub.text(code, 80),
			Description: scrub.text(v.Get("error_description"), 500),
			URI:         scrub.text(v.Get("error_uri"), 300),
			silent:      c.f.authorizationParams().Get(c.f.p.Parameter("prompt")) == "none",
		}}
	case v.Get("code") == "":
		return answer{err: &AnswerError{Step: StepCallback, Reason: "the provider sent neither a code nor an error"}}
	}
	return answer{code: providers.NewSecret(v.Get("code"))}
}

// issuerFits is RFC 9207 §2.4: an iss that comes must be the issuer's, and one
// that the metadata promises must come. The file of a plain OAuth 2.0 provider
// may name no issuer: then iss must be of the origin that the browser was sent to.
func (c *callback) issuerFits(iss string, present bool) bool {
	switch {
	case !present:
		return !c.f.md.IssParameter
	case issuerPattern(c.f.p, c.f.md) != "":
		return fitsPattern(issuerPattern(c.f.p, c.f.md), iss) || iss == c.f.md.Issuer
	case c.f.md.Issuer == "":
		return ofOrigin(iss, c.f.md.AuthorizationEndpoint)
	}
	return iss == c.f.md.Issuer
}

// ofOrigin reports whether two addresses are of one scheme, host and port.
func ofOrigin(a, b string) bool {
	u, err := url.Parse(a)
	v, err2 := url.Parse(b)
	return err == nil && err2 == nil && u.Host != "" && serverOf(u, false) == serverOf(v, false)
}

// fitsPattern reports whether s is pattern with each {placeholder} replaced by
// a plain name.
func fitsPattern(pattern, s string) bool {
	for {
		before, rest, found := strings.Cut(pattern, "{")
		if !found {
			return s == pattern
		}
		_, after, closed := strings.Cut(rest, "}")
		s, found = strings.CutPrefix(s, before)
		if !found || !closed {
			return false
		}
		end := strings.IndexFunc(s, func(r rune) bool { return !isPlainName(string(r)) })
		if end < 0 {
			end = len(s)
		}
		if end == 0 {
			return false
		}
		s, pattern = s[end:], after
	}
}
