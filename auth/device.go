package auth

import (
	"cmp"
	"context"
	"errors"

	"github.com/claviger/claviger/auth/oauth"
)

// prepareDevice asks for a code (RFC 8628 §3.1).
func (f *Flow) prepareDevice(ctx context.Context) (waitFunc, error) {
	if err := f.discover(ctx); err != nil {
		return nil, err
	}
	if !f.req.canDevice() {
		return nil, oauth.ErrNoDevice
	}
	var err error
	if f.req.Key, err = f.req.client.NewKey(); err != nil {
		return nil, err
	}
	d, err := f.req.client.StartDevice(ctx, &f.req.AuthorizationRequest, f.ev)
	if err = f.req.endedBy(ctx, err); err != nil {
		return nil, err
	}
	f.device, f.front.url = d, cmp.Or(d.Code.VerificationURIComplete, d.Code.VerificationURI)
	f.deadline = d.Code.ExpiresAt
	if f.req.r.Timeout > 0 {
		if limit := f.ask.now().Add(f.req.r.Timeout); limit.Before(f.deadline) {
			f.deadline = limit
		}
	}
	f.prefetchKeys(f.req.client.Reaching(ctx))
	return f.poll, nil
}

// poll waits until the person has decided.
func (f *Flow) poll(ctx context.Context) (waited, error) {
	tokens, err := f.device.Poll(ctx, f.ev)
	undecided, ok := errors.AsType[*oauth.UndecidedError](err)
	if !ok {
		return waited{tokens: tokens}, err
	}
	err = f.req.waitEnded(ctx)
	if late, ok := errors.AsType[*TimeoutError](err); ok {
		late.Expired, late.Trouble = undecided.Expired, undecided.Trouble
	}
	return waited{}, err
}
