package idtoken

import (
	"strings"

	"github.com/claviger/claviger/providers"
)

// IssuerFits reports whether iss, which came with an authorization response (RFC 9207
// §2.4), is the issuer of a provider. It is not known if neither its file nor its
// metadata names one.
func IssuerFits(p *providers.Provider, md *providers.Metadata, iss string) (fits, known bool) {
	if pattern := issuerPattern(p, md); pattern != "" {
		return fitsPattern(pattern, iss) || iss == md.Issuer, true
	}
	return iss == md.Issuer, md.Issuer != ""
}

// issuerPattern is what issuers are compared with instead of the discovered
// one; "" is nothing. A pattern with {claims} is for metadata that names no
// tenant, such as that of Entra's "common": if it names one, tokens of
// other tenants are refused (OIDC Core §3.1.3.7 point 2).
func issuerPattern(p *providers.Provider, md *providers.Metadata) string {
	pattern := p.IDToken.Issuer
	if p.Discovery != "none" && strings.Contains(pattern, "{") && md.Issuer != "" && !strings.Contains(md.Issuer, "{") {
		return ""
	}
	return pattern
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

// fillClaims replaces {claim} in pattern by string claims of the token. A
// claim that could change the address's shape does not fit.
func fillClaims(pattern string, claims map[string]any) (string, bool) {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(pattern, "{")
		b.WriteString(before)
		if !found {
			return b.String(), true
		}
		name, after, found := strings.Cut(rest, "}")
		value, ok := claims[name].(string)
		if !found || !ok || !isPlainName(value) {
			return "", false
		}
		b.WriteString(value)
		pattern = after
	}
}

// isPlainName reports whether s is a single path segment of harmless letters.
func isPlainName(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '-' && r != '_'
	})
}
