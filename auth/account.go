package auth

import (
	"slices"
	"time"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/identity"
)

// State is what can be done with an account right now.
type State string

// The states of an account.
const (
	// StateActive means that a token can be had.
	StateActive State = "active"
	// StateOffline means that the provider could not be reached last time.
	StateOffline State = "offline"
	// StateNeedsSignIn means that only a new sign-in helps.
	StateNeedsSignIn State = "needs_sign_in"
)

// Account is one signed-in user at one provider: (provider, issuer, subject).
// It is a copy; changing it changes nothing. Its JSON form is the one that
// docs/json.md describes; it holds no token.
type Account struct {
	// ID is random and stable: [a-z0-9]{12}.
	ID       string
	Provider string
	// ProviderName is for people.
	ProviderName string
	// Description is what the person says of it.
	Description
	// Issuer is "" for plain OAuth 2.0.
	Issuer string
	State  State
	// Reason says why the state is not active, in plain words; else "".
	Reason  phrase.Text
	User    identity.User
	Groups  []identity.Group
	Missing []identity.Missing
	// GroupsAsked reports whether groups were asked for.
	GroupsAsked bool
	// GroupsAt is the last look at the groups, zero if they were not asked
	// for. It is earlier than VerifiedAt if no source of them answered since.
	GroupsAt time.Time
	// GroupsUnread are the sources of groups that did not tell all they know
	// last time; groups that only they name are stale.
	GroupsUnread []identity.Origin
	// GroupsChanged is how the groups differ from those before; nil if they
	// never changed.
	GroupsChanged *GroupsChange
	// Scopes were granted, Requested asked for.
	Scopes    []string
	Requested []string
	// IssuedAt and ExpiresAt bound the access token; ExpiresAt is zero if
	// the provider gave no lifetime.
	IssuedAt   time.Time
	ExpiresAt  time.Time
	CanRefresh bool
	HasIDToken bool
	Remembered bool
	// SignedInAt is the last interactive sign-in, VerifiedAt the last time
	// that the provider confirmed the user's details.
	SignedInAt time.Time
	VerifiedAt time.Time
	// RetryAt is when the provider, which got too many requests, wants to be
	// asked again; zero if it said nothing.
	RetryAt time.Time
	// OfflineSince is when the state became offline; zero in other states.
	OfflineSince time.Time
	// ClockSkew is how far this computer's clock was ahead of the provider's
	// at the last token answer.
	ClockSkew time.Duration
	// Forecast is when the account will need its person; nil if it needs them now or
	// nothing is known.
	Forecast *Forecast
	// Ends are all ends that are known: of the tokens, and by rules of the provider. They
	// are not in the JSON form.
	Ends []Forecast
	// Checks are the outcomes of the last ID token validation.
	Checks []idtoken.Check
	// Steps are the events of the last sign-in or refresh, free of secrets.
	Steps []trace.Event
}

// ExtraScopes are those that the last sign-in asked for beyond what p asks for
// by itself: signing in again asks for them again.
func (a *Account) ExtraScopes(p *providers.Provider) []string {
	var out []string
	for _, s := range a.Requested {
		if !slices.Contains(wantedScopes(p, SignInRequest{Groups: true}), s) {
			out = append(out, s)
		}
	}
	return out
}

// Token is a token set. The tokens print as [redacted].
type Token struct {
	AccessToken providers.Secret
	// TokenType is "Bearer", or "DPoP" for a token that is bound to a key: it
	// is of use only with a proof for each request ([Agent.TokenFor], or
	// [Agent.Client], which does it all).
	TokenType string
	// ExpiresAt is zero if nothing says how long the token lasts.
	ExpiresAt time.Time
	// IssuedAt is when the token was asked for.
	IssuedAt  time.Time
	Scopes    []string
	IDToken   providers.Secret
	AccountID string
	// FormerClaims and FormerIDClaims are those of the tokens before the last refresh or
	// sign-in; nil if there were none that can be read. Only [Agent.Stored] gives them.
	FormerClaims   map[string]any
	FormerIDClaims map[string]any
}

// title is the user's best name.
func (a *Account) title() string { return a.User.BestName() }
