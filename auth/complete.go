package auth

import (
	"context"
	"fmt"
	"slices"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/internal/ask"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/identity"
)

// complete makes an account of a token answer: the ID token is verified with
// keys that are here already, then profile and groups are asked for at the
// same time. No account comes of an identity that fails a check.
func (f *Flow) complete(ctx context.Context, ans *oauth.TokenResponse) (*Account, error) {
	res := signInResult{
		Provider: f.req.client.Provider, Metadata: f.req.client.Metadata, Tokens: ans.Tokens, Skew: ans.Skew, Requested: f.req.Scopes, Asked: f.req.Grant,
	}
	if !ans.ScopeGiven {
		res.Tokens.Scopes = slices.Clone(f.req.Scopes) // RFC 6749 §5.1
	}
	if err := oauth.Unbound(f.req.client.Provider, res.Tokens, trace.StepExchange); err != nil {
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
	store := f.ev.Start(trace.StepStore, "")
	res.Events = f.ev.Events()
	account, err := f.accounts.adopt(ctx, res, f.req.r)
	switch {
	case err != nil:
		store.Fail(err)
	case !account.Remembered:
		store.End(trace.Bypassed, notRemembered, nil)
	default:
		store.Done("")
	}
	if account != nil {
		account.Steps = f.ev.Events()
	}
	return account, err
}

// verify checks the ID token if there is one or has to be one.
func (f *Flow) verify(ctx context.Context, ans *oauth.TokenResponse, res *signInResult) error {
	asked := slices.Contains(f.req.Scopes, "openid")
	if ans.ID.IsZero() && !asked {
		f.ev.Emit(trace.Event{Step: trace.StepVerify, Phase: trace.Bypassed, Detail: "no ID token: the provider uses plain OAuth 2.0"})
		return nil
	}
	s := f.ev.Start(trace.StepVerify, "")
	if ans.ID.IsZero() && f.device != nil {
		// RFC 8628 has no ID token, and OpenID Connect no device flow: some servers
		// give one and some do not. Without it, as with plain OAuth 2.0, user info
		// says who it is.
		s.End(trace.Bypassed, "no ID token: the provider issues none for a code on another device", nil)
		return nil
	}
	if ans.ID.IsZero() {
		err := &oauth.AnswerError{Step: trace.StepVerify, Reason: "no ID token in the response, although openid was requested"}
		s.Fail(err)
		return err
	}
	if !asked && f.req.client.Metadata.JWKSURI == "" {
		// Nobody asked for it and nothing can verify it: it is not kept.
		res.Tokens.ID = providers.Secret{}
		s.End(trace.Bypassed, "ignored an ID token that was not requested", nil)
		return nil
	}
	want := f.wants()
	want.AccessToken, want.Skew = ans.Access, ans.Skew
	checks, claims, err := f.ask.idTokens.Verify(f.req.client.Reaching(ctx), f.req.client.Provider, f.req.client.Metadata, ans.ID, want)
	if err != nil {
		s.Fail(err)
		return err
	}
	res.Checks, res.IDTokenClaims = checks, claims
	n := 0
	for _, c := range checks {
		if c.Outcome == idtoken.Passed {
			n++
		}
	}
	s.Done(fmt.Sprintf("%d checks passed", n))
	return nil
}

// wants is what an ID token has to be compared with.
func (f *Flow) wants() idtoken.Wants {
	return f.req.client.Wants(&f.req.AuthorizationRequest, f.front.current())
}

// identify asks who signed in.
func (f *Flow) identify(ctx context.Context, res *signInResult) error {
	s := f.ev.Start(trace.StepProfile, "")
	client, err := f.req.client.HTTP()
	if err != nil {
		s.Fail(err)
		return err
	}
	r := identity.Request{
		HTTP: client, Metadata: f.req.client.Metadata,
		IDTokenClaims: res.IDTokenClaims, Scopes: res.Tokens.Scopes, Groups: f.req.r.Groups,
		Verify:   f.ask.idTokens.Userinfo(f.req.client.Provider, f.req.client.Metadata),
		Observe:  func(r identity.Exchange) { f.ev.Emit(identityEvent(r)) },
		Progress: func(p identity.Progress) { f.ev.Emit(progressEvent(p)) },
	}
	present(&r, f.req.client, res.Tokens)
	id, err := identity.Ask(f.req.client.Reaching(ctx), f.req.client.Provider, r)
	if err != nil {
		err = oauth.Offline(err)
		s.Fail(err)
		return err
	}
	res.Identity = id
	id.Missing = append(id.Missing, idtoken.Unmet(res.Checks, f.wants().ACR)...)
	if res.Checks, err = idtoken.WithUserinfo(res.Checks, res.IDTokenClaims, id.Userinfo); err != nil {
		s.Fail(err)
		return err
	}
	s.Done("")
	return nil
}

// identityEvent is about one request for profile or groups.
func identityEvent(r identity.Exchange) trace.Event {
	ev := trace.Event{
		Step: trace.StepProfile, Phase: trace.Done, At: r.End, Took: r.End.Sub(r.Start), Name: r.Name,
		Exchange: &trace.Exchange{Method: r.Method, URL: trace.Address(r.URL), Status: r.Status},
	}
	if r.Page > 0 {
		ev.Step = trace.StepGroups
	}
	if r.Err != nil {
		ev.Phase, ev.Detail = trace.Broken, plain.Short(ask.WithoutURL(r.Err).Error())
	}
	return ev
}

// progressEvent says how far a source is.
func progressEvent(p identity.Progress) trace.Event {
	ev := trace.Event{
		Step: trace.StepProfile, Phase: trace.Advanced, Name: p.Name,
		Progress: &trace.Progress{Page: p.Page, Groups: p.Groups, Wait: p.Wait, Last: p.Last},
	}
	if p.Page > 0 || p.Last {
		ev.Step = trace.StepGroups
	}
	return ev
}
