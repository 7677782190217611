package providers

import (
	"net/url"
	"slices"
	"strings"
)

// ReservedParameter reports whether the sign-in sets a request parameter itself:
// nothing else may, since it would replace what protects the sign-in. A request
// object replaces all of the others (RFC 9101 §6.3).
func ReservedParameter(name string) bool {
	switch name {
	case "client_id", "client_secret", "client_assertion", "client_assertion_type",
		"redirect_uri", "response_type", "response_mode", "scope", "state", "nonce",
		"code", "device_code", "grant_type", "refresh_token", "request", "request_uri", "dpop_jkt":
		return true
	}
	return strings.HasPrefix(name, "code_") // challenge, method and verifier of PKCE
}

// ParameterNames are the optional parameters of an authorization request that
// a provider may name differently, or not take ([Authorization.Names]): those of
// OIDC Core §3.1.2.1, resource (RFC 8707), and audience and domain_hint, which are
// in no standard.
func ParameterNames() []string {
	return []string{"prompt", "acr_values", "max_age", "ui_locales", "resource", "audience", "domain_hint"}
}

// Parameter is the provider's name for one of [ParameterNames], "" if it does
// not take it.
func (p *Provider) Parameter(name string) string {
	if own, ok := p.Authorization.Names[name]; ok {
		return own
	}
	return name
}

// ChooseAccount is the prompt that makes the provider ask which account signs
// in, "" if there is none: what its file says, else what it publishes, else
// "select_account" (OIDC Core §3.1.2.1) if it is an OpenID provider. md may be
// nil.
func (p *Provider) ChooseAccount(md *Metadata) string {
	name, prompt := p.Parameter("prompt"), p.chooser(md)
	if name == "" || prompt == "" {
		return ""
	}
	// What replaces a default must include a consent that this provider
	// requires for a refresh token (OIDC Core §11).
	if slices.Contains(strings.Fields(p.Authorization.Params[name]), "consent") {
		prompt += " consent"
	}
	return prompt
}

func (p *Provider) chooser(md *Metadata) string {
	const choose, login = "select_account", "login"
	switch own := p.Authorization.ChooseAccount; {
	case own == "never":
		return ""
	case own != "":
		return own
	case md == nil || md.PromptValues == nil:
		if p.Issuer != "" || slices.Contains(p.Scopes.Base, "openid") {
			return choose
		}
	case slices.Contains(md.PromptValues, choose):
		return choose
	case slices.Contains(md.PromptValues, login):
		return login
	}
	return ""
}

// ValidResource reports whether s can be a resource indicator: an absolute URI
// without fragment (RFC 8707 §2).
func ValidResource(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.IsAbs() && !strings.Contains(s, "#")
}
