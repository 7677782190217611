package auth

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/claviger/claviger/auth/internal/tasks"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/internal/foreign"
	"github.com/claviger/claviger/providers"
)

// Start binds the listener, builds the authorization request and opens the
// browser; it returns when the link is known, before the browser is. Cancelling
// ctx cancels the flow.
//
// Where r names a remembered account that signs in again, and somebody does
// that already with the same wishes, here or in another process that shares
// the store, Start waits for them first, no longer than r.Timeout, and tells it
// with events of [StepJoin]. If they signed in, the flow is [Flow.Joined]; if
// not, it goes on with a browser of its own. [SignInRequest.Alone] does not
// wait.
func (a *Agent) Start(ctx context.Context, r SignInRequest) (*Flow, error) {
	f := &Flow{
		a: a, req: &authorizationRequest{r: r}, ev: trace.NewLog(a.now, r.Observe), done: make(chan struct{}),
	}
	f.front = newFrontChannel(f.req, a.asker, f.ev)
	ctx, f.cancel = context.WithCancel(ctx)
	run, err := f.prepare(ctx)
	if err == nil && f.joined {
		f.cancel()
		f.turn.give()
		f.ev.Finish()
		close(f.done)
		return f, nil
	}
	if err == nil && !a.tasks.Go(func(agent context.Context) {
		defer context.AfterFunc(agent, f.cancel)()
		f.run(ctx, run)
	}) {
		err = tasks.ErrClosed
	}
	if err != nil {
		f.cancel()
		if f.front.receiver != nil {
			f.front.receiver.Close(ctx, false)
		}
		f.turn.give()
		f.ev.Finish()
		return nil, err
	}
	return f, nil
}

// prepare does everything up to the link and returns how to go on. There is
// nothing to go on with where somebody else signed the account in meanwhile.
func (f *Flow) prepare(ctx context.Context) (waitFunc, error) {
	if err := f.a.accounts.atHome(ctx, f.req.r); err != nil {
		return nil, err
	}
	var err error
	if f.req.p, err = f.a.provider(ctx, f.req.r.Provider); err != nil {
		return nil, err
	}
	if f.req.p.Client.SecretUse == "required" && f.req.p.Client.Secret.IsZero() {
		// Told now and not after the person did their part in the browser.
		return nil, fmt.Errorf("%w for %s", ErrNoSecret, f.req.p.Name)
	}
	f.a.accounts.hint(ctx, f.req.p, &f.req.r)
	f.req.settle(ctx, f.a.accounts)
	f.req.scopes = wantedScopes(f.req.p, f.req.r)
	if err := f.req.r.possible(f.req.p, f.req.scopes); err != nil {
		return nil, err
	}
	f.turn = turn{a: f.a, req: f.req, ev: f.ev}
	if f.account, err = f.turn.take(ctx); err != nil || f.account != nil {
		f.joined = err == nil
		return nil, err
	}
	if f.req.r.Device {
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
	err := f.front.listen(ctx)
	if err != nil {
		return nil, err
	}
	if err := f.discover(ctx); err != nil {
		return nil, err
	}
	if f.req.r.Attempt != nil {
		if err := f.takeUp(f.req.r.Attempt); err != nil {
			return nil, err
		}
		f.prefetchKeys(f.req.reaching(ctx))
		f.front.receiver.Receive(f.front.receiving(f.done, f.outcomePage))
		return f.front.waitForCode, nil
	}
	if err := f.req.bind(); err != nil {
		return nil, err
	}
	f.front.attempt = newAttempt(nonceFor(f.req.p, f.req.scopes))
	f.prefetchKeys(f.req.reaching(ctx))
	if err = f.front.prepareLink(ctx); err != nil {
		return nil, err
	}
	f.deadline = f.a.now().Add(f.req.patience())
	f.front.receiver.Receive(f.front.receiving(f.done, f.outcomePage))
	if f.req.r.NoBrowser {
		f.ev.Emit(Event{Step: StepBrowser, Phase: Bypassed, Detail: "open the link yourself"})
	} else {
		f.a.tasks.Go(func(context.Context) { _ = f.front.open(ctx) })
	}
	return f.front.waitForCode, nil
}

// discover finds the endpoints.
func (f *Flow) discover(ctx context.Context) error {
	s := f.ev.Start(StepDiscover, "")
	md, err := f.a.metadata(ctx, f.req.p)
	if err == nil && md.TokenEndpoint == "" {
		// Told now and not after the person did their part in the browser.
		err = &AnswerError{Step: StepDiscover, Reason: "the provider names no token endpoint"}
	}
	if err != nil {
		err = offline(err)
		s.Fail(err)
		return err
	}
	f.req.md = md
	s.Done(foreign.LeftOut(md.Dropped()))
	return nil
}

// prefetchKeys gets the keys while the person is typing, so that they need no
// round trip later. A failure is no matter yet: verification tries again.
func (f *Flow) prefetchKeys(ctx context.Context) {
	if f.req.md.JWKSURI == "" || !slices.Contains(f.req.scopes, "openid") {
		return
	}
	s := f.ev.Start(StepDiscover, "Keys")
	f.a.tasks.Go(func(context.Context) {
		switch set, cached, err := f.a.idTokens.Prefetch(ctx, f.req.p, f.req.md.JWKSURI); {
		case err != nil && ctx.Err() != nil:
		case err != nil:
			s.Fail(err)
		case cached:
			s.Done("cached")
		default:
			s.Done(set.LeftOut())
		}
	})
}

// patience is how long a person is waited for.
func (q *authorizationRequest) patience() time.Duration {
	if q.r.Timeout <= 0 {
		return defaultTimeout
	}
	return q.r.Timeout
}

// hint fills the account hint of somebody who signs in again.
func (a *accounts) hint(ctx context.Context, p *providers.Provider, r *SignInRequest) {
	if r.Account == "" || r.LoginHint != "" || slices.Contains(strings.Fields(r.Prompt), "select_account") {
		return // whoever chooses the account needs no hint, and some providers take only one of the two
	}
	rec, err := a.load(ctx, r.Account)
	if err != nil || rec.Provider != p.ID || rec.movedFrom(p) != nil {
		return // a hint is a comfort only, and nobody else's business
	}
	account := rec.account(a.now())
	r.LoginHint = account.User.Email
	if r.LoginHint == "" || account.User.Login != "" && p.Authorization.LoginHint == "login" {
		r.LoginHint = account.User.Login
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
