package cli

import (
	"context"
	"strings"

	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/providers"
)

// consent asks the person before a provider file is added that sends codes,
// secrets or tokens to a server that is not the provider's own.
func (r *runner) consent(ctx context.Context, p *providers.Provider, yes bool) error {
	list := p.Filled().Questionable()
	if len(list) == 0 || yes {
		return nil
	}
	hosts := make([]string, len(list))
	for i, to := range list {
		hosts[i] = clean(to.Host()) + " gets " + to.Words()
	}
	refused := &problemError{problem: problem.Problem{
		Kind: problem.KindRefused, Code: "servers-not-agreed", Title: "Nothing was added",
		Detail: clean(p.Name) + "'s file names servers that are not the provider's own:\n" + strings.Join(hosts, "\n"),
		Next:   "If you know them and trust whoever wrote the file, add it with --yes.",
	}}
	if !r.Interactive {
		return refused
	}
	r.say("%s's file names servers that are not the provider's own:", p.Name)
	for _, host := range hosts {
		r.say("  %s", host)
	}
	agreed, err := r.confirm(ctx, "Add it?")
	if err != nil || agreed {
		return err
	}
	refused.problem.Next = "Ask whoever gave you the file why it names them."
	return refused
}

// sayRecipients lists the servers that get codes, secrets and tokens.
func (r *runner) sayRecipients(p *providers.Provider) {
	r.say("Servers used when you sign in:")
	for _, to := range p.Recipients(nil) {
		mark := ""
		if !to.Own {
			mark = " (not the provider's own)"
		}
		r.say("  %s%s: %s", to.Host(), mark, to.Words())
	}
}
