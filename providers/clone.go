package providers

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/claviger/claviger/internal/ask"
	"github.com/claviger/claviger/providers/internal/placeholder"
)

// Clone returns a copy that shares nothing that can be changed.
func (p *Provider) Clone() *Provider {
	c := *p
	c.Notes, c.Unverified = slices.Clone(p.Notes), slices.Clone(p.Unverified)
	c.Variables = maps.Clone(p.Variables)
	c.Redirect.Ports = slices.Clone(p.Redirect.Ports)
	s := &c.Scopes
	s.Base, s.Profile = slices.Clone(s.Base), slices.Clone(s.Profile)
	s.Groups, s.Offline = slices.Clone(s.Groups), slices.Clone(s.Offline)
	s.Meaning, s.Same = maps.Clone(s.Meaning), maps.Clone(s.Same)
	c.Authorization.Params = maps.Clone(p.Authorization.Params)
	c.Authorization.TokenParams = maps.Clone(p.Authorization.TokenParams)
	c.Authorization.DeviceParams = maps.Clone(p.Authorization.DeviceParams)
	c.Authorization.Names = maps.Clone(p.Authorization.Names)
	c.Authorization.Resource = slices.Clone(p.Authorization.Resource)
	c.Authorization.BearerTypes = slices.Clone(p.Authorization.BearerTypes)
	c.IDToken.AlsoIssuers = slices.Clone(p.IDToken.AlsoIssuers)
	c.Profile.Sources = slices.Clone(p.Profile.Sources)
	for i := range c.Profile.Sources {
		c.Profile.Sources[i].Headers = maps.Clone(c.Profile.Sources[i].Headers)
	}
	c.Groups = slices.Clone(p.Groups)
	for i := range c.Groups {
		c.Groups[i].Headers = maps.Clone(c.Groups[i].Headers)
		c.Groups[i].Names = maps.Clone(c.Groups[i].Names)
	}
	c.SignOut.Requests = slices.Clone(p.SignOut.Requests)
	for i := range c.SignOut.Requests {
		c.SignOut.Requests[i].Headers = maps.Clone(c.SignOut.Requests[i].Headers)
	}
	c.Errors, c.Notices = slices.Clone(p.Errors), slices.Clone(p.Notices)
	return &c
}

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
				problem = fmt.Errorf("%w: %s of %s", ErrNoVariable, variableLabel(name, v), p.Name)
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
			problem = fmt.Errorf("%w: the %s of %s must be an https address", ErrNoVariable, strings.TrimPrefix(key, "endpoints."), p.Name)
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
