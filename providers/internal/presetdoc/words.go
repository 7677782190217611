package main

import (
	"slices"
	"strings"

	"github.com/claviger/claviger/providers"
)

// md escapes a text of a file for Markdown.
func md(s string) string {
	return strings.NewReplacer(`\`, `\\`, "<", `\<`, "*", `\*`, "[", `\[`, "`", "\\`").Replace(s)
}

// cell makes one cell of a Markdown table from text that is already escaped.
func cell(s string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(s), " "), "|", `\|`)
}

// code shows a text as it is.
func code(s string) string {
	if s == "" {
		return ""
	}
	return "`" + s + "`"
}

// link shows an address, as a link if it has no open blank.
func link(address string) string {
	if strings.Contains(address, "{") {
		return code(address)
	}
	return "<" + address + ">"
}

// addresses are those of a list, as people register them.
func addresses(list string) string {
	if list == "" {
		return "nothing"
	}
	each := strings.Split(list, ", ")
	for i, a := range each {
		each[i] = code(a)
	}
	return strings.Join(each, ", ")
}

// env is the name of an environment variable.
func env(p *providers.Provider, name string) string {
	return code("CLAVIGER_" + strings.ToUpper(strings.ReplaceAll(p.ID+"_"+name, "-", "_")))
}

// jq is an expression as a block inside a list.
func jq(expr string) string {
	return "  ```jq\n  " + strings.ReplaceAll(strings.TrimSpace(expr), "\n", "\n  ") + "\n  ```"
}

// needs says what a person must provide.
func needs(p *providers.Provider) string {
	if p.Unusable != "" {
		return "not possible on a desktop"
	}
	var out []string
	if p.Client.ID == "" {
		out = append(out, "client ID")
	}
	switch {
	case p.Client.SecretUse == "required":
		out = append(out, "client secret")
	case p.Client.SecretUse == "optional" && p.Client.Auth != providers.AuthAuto: // it has uses there
		out = append(out, "client secret (optional)")
	}
	for _, name := range blanks(p) {
		switch v := p.Variables[name]; {
		case v.Optional:
		case v.Value == "":
			out = append(out, v.Label)
		default:
			out = append(out, v.Label+" (optional)")
		}
	}
	if len(out) == 0 {
		return "nothing"
	}
	return strings.Join(out, ", ")
}

func blanks(p *providers.Provider) []string {
	out := make([]string, 0, len(p.Variables))
	for name := range p.Variables {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// scopeRow is a row of a provider's table of scopes.
type scopeRow struct{ Set, Scope, Meaning string }

func scopes(p *providers.Provider) []scopeRow {
	var out []scopeRow
	for _, set := range []struct {
		name string
		list []string
	}{
		{"always", p.Scopes.Base},
		{"profile", p.Scopes.Profile},
		{"groups, if asked for", p.Scopes.Groups},
		{"to stay signed in", p.Scopes.Offline},
	} {
		for _, scope := range set.list {
			out = append(out, scopeRow{set.name, scope, p.Scopes.Meaning[scope]})
		}
	}
	return out
}
