package providers

import (
	"regexp"
	"slices"
	"strings"

	"github.com/claviger/claviger/internal/foreign"
)

// issuerOf is the issuer that a person means: without unseen characters around it,
// and, if it is the address of the metadata document itself, without what OIDC
// Discovery §4 or RFC 8414 §3 put into it. pasted reports that: such an issuer may
// lack the slash at its end.
func issuerOf(text string) (issuer string, pasted bool) {
	text = foreign.Trim(text)
	base, rest, ok := strings.Cut(text, "/.well-known/")
	if !ok {
		return text, false
	}
	if i := strings.IndexAny(rest, "?#"); i >= 0 {
		rest = rest[:i]
	}
	document, path, _ := strings.Cut(rest, "/")
	if document != "openid-configuration" && document != "oauth-authorization-server" {
		return text, false
	}
	if path != "" {
		base += "/" + path
	}
	return base, true
}

// fitsPattern compares an issuer with a pattern such as
// "https://login.microsoftonline.com/{tid}/v2.0": each placeholder stands for
// one path segment, or for itself as Entra's {tenantid} does.
func fitsPattern(pattern, got string) bool {
	var re strings.Builder
	re.WriteString("^")
	for rest := pattern; rest != ""; {
		start, end := strings.IndexByte(rest, '{'), strings.IndexByte(rest, '}')
		if start < 0 || end < start {
			re.WriteString(regexp.QuoteMeta(rest))
			break
		}
		re.WriteString(regexp.QuoteMeta(rest[:start]) + `[A-Za-z0-9{}._-]+`)
		rest = rest[end+1:]
	}
	ok, err := regexp.MatchString(re.String()+"$", got)
	return err == nil && ok
}

// AcceptsIssuer reports whether iss is an issuer of this provider's ID tokens.
func (p *Provider) AcceptsIssuer(iss string) bool {
	if iss == p.Expand(p.Issuer) || slices.Contains(p.IDToken.AlsoIssuers, iss) {
		return true
	}
	pattern := p.Expand(p.IDToken.Issuer)
	return pattern != "" && fitsPattern(pattern, iss)
}
