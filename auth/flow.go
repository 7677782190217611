package auth

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/oauth2"

	"claviger/providers"
)

const (
	// defaultTimeout bounds the wait for the person.
	defaultTimeout = 5 * time.Minute
	// completeTimeout bounds everything after the person's part.
	completeTimeout = 90 * time.Second
)

// Flow is a sign-in under way.
type Flow struct {
	a  *Agent
	p  *providers.Provider
	md *providers.Metadata
	r  SignInRequest
	ev *events

	scopes   []string
	url      string
	redirect string
	state    string // 256 bits, this flow's alone (RFC 9700 §4.7)
	nonce    string
	verifier Secret
	deadline time.Time
	callback *callback // nil in a device flow
	device   *deviceFlow

	cancel context.CancelFunc
	answer chan answer // holds the one answer that counts

	mu       sync.Mutex
	answered bool

	done    chan struct{}
	account *Account
	err     error
}

// answer is an authorization response (RFC 6749 §4.1.2) with the right state.
type answer struct {
	code Secret
	err  error
}

// Start binds the listener, builds the authorization request and opens the
// browser; it returns when the link is known, before the browser is. Cancelling
// ctx cancels the flow.
func (a *Agent) Start(ctx context.Context, r SignInRequest) (*Flow, error) {
	f := &Flow{
		a: a, r: r, ev: newEvents(a.now, r.Observe),
		answer: make(chan answer, 1), done: make(chan struct{}),
	}
	ctx, f.cancel = context.WithCancel(ctx)
	run, err := f.prepare(ctx)
	if err == nil && !a.background(func(agent context.Context) {
		defer context.AfterFunc(agent, f.cancel)()
		f.run(ctx, run)
	}) {
		err = errClosed
	}
	if err != nil {
		f.cancel()
		if f.callback != nil {
			f.callback.close(ctx, false)
		}
		f.ev.finish()
		return nil, err
	}
	return f, nil
}

// prepare does everything up to the link and returns how to go on.
func (f *Flow) prepare(ctx context.Context) (waitFunc, error) {
	var err error
	if f.p, err = f.a.provider(ctx, f.r.Provider); err != nil {
		return nil, err
	}
	f.hint(ctx)
	f.scopes = wantedScopes(f.p, f.r)
	if f.r.Device {
		return f.prepareDevice(ctx)
	}
	return f.prepareCode(ctx)
}

// waitFunc waits for the person.
type waitFunc func(ctx context.Context) (waited, error)

// waited is what the person's consent gave: a code, or in a device flow the
// tokens themselves.
type waited struct {
	code   Secret
	tokens *tokenAnswer
}

// prepareCode prepares the code flow (RFC 6749 §4.1). The listener comes
// first: the port in the link is then surely ours.
func (f *Flow) prepareCode(ctx context.Context) (waitFunc, error) {
	listen := f.ev.start(StepListen, "")
	var err error
	if f.callback, err = listenCallback(ctx, f); err != nil {
		listen.fail(err)
		return nil, err
	}
	f.redirect = f.callback.redirect
	listen.done(f.callback.address)
	if err := f.discover(ctx); err != nil {
		return nil, err
	}
	f.state, f.verifier = randomText(), providers.NewSecret(oauth2.GenerateVerifier())
	if slices.Contains(f.scopes, "openid") {
		f.nonce = randomText()
	}
	if f.url, err = f.authorizationURL(ctx); err != nil {
		return nil, err
	}
	f.setDeadline()
	f.callback.serve()
	f.prefetchKeys(ctx)
	if f.r.NoBrowser {
		f.ev.emit(Event{Step: StepBrowser, Phase: Bypassed, Detail: "open the link yourself"})
	} else {
		f.a.background(func(context.Context) { _ = f.OpenBrowser(ctx) })
	}
	return f.waitForCode, nil
}

// discover finds the endpoints.
func (f *Flow) discover(ctx context.Context) error {
	s := f.ev.start(StepDiscover, "")
	md, err := f.p.Metadata(ctx, f.a.http)
	if err != nil {
		err = offline(err)
		s.fail(err)
		return err
	}
	f.md = md
	s.done("")
	return nil
}

// prefetchKeys gets the keys while the person is typing, so that they need no
// round trip later. A failure is no matter yet: verification tries again.
func (f *Flow) prefetchKeys(ctx context.Context) {
	if f.md.JWKSURI == "" || !slices.Contains(f.scopes, "openid") {
		return
	}
	s := f.ev.start(StepDiscover, "Keys")
	f.a.background(func(context.Context) {
		switch cached, err := f.a.prefetchKeys(ctx, f.md.JWKSURI); {
		case err != nil && ctx.Err() != nil:
		case err != nil:
			s.fail(err)
		case cached:
			s.done("cached")
		default:
			s.done("")
		}
	})
}

func (f *Flow) setDeadline() {
	d := f.r.Timeout
	if d <= 0 {
		d = defaultTimeout
	}
	f.deadline = f.a.now().Add(d)
}

// run waits for the person, completes the sign-in and publishes the outcome.
func (f *Flow) run(ctx context.Context, wait waitFunc) {
	defer f.cancel()
	account, err := f.signIn(ctx, wait)
	f.ev.finish()
	f.account, f.err = account, err
	close(f.done)
	if f.callback != nil {
		// The browser gets its page before the listener goes; nobody waits
		// for that but Agent.Close.
		f.callback.close(ctx, true)
	}
}

