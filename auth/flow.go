package auth

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/trace"
)

// completeTimeout bounds everything after the person's part.
const completeTimeout = 90 * time.Second

// Flow is a sign-in under way.
type Flow struct {
	ask      *asker
	accounts *accounts
	signOuts *signOuts
	req      *authorizationRequest
	ev       *trace.Log

	front    *frontChannel
	device   *oauth.Device // nil in a code flow
	deadline time.Time

	// Of a sign-in of a known account, set before Start returns: its turn, and
	// that another sign-in brought the account.
	turn   turn
	joined bool

	cancel  context.CancelFunc
	done    chan struct{}
	account *Account
	err     error
}

// run waits for the person, completes the sign-in and publishes the outcome.
func (f *Flow) run(ctx context.Context, wait waitFunc) {
	defer f.cancel()
	account, err := f.signIn(ctx, wait)
	if account == nil && f.req.r.Account != "" && !errors.Is(err, ErrCanceled) {
		f.accounts.happened(f.req.r.Account, f.accounts.failedEntry(f.req.client.Provider.ID, trace.StepWait, err, f.ev.Events()))
	}
	f.ev.Finish()
	f.account, f.err = account, err
	f.turn.give() // before anybody knows, who could then find it taken
	close(f.done)
	if f.front.receiver != nil {
		// The browser gets its page before the listener goes; nobody waits
		// for that but Agent.Close.
		f.front.receiver.Close(ctx, true)
	}
}

func (f *Flow) signIn(ctx context.Context, wait waitFunc) (*Account, error) {
	got, err := f.await(ctx, wait)
	if err != nil {
		return nil, err
	}
	defer f.signOuts.enter(f.req.client.Provider.ID)()
	// The person has done their part; the time limit was for that.
	ctx, stop := context.WithTimeout(ctx, completeTimeout)
	defer stop()
	if got.tokens == nil {
		f.ev.Start(trace.StepExchange, "")
		if got.tokens, err = f.req.client.Exchange(ctx, &f.req.AuthorizationRequest, f.front.current(), got.code, f.ev.Emit); err != nil {
			return nil, f.req.endedBy(ctx, err)
		}
	}
	account, err := f.complete(ctx, got.tokens)
	return account, f.req.endedBy(ctx, err)
}

// await waits for the person, no longer than the deadline.
func (f *Flow) await(ctx context.Context, wait waitFunc) (waited, error) {
	s := f.ev.Start(trace.StepWait, "")
	ctx, stop := context.WithTimeout(ctx, f.deadline.Sub(f.ask.now()))
	defer stop()
	got, err := wait(ctx)
	if err = f.req.endedBy(ctx, err); errors.Is(err, ErrCanceled) || errors.Is(err, ErrTimeout) || errors.Is(err, oauth.ErrDeviceExpired) {
		s.Fail(err)
		return waited{}, err
	}
	detail := ""
	if n := f.ev.Ignored(); n > 0 {
		detail = fmt.Sprintf("%d other requests ignored", n)
	}
	s.Done(detail)
	if f.device == nil {
		ev := trace.Event{Step: trace.StepCallback, Phase: trace.Done}
		if err != nil {
			ev.Phase, ev.Detail = trace.Broken, err.Error()
		}
		f.ev.Emit(ev)
	}
	return got, err
}

// URL is the authorization request, to open in a browser. It holds state and
// code challenge: whoever knows it can answer in the person's place, so it is
// for the person's eyes only. An event of phase [trace.Renewed] says that it is
// another one from then on. If the provider takes only pushed requests (RFC
// 9126) it is good once and not for long; [Flow.OpenBrowser] makes a new one.
func (f *Flow) URL() string {
	return f.front.address()
}

// RedirectURI is the address the browser will come back to.
func (f *Flow) RedirectURI() string { return f.req.RedirectURI }

// Device is the code to type in, for a device flow; else nil.
func (f *Flow) Device() *oauth.DeviceCode {
	if f.device == nil {
		return nil
	}
	code := f.device.Code
	return &code
}

// CanDevice reports whether the provider has the device flow.
func (f *Flow) CanDevice() bool { return f.req.canDevice() }

// Attempt is that whose response counts now. It is the zero value in a device flow.
func (f *Flow) Attempt() oauth.Attempt {
	if f.device != nil || f.joined {
		return oauth.Attempt{}
	}
	return f.req.client.Attempt(&f.req.AuthorizationRequest, f.front.current(), f.deadline)
}

// Deadline is when the flow gives up.
func (f *Flow) Deadline() time.Time { return f.deadline }

// OpenBrowser opens the browser again. An error wraps [ErrNoBrowser]; the flow
// goes on, since the link can be opened by hand.
func (f *Flow) OpenBrowser(ctx context.Context) error {
	if f.joined {
		return fmt.Errorf("%w: the account is signed in already", ErrNoBrowser)
	}
	return f.front.open(ctx)
}

// Paste takes the address that a browser on another machine ended on. A wrong
// one is an error wrapping [ErrPasted] and the flow goes on.
func (f *Flow) Paste(address string) error {
	if f.joined {
		return fmt.Errorf("%w: the account is signed in already", ErrPasted)
	}
	return f.front.paste(address)
}

// Cancel ends the flow at once; Wait returns [ErrCanceled].
func (f *Flow) Cancel() { f.cancel() }

// Wait returns the account, or why there is none. Every caller gets the same.
// The end of ctx ends the wait and not the flow. If the account could not be
// stored it comes together with an error that wraps [ErrNotStored].
func (f *Flow) Wait(ctx context.Context) (*Account, error) {
	select {
	case <-f.done:
	default:
		select {
		case <-f.done:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	if f.account == nil {
		return nil, f.err
	}
	account := *f.account
	return &account, f.err
}
