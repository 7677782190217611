package auth

import (
	"context"
	"time"

	"github.com/claviger/claviger/auth/receive"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/identity"
)

// SignInRequest says who should sign in and for what.
type SignInRequest struct {
	// Provider is a provider id.
	Provider string
	// Scopes replaces the default ones where not nil.
	Scopes []string
	// ExtraScopes are added.
	ExtraScopes []string
	Groups      bool
	// Remember keeps the account in the store.
	Remember  bool
	LoginHint string
	// Account, where set, is the account that signs in again: a sign-in as
	// somebody else makes a second account and leaves this one.
	Account string
	// Alone opens a browser of its own where somebody else signs that account
	// in already: nobody is waited for, and nobody waits for this one.
	Alone bool
	// Moved says that the person was shown where the provider is now and agreed:
	// without it, signing in again to one that is not where the account is from is
	// a [*MovedError]. An account of the same subject goes on there under its id;
	// nothing of its old tokens does. No login hint is sent.
	Moved bool
	// Device uses the device flow (RFC 8628).
	Device bool
	// NoBrowser does not open a browser.
	NoBrowser bool
	// Port is the loopback port that the browser comes back to, such as the end
	// of a tunnel; zero is one of the provider's file, or any free one. A
	// provider that compares ports takes only those of its file.
	Port int
	// Receiver is how the response comes back; nil is a loopback listener. The caller
	// has registered its redirect URI with the provider. It is closed at the end, and
	// serves one sign-in.
	Receiver receive.Receiver
	// Attempt, where set, is one that was begun before, perhaps by another process: its
	// response is waited for, with the same Receiver and wishes, and no browser is
	// opened.
	Attempt *Attempt
	// Timeout bounds the wait for the person; zero is five minutes.
	Timeout time.Duration

	// Prompt says which pages the provider shows (OIDC Core §3.1.2.1): "login",
	// "consent", "select_account", several of them separated by spaces, or
	// "none", which fails where any would be needed.
	Prompt string
	// ACRValues are the wanted levels of authentication, best first. They are
	// a wish (§5.5.1.1): a sign-in of another level succeeds, and says so in
	// its check "acr" and in [Account.Missing].
	ACRValues []string
	// MaxAge is how long ago the person may have signed in to the provider, in
	// whole seconds; zero wants it now. Where set, an ID token that does not
	// prove it (auth_time) is refused.
	MaxAge *time.Duration
	// Resources are the APIs that the tokens are for, by their addresses (RFC
	// 8707); nil asks for those of the provider's file. They are asked for
	// again at each refresh.
	Resources []string
	// Audience names the API where a provider wants that instead; no standard
	// has it.
	Audience string
	// DomainHint names the organisation that the person belongs to.
	DomainHint string
	// UILocales are the languages for the provider's pages, best first (BCP 47).
	UILocales []string

	// Observe is told of each event, one at a time, in order.
	Observe func(Event)
}

// SignIn is [Agent.Start] and [Flow.Wait]. Where the request names the account
// that signs in again, and somebody in this program waits for that already with
// the same wishes, it joins that sign-in and hears of all its events, instead
// of opening a second browser; Start tells about those of other processes.
func (a *Agent) SignIn(ctx context.Context, r SignInRequest) (*Account, error) {
	if r.Account != "" && !r.Alone {
		return a.signInOnce(ctx, r)
	}
	f, err := a.Start(ctx, r)
	if err != nil {
		return nil, err
	}
	return f.Wait(ctx)
}

// signInResult is a finished, verified sign-in; [accounts.adopt] makes an account
// of it.
type signInResult struct {
	Provider      *providers.Provider
	Metadata      *providers.Metadata
	Tokens        tokenSet
	Skew          time.Duration // how far this clock is ahead of the provider's
	Identity      *identity.Identity
	Checks        []Check
	IDTokenClaims map[string]any
	Requested     []string
	Asked         asked
	// Events are those so far, the last of them the start of [StepStore].
	Events []Event
}
