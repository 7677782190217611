package providers

import (
	"net/url"
	"strings"

	"github.com/claviger/claviger/providers/internal/placeholder"
)

// Expand fills the variables that have a value; other placeholders stay.
func (p *Provider) Expand(s string) string {
	if !strings.Contains(s, "{") {
		return s
	}
	return placeholder.Each(s, func(name string, _ int) string {
		if v := p.Variables[name]; v.Value != "" {
			return v.Value
		}
		return "{" + name + "}"
	})
}

// addresses gives each address of the provider with its key.
func (p *Provider) addresses(visit func(key string, s *string)) {
	visit("issuer", &p.Issuer)
	e := &p.Endpoints
	visit("endpoints.authorization", &e.Authorization)
	visit("endpoints.token", &e.Token)
	visit("endpoints.device_authorization", &e.DeviceAuthorization)
	visit("endpoints.userinfo", &e.Userinfo)
	visit("endpoints.jwks", &e.JWKS)
	visit("endpoints.revocation", &e.Revocation)
	visit("endpoints.end_session", &e.EndSession)
	visit("endpoints.pushed_authorization", &e.PushedAuthorization)
	visit("client.url", &p.Client.URL)
	visit("profile.picture.url", &p.Profile.Picture.URL)
	visit("sign_out.url", &p.SignOut.URL)
	visit("sign_out.page", &p.SignOut.Page)
	if p.SignOut.EndSession != "oidc" {
		visit("sign_out.end_session", &p.SignOut.EndSession)
	}
	for i := range p.Profile.Sources {
		visit(indexed("profile.source", i, "url"), &p.Profile.Sources[i].URL)
	}
	for i := range p.Groups {
		visit(indexed("groups", i, "url"), &p.Groups[i].URL)
		visit(indexed("groups", i, "fallback"), &p.Groups[i].Fallback)
	}
}

// Hosts are the hosts of the addresses that the provider's file names, in small
// letters, except that of the page for registering apps: people open it, it is
// not asked.
func (p *Provider) Hosts() []string {
	var out []string
	p.addresses(func(key string, a *string) {
		if u, err := url.Parse(p.Expand(*a)); err == nil && u.Host != "" && key != "client.url" {
			out = append(out, strings.ToLower(u.Host))
		}
	})
	return out
}

// helpLink reports whether only people open an address.
func helpLink(key string) bool { return key == "client.url" || key == "sign_out.page" }
