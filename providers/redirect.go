package providers

import (
	"cmp"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
)

// callbackPath is the redirect path of a provider whose file names none. Each
// provider has its own: a hostile one could otherwise send the browser on to an
// honest one and have that one's code come back here as the answer to its own
// request (RFC 9700 §4.4.2.2).
func callbackPath(id string) string { return "/callback/" + id }

// RedirectPath is the path of the redirect URI, also for a provider that was made
// in code and names none.
func (p *Provider) RedirectPath() string {
	path := cmp.Or(p.Redirect.Path, callbackPath(p.ID))
	if !strings.HasPrefix(path, "/") {
		return "/" + path
	}
	return path
}

// addresses are the redirect URIs to register, one for each fixed port.
func (r Redirect) addresses() string { return strings.Join(r.URIs(), ", ") }

// follow keeps what to register in step with the ports and the path of a file:
// those of the preset are then wrong. If there is nothing to register, or only the
// host differs (some providers then compare the port), the preset knows better.
func (r *Redirect) follow(preset Redirect) {
	switch {
	case preset.Register == "":
	case slices.Equal(r.Ports, preset.Ports), len(r.Ports) == 0 && preset.Register != preset.addresses():
		// It may hold a pattern for the port.
		r.Register = strings.ReplaceAll(preset.Register, preset.Path, r.Path)
	default:
		r.Register = r.addresses()
	}
}

// Renamed is a copy under another id, with the redirect path that goes with it:
// what a provider of that id is if it extends this one.
func (p *Provider) Renamed(id string) *Provider {
	c := p.Clone()
	c.rename(id)
	return c
}

// rename gives a provider another id, and the redirect path that goes with it.
func (p *Provider) rename(id string) {
	from := p.Redirect
	if from.Path == callbackPath(p.ID) {
		p.Redirect.Path = callbackPath(id)
	}
	p.ID = id
	p.Redirect.follow(from)
	p.Client.Help = strings.ReplaceAll(p.Client.Help, from.Path, p.Redirect.Path)
}

// OwnRedirect reports whether no other provider of the set answers on the same
// redirect path. Codes of two providers that share one cannot be told apart, so
// no one signs in at either until that is fixed. The error wraps
// [ErrSharedRedirect]. Two files for one provider (the same issuer and
// endpoints) may share a path.
func (p *Provider) OwnRedirect() error {
	if p.shares == "" {
		return nil
	}
	return fmt.Errorf("%w: %s and %s both use %s", ErrSharedRedirect, p.Name, p.shares, p.Redirect.Path)
}

// sharing finds another provider whose server may take the redirect path of p for
// its own, "" if there is none. A built-in provider keeps the path that its id gives:
// whoever took that is refused. One of a file does not, since whoever chose the id
// may have meant another one's path. Built-in providers that were not read yet get
// theirs from their id. s.mu is held.
func (s *Set) sharing(p *Provider) string {
	if p.Origin == BuiltIn && p.Redirect.Path == callbackPath(p.ID) {
		return ""
	}
	own := looselyRead(p.Redirect.Path)
	for _, id := range sortedKeys(s.known) {
		other, theirs := s.known[id], callbackPath(id)
		if other != nil {
			theirs = other.Redirect.Path
		}
		below := theirs == callbackPath(id) && strings.HasPrefix(own, looselyRead(theirs)+"/")
		switch {
		case id == p.ID, own != looselyRead(theirs) && !below:
		case other == nil:
			return id
		case !s.configured(other).sameParty(p):
			return other.Name
		}
	}
	return ""
}

// looselyRead is a path as the most lenient server compares it: here it is
// compared byte for byte, but what counts is which redirect URIs the server of
// another provider takes for that one's own. GitHub also takes those below it.
func looselyRead(raw string) string {
	if plain, err := url.PathUnescape(raw); err == nil {
		raw = plain
	}
	return strings.ToLower(path.Clean(raw))
}

// sameParty reports whether two files are about one provider: then a code of one
// suits the other's token endpoint just as well. In a file that trusts another
// authority, someone else may answer in that provider's place.
func (p *Provider) sameParty(q *Provider) bool {
	return p.Issuer == q.Issuer && p.Endpoints == q.Endpoints && p.Trust == q.Trust
}
