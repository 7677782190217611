package cli

import (
	"context"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/providers"
)

// withIDToken makes sure that the ID token is there and not expired: it can
// expire before the access token does.
func (r *runner) withIDToken(ctx context.Context, agent *auth.Agent, a *auth.Account, t *auth.Token, minTTL time.Duration) (*auth.Token, error) {
	if t.IDToken.IsZero() {
		return nil, noIDToken(a)
	}
	ends, err := r.ends(ctx, agent, a.ID, t.IDToken)
	if err != nil {
		return nil, err
	}
	if time.Until(ends) > 0 && time.Until(ends) >= minTTL {
		return t, nil
	}
	if a.CanRefresh {
		if _, err := agent.Refresh(ctx, a.ID); err != nil {
			return nil, err
		}
		if t, err = agent.Token(ctx, a.ID, 0); err != nil {
			return nil, err
		}
		if ends, err = r.ends(ctx, agent, a.ID, t.IDToken); err != nil {
			return nil, err
		}
	}
	if time.Until(ends) <= 0 {
		return nil, &problemError{problem: problem.Problem{
			Kind:   problem.KindNeedsSignIn,
			Title:  "The ID token has expired",
			Detail: providerName(a) + " issues a new one only when you sign in.",
			Next:   "Sign in again: claviger login " + a.Provider,
			Code:   "id-token-expired",
		}}
	}
	return t, nil
}

// ends reads a JWT's exp claim.
func (r *runner) ends(ctx context.Context, agent *auth.Agent, id string, token providers.Secret) (time.Time, error) {
	i, err := agent.Inspect(ctx, id, token)
	if err != nil {
		return time.Time{}, err
	}
	t, _ := idtoken.ClaimTime(i.Claims["exp"])
	return t, nil
}

func noIDToken(a *auth.Account) error {
	return &problemError{problem: problem.Problem{
		Kind:   problem.KindFailed,
		Title:  "This account has no ID token",
		Detail: providerName(a) + " did not issue one.",
		Next:   "Use the access token, or sign in with --scope openid if the provider supports it.",
		Code:   "no-id-token",
	}}
}
