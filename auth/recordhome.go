package auth

import (
	"cmp"

	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/providers"
)

// home is where the account's secrets belong, for one of before as far as it can
// be told from what cannot be changed without the vault's key.
func (r *record) home(p *providers.Provider) oauth.Home {
	h := r.Home
	if h.Empty() {
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
func (r *record) oldHome(p *providers.Provider) oauth.Home {
	h := oauth.Home{Issuer: r.Issuer}
	if sameIssuer(p, r.Issuer) {
		h.Issuer = p.Issuer
	}
	h.Take(p.BuiltInDestinations())
	for _, e := range r.Steps {
		if e.Exchange == nil || e.Phase != trace.Done {
			continue
		}
		switch origin := providers.OriginOf(e.Exchange.URL); e.Step {
		case trace.StepExchange, trace.StepRefresh, trace.StepDevice, trace.StepPush, trace.StepBrowser:
			h.AddServer(origin)
		case trace.StepProfile, trace.StepGroups:
			h.AddAPI(origin)
		default: // of the others none got a secret
		}
	}
	if h.Issuer == "" && len(h.Servers) == 0 {
		return oauth.Nowhere() // not zero: nothing is known, so nothing goes anywhere
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
func (r *record) movedFrom(p *providers.Provider) *oauth.MovedError { return r.home(p).Elsewhere(p) }
