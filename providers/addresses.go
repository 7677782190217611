package providers

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/claviger/claviger/internal/ask"
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
	for i := range p.Try {
		visit(indexed("try", i, "url"), &p.Try[i].URL)
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

func indexed(list string, i int, key string) string {
	return list + "[" + strconv.Itoa(i) + "]." + key
}

// OriginOf is the origin of an address (RFC 6454 §4): scheme, host and port, in
// one spelling and in ASCII; "" if it has none.
func OriginOf(address string) string {
	head := address[:placeholder.HostEnd(address)]
	u, err := url.Parse(head)
	if err != nil || u.Host == "" {
		if scheme, host, ok := strings.Cut(head, "://"); ok && strings.Contains(host, "{") {
			return strings.ToLower(scheme) + "://" + strings.ToLower(host) // a blank that is not filled
		}
		return ""
	}
	return ask.Origin(u)
}

// fill fills the addresses from the variables, as far as these have values.
func (p *Provider) fill() {
	p.addresses(func(_ string, a *string) { *a = p.Expand(*a) })
	p.IDToken.Issuer = p.Expand(p.IDToken.Issuer)
}

// Filled is a copy with the blanks of its addresses filled, as [Set.Lookup] does.
func (p *Provider) Filled() *Provider {
	c := p.Clone()
	c.fill()
	return c
}
