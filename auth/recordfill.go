package auth

import (
	"net/url"
	"strings"

	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/providers"
)

// fill is [fillAddress] for a provider.
func (r *record) fill(p *providers.Provider) oauth.Fill {
	return func(address string) string { return fillAddress(address, p, r) }
}

// fillAddress fills the {placeholders} of an address: {client_id}, the
// provider's variables, and string claims of the ID token.
func fillAddress(address string, p *providers.Provider, rec *record) string {
	pairs := []string{"{client_id}", url.QueryEscape(p.Client.ID)}
	for name, v := range p.Variables {
		pairs = append(pairs, "{"+name+"}", v.Value)
	}
	for name, v := range rec.IDClaims {
		if s, ok := v.(string); ok {
			pairs = append(pairs, "{"+name+"}", url.QueryEscape(s))
		}
	}
	return strings.NewReplacer(pairs...).Replace(address)
}
