package auth

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/claviger/claviger/auth/oauth"
)

// authorizationRequest is what a sign-in asks a provider for, beside what its caller
// wished for.
type authorizationRequest struct {
	oauth.AuthorizationRequest
	client *oauth.Client
	r      SignInRequest
}

// settle fills what the caller left open: with what the account that signs in
// again was asked for, then with the provider's defaults.
func (q *authorizationRequest) settle(ctx context.Context, known *accounts) {
	p := q.client.Provider
	if old, err := known.load(ctx, q.r.Account); q.r.Account != "" && err == nil && old.Provider == p.ID {
		if q.r.Resources == nil && old.Asked.Own {
			q.r.Resources = old.Asked.Resources
		}
		if q.r.Audience == "" {
			q.r.Audience = old.Asked.Audience
		}
		if q.r.ACRValues == nil && !q.r.Device {
			q.r.ACRValues = old.Asked.ACRValues
		}
	}
	q.Grant = oauth.Grant{
		Resources: q.r.Resources, Own: q.r.Resources != nil,
		Audience: q.r.Audience, ACRValues: q.r.ACRValues,
	}
	if q.r.Resources == nil {
		q.r.Resources = p.Authorization.Resource
		q.Grant.Resources = q.r.Resources
	}
	q.Parameters = q.r.parameters()
	q.Scopes = wantedScopes(p, q.r)
}

// endedBy names the reason if ctx ended the flow and not what came of it.
func (q *authorizationRequest) endedBy(ctx context.Context, err error) error {
	switch {
	case err == nil, errors.Is(err, ErrTimeout), errors.Is(err, ErrCanceled):
		return err
	case errors.Is(ctx.Err(), context.Canceled):
		return q.waitEnded(ctx)
	}
	return err
}

// waitEnded says why a wait ended without an answer.
func (q *authorizationRequest) waitEnded(ctx context.Context) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return fmt.Errorf("%w: %w", ErrCanceled, context.Canceled)
	}
	return &TimeoutError{Device: q.r.Device, Link: q.r.NoBrowser, CanDevice: q.canDevice()}
}

func (q *authorizationRequest) canDevice() bool {
	return q.client.Metadata != nil && q.client.Metadata.DeviceAuthorizationEndpoint != ""
}

// patience is how long a person is waited for.
func (q *authorizationRequest) patience() time.Duration {
	if q.r.Timeout <= 0 {
		return defaultTimeout
	}
	return q.r.Timeout
}

// defaultTimeout bounds the wait for the person.
const defaultTimeout = 5 * time.Minute
