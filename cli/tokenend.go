package cli

import (
	"cmp"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/internal/plain"
)

// sayEnd warns if a token does not last as long as was asked for, by default a
// minute, or if its lifetime is unknown.
func (r *runner) sayEnd(a *auth.Account, t *auth.Token, minTTL time.Duration) {
	wanted := ""
	if minTTL = cmp.Or(minTTL, defaultMinTTL); minTTL != defaultMinTTL {
		wanted = ", sooner than --min-ttl " + minTTL.String()
	}
	left, life := time.Until(t.ExpiresAt), t.ExpiresAt.Sub(t.IssuedAt)
	switch {
	case t.ExpiresAt.IsZero() && a.CanRefresh:
		r.say("claviger: %s does not say when its tokens expire; if this one is rejected, get a new one: claviger token %s --force", providerName(a), a.ID)
	case t.ExpiresAt.IsZero():
		// Most such tokens last until they are revoked.
		if wanted != "" {
			r.say("claviger: %s does not say when its tokens expire, so --min-ttl has no effect", providerName(a))
		}
	case left >= minTTL:
	case !t.IssuedAt.IsZero() && life < 2*minTTL:
		r.say("claviger: %s issues tokens that last only %s: this one expires in %s%s", providerName(a), plain.Whole(life), plain.Whole(left), wanted)
	default:
		r.say("claviger: this token expires in %s%s, and could not be refreshed", plain.Whole(left), wanted)
	}
}
