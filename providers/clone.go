package providers

import (
	"maps"
	"slices"
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
	c.Claims = maps.Clone(p.Claims)
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
	c.Try = slices.Clone(p.Try)
	c.Errors, c.Notices = slices.Clone(p.Errors), slices.Clone(p.Notices)
	c.RefreshLimits = slices.Clone(p.RefreshLimits)
	for i := range c.RefreshLimits {
		c.RefreshLimits[i].UnlessOnly = slices.Clone(c.RefreshLimits[i].UnlessOnly)
	}
	return &c
}
