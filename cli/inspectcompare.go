package cli

import (
	"context"
	"errors"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/inspect"
	"github.com/claviger/claviger/auth/problem"
)

// comparison compares a token with another one, which counts as the earlier.
func (r *runner) comparison(ctx context.Context, now *auth.Inspection, t inspected, f inspectFlags) (*inspect.Comparison, error) {
	if f.former {
		return r.comparisonWithFormer(ctx, now, t)
	}
	before, err := r.tokenToInspect(ctx, f.compare, t.idToken)
	if err != nil {
		return nil, err
	}
	if before.account != nil && t.account != nil && before.account.ID == t.account.ID {
		// A token does not differ from itself: the other one is meant.
		if before, err = r.tokenToInspect(ctx, f.compare, !t.idToken); err != nil {
			return nil, err
		}
	}
	c, err := inspect.Compare(inspect.Read(before.token), now.Token())
	if errors.Is(err, inspect.ErrNoClaims) {
		return nil, &problemError{problem: problem.Problem{
			Kind: problem.KindFailed, Code: "not-comparable", Title: "These tokens cannot be compared",
			Detail: "Only the claims of two JWTs can be, and one of the two is none.",
			Next:   "Compare the ID tokens: --id-token.",
		}}
	}
	return c, err
}

// comparisonWithFormer compares the token of an account with the one before.
func (r *runner) comparisonWithFormer(ctx context.Context, now *auth.Inspection, t inspected) (*inspect.Comparison, error) {
	agent, err := r.Agent()
	if err != nil {
		return nil, err
	}
	stored, err := agent.Stored(ctx, t.account.ID)
	if err != nil {
		return nil, r.inProvider(err, t.account.Provider, "")
	}
	claims := stored.FormerClaims
	if t.idToken {
		claims = stored.FormerIDClaims
	}
	if claims == nil {
		return nil, &problemError{problem: problem.Problem{
			Kind: problem.KindFailed, Code: "no-previous-token", Title: "There is no earlier token to compare with",
			Detail: "Claims are kept when a refresh or a sign-in brings a new token, if the old one was a JWT.",
			Next:   "Get a new token, then try again: claviger token --force " + t.account.ID,
		}}
	}
	return inspect.Compare(inspect.Claimed(claims), now.Token())
}
