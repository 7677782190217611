package providers

import (
	"fmt"
	"net/url"
	"path"
	"strings"
)

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
