package auth

import (
	"context"
	"errors"
	"time"
)

// Start binds the listener, builds the authorization request and opens the
// browser; it returns when the link is known, before the browser is. Cancelling
// ctx cancels the flow.
func (a *Agent) Start(ctx context.Context, r SignInRequest) (*Flow, error) {
	return nil, errors.ErrUnsupported
}

// Flow is a sign-in under way.
type Flow struct{}

// URL is the authorization request, to open in a browser. It holds state and
// code challenge, no secret.
func (f *Flow) URL() string { return "" }

// RedirectURI is the address the browser will come back to.
func (f *Flow) RedirectURI() string { return "" }

// Device is the code to type in, for a device flow; else nil.
func (f *Flow) Device() *DeviceCode { return nil }

// Deadline is when the flow gives up.
func (f *Flow) Deadline() time.Time { return time.Time{} }

// OpenBrowser opens the browser again.
func (f *Flow) OpenBrowser(ctx context.Context) error { return errors.ErrUnsupported }

// Paste takes the address that a browser on another machine ended on. A wrong
// one is an error wrapping [ErrPasted] and the flow goes on.
func (f *Flow) Paste(address string) error { return errors.ErrUnsupported }

// Cancel ends the flow at once; Wait returns [ErrCanceled].
func (f *Flow) Cancel() {}

// Wait returns the account, or why there is none. Every caller gets the same.
func (f *Flow) Wait(ctx context.Context) (*Account, error) { return nil, errors.ErrUnsupported }
