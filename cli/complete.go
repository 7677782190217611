package cli

import (
	"strings"
	"unicode"

	"github.com/spf13/cobra"
)

// completeTargets offers who can sign in: providers, and accounts again.
func (r *runner) completeTargets(cmd *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
	ids, directive := r.completeProviders(cmd, args, begun)
	accounts, _ := r.completeAccounts(cmd, args, begun) // an unreadable vault offers none
	return append(ids, accounts...), directive
}

// completeProviders offers the providers' ids.
func (r *runner) completeProviders(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	set, err := r.Providers()
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var out []string
	for _, p := range set.All() {
		out = append(out, cobra.CompletionWithDesc(p.ID, clean(p.Name)))
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

// completeAccounts offers login@provider, and ids once something is typed or if the
// login cannot be offered. It never asks for a passphrase: a prompt in the middle
// of a completion would be a trap.
func (r *runner) completeAccounts(cmd *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
	const directive = cobra.ShellCompDirectiveNoFileComp
	if len(args) > 0 {
		return nil, directive
	}
	v, err := r.Vault()
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	st, err := v.Status(cmd.Context())
	if err != nil || st.Records == 0 || st.Locked && r.PassphraseFile == "" {
		return nil, directive
	}
	agent, err := r.Agent()
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	// Damaged records do not keep the others from being offered.
	list, _ := agent.Summaries(cmd.Context())
	var out []string
	for _, a := range list {
		about := clean(title(a) + ", " + providerName(a))
		offered := typeable(a.User.Login)
		if offered {
			out = append(out, cobra.CompletionWithDesc(a.User.Login+"@"+a.Provider, about))
		}
		if begun != "" || !offered {
			out = append(out, cobra.CompletionWithDesc(a.ID, about))
		}
	}
	return out, directive
}

// typeable reports whether a login is one word of a shell without quotes, and not a
// flag. A user of the provider chose it, and bash puts the common beginning of
// several candidates into the line as it is: it must not be a command there.
func typeable(login string) bool {
	return login != "" && login[0] != '-' && clean(login) == login && !strings.ContainsFunc(login, func(c rune) bool {
		return !unicode.In(c, unicode.L, unicode.M, unicode.N) && !strings.ContainsRune("._+-@", c)
	})
}
