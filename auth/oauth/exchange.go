package oauth

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"golang.org/x/oauth2"

	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/internal/foreign"
	"github.com/claviger/claviger/providers"
)

// TokenResponse is a successful answer of the token endpoint (RFC 6749 §5.1).
type TokenResponse struct {
	Tokens
	// ScopeGiven reports whether the answer named its scopes; if it did not, Scopes is
	// nil and the requested ones were granted.
	ScopeGiven bool
	// Skew is how far this clock is ahead of the provider's, by the answer's
	// Date header; zero if it has none.
	Skew time.Duration
	// Raw holds the answer's other fields.
	Raw map[string]any
}

// Format implements [fmt.Formatter]: Raw can hold tokens under names of its own.
func (r TokenResponse) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "token response of type %q", r.Type)
}

// LogValue implements [slog.LogValuer], as for [TokenResponse.Format].
func (r TokenResponse) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(r)) }

// Exchange is the token request of the code flow (RFC 6749 §4.1.3, RFC 7636 §4.5).
// observe, if not nil, gets one event, [trace.Done] or [trace.Broken], with the
// redacted exchange. Errors are [*ProviderError], [*AnswerError] or wrap [ErrOffline],
// here and with [Client.Refresh].
func (c *Client) Exchange(ctx context.Context, q *AuthorizationRequest, b Binding, code providers.Secret, observe func(trace.Event)) (*TokenResponse, error) {
	r, err := c.redeem(ctx, q, b, code, observe)
	if err != nil {
		return nil, fmt.Errorf("code for tokens: %w", err)
	}
	return r, nil
}

func (c *Client) redeem(ctx context.Context, q *AuthorizationRequest, b Binding, code providers.Secret, observe func(trace.Event)) (*TokenResponse, error) {
	return c.tokens(ctx, trace.StepExchange, q.Key, q.Grant, observe, func(ctx context.Context, config *oauth2.Config) error {
		config.RedirectURL = q.RedirectURI
		_, err := config.Exchange(ctx, code.Reveal(), oauth2.VerifierOption(b.verifier.Reveal()))
		return err
	})
}

// Refresh asks for new tokens in place of t (RFC 6749 §6). Its errors wrap [ErrOffline]
// also if the provider answered that it cannot be asked now.
func (c *Client) Refresh(ctx context.Context, t Tokens, g Grant, observe func(trace.Event)) (*TokenResponse, error) {
	var key *ProofKey
	if !t.Key.IsZero() {
		var err error
		if key, err = readProofKey(t.Key); err != nil {
			return nil, err
		}
	}
	r, err := c.tokens(ctx, trace.StepRefresh, key, g, observe, func(ctx context.Context, config *oauth2.Config) error {
		_, err := config.TokenSource(ctx, &oauth2.Token{RefreshToken: t.Refresh.Reveal()}).Token()
		return err
	})
	if err != nil {
		return nil, Unreachable(err)
	}
	return r, nil
}

// tokens makes a token request, with the client's credentials and the provider's
// token_params added, and reads the answer. key, if not nil, is the one that the tokens
// are to be bound to; observe may be nil.
func (c *Client) tokens(ctx context.Context, step trace.Step, key *ProofKey, g Grant, observe func(trace.Event), request func(context.Context, *oauth2.Config) error) (*TokenResponse, error) {
	var r *TokenResponse
	rep, err := c.speak(ctx, call{
		endpoint: c.Metadata.TokenEndpoint, step: step, key: key, request: request,
		add: func(form url.Values) {
			g.addTo(form, c.Provider)
			addExtra(form, c.Provider.Authorization.TokenParams)
		},
		read: func(rep *reply) (map[string]any, error) {
			var err error
			if r, err = c.tokenResponse(key, rep, step); err != nil {
				return nil, err
			}
			return map[string]any{"access_token": r.Access.Reveal(), "token_type": r.Type, "refresh_token": r.Refresh.Reveal()}, nil
		},
	})
	if observe != nil {
		ev := rep.event(step, err)
		if key != nil && err == nil {
			ev.Detail = boundText(r.Tokens)
		}
		observe(ev)
	}
	if err != nil {
		return nil, err
	}
	return r, nil
}

// tokenResponse makes a token set of the fields.
func (c *Client) tokenResponse(key *ProofKey, r *reply, step trace.Step) (*TokenResponse, error) {
	f, p := r.fields, c.Provider
	access := foreign.String(f["access_token"])
	if access == "" {
		return nil, &AnswerError{Step: step, Status: r.status, Reason: "no access token in the response"}
	}
	tokens, err := Tokens{
		Access:  providers.NewSecret(access),
		Refresh: providers.NewSecret(foreign.String(f["refresh_token"])),
		ID:      providers.NewSecret(foreign.String(f["id_token"])),
		Type:    p.Authorization.TokenType(foreign.String(f["token_type"])),
		Key:     key.private(),
		// The lifetime counts from when the provider wrote the answer, so
		// from no later than the request's start.
		Issued:  r.start,
		Expires: endOf(access, r, p.Authorization.Lifetime()),

		RefreshExpires: endIn(r, "refresh_token_expires_in", "refresh_expires_in"),
	}.checked()
	if err != nil {
		return nil, &AnswerError{Step: step, Status: r.status, Reason: err.Error()}
	}
	out := &TokenResponse{Tokens: tokens, Skew: r.skew, Raw: map[string]any{}}
	out.Scopes, out.ScopeGiven = scopeList(f["scope"])
	out.Scopes = usualScopes(p, out.Scopes, r.scrub)
	for k, v := range f {
		switch k {
		case "access_token", "refresh_token", "id_token", "token_type", "expires_in", "scope":
		default:
			out.Raw[k] = v
		}
	}
	return out, nil
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
	return Scopes(out)
}