func (f *Flow) signIn(ctx context.Context, wait waitFunc) (*Account, error) {
	got, err := f.await(ctx, wait)
	if err != nil {
		return nil, err
	}
	// The person has done their part; the time limit was for that.
	ctx, stop := context.WithTimeout(ctx, completeTimeout)
	defer stop()
	if got.tokens == nil {
		if got.tokens, err = f.exchangeCode(ctx, got.code); err != nil {
			return nil, endedBy(ctx, err)
		}
	}
	account, err := f.complete(ctx, got.tokens)
	return account, endedBy(ctx, err)
}

// await waits for the person, no longer than the deadline.
func (f *Flow) await(ctx context.Context, wait waitFunc) (waited, error) {
	s := f.ev.start(StepWait, "")
	ctx, stop := context.WithTimeout(ctx, f.deadline.Sub(f.a.now()))
	defer stop()
	got, err := wait(ctx)
	if err = endedBy(ctx, err); errors.Is(err, ErrCanceled) || errors.Is(err, ErrTimeout) {
		s.fail(err)
		return waited{}, err
	}
	detail := ""
	if n := f.ev.ignoredCount(); n > 0 {
		detail = fmt.Sprintf("%d other requests ignored", n)
	}
	s.done(detail)
	if f.device == nil {
		ev := Event{Step: StepCallback, Phase: Done}
		if err != nil {
			ev.Phase, ev.Detail = Broken, err.Error()
		}
		f.ev.emit(ev)
	}
	return got, err
}

// endedBy names the reason where ctx ended the flow and not what came of it.
func endedBy(ctx context.Context, err error) error {
	switch {
	case err == nil, errors.Is(err, ErrTimeout), errors.Is(err, ErrCanceled):
		return err
	case errors.Is(ctx.Err(), context.Canceled):
		return waitEnded(ctx)
	}
	return err
}

// waitForCode waits for the browser to come back.
func (f *Flow) waitForCode(ctx context.Context) (waited, error) {
	select {
	case <-ctx.Done():
		return waited{}, waitEnded(ctx)
	case ans := <-f.answer:
		return waited{code: ans.code}, ans.err
	}
}

// waitEnded says why a wait ended without an answer.
func waitEnded(ctx context.Context) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return fmt.Errorf("%w: %w", ErrCanceled, context.Canceled)
	}
	return ErrTimeout
}

// take accepts ans as the answer of this flow, the first time only.
func (f *Flow) take(ans answer) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.answered {
		return false
	}
	f.answered = true
	f.answer <- ans
	return true
}

// URL is the authorization request, to open in a browser. It holds state and
// code challenge, no secret.
func (f *Flow) URL() string { return f.url }

// RedirectURI is the address the browser will come back to.
func (f *Flow) RedirectURI() string { return f.redirect }

// Device is the code to type in, for a device flow; else nil.
func (f *Flow) Device() *DeviceCode {
	if f.device == nil {
		return nil
	}
	code := f.device.code
	return &code
}

// Deadline is when the flow gives up.
func (f *Flow) Deadline() time.Time { return f.deadline }

// OpenBrowser opens the browser again. An error wraps [ErrNoBrowser]; the flow
// goes on, since the link can be opened by hand.
func (f *Flow) OpenBrowser(ctx context.Context) error {
	s := f.ev.start(StepBrowser, "")
	err := f.a.o.Browser(ctx, f.url)
	if err == nil {
		s.end(Done, "", f.authorizationExchange())
		return nil
	}
	if !errors.Is(err, ErrNoBrowser) {
		err = fmt.Errorf("%w: %w", ErrNoBrowser, err)
	}
	s.fail(err)
	return err
}

// Paste takes the address that a browser on another machine ended on. A wrong
// one is an error wrapping [ErrPasted] and the flow goes on.
func (f *Flow) Paste(address string) error {
	if f.callback == nil {
		return fmt.Errorf("%w: it waits for a code to be typed in at the provider", ErrPasted)
	}
	return f.callback.paste(address)
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

// hint fills the account hint of somebody who signs in again.
func (f *Flow) hint(ctx context.Context) {
	if f.r.Account == "" || f.r.LoginHint != "" {
		return
	}
	account, err := f.a.Account(ctx, f.r.Account)
	if err != nil || account.Provider != f.p.ID {
		return // a hint is a comfort only
	}
	f.r.LoginHint = account.User.Email
	if f.r.LoginHint == "" || account.User.Login != "" && f.p.Authorization.LoginHint == "login" {
		f.r.LoginHint = account.User.Login
	}
}

// wantedScopes are the scopes to ask for.
func wantedScopes(p *providers.Provider, r SignInRequest) []string {
	var s []string
	if r.Scopes != nil {
		s = append(s, r.Scopes...)
	} else {
		s = append(s, p.Scopes.Base...)
		s = append(s, p.Scopes.Profile...)
		s = append(s, p.Scopes.Offline...)
	}
	if r.Groups {
		s = append(s, p.Scopes.Groups...)
	}
	return unique(append(s, r.ExtraScopes...))
}

// randomText is 256 bits of randomness for a query.
func randomText() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	return base64.RawURLEncoding.EncodeToString(b)
}

// joined is a scope list as parameter (RFC 6749 §3.3).
func joined(scopes []string) string { return strings.Join(scopes, " ") }
