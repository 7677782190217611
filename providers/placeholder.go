package providers

import (
	"net"
	"net/url"
	"strings"
)

// placeholders lists the {names} of an address, without their ":quoted".
func placeholders(s string) []string {
	var out []string
	eachPlaceholder(s, func(name string, _ int) string {
		n, _, _ := strings.Cut(name, ":")
		out = append(out, n)
		return ""
	})
	return out
}

// eachPlaceholder replaces every {name} by what f returns for it; at is where
// it stands in s.
func eachPlaceholder(s string, f func(name string, at int) string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		start := strings.IndexByte(s[i:], '{')
		if start < 0 {
			b.WriteString(s[i:])
			break
		}
		start += i
		end := strings.IndexByte(s[start:], '}')
		if end < 0 {
			b.WriteString(s[i:])
			break
		}
		end += start
		b.WriteString(s[i:start])
		b.WriteString(f(s[start+1:end], start))
		i = end + 1
	}
	return b.String()
}

// expand fills the variables that have a value; other placeholders stay.
func (p *Provider) expand(s string) string {
	if !strings.Contains(s, "{") {
		return s
	}
	return eachPlaceholder(s, func(name string, _ int) string {
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

// helpLink reports whether an address is only for people to open.
func helpLink(key string) bool { return key == "client.url" || key == "sign_out.page" }

// secureURL reports whether u may be asked: https, or http on this computer.
func secureURL(u *url.URL) bool {
	if u.Host == "" || u.User != nil {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && loopback(u.Hostname())
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// hostEnd is where the host of an address ends; no claim may stand before it.
func hostEnd(address string) int {
	at := strings.Index(address, "://")
	if at < 0 {
		return len(address)
	}
	end := strings.IndexAny(address[at+3:], "/?#")
	if end < 0 {
		return len(address)
	}
	return at + 3 + end
}
