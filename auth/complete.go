package auth

import (
	"context"
	"fmt"
	"slices"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers/identity"
)

// complete makes an account of a token answer: the ID token is verified with
// keys that are here already, then profile and groups are asked for at the
// same time. No account comes of an identity that fails a check.
func (f *Flow) complete(ctx context.Context, ans *tokenAnswer) (*Account, error) {
	res := signInResult{
		Provider: f.req.p, Metadata: f.req.md, Tokens: ans.tokenSet, Skew: ans.Skew, Requested: f.req.scopes, Asked: f.req.asked,
	}
	if !ans.ScopeGiven {
		res.Tokens.Scopes = slices.Clone(f.req.scopes) // RFC 6749 §5.1
	}
	if err := unbound(f.req.p, res.Tokens, StepExchange); err != nil {
		return nil, err
	}
	if err := f.verify(ctx, ans, &res); err != nil {
		return nil, err
	}
	if err := f.identify(ctx, &res); err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, ctx.Err() // cancelled: nothing durable happens any more
	}
	store := f.ev.Start(StepStore, "")
	res.Events = f.ev.Events()
	account, err := f.a.accounts.adopt(ctx, res, f.req.r)
	switch {
	case err != nil:
		store.Fail(err)
	case !account.Remembered:
		store.End(Bypassed, notRemembered, nil)
	default:
		store.Done("")
	}
	if account != nil {
		account.Steps = f.ev.Events()
	}
	return account, err
}

// notRemembered is why nothing was stored.
const notRemembered = "not to be remembered"

// verify checks the ID token where there is one or has to be one.
func (f *Flow) verify(ctx context.Context, ans *tokenAnswer, res *signInResult) error {
	asked := slices.Contains(f.req.scopes, "openid")
	if ans.ID.IsZero() && !asked {
		f.ev.Emit(Event{Step: StepVerify, Phase: Bypassed, Detail: "no ID token: the provider uses plain OAuth 2.0"})
		return nil
	}
	s := f.ev.Start(StepVerify, "")
	if ans.ID.IsZero() && f.device != nil {
		// RFC 8628 has no ID token, and OpenID Connect no device flow: some servers
		// give one and some do not. Without it, as with plain OAuth 2.0, user info
		// says who it is.
		s.End(Bypassed, "no ID token: the provider issues none for a code on another device", nil)
		return nil
	}
	if ans.ID.IsZero() {
		err := &AnswerError{Step: StepVerify, Reason: "no ID token in the response, although openid was requested"}
		s.Fail(err)
		return err
	}
	if !asked && f.req.md.JWKSURI == "" {
		// Nobody asked for it and nothing can verify it: it is not kept.
		res.Tokens.ID = Secret{}
		s.End(Bypassed, "ignored an ID token that was not requested", nil)
		return nil
	}
	checks, claims, err := f.a.idTokens.Verify(f.req.reaching(ctx), f.req.p, f.req.md, ans.ID, f.req.wants(f.front.current(), idtoken.Wants{
		Nonce: f.front.current().nonce, AccessToken: ans.Access, Skew: ans.Skew,
	}))
	if err != nil {
		s.Fail(err)
		return err
	}
	res.Checks, res.IDTokenClaims = checks, claims
	n := 0
	for _, c := range checks {
		if c.Outcome == Passed {
			n++
		}
	}
	s.Done(fmt.Sprintf("%d checks passed", n))
	return nil
}

// identify asks who signed in.
func (f *Flow) identify(ctx context.Context, res *signInResult) error {
	s := f.ev.Start(StepProfile, "")
	client, err := f.a.client(f.req.p)
	if err != nil {
		s.Fail(err)
		return err
	}
	r := identity.Request{
		HTTP: client, Metadata: f.req.md,
		IDTokenClaims: res.IDTokenClaims, Scopes: res.Tokens.Scopes, Groups: f.req.r.Groups,
		Verify:   f.a.idTokens.Userinfo(f.req.p, f.req.md),
		Observe:  func(r identity.Exchange) { f.ev.Emit(identityEvent(r)) },
		Progress: func(p identity.Progress) { f.ev.Emit(progressEvent(p)) },
	}
	f.a.access(&r, res.Tokens)
	id, err := identity.Ask(f.req.reaching(ctx), f.req.p, r)
	if err != nil {
		err = offline(err)
		s.Fail(err)
		return err
	}
	res.Identity = id
	id.Missing = append(id.Missing, idtoken.Unmet(res.Checks, f.req.wants(f.front.current(), idtoken.Wants{}).ACR)...)
	if res.Checks, err = idtoken.WithUserinfo(res.Checks, res.IDTokenClaims, id.Userinfo); err != nil {
		s.Fail(err)
		return err
	}
	s.Done("")
	return nil
}

// identityEvent tells of one request for profile or groups.
func identityEvent(r identity.Exchange) Event {
	ev := Event{
		Step: StepProfile, Phase: Done, At: r.End, Took: r.End.Sub(r.Start), Name: r.Name,
		Exchange: &Exchange{Method: r.Method, URL: trace.Address(r.URL), Status: r.Status},
	}
	if r.Page > 0 {
		ev.Step = StepGroups
	}
	if r.Err != nil {
		ev.Phase, ev.Detail = Broken, plain.Short(withoutURL(r.Err).Error())
	}
	return ev
}

// progressEvent tells how far a source is.
func progressEvent(p identity.Progress) Event {
	ev := Event{
		Step: StepProfile, Phase: Advanced, Name: p.Name,
		Progress: &Progress{Page: p.Page, Groups: p.Groups, Wait: p.Wait, Last: p.Last},
	}
	if p.Page > 0 || p.Last {
		ev.Step = StepGroups
	}
	return ev
}
