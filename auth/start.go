package auth

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/claviger/claviger/auth/internal/tasks"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/internal/foreign"
	"github.com/claviger/claviger/providers"
)

// start is [Agent.Start].
func (s *signIns) start(ctx context.Context, r SignInRequest) (*Flow, error) {
	f := &Flow{
		ask: s.ask, accounts: s.accounts, signOuts: s.signOuts,
		req: &authorizationRequest{r: r}, ev: trace.NewLog(s.ask.now, r.Observe), done: make(chan struct{}),
	}
	f.front = newFrontChannel(f.req, f.ask, f.ev)
	ctx, f.cancel = context.WithCancel(ctx)
	run, err := f.prepare(ctx)
	if err == nil && f.joined {
		f.cancel()
		f.turn.give()
		f.ev.Finish()
		close(f.done)
		return f, nil
	}
	if err == nil && !s.ask.tasks.Go(func(agent context.Context) {
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
// nothing to go on with if another sign-in brought the account meanwhile.
func (f *Flow) prepare(ctx context.Context) (waitFunc, error) {
	if err := f.accounts.atHome(ctx, f.req.r); err != nil {
		return nil, err
	}
	p, err := f.ask.provider(ctx, f.req.r.Provider)
	if err != nil {
		return nil, err
	}
	f.req.client = f.ask.net.Client(p, nil, oauth.HomeOf(p))
	if p.Client.SecretUse == "required" && p.Client.Secret.IsZero() {
		// Told now and not after the person did their part in the browser.
		return nil, fmt.Errorf("%w for %s", oauth.ErrNoSecret, p.Name)
	}
	f.accounts.hint(ctx, p, &f.req.r)
	f.req.settle(ctx, f.accounts)
	if err := f.req.r.possible(p, f.req.Scopes); err != nil {
		return nil, err
	}
	f.turn = turn{ask: f.ask, accounts: f.accounts, req: f.req, ev: f.ev}
	if f.account, err = f.turn.take(ctx); err != nil || f.account != nil {
		f.joined = err == nil
		return nil, err
	}
	if f.req.r.Device {
		return f.prepareDevice(ctx)
	}
	return f.prepareCode(ctx)
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
		f.deadline = f.req.r.Attempt.Expires
		if f.front.binding, err = f.req.client.Resume(f.req.r.Attempt, &f.req.AuthorizationRequest); err != nil {
			return nil, err
		}
		f.prefetchKeys(f.req.client.Reaching(ctx))
		f.front.receiver.Receive(f.front.receiving(f.done, f.outcomePage))
		return f.front.waitForCode, nil
	}
	if f.req.Key, err = f.req.client.NewKey(); err != nil {
		return nil, err
	}
	f.front.binding = f.req.client.NewBinding(f.req.Scopes)
	f.prefetchKeys(f.req.client.Reaching(ctx))
	if err = f.front.prepareLink(ctx); err != nil {
		return nil, err
	}
	f.deadline = f.ask.now().Add(f.req.patience())
	f.front.receiver.Receive(f.front.receiving(f.done, f.outcomePage))
	if f.req.r.NoBrowser {
		f.ev.Emit(trace.Event{Step: trace.StepBrowser, Phase: trace.Bypassed, Detail: "open the link yourself"})
	} else {
		f.ask.tasks.Go(func(context.Context) { _ = f.front.open(ctx) })
	}
	return f.front.waitForCode, nil
}

// discover finds the endpoints.
func (f *Flow) discover(ctx context.Context) error {
	s := f.ev.Start(trace.StepDiscover, "")
	md, err := f.ask.net.Metadata(ctx, f.req.client.Provider)
	if err == nil && md.TokenEndpoint == "" {
		// Told now and not after the person did their part in the browser.
		err = &oauth.AnswerError{Step: trace.StepDiscover, Reason: "the provider names no token endpoint"}
	}
	if err != nil {
		err = oauth.Offline(err)
		s.Fail(err)
		return err
	}
	f.req.client.Metadata = md
	s.Done(foreign.LeftOut(md.Dropped()))
	return nil
}

// prefetchKeys gets the keys while the person is typing, so that they need no
// round trip later. A failure is no matter yet: verification tries again.
func (f *Flow) prefetchKeys(ctx context.Context) {
	if f.req.client.Metadata.JWKSURI == "" || !slices.Contains(f.req.Scopes, "openid") {
		return
	}
	s := f.ev.Start(trace.StepDiscover, "Keys")
	f.ask.tasks.Go(func(context.Context) {
		switch set, cached, err := f.ask.idTokens.Prefetch(ctx, f.req.client.Provider, f.req.client.Metadata.JWKSURI); {
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

// hint fills the account hint of a user who signs in again.
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
