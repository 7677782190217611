package register

import (
	"context"
	"crypto/rand"
	"errors"
	"strconv"
	"strings"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/providers"
)

// redirects are the addresses to try: those of one entry are registered together,
// and the first of them that works is used.
func (r *Request) redirects(issuer string) [][]providers.Redirect {
	if r.Redirects == nil {
		return registrationRedirects(issuer)
	}
	var out [][]providers.Redirect
	for _, redirect := range r.Redirects {
		out = append(out, []providers.Redirect{redirect})
	}
	return out
}

// registrationRedirects are the addresses to try, at a path that no other
// provider has (RFC 9700 §4.4.2.2): any port (RFC 8252 §7.3) with fixed ports for
// servers that compare them, each alone if the two are refused, and the name
// for those that take no http address else.
func registrationRedirects(issuer string) [][]providers.Redirect {
	// What the provider will be called here is not known yet.
	path := "/callback/" + providers.SuggestID(issuer) + "-" + strings.ToLower(rand.Text()[:8])
	ports := []int{51789, 51790, 51791}
	with := func(host string, ports []int) providers.Redirect {
		r := providers.Redirect{Host: host, Path: path, Ports: ports}
		r.Register = strings.Join(r.URIs(), ", ")
		return r
	}
	free, fixed, named := with("127.0.0.1", nil), with("127.0.0.1", ports), with("localhost", ports)
	return [][]providers.Redirect{{free, fixed}, {free}, {fixed}, {named}}
}

// registeredRedirects are those of the asked ones that were registered, or what
// else was.
func registeredRedirects(asked clientMetadata, fields map[string]any) []providers.Redirect {
	uris := texts(fields["redirect_uris"])
	if uris == nil {
		return asked.redirects
	}
	var out []providers.Redirect
	for _, r := range asked.redirects {
		if len(notIn(r.URIs(), uris)) == 0 {
			out = append(out, r)
		}
	}
	if other, ok := providers.RedirectOf(uris); ok && out == nil {
		out = append(out, other)
	}
	return out
}

// chooseRedirect takes the first of the registered redirects that works. One
// without a port should stand for all (RFC 8252 §7.3), but some servers compare
// it, and some tell only after the person has signed in: then the fixed ports
// that were registered too are sure to work.
func (r *Registrar) chooseRedirect(ctx context.Context, m *providers.Metadata, reg *Registration, redirects []providers.Redirect) {
	reg.Redirect = redirects[0]
	if len(reg.Redirect.Ports) > 0 {
		reg.tellPorts("the provider accepts only registered ports")
	}
	if len(redirects) == 1 {
		return
	}
	switch outcome, code := r.tryRedirect(ctx, m, reg); {
	case outcome == idtoken.Passed:
		return
	case outcome == idtoken.Failed && oauth.SubjectOf(code) == oauth.AboutRedirect:
		reg.Redirect = redirects[1]
		reg.tellPorts("the provider accepts only registered ports")
	default:
		reg.Redirect = redirects[1]
		reg.tellPorts("the provider does not say whether it accepts other ports")
	}
}

// tryRedirect makes the authorization request of a sign-in with a registration.
func (r *Registrar) tryRedirect(ctx context.Context, m *providers.Metadata, reg *Registration) (idtoken.Outcome, string) {
	data, err := providers.FromRegistration("new", "", reg.Registered, m)
	if err != nil {
		return "", ""
	}
	p, err := providers.Parse("new", data)
	if err != nil {
		return "", ""
	}
	p.Client.Secret, p.Errors = reg.Secret, nil // the codes of the general words
	p.Trust.CAFile = reg.Access.CAFile
	return r.tester.Redirect(ctx, p, m)
}

// tellPorts says which ports the redirect URI uses.
func (r *Registration) tellPorts(why phrase.Text) {
	ports := make([]string, len(r.Redirect.Ports))
	for i, p := range r.Redirect.Ports {
		ports[i] = strconv.Itoa(p)
	}
	r.say("The redirect URI uses fixed ports, because {why}: {ports}.", why, strings.Join(ports, ", "))
}

// redirectRefused reports whether err is about the redirect URIs. RFC 7591
// §3.2.2 has a code for it, which not every server uses.
func redirectRefused(err error) bool {
	var refused *oauth.ProviderError
	return errors.As(err, &refused) && (refused.Code == "invalid_redirect_uri" ||
		refused.Code == "invalid_client_metadata" && strings.Contains(strings.ToLower(refused.Description), "redirect"))
}
