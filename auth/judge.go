package auth

import (
	"crypto/subtle"
	"net/url"
	"slices"
	"strings"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/providers"
)

// expected is what an authorization response is compared with.
type expected struct {
	attempt
	p  *providers.Provider
	md *providers.Metadata
	// silent means that the provider was to show no page (prompt=none).
	silent bool
}

// judge reads a response to one attempt.
func (q *authorizationRequest) judge(now attempt, query string) (answer, string) {
	silent := q.params(now).Get(q.p.Parameter("prompt")) == "none"
	return expected{now, q.p, q.md, silent}.judge(query)
}

// judge reads an authorization response. A reason means that it is not for
// this attempt: the state is compared before anything else is believed, errors
// included (RFC 6749 §10.12, RFC 9700 §4.7).
func (x expected) judge(query string) (ans answer, reason string) {
	v, odd := answerParams(query)
	state := v["state"]
	switch {
	case len(state) == 0 || state[0] == "":
		return answer{}, "a request without state"
	case len(state) > 1 || subtle.ConstantTimeCompare([]byte(state[0]), []byte(x.state)) != 1:
		return answer{}, "a request with another state"
	}
	for _, k := range []string{"code", "error", "iss"} {
		switch {
		case len(v[k]) > 1: // RFC 6749 §3.1
			return answer{}, "a request that names " + k + " twice"
		case slices.Contains(odd, k):
			return answer{}, "a request whose " + k + " cannot be read"
		}
	}
	ans = x.read(v)
	ans.state = x.state
	return ans, ""
}

// answerParams reads the parameters of a response (RFC 6749 appendix B). One that
// is encoded wrongly does not cost the others: it is taken as it came, and listed.
func answerParams(query string) (v url.Values, odd []string) {
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

// read makes an answer of a response with the right state.
func (x expected) read(v url.Values) answer {
	iss, present := v["iss"]
	if !x.issuerFits(strings.Join(iss, ""), present) {
		return answer{err: ErrIssMismatch}
	}
	scrub := trace.NewScrubber(x.state, x.nonce, v.Get("code"), x.verifier.Reveal(), x.p.Client.Secret.Reveal())
	switch code := v.Get("error"); {
	case code != "":
		return answer{err: &ProviderError{
			Step: StepCallback, Code: scrub.Text(code, 80),
			Description: scrub.Text(v.Get("error_description"), 500),
			URI:         scrub.Text(v.Get("error_uri"), 300),
			silent:      x.silent,
		}}
	case v.Get("code") == "":
		return answer{err: &AnswerError{Step: StepCallback, Reason: "the provider sent neither a code nor an error"}}
	}
	return answer{code: providers.NewSecret(v.Get("code"))}
}

// issuerFits is RFC 9207 §2.4: an iss that comes must be the issuer's, and one
// that the metadata promises must come. The file of a plain OAuth 2.0 provider
// may name no issuer: then iss must be of the origin that the browser was sent to.
func (x expected) issuerFits(iss string, present bool) bool {
	if !present {
		return !x.md.IssParameter
	}
	if fits, known := idtoken.IssuerFits(x.p, x.md, iss); known {
		return fits
	}
	return ofOrigin(iss, x.md.AuthorizationEndpoint)
}

// ofOrigin reports whether two addresses are of one scheme, host and port.
func ofOrigin(a, b string) bool {
	u, err := url.Parse(a)
	v, err2 := url.Parse(b)
	return err == nil && err2 == nil && u.Host != "" && serverOf(u, false) == serverOf(v, false)
}
