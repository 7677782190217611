package probe

import (
	"context"
	"slices"
	"time"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/providers"
)

// Reached is what was found on the way to a provider.
type Reached struct {
	// Checks are "reachable" and "discovery".
	Checks []Check
	// Offline reports that the provider could not be reached at all.
	Offline bool
	// Skew is how far this computer's clock is ahead of the provider's, if Dated.
	Skew  time.Duration
	Dated bool
}

// Reach tests the way to a provider, and what it publishes. It needs no client and sends
// nothing of one.
func (t *Tester) Reach(ctx context.Context, provider *providers.Provider) *Reached {
	p := *provider
	b := &prober{t: t, p: &p}
	out := &Reached{}
	for _, c := range b.checks() {
		if !slices.Contains([]string{"reachable", "discovery"}, c.name) || b.ended != "" {
			continue
		}
		f := c.run(ctx)
		out.Checks = append(out.Checks, b.check(c, f))
		if f.outcome == idtoken.Failed {
			break
		}
	}
	out.Offline, out.Skew, out.Dated = b.offline, b.skew, b.dated
	return out
}
