package providers

import (
	"fmt"
	"strings"
)

// RequestRules says in words what a sign-in's request has beyond what each has,
// and what this provider's file says about asking for more.
func (p *Provider) RequestRules() []string {
	a := p.Authorization
	var out []string
	for _, section := range []struct {
		params map[string]string
		to     string
	}{{a.Params, "with the sign-in"}, {a.TokenParams, "with each token request"}, {a.DeviceParams, "with the device code request"}} {
		for _, name := range sortedKeys(section.params) {
			out = append(out, fmt.Sprintf("Sends %s=%s %s.", name, section.params[name], section.to))
		}
	}
	if len(a.Resource) > 0 {
		out = append(out, "Requests tokens for "+strings.Join(a.Resource, " and ")+" (RFC 8707).")
	}
	for _, name := range sortedKeys(a.Names) {
		if own := a.Names[name]; own == "" {
			out = append(out, "Does not support "+name+".")
		} else if own != name {
			out = append(out, "Calls "+name+" "+own+".")
		}
	}
	switch a.PAR {
	case "required":
		out = append(out, "Always pushes the request (RFC 9126).")
	case "never":
		out = append(out, "Never pushes the request (RFC 9126).")
	}
	switch a.DPoP {
	case "required":
		out = append(out, "Accepts only tokens that are bound to a key (RFC 9449).")
	case "auto":
		out = append(out, "Binds tokens to a key if the provider supports it (RFC 9449).")
	}
	if a.TokenLifetime != "" {
		out = append(out, "Assumes that tokens last "+a.TokenLifetime+" unless the provider says otherwise.")
	}
	if len(a.BearerTypes) > 0 {
		out = append(out, "Takes the token type "+strings.Join(a.BearerTypes, " or ")+" as Bearer.")
	}
	return out
}

// RefreshLimitRules are the limits in sentences.
func (p *Provider) RefreshLimitRules() []string {
	out := make([]string, len(p.RefreshLimits))
	for i, l := range p.RefreshLimits {
		out[i] = l.Why
		if l.Sure == SurePossible {
			out[i] += " (possible, not certain)"
		}
	}
	return out
}
