package cli

import (
	"context"
	"errors"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/oauth"
)

// start begins a sign-in. If the provider is no longer where the account or its
// client secret is from, it asks the person first, unless --moved is given.
func (r *runner) start(ctx context.Context, agent *auth.Agent, request auth.SignInRequest) (*auth.Flow, error) {
	if request.Moved {
		if err := r.MoveSecret(ctx, request.Provider); err != nil {
			return nil, err
		}
	}
	flow, err := agent.Start(ctx, request)
	moved, ok := errors.AsType[*oauth.MovedError](err)
	if !ok || request.Moved || !r.Interactive {
		return flow, err
	}
	r.say("%s: %s.", moved.Provider, moved.Error())
	if yes, askErr := r.confirm(ctx, "Did the provider really move? Sign in there?"); askErr != nil || !yes {
		return nil, errors.Join(err, askErr)
	}
	request.Moved = true
	return r.start(ctx, agent, request)
}
