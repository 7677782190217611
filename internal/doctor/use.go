package doctor

import (
	"context"
	"errors"
	"slices"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/vault"
)

// demo is the ID of the demo provider.
const demo = "demo"

// lookUp finds out what is in use. A vault that does not open in half of the time is
// not waited for: the rest of the checks need theirs.
func (e *examination) lookUp(ctx context.Context) use {
	var u use
	u.closed = e.closed(ctx)
	if u.closed == "" {
		half, cancel := context.WithTimeout(ctx, e.Patience/2)
		defer cancel()
		type list struct {
			accounts []*auth.Account
			err      error
		}
		got := make(chan list, 1)
		go func() {
			accounts, err := e.Accounts(half)
			got <- list{accounts, err}
		}()
		select {
		case l := <-got:
			u.accounts, u.failed = l.accounts, l.err
		case <-half.Done():
			u.failed = half.Err()
		}
	}
	set, err := e.Providers()
	if err != nil {
		return u
	}
	u.problems = set.Problems()
	for _, p := range set.All() {
		used := slices.ContainsFunc(u.accounts, func(a *auth.Account) bool { return a.Provider == p.ID })
		if p.ID != demo && (used || p.Origin != providers.BuiltIn) {
			u.providers = append(u.providers, p)
		}
	}
	return u
}

// closed says why the accounts cannot be read without asking a person or starting a
// service, "" if they can.
func (e *examination) closed(ctx context.Context) string {
	v, err := e.Vault()
	if err != nil {
		return "the folder cannot be used"
	}
	st, err := v.Look(ctx)
	switch {
	case err != nil:
		return "the vault cannot be used"
	case st.Protection == vault.None:
		return "there is no vault yet"
	case st.Marked:
		return "the vault is locked"
	case st.KeyFileProblem != "":
		return "the key file cannot be used"
	case st.Locked && !e.PassphraseAtHand:
		return "the vault is locked: it takes a passphrase, and none is asked for here"
	case !st.Protection.UsesKeyring() || st.KeptOpen:
		return ""
	}
	switch k := v.Keyring(ctx); {
	case k.Asleep:
		return "the keyring does not run yet, and is not started for this"
	case k.Asks:
		return "the keyring could ask for its password"
	case errors.Is(k.Err, vault.ErrKeyringLocked):
		return "the keyring is locked"
	case k.Err != nil:
		return "the keyring cannot be used"
	}
	return ""
}

// accounts says whether the accounts can be read, and how they are.
func (e *examination) accounts(context.Context) finding {
	u := e.use()
	switch {
	case u.closed != "":
		return skipped("They were not looked at: %s.", u.closed)
	case errors.Is(u.failed, context.DeadlineExceeded):
		return bad("The vault did not open in time.").mend("See the other checks of the vault.", "claviger accounts")
	case u.failed != nil:
		f := explained(Fail, u.failed)
		if len(u.accounts) > 0 {
			f.found = sentences(plain.Count(len(u.accounts), "account")+" can be read", f.found)
		}
		return f.mend(f.fix, "claviger vault check", "claviger vault repair")
	}
	waiting := 0
	for _, a := range u.accounts {
		if a.State == auth.StateNeedsSignIn {
			waiting++
		}
	}
	if waiting > 0 {
		return odd("%s; %d of them must sign in again.", plain.Count(len(u.accounts), "account"), waiting).
			mend("Sign in again to those that you need.", "claviger accounts", "claviger login ACCOUNT")
	}
	return good("%s.", plain.Count(len(u.accounts), "account"))
}
