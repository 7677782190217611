package providers

import (
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
