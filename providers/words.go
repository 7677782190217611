package providers

import (
	"slices"
	"strconv"
	"strings"
)

// Rule says in words which address of this computer a sign-in comes back to:
// host, port and path.
func (r Redirect) Rule() string {
	ports := make([]string, len(r.Ports))
	for i, p := range r.Ports {
		ports[i] = strconv.Itoa(p)
	}
	switch len(ports) {
	case 0:
		return "http://" + r.Host + ":PORT" + r.Path + ", with any free port, which differs each time. The host and path are fixed."
	case 1:
		return "http://" + r.Host + ":" + ports[0] + r.Path + ". The port is fixed; you cannot sign in while another program uses it."
	}
	return "http://" + r.Host + ":PORT" + r.Path + ", with the first free port of " + strings.Join(ports, ", ") +
		". Register each of these URIs."
}

// SecretRule says in words whether there is a client secret, and how it is sent.
func (c Client) SecretRule() string {
	how := "."
	switch c.Auth {
	case AuthPost:
		how = ", sent in the body of the token request (client_secret_post)."
	case AuthBasic, AuthBasicPlain:
		how = ", sent in the header of the token request (" + c.Auth + ")."
	case AuthAuto:
		how = ", sent in the way that the provider lists first."
	}
	switch c.SecretUse {
	case "required":
		return "Required" + how
	case "optional":
		return "Optional" + strings.Replace(how, ",", "; if there is one, it is", 1)
	}
	return "None: this is a public client, and PKCE protects its code."
}

// DeviceRule says in words whether a sign-in with a code (RFC 8628) is possible.
func (p *Provider) DeviceRule() string {
	switch {
	case p.Endpoints.DeviceAuthorization != "":
		return "Yes, if the app registration allows it."
	case p.Discovery != "none":
		return "Yes, if the provider's metadata announces it."
	}
	return "No."
}

// Place says in words where a source is read from.
func (s *Source) Place() string {
	switch s.From {
	case "id_token":
		return "claims of the ID token"
	case "userinfo":
		return "response of the userinfo endpoint"
	}
	return "GET " + s.URL
}

// Conditions say in words when a source is read; empty is always.
func (s *Source) Conditions() []string {
	var out []string
	if scopes := strings.Fields(s.Scope); len(scopes) > 1 {
		out = append(out, "requires one of the scopes "+strings.Join(scopes, ", "))
	} else if len(scopes) == 1 {
		out = append(out, "requires the scope "+scopes[0])
	}
	if s.When != "" {
		out = append(out, "only if the ID token matches "+s.When)
	}
	return out
}

// Pages says in words how a list of groups goes on; empty for claims.
func (g *GroupSource) Pages() string {
	switch g.Paging {
	case "link":
		return "paged by the Link header"
	case "odata":
		return "paged by @odata.nextLink"
	case "token":
		return "paged by a token in the parameter " + g.TokenParam
	case "next":
		return "paged by a URL in the response"
	}
	if g.URL != "" {
		return "one page"
	}
	return ""
}

// SignOutRules say in words what signing out does at the provider, and what it
// does not.
func (p *Provider) SignOutRules() []string {
	grant, session := "", ""
	switch s := p.SignOut; s.Method {
	case "rfc7009":
		grant = "Tokens are revoked (RFC 7009)"
		if s.RefreshOnly {
			grant = "The refresh token is revoked (RFC 7009); the access token stays valid until it expires"
		}
		if s.URL == "" && p.Endpoints.Revocation == "" {
			grant += ", if the provider's metadata has an endpoint for it"
		}
		grant += "."
	case "form":
		grant = "The grant is revoked, with a form that contains the token."
	default:
		grant = p.requestRule()
	}
	switch {
	case p.SignOut.EndSession == "":
		session = "The browser session continues."
	case p.SignOut.EndSession == "oidc" && p.Endpoints.EndSession == "":
		session = "The browser session can be ended too, if the provider's metadata has an endpoint for it."
	default:
		session = "The browser session can be ended too."
	}
	return []string{grant, session}
}

// requestRule says what the requests of [SignOut.Requests] do.
func (p *Provider) requestRule() string {
	_, list := p.SignOutRequests()
	switch {
	case len(list) == 0:
		return "Apps cannot revoke tokens: they stay valid until they expire."
	case slices.ContainsFunc(list, func(r SignOutRequest) bool { return r.Auth == "" }):
		return "Tokens are revoked with the provider's own request."
	default:
		return "If there is a client secret, tokens are revoked with the provider's own request."
	}
}

// ErrorWords are the provider's known errors as people read them, with its name
// in them. What it would write in an error is not known before.
func (p *Provider) ErrorWords() []ErrorHelp {
	fill := strings.NewReplacer("{provider}", p.Name, "{description}", "…")
	out := slices.Clone(p.Errors)
	for i := range out {
		e := &out[i]
		e.Title, e.Detail, e.Next = fill.Replace(e.Title), fill.Replace(e.Detail), fill.Replace(e.Next)
	}
	return out
}
