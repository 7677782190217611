package providers

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/claviger/claviger/internal/ask"
	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/providers/internal/placeholder"
)

// Ready reports what is still needed before a sign-in can start: an error
// wrapping [ErrUnusable], [ErrNoClientID] or [ErrNoVariable], or nil.
func (p *Provider) Ready() error {
	if p.Unusable != "" {
		return fmt.Errorf("%w: %s", ErrUnusable, p.Unusable)
	}
	if err := p.blanks(); err != nil {
		return err
	}
	if p.Client.ID == "" {
		return fmt.Errorf("%w for %s", ErrNoClientID, p.Name)
	}
	return nil
}

// blanks reports the first variable that is used and empty, and a filled one
// that makes no usable address.
func (p *Provider) blanks() error {
	var problem error
	p.addresses(func(key string, a *string) {
		if problem != nil {
			return
		}
		if helpLink(key) && strings.Contains(p.Expand(*a), "{") {
			return // it is for people, who can do without it
		}
		for _, name := range placeholder.Names(*a) {
			if v, ok := p.Variables[name]; ok && v.Value == "" && !v.Optional {
				problem = fmt.Errorf("%w: %s (%s)", ErrNoVariable, variableLabel(name, v), p.Name)
				return
			}
		}
		address := p.Expand(*a)
		if address == "" || strings.Contains(address[:placeholder.HostEnd(address)], "{") {
			return
		}
		// The file was checked before its variables were filled, and without the
		// environment.
		if u, err := url.Parse(address); err != nil || !ask.Secure(u) {
			problem = fmt.Errorf("%w: %s", ErrNoVariable, phrase.Say("the {endpoint} of {provider} must be an https address", strings.TrimPrefix(key, "endpoints."), p.Name))
		}
	})
	return problem
}

// Open reports whether a variable is a blank that can be filled: it has a value,
// expressions read it, or an address still needs it. If a file extends a preset
// and gives an address itself, the preset's blank has no use.
func (p *Provider) Open(name string) bool {
	v, ok := p.Variables[name]
	open := ok && (v.Value != "" || v.Optional)
	p.addresses(func(_ string, a *string) {
		open = open || ok && slices.Contains(placeholder.Names(*a), name)
	})
	return open
}

func variableLabel(name string, v Variable) string {
	if v.Label != "" {
		return v.Label
	}
	return name
}
