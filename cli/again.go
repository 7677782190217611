package cli

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/providers"
)

// signInTarget is who signs in: anyone at a provider, or an account again.
type signInTarget struct {
	provider *providers.Provider
	account  *auth.Account // nil for whoever it is
}

// maybeAccount reports whether a name can be an account's, and not only a misspelt
// provider ID: the vault is not opened for that.
func maybeAccount(name string) bool { return regexp.MustCompile(`@|^[a-z0-9]{12}$`).MatchString(name) }

// target finds who is to sign in. A provider's id comes first.
func (r *runner) target(ctx context.Context, name string) (signInTarget, error) {
	p, err := r.provider(name)
	if err == nil || !maybeAccount(name) {
		return signInTarget{provider: p}, err
	}
	agent, agentErr := r.Agent()
	if agentErr != nil {
		return signInTarget{}, agentErr
	}
	a, accountErr := agent.Account(ctx, name)
	switch {
	case errors.Is(accountErr, auth.ErrNoAccount) && strings.Contains(name, "@"):
		return signInTarget{}, r.unknownAccount(ctx, agent, name)
	case errors.Is(accountErr, auth.ErrNoAccount):
		return signInTarget{}, err // the list of ids says more
	case accountErr != nil:
		return signInTarget{}, accountErr
	}
	p, err = r.provider(a.Provider)
	return signInTarget{provider: p, account: a}, err
}

// again completes the request of an account that signs in again with what its
// last sign-in asked for.
func (t signInTarget) again(request *auth.SignInRequest) {
	if t.account == nil {
		return
	}
	request.Account = t.account.ID
	request.Groups = request.Groups || t.account.GroupsAsked
	more := t.account.ExtraScopes(t.provider)
	for _, s := range request.ExtraScopes {
		if !slices.Contains(more, s) {
			more = append(more, s)
		}
	}
	request.ExtraScopes = more
}

// somebodyElse is the error of a sign-in as a different account than the one
// named: a script that asked for one must notice that it got the other.
func (r *runner) somebodyElse(ctx context.Context, agent *auth.Agent, t signInTarget, got *auth.Account, device bool) error {
	if t.account == nil || got.ID == t.account.ID {
		return nil
	}
	other := &auth.OtherAccountError{Asked: t.account, Got: got}
	if now, err := agent.Account(ctx, t.account.ID); err == nil {
		other.Asked = now
	}
	if !device { // which takes no prompt
		md, err := agent.Metadata(ctx, t.provider.ID)
		if err != nil {
			md = nil // what the file says is good enough
		}
		other.Choose = t.provider.ChooseAccount(md)
	}
	return &contextError{err: other, provider: t.provider, account: t.account.ID}
}

// otherHint is the command that lets the person choose the account.
func otherHint(other *auth.OtherAccountError) string {
	command := "claviger login " + other.Asked.ID
	switch {
	case other.Choose == "":
		return command
	case strings.Contains(other.Choose, " "):
		return command + " --prompt " + strconv.Quote(other.Choose)
	}
	return command + " --prompt " + other.Choose
}

// signedInAs shows the result.
func (r *runner) signedInAs(a *auth.Account, joined, asJSON bool) error {
	if asJSON {
		return r.printJSON(a)
	}
	where := ""
	if joined {
		where = ", in another window or shell"
	}
	return r.print(fmt.Sprintf("Signed in to %s as %s%s. Account: %s\n", providerName(a), title(a), where, a.ID))
}
