package auth

import (
	"context"
)

// SignIn is [Agent.Start] and [Flow.Wait]. If the request names the account
// that signs in again, and this program already waits for that with the same
// wishes, it joins that sign-in and gets all its events, instead of opening a
// second browser; for those of other processes see Start.
func (a *Agent) SignIn(ctx context.Context, r SignInRequest) (*Account, error) {
	return a.signIns.signIn(ctx, r)
}

// Start binds the listener, builds the authorization request and opens the
// browser; it returns when the link is known, before the browser is. Cancelling
// ctx cancels the flow.
//
// If r names a remembered account that signs in again, and another sign-in does
// that already with the same wishes, here or in another process that shares
// the store, Start waits for it first, no longer than r.Timeout, and says so
// with events of [trace.StepJoin]. If it succeeds, the flow is [Flow.Joined]; if
// not, it goes on with a browser of its own. [SignInRequest.Alone] does not
// wait.
func (a *Agent) Start(ctx context.Context, r SignInRequest) (*Flow, error) {
	return a.signIns.start(ctx, r)
}
