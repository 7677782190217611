package auth

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/internal/foreign"
	"github.com/claviger/claviger/providers"
)

// tokenAnswer is a successful answer of the token endpoint (RFC 6749 §5.1).
type tokenAnswer struct {
	tokenSet
	// ScopeGiven reports whether the answer named its scopes; where it did
	// not, Scopes is nil and the requested ones were granted.
	ScopeGiven bool
	// Skew is how far this clock is ahead of the provider's, by the answer's
	// Date header; zero where it has none.
	Skew time.Duration
	// RefreshExpires is when the refresh token ends; zero where not told.
	RefreshExpires time.Time
	// Raw holds the answer's other fields.
	Raw map[string]any
}

// tokenRequest posts form to the token endpoint with the client's credentials
// and the provider's token_params added, and reads the answer. Its errors are
// [*ProviderError], [*AnswerError] or wrap [ErrOffline]. obs, where set, is
// told one event, [Done] or [Broken], with the redacted exchange. key, where
// set, is the one that the tokens are to be bound to.
//
// The request is made here and not by x/oauth2: its errors carry the whole
// body, it follows redirects with the code in hand, and it leaves no way to
// tell HTML from a cut answer or to measure the provider's clock.
func (a *asker) tokenRequest(ctx context.Context, p *providers.Provider, md *providers.Metadata, key *proofKey, form url.Values, step Step, obs func(Event)) (*tokenAnswer, error) {
	addExtra(form, p.Authorization.TokenParams)
	rep, err := a.postProved(ctx, p, md, key, md.TokenEndpoint, form, step)
	var ans *tokenAnswer
	if err == nil {
		ans, err = readTokenAnswer(p, key, rep, step)
	}
	if obs != nil {
		ev := rep.event(step, err)
		if key != nil && err == nil {
			ev.Detail = boundText(ans.tokenSet)
		}
		obs(ev)
	}
	return ans, err
}

// readTokenAnswer makes a token set of the fields.
func readTokenAnswer(p *providers.Provider, key *proofKey, r *reply, step Step) (*tokenAnswer, error) {
	f := r.fields
	access := foreign.String(f["access_token"])
	if access == "" {
		return nil, &AnswerError{Step: step, Status: r.status, Reason: "no access token in the response"}
	}
	tokens, err := tokenSet{
		Access:  providers.NewSecret(access),
		Refresh: providers.NewSecret(foreign.String(f["refresh_token"])),
		ID:      providers.NewSecret(foreign.String(f["id_token"])),
		Type:    p.Authorization.TokenType(foreign.String(f["token_type"])),
		Key:     key.private(),
		// The lifetime counts from when the provider wrote the answer, so
		// from no later than the request's start.
		Issued:  r.start,
		Expires: endOf(access, r, p.Authorization.Lifetime()),
	}.checked()
	if err != nil {
		return nil, &AnswerError{Step: step, Status: r.status, Reason: err.Error()}
	}
	ans := &tokenAnswer{
		tokenSet: tokens,
		Skew:     r.skew,
		Raw:      map[string]any{},
	}
	ans.RefreshExpires = told(r, "refresh_token_expires_in", "refresh_expires_in")
	ans.Scopes, ans.ScopeGiven = scopeList(f["scope"])
	ans.Scopes = usualScopes(p, ans.Scopes, r.scrub)
	for k, v := range f {
		switch k {
		case "access_token", "refresh_token", "id_token", "token_type", "expires_in", "scope":
		default:
			ans.Raw[k] = v
		}
	}
	return ans, nil
}

// usualScopes gives scopes the names that they were asked by, and leaves out
// what is none, such as a token that the server put there.
func usualScopes(p *providers.Provider, scopes []string, scrub trace.Scrubber) []string {
	var out []string
	for _, s := range scopes {
		if scrub.Text(s, 300) != s {
			continue
		}
		if same, ok := p.Scopes.Same[s]; ok {
			s = same
		}
		out = append(out, s)
	}
	return unique(out)
}

// providerCode is the OAuth error code of err, or "".
func providerCode(err error) string {
	var pe *ProviderError
	if errors.As(err, &pe) {
		return pe.Code
	}
	return ""
}

// exchangeCode is the token request of the code flow (RFC 6749 §4.1.3, RFC
// 7636 §4.5).
func (f *Flow) exchangeCode(ctx context.Context, code Secret) (*tokenAnswer, error) {
	f.ev.Start(StepExchange, "")
	form := url.Values{
		"grant_type":    {"authorization_code"},
		"code":          {code.Reveal()},
		"redirect_uri":  {f.req.redirect},
		"code_verifier": {f.front.current().verifier.Reveal()},
	}
	f.req.asked.forTokens(f.req.p, form)
	ans, err := f.a.tokenRequest(f.req.reaching(ctx), f.req.p, f.req.md, f.req.key, form, StepExchange, f.ev.Emit)
	if err != nil {
		return nil, fmt.Errorf("code for tokens: %w", err)
	}
	return ans, nil
}
