package cli

import (
	"context"
	"slices"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/internal/plain"
)

// recentDamage is how long a damaged account is told of. By then, the person has signed in
// again, or does not miss it.
const recentDamage = 7 * 24 * time.Hour

// tellDamaged says on standard error how many accounts were set aside as damaged, if they
// are more than already told, and returns how many. Only who reads a damaged record first
// hears of it, which can be an agent that nobody looks at.
func (r *runner) tellDamaged(told int) int {
	v, err := r.Vault()
	if err != nil {
		return told // the command reports it
	}
	missing := slices.DeleteFunc(v.Missing(time.Now().Add(-recentDamage)), func(name string) bool { return !auth.IsAccountID(name) })
	verb := "is"
	if len(missing) > 1 {
		verb = "are"
	}
	if len(missing) > told {
		r.say("%s %s damaged and set aside, not deleted. Sign in again, or see: claviger vault repair", plain.Count(len(missing), "account"), verb)
	}
	return len(missing)
}

// watchDamaged tells of them until ctx ends.
func (r *runner) watchDamaged(ctx context.Context, a *auth.Agent) {
	told, changes := 0, a.Watch(ctx)
	for more := true; more; _, more = <-changes {
		told = r.tellDamaged(told)
	}
}
