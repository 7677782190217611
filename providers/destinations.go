package providers

import (
	"slices"
	"strings"
)

// Use says what goes to an address.
type Use string

// The uses.
const (
	// UsePage is a page for the person's browser: it may get a login hint or an
	// ID token as a hint, and what the person types there.
	UsePage Use = "page"
	// UseTokens gets authorization codes, client secrets and refresh tokens.
	UseTokens Use = "tokens"
	// UseAPI gets access tokens.
	UseAPI Use = "api"
	// UseKeys gives the keys that vouch for ID tokens.
	UseKeys Use = "keys"
)

// Destination is an address that a provider's file names itself.
type Destination struct {
	// Key is its key in the file: "endpoints.token".
	Key string
	// Origin is its scheme, host and port (RFC 6454 §4).
	Origin string
	Use    Use
}

// Destinations are the addresses that the provider's file names, as far as its
// variables are filled, and what goes there. The issuer, which names the others
// in its metadata, is not among them.
func (p *Provider) Destinations() []Destination {
	var out []Destination
	p.addresses(func(key string, address *string) {
		use := p.useOf(key)
		if use == "" || *address == "" {
			return
		}
		if origin := OriginOf(p.Expand(*address)); origin != "" {
			out = append(out, Destination{key, origin, use})
		}
	})
	if p.SignOut.URL == "" { // the method of a built-in provider may bring its address
		if model := embedded(p.SignOut.Method); model != nil && model.SignOut.URL != "" {
			out = append(out, Destination{"sign_out.method", OriginOf(model.Expand(model.SignOut.URL)), UseTokens})
		}
	}
	return out
}

// BuiltInDestinations are those of the built-in provider that p extends, as it
// comes. One whose host is a blank is left out.
func (p *Provider) BuiltInDestinations() []Destination {
	for _, id := range []string{p.Preset, p.ID} {
		base := embedded(id)
		if base == nil {
			continue
		}
		return slices.DeleteFunc(base.Destinations(), func(d Destination) bool { return strings.Contains(d.Origin, "{") })
	}
	return nil
}

// useOf is what goes to the address of a key; "" means nothing that matters.
func (p *Provider) useOf(key string) Use {
	switch key {
	case "endpoints.authorization", "endpoints.end_session", "sign_out.end_session":
		return UsePage
	case "endpoints.token", "endpoints.device_authorization", "endpoints.revocation", "endpoints.pushed_authorization", "sign_out.url":
		return UseTokens
	case "endpoints.jwks":
		return UseKeys
	case "endpoints.userinfo":
		return UseAPI
	case "profile.picture.url":
		if p.Profile.Picture.Bearer {
			return UseAPI
		}
	case "issuer", "client.url", "sign_out.page":
	default: // sources of the profile and of groups, requests to try
		return UseAPI
	}
	return ""
}
