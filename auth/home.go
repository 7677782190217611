package auth

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"

	"github.com/claviger/claviger/providers"
)

// Home is where secrets belong: to who issued them, and to nobody that a
// provider's id leads to later. It is kept with each account, client secret and
// registration. The zero value is that of one that was kept before there were
// homes, or that an importer vouches for.
type Home struct {
	// Issuer is the provider's issuer (OIDC Discovery 1.0 §3, RFC 8414 §2), or
	// "". What its own metadata names is its word, whatever else stands here.
	Issuer string `json:"issuer,omitempty"`
	// Servers are the origins (RFC 6454 §4) that may get codes, client secrets
	// and refresh tokens, and where the person signs in.
	Servers []string `json:"servers,omitempty"`
	// APIs are further origins that may get access tokens.
	APIs []string `json:"apis,omitempty"`
	// Claimed means that only an export says all this. Nothing goes there, but for
	// what [Home.At] leaves of it.
	Claimed bool `json:"claimed,omitempty"`
}

// HomeOf is the home of secrets that are made with p as it is now: its issuer
// and what its file names. The person agreed to these when they added the file.
func HomeOf(p *providers.Provider) Home {
	h := Home{Issuer: p.Issuer}
	h.take(p.Destinations())
	return h
}

// take adds what a file names.
func (h *Home) take(list []providers.Destination) {
	for _, d := range list {
		if d.Use == providers.UseAPI {
			h.APIs = add(h.APIs, d.Origin)
		} else {
			h.Servers = add(h.Servers, d.Origin)
		}
	}
}

// serverHome is the one server of an address.
func serverHome(address string) Home { return Home{Servers: add(nil, providers.OriginOf(address))} }

