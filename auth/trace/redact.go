package trace

import (
	"net/url"
	"slices"
	"strings"

	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
)

// PlainParameter reports whether a parameter of a request or an answer is shown as
// it is. Everything else is redacted: an unknown field must not show a
// secret.
func PlainParameter(name string) bool {
	switch name {
	case "grant_type", "response_type", "response_mode", "client_id", "redirect_uri", "scope",
		"code_challenge_method", "prompt", "login_hint", "audience", "resource", "access_type",
		"max_age", "ui_locales", "acr_values", "hd", "dpop_jkt", "organization", "domain_hint",
		"connection", "allow_signup", "include_granted_scopes", "token_type", "expires_in",
		"ext_expires_in", "refresh_token_expires_in", "interval", "error", "error_description",
		"error_uri", "iss", "token_type_hint", "verification_uri", "verification_url", "active":
		return true
	}
	return false
}

// Redact prepares parameters for an [Exchange]. scrub holds secrets that the other
// side may have repeated in a field shown as it is.
func Redact(v url.Values, scrub Scrubber) map[string]string {
	out := make(map[string]string, len(v))
	for k, vs := range v {
		if len(out) == 64 {
			break
		}
		value := providers.Redacted
		if PlainParameter(k) {
			value = scrub.Text(strings.Join(vs, " "), 500)
		}
		out[scrub.Text(k, 64)] = value
	}
	return out
}

// Scrubber takes known secrets out of foreign texts. The zero value knows none.
type Scrubber struct{ secrets []string }

// NewScrubber knows secrets, given as they are.
func NewScrubber(secrets ...string) Scrubber { return Scrubber{}.With(secrets...) }

// With knows further secrets. Short ones are left out, since they would tear
// ordinary words apart.
func (s Scrubber) With(secrets ...string) Scrubber {
	all := slices.Clone(s.secrets)
	for _, v := range secrets {
		if len(v) >= 6 {
			all = append(all, v, url.QueryEscape(v))
		}
	}
	return Scrubber{all}
}

// Text makes a foreign text safe to show: no known secret, one line, at most
// limit characters ([plain.Phrase]).
func (s Scrubber) Text(in string, limit int) string {
	for _, v := range s.secrets {
		in = strings.ReplaceAll(in, v, providers.Redacted)
	}
	return plain.Phrase(in, limit)
}

// Address is an address as events and errors show it.
func Address(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}).String()
}
