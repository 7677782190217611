package auth

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/claviger/claviger/auth/receive"
	"github.com/claviger/claviger/auth/trace"
)

const (
	// defaultTimeout bounds the wait for the person.
	defaultTimeout = 5 * time.Minute
	// completeTimeout bounds everything after the person's part.
	completeTimeout = 90 * time.Second
)

// Flow is a sign-in under way.
type Flow struct {
	a   *Agent
	req *authorizationRequest
	ev  *trace.Log

	url      string  // for a person; guarded by mu from the first window on
	pushed   string  // for the first window, where its request was pushed
	attempt  attempt // guarded by mu; only its first one before there is a link
	deadline time.Time
	receiver receive.Receiver // nil in a device flow
	device   *deviceFlow

	// Of a sign-in of a known account, set before Start returns: its turn, and
	// that somebody else's brought the account.
	turn   turn
	joined bool

	cancel context.CancelFunc
	answer chan answer   // holds the one answer that counts
	back   chan struct{} // closed when that answer is there

	mu       sync.Mutex
	answered bool
	opening  sync.WaitGroup // openers at work; nobody joins after the answer

	done    chan struct{}
	account *Account
	err     error
}

// answer is an authorization response (RFC 6749 §4.1.2) with the right state.
type answer struct {
	code  Secret
	err   error
	state string // that of the attempt it answers
}

// run waits for the person, completes the sign-in and publishes the outcome.
func (f *Flow) run(ctx context.Context, wait waitFunc) {
	defer f.cancel()
	account, err := f.signIn(ctx, wait)
	if account == nil && f.req.r.Account != "" && !errors.Is(err, ErrCanceled) {
		f.a.accounts.happened(f.req.r.Account, f.a.accounts.failedEntry(f.req.p.ID, StepWait, err))
	}
	f.ev.Finish()
	f.account, f.err = account, err
	f.turn.give() // before anybody knows, who could then find it taken
	close(f.done)
	if f.receiver != nil {
		// The browser gets its page before the listener goes; nobody waits
		// for that but Agent.Close.
		f.receiver.Close(ctx, true)
	}
}

func (f *Flow) signIn(ctx context.Context, wait waitFunc) (*Account, error) {
	got, err := f.await(ctx, wait)
	if err != nil {
		return nil, err
	}
	defer f.a.upkeep.signOuts.enter(f.req.p.ID)()
	// The person has done their part; the time limit was for that.
	ctx, stop := context.WithTimeout(ctx, completeTimeout)
	defer stop()
	if got.tokens == nil {
		if got.tokens, err = f.exchangeCode(ctx, got.code); err != nil {
			return nil, f.req.endedBy(ctx, err)
		}
	}
	account, err := f.complete(ctx, got.tokens)
	return account, f.req.endedBy(ctx, err)
}

// await waits for the person, no longer than the deadline.
func (f *Flow) await(ctx context.Context, wait waitFunc) (waited, error) {
	s := f.ev.Start(StepWait, "")
	ctx, stop := context.WithTimeout(ctx, f.deadline.Sub(f.a.now()))
	defer stop()
	got, err := wait(ctx)
	if err = f.req.endedBy(ctx, err); errors.Is(err, ErrCanceled) || errors.Is(err, ErrTimeout) || errors.Is(err, ErrDeviceExpired) {
		s.Fail(err)
		return waited{}, err
	}
	detail := ""
	if n := f.ev.Ignored(); n > 0 {
		detail = fmt.Sprintf("%d other requests ignored", n)
	}
	s.Done(detail)
	if f.device == nil {
		ev := Event{Step: StepCallback, Phase: Done}
		if err != nil {
			ev.Phase, ev.Detail = Broken, err.Error()
		}
		f.ev.Emit(ev)
	}
	return got, err
}

// endedBy names the reason where ctx ended the flow and not what came of it.
func (q *authorizationRequest) endedBy(ctx context.Context, err error) error {
	switch {
	case err == nil, errors.Is(err, ErrTimeout), errors.Is(err, ErrCanceled):
		return err
	case errors.Is(ctx.Err(), context.Canceled):
		return q.waitEnded(ctx)
	}
	return err
}

// waitForCode waits for the browser to come back.
func (f *Flow) waitForCode(ctx context.Context) (waited, error) {
	select {
	case <-ctx.Done():
		return waited{}, f.req.waitEnded(ctx)
	case ans := <-f.answer:
		<-f.back
		f.opening.Wait() // they end with the answer; their event comes before its
		return waited{code: ans.code}, ans.err
	}
}