// add appends what is not there yet.
func add(list []string, s string) []string {
	if s == "" || slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// IsZero reports whether it is one of before there were homes.
func (h Home) IsZero() bool { return h.empty() && !h.Claimed }

// empty reports whether nothing is known of it.
func (h Home) empty() bool { return h.Issuer == "" && len(h.Servers) == 0 && len(h.APIs) == 0 }

// copy shares nothing.
func (h Home) copy() Home {
	h.Servers, h.APIs = slices.Clone(h.Servers), slices.Clone(h.APIs)
	return h
}

// with is the home with what the issuer publishes now; md may be nil.
func (h Home) with(md *providers.Metadata) Home {
	h = h.copy()
	if md == nil {
		return h
	}
	for _, origin := range md.Published() {
		h.Servers = add(h.Servers, origin)
	}
	return h
}

// covers reports whether all servers of another home are h's too.
func (h Home) covers(other Home) bool {
	return !slices.ContainsFunc(other.Servers, func(origin string) bool { return !h.server(origin) })
}

// server reports whether codes, client secrets and refresh tokens may go there.
func (h Home) server(origin string) bool {
	return origin != "" && !h.Claimed && (slices.Contains(h.Servers, origin) || origin == providers.OriginOf(h.Issuer))
}

// api reports whether access tokens may go there.
func (h Home) api(origin string) bool {
	return h.server(origin) || !h.Claimed && slices.Contains(h.APIs, origin)
}

// String names the home for people.
func (h Home) String() string {
	if h.Issuer != "" {
		return h.Issuer
	}
	if len(h.Servers) > 0 && h.Servers[0] != nowhere {
		return h.Servers[0]
	}
	return "an unknown server"
}

// Moved is a [*MovedError] if p is not where h is: another issuer, or a sign-in
// page, token endpoint or key set elsewhere that the file names. Nil for a zero
// home. An API elsewhere is no move: it alone gets nothing.
func (h Home) Moved(p *providers.Provider) error {
	if moved := h.moved(p); moved != nil {
		return moved
	}
	return nil
}

func (h Home) moved(p *providers.Provider) *MovedError {
	switch {
	case h.IsZero(), p.Issuer == "" && p.Discovery != "none": // one that says it when it runs
		return nil
	case p.Issuer != h.Issuer:
		return &MovedError{Provider: cmp.Or(p.Name, p.ID), Was: h.String(), Now: HomeOf(p).String()}
	}
	for _, d := range p.Destinations() {
		if d.Use != providers.UseAPI && !h.server(d.Origin) {
			return &MovedError{Provider: cmp.Or(p.Name, p.ID), Was: h.String(), Now: d.Origin}
		}
	}
	return nil
}

// grown is a [*MovedError] where p's file names a server or an API that the home
// does not have: who signs in again should know that it will get tokens.
func (h Home) grown(p *providers.Provider) *MovedError {
	if moved := h.moved(p); moved != nil || h.IsZero() {
		return moved
	}
	for _, d := range p.Destinations() {
		if !h.api(d.Origin) {
			return &MovedError{Provider: cmp.Or(p.Name, p.ID), Was: h.String(), Now: d.Origin, API: true}
		}
	}
	return nil
}

// MovedError means that a secret was about to go to somebody else than who
// issued it. Nothing was sent. It wraps [ErrMoved] and [ErrNeedsSignIn].
type MovedError struct {
	// Provider is its name for people.
	Provider string
	// Was is where the secret belongs, Now where the provider's file or the
	// environment leads: issuers or origins.
	Was, Now string
	// Secret reports that it is the client secret and not an account, API that
	// the provider is where it was and sends access tokens to Now besides.
	Secret, API bool
}

// Error implements error.
func (e *MovedError) Error() string {
	switch {
	case e.Secret:
		return fmt.Sprintf("the client secret belongs to %s; this provider is now %s", e.Was, e.Now)
	case e.API:
		return fmt.Sprintf("signed in at %s; this provider now also sends tokens to %s", e.Was, e.Now)
	}
	return fmt.Sprintf("signed in at %s; this provider is now %s", e.Was, e.Now)
}

// Withheld says in a few words why a request was not made.
func (e *MovedError) Withheld() string {
	return "it is at " + e.Now + ", and this account is from " + e.Was + ": the token was not sent there; sign in again if that is right"
}

// Unwrap returns [ErrMoved] and [ErrNeedsSignIn].
func (e *MovedError) Unwrap() []error { return []error{ErrMoved, ErrNeedsSignIn} }

// home is where the account's secrets belong, for one of before as far as it can
// be told from what cannot be changed without the vault's key.
func (r *record) home(p *providers.Provider) Home {
	h := r.Home
	if h.empty() {
		h = r.oldHome(p)
		h.Claimed = r.Home.Claimed
	}
	return h.At(p)
}

// oldHome is the home of an account that was kept before there were homes. Its
// issuer is the one that it has if p's ID tokens are from there. Beyond what the
// issuer publishes it has the servers that its last sign-in or refresh spoke to,
// which the record says, and those of the built-in provider behind p. What only
// p's file names is not taken over: whoever put that file there would get the
// account's tokens. Such a source of groups wants one new sign-in.
func (r *record) oldHome(p *providers.Provider) Home {
	h := Home{Issuer: r.Issuer}
	if sameIssuer(p, r.Issuer) {
		h.Issuer = p.Issuer
	}
	h.take(p.BuiltInDestinations())
	for _, e := range r.Steps {
		if e.Exchange == nil || e.Phase != Done {
			continue
		}
		switch origin := providers.OriginOf(e.Exchange.URL); e.Step {
		case StepExchange, StepRefresh, StepDevice, StepPush, StepBrowser:
			h.Servers = add(h.Servers, origin)
		case StepProfile, StepGroups:
			h.APIs = add(h.APIs, origin)
		default: // of the others none got a secret
		}
	}
	if h.Issuer == "" && len(h.Servers) == 0 {
		h.Servers = []string{nowhere} // not zero: nothing is known, so nothing goes anywhere
	}
	return h
}

// sameIssuer reports whether iss, the issuer of an ID token, is that of p. What
// p's file adds to its issuer is good only for the same origin, as with Entra's
// tenants and Google's bare host: else a file could claim anybody's.
func sameIssuer(p *providers.Provider, iss string) bool {
	if iss == p.Issuer {
		return true
	}
	origin := cmp.Or(providers.OriginOf(iss), providers.OriginOf("https://"+iss))
	return iss != "" && origin == providers.OriginOf(p.Issuer) && p.AcceptsIssuer(iss)
}

// movedFrom says that p is not where the account's secrets belong.
func (r *record) movedFrom(p *providers.Provider) *MovedError { return r.home(p).moved(p) }

// originOf is the origin of a parsed address.
func originOf(u *url.URL) string { return providers.OriginOf(u.Scheme + "://" + u.Host) }
