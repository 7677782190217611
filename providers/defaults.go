package providers

import (
	"cmp"
	"strings"

	"github.com/claviger/claviger/internal/plain"
)

// defaults fills in what may be left out.
func (p *Provider) defaults() {
	p.Schema = cmp.Or(p.Schema, 1)
	p.Name = cmp.Or(plain.Phrase(p.Name, 0), p.ID)
	if p.Monogram == "" && p.Name != "" {
		p.Monogram = strings.ToUpper(string([]rune(p.Name)[:1]))
	}
	if p.Discovery == "" {
		p.Discovery = "none"
		if p.Issuer != "" {
			p.Discovery = "oidc"
		}
	}
	p.Client.SecretUse = cmp.Or(p.Client.SecretUse, "optional")
	p.Client.Auth = cmp.Or(p.Client.Auth, AuthAuto)
	p.Redirect.Host = cmp.Or(p.Redirect.Host, "127.0.0.1")
	p.Redirect.Path = cmp.Or(p.Redirect.Path, callbackPath(p.ID))
	p.Authorization.LoginHint = cmp.Or(p.Authorization.LoginHint, "login_hint")
	p.Authorization.PAR = cmp.Or(p.Authorization.PAR, "auto")
	p.Authorization.DPoP = cmp.Or(p.Authorization.DPoP, "never")
	p.IDToken.Subject = cmp.Or(p.IDToken.Subject, "sub")
	for i := range p.Groups {
		p.Groups[i].Kind = cmp.Or(p.Groups[i].Kind, "group")
		p.Groups[i].Name = cmp.Or(p.Groups[i].Name, "Groups")
	}
	for i := range p.Profile.Sources {
		p.Profile.Sources[i].Name = cmp.Or(p.Profile.Sources[i].Name, "Profile")
	}
}