// waitEnded says why a wait ended without an answer.
func (q *authorizationRequest) waitEnded(ctx context.Context) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return fmt.Errorf("%w: %w", ErrCanceled, context.Canceled)
	}
	return &TimeoutError{Device: q.r.Device, CanDevice: q.canDevice()}
}

// take accepts ans as the answer of this flow, the first time only.
func (f *Flow) take(ans answer) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.answered || ans.state != f.attempt.state {
		return false // renewed while it was read
	}
	f.answered = true
	f.answer <- ans
	close(f.back)
	return true
}

// URL is the authorization request, to open in a browser. It holds state and
// code challenge: whoever knows it can answer in the person's place, so it is
// for the person's eyes only. An event of phase [Renewed] says that it is
// another one from then on. Where the provider takes only pushed requests (RFC
// 9126) it is good once and not for long; [Flow.OpenBrowser] makes a new one.
func (f *Flow) URL() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.url
}

// RedirectURI is the address the browser will come back to.
func (f *Flow) RedirectURI() string { return f.req.redirect }

// Device is the code to type in, for a device flow; else nil.
func (f *Flow) Device() *DeviceCode {
	if f.device == nil {
		return nil
	}
	code := f.device.code
	return &code
}

// CanDevice reports whether the provider has the device flow.
func (f *Flow) CanDevice() bool { return f.req.canDevice() }

func (q *authorizationRequest) canDevice() bool {
	return q.md != nil && q.md.DeviceAuthorizationEndpoint != ""
}

// Deadline is when the flow gives up.
func (f *Flow) Deadline() time.Time { return f.deadline }

// OpenBrowser opens the browser again. An error wraps [ErrNoBrowser]; the flow
// goes on, since the link can be opened by hand.
func (f *Flow) OpenBrowser(ctx context.Context) error {
	if f.joined {
		return fmt.Errorf("%w: the account is signed in already", ErrNoBrowser)
	}
	f.mu.Lock()
	if !f.answered {
		f.opening.Add(1)
		defer f.opening.Done()
	}
	f.mu.Unlock()
	s := f.ev.Start(StepBrowser, "")
	link, err := f.nextLink(ctx)
	if err == nil {
		opened := make(chan error, 1)
		go func() { opened <- f.openUnseen(ctx, link) }()
		select {
		case err = <-opened:
		case <-f.back: // the best proof that a browser was opened
		}
	}
	if err == nil {
		s.End(Done, "", f.req.exchange(link, f.current()))
		return nil
	}
	if !errors.Is(err, ErrNoBrowser) {
		err = fmt.Errorf("%w: %w", ErrNoBrowser, err)
	}
	s.Fail(err)
	return err
}

// openUnseen opens link without telling it to the opener: with its state,
// another user of this computer could answer in the person's place, and with a
// user code, approve it as themselves.
func (f *Flow) openUnseen(ctx context.Context, link string) error {
	if f.receiver == nil {
		if err := f.a.openUnseen(ctx, link); !errors.Is(err, receive.ErrNotFetched) {
			return err
		}
		return nil // it may still come, and the code can be typed in
	}
	return f.a.o.Browser(ctx, f.receiver.Offer(link))
}

// Paste takes the address that a browser on another machine ended on. A wrong
// one is an error wrapping [ErrPasted] and the flow goes on.
func (f *Flow) Paste(address string) error {
	if f.joined {
		return fmt.Errorf("%w: the account is signed in already", ErrPasted)
	}
	if f.receiver == nil {
		return fmt.Errorf("%w: it waits for a code to be typed in at the provider", ErrPasted)
	}
	query, reason := receive.Query(f.req.redirect, address)
	if reason != "" {
		return fmt.Errorf("%w: %s", ErrPasted, reason)
	}
	ans, reason := f.req.judge(f.current(), query)
	if reason != "" {
		f.ignored("pasted: " + reason)
		return fmt.Errorf("%w: %s", ErrPasted, reason)
	}
	f.take(ans)
	return nil
}

// Cancel ends the flow at once; Wait returns [ErrCanceled].
func (f *Flow) Cancel() { f.cancel() }

// Wait returns the account, or why there is none. Every caller gets the same.
// The end of ctx ends the wait and not the flow. Where the account could not be
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
