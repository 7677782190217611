package oauth

import (
	"cmp"

	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/providers"
)

// Moved is a [*MovedError] if p is not where h is: another issuer, or a sign-in
// page, token endpoint or key set elsewhere that the file names. Nil for a zero
// home. An API elsewhere is no move: it alone gets nothing.
func (h Home) Moved(p *providers.Provider) error {
	if moved := h.Elsewhere(p); moved != nil {
		return moved
	}
	return nil
}

// Elsewhere is [Home.Moved] as it is; nil if p is where h is.
func (h Home) Elsewhere(p *providers.Provider) *MovedError {
	switch {
	case h.IsZero(), p.Issuer == "" && p.Discovery != "none": // one that says it when it runs
		return nil
	case p.Issuer != h.Issuer:
		return &MovedError{Provider: cmp.Or(p.Name, p.ID), Was: h.String(), Now: HomeOf(p).String()}
	}
	for _, d := range p.Destinations() {
		if d.Use != providers.UseAPI && !h.Server(d.Origin) {
			return &MovedError{Provider: cmp.Or(p.Name, p.ID), Was: h.String(), Now: d.Origin}
		}
	}
	return nil
}

// Grown is a [*MovedError] if p's file names a server or an API that the home
// does not have: who signs in again should know that it will get tokens.
func (h Home) Grown(p *providers.Provider) *MovedError {
	if moved := h.Elsewhere(p); moved != nil || h.IsZero() {
		return moved
	}
	for _, d := range p.Destinations() {
		if !h.API(d.Origin) {
			return &MovedError{Provider: cmp.Or(p.Name, p.ID), Was: h.String(), Now: d.Origin, API: true}
		}
	}
	return nil
}

// MovedError means that a secret was about to go to someone other than who
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
		return phrase.Say("the client secret belongs to {was}; this provider is now {now}", e.Was, e.Now)
	case e.API:
		return phrase.Say("signed in at {was}; this provider now also sends tokens to {now}", e.Was, e.Now)
	}
	return phrase.Say("signed in at {was}; this provider is now {now}", e.Was, e.Now)
}

// Withheld says in a few words why a request was not made.
func (e *MovedError) Withheld() string {
	return phrase.Say("it is at {now}, and this account is from {was}: the token was not sent there; sign in again if that is right", e.Now, e.Was)
}

// Unwrap returns [ErrMoved] and [ErrNeedsSignIn].
func (e *MovedError) Unwrap() []error { return []error{ErrMoved, ErrNeedsSignIn} }
