package cli

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/claviger/claviger/auth"
)

// defaultMinTTL is what auth.Agent.Token does with zero.
const defaultMinTTL = time.Minute

type tokenFlags struct {
	minTTL                         time.Duration
	wait                           time.Duration
	idToken, header, asJSON, force bool
	// target is the request that the token is for; its URL is "" if none
	// was named.
	target auth.ProofRequest
}

// freshToken is a token and, if it is bound to a key and a request was named,
// the proof for that request.
type freshToken struct {
	*auth.Token
	proof auth.Secret
}

// typeDPoP is the type of tokens that are bound to a key (RFC 9449).
const typeDPoP = "DPoP"

// tokenJSON is the token object of docs/json.md. It holds the real tokens: that
// is what the command is for.
type tokenJSON struct {
	AccessToken string     `json:"access_token"`
	TokenType   string     `json:"token_type"`
	ExpiresAt   *time.Time `json:"expires_at"`
	Scopes      []string   `json:"scopes"`
	Account     string     `json:"account"`
	IDToken     string     `json:"id_token,omitempty"`
	Proof       string     `json:"dpop,omitempty"`
}

func (r *runner) token() *cobra.Command {
	var f tokenFlags
	cmd := &cobra.Command{
		Use:   "token [ACCOUNT]",
		Short: "Print a fresh token",
		Long: `Print an access token, refreshed first if needed. Any number of shells can do
this at once: the token is refreshed only once.

A token bound to a key (DPoP, RFC 9449) requires a proof for each request: --for
names the request and prints both headers. For other tokens, --for prints the
one header that is needed.`,
		Example: `  claviger token work --header | curl -H @- https://api.example.org/me
  claviger token work --for https://api.example.org/me | curl -H @- https://api.example.org/me
  export TOKEN="$(claviger token work --min-ttl 10m)"`,
		Args:              atMostOne,
		ValidArgsFunction: r.completeAccounts,
	}
	flags := cmd.Flags()
	flags.DurationVar(&f.minTTL, "min-ttl", defaultMinTTL, "the token must be valid for at least this `time`")
	flags.BoolVar(&f.idToken, "id-token", false, "use the ID token instead of the access token")
	flags.BoolVar(&f.header, "header", false, "print a request header, Authorization: Bearer …")
	flags.BoolVar(&f.asJSON, "json", false, "print the token as JSON")
	flags.BoolVar(&f.force, "force", false, "refresh even if the token is still valid")
	flags.DurationVar(&f.wait, "wait", 0, waitUsage)
	flags.StringVar(&f.target.URL, "for", "", "print the headers of a request to this `URL`, with the proof that a bound token needs")
	flags.StringVar(&f.target.Method, "method", "GET", "with --for: the request `method`")
	flags.StringVar(&f.target.Nonce, "nonce", "", "with --for: the `nonce` from the server's DPoP-Nonce header")
	cmd.RunE = r.do(func(cmd *cobra.Command, args []string) error {
		if err := f.check(cmd); err != nil {
			return err
		}
		t, err := r.freshToken(cmd.Context(), first(args), f)
		if err != nil {
			return err
		}
		if !f.idToken && t.TokenType == typeDPoP && t.proof.IsZero() {
			r.say("claviger: this token is bound to a key; for request headers, use claviger token %s --for URL", t.AccountID)
		}
		if err := r.printToken(t, f); err != nil {
			return err
		}
		return r.handed(t, f, caller())
	})
	return cmd
}

// check finds flags that do not go together.
func (f tokenFlags) check(cmd *cobra.Command) error {
	target, err := url.Parse(f.target.URL)
	switch {
	case f.minTTL < 0:
		return usage(errors.New("--min-ttl must not be negative"))
	case f.wait < 0:
		return usage(errNegativeWait)
	case f.header && f.asJSON:
		return usage(errors.New("--header and --json cannot be used together"))
	case f.target.URL == "" && (cmd.Flags().Changed("method") || f.target.Nonce != ""):
		return usage(errors.New("--method and --nonce require --for"))
	case f.target.URL != "" && f.idToken:
		return usage(errors.New("--for and --id-token cannot be used together"))
	case f.target.URL != "" && (err != nil || target.Host == ""):
		return usage(errors.New("--for requires a full URL, such as https://api.example.org/me"))
	}
	return nil
}

// freshToken finds the account and gets its token, after a sign-in if that
// is required and --wait is given.
func (r *runner) freshToken(ctx context.Context, name string, f tokenFlags) (*freshToken, error) {
	agent, err := r.Agent()
	if err != nil {
		return nil, err
	}
	w := &awaited{r: r, agent: agent, name: name, flags: f}
	t, err := w.try(ctx)
	if f.wait <= 0 || !signInNeeded(err) {
		return t, err
	}
	return w.wait(ctx, err)
}

func (r *runner) tokenOf(ctx context.Context, agent *auth.Agent, a *auth.Account, f tokenFlags) (*freshToken, error) {
	if f.force {
		if _, err := agent.Refresh(ctx, a.ID); err != nil {
			return nil, err
		}
	}
	var (
		t     *auth.Token
		proof auth.Secret
		err   error
	)
	if f.target.URL != "" {
		t, proof, err = agent.TokenFor(ctx, a.ID, f.minTTL, f.target)
	} else {
		t, err = agent.Token(ctx, a.ID, f.minTTL)
	}
	if err != nil {
		return nil, err
	}
	if f.header && !f.idToken && t.TokenType == typeDPoP && proof.IsZero() {
		return nil, needsProof(a)
	}
	if f.idToken {
		t, err = r.withIDToken(ctx, agent, a, t, f.minTTL)
	} else {
		r.sayEnd(a, t, f.minTTL)
	}
	return &freshToken{t, proof}, err
}

// withIDToken makes sure that the ID token is there and not expired: it can
// expire before the access token does.
func (r *runner) withIDToken(ctx context.Context, agent *auth.Agent, a *auth.Account, t *auth.Token, minTTL time.Duration) (*auth.Token, error) {
	if t.IDToken.IsZero() {
		return nil, noIDToken(a)
	}
	ends, err := r.ends(ctx, agent, a.ID, t.IDToken)
	if err != nil {
		return nil, err
	}
	if time.Until(ends) > 0 && time.Until(ends) >= minTTL {
		return t, nil
	}
	if a.CanRefresh {
		if _, err := agent.Refresh(ctx, a.ID); err != nil {
			return nil, err
		}
		if t, err = agent.Token(ctx, a.ID, 0); err != nil {
			return nil, err
		}
		if ends, err = r.ends(ctx, agent, a.ID, t.IDToken); err != nil {
			return nil, err
		}
	}
	if time.Until(ends) <= 0 {
		return nil, &problemError{problem: auth.Problem{
			Kind:   auth.KindNeedsSignIn,
			Title:  "The ID token has expired",
			Detail: providerName(a) + " issues a new one only when you sign in.",
			Next:   "Sign in again: claviger login " + a.Provider,
			Code:   "id-token-expired",
		}}
	}
	return t, nil
}

// ends reads a JWT's exp claim.
func (r *runner) ends(ctx context.Context, agent *auth.Agent, id string, token auth.Secret) (time.Time, error) {
	i, err := agent.Inspect(ctx, id, token)
	if err != nil {
		return time.Time{}, err
	}
	t, _ := auth.ClaimTime(i.Claims["exp"])
	return t, nil
}

func (r *runner) printToken(t *freshToken, f tokenFlags) error {
	secret, kind := t.AccessToken, t.TokenType
	if f.idToken {
		secret, kind = t.IDToken, "Bearer"
	}
	switch {
	case f.asJSON:
		out := tokenJSON{
			AccessToken: t.AccessToken.Reveal(), TokenType: t.TokenType, ExpiresAt: moment(t.ExpiresAt),
			Scopes: []string{}, Account: t.AccountID, IDToken: t.IDToken.Reveal(),
			Proof: t.proof.Reveal(),
		}
		out.Scopes = append(out.Scopes, t.Scopes...)
		return r.printJSON(out)
	case f.header, f.target.URL != "":
		lines := fmt.Sprintf("Authorization: %s %s\n", scheme(kind), secret.Reveal())
		if !t.proof.IsZero() {
			lines += "DPoP: " + t.proof.Reveal() + "\n"
		}
		return r.write(lines)
	default:
		return r.write(secret.Reveal() + "\n")
	}
}

// handed notes who got which of the tokens.
func (r *runner) handed(t *freshToken, f tokenFlags, to string) error {
	agent, err := r.Agent()
	if err != nil {
		return err
	}
	if !f.idToken || f.asJSON {
		agent.Handed(t.Token, auth.AccessToken, to)
	}
	if f.idToken || f.asJSON {
		agent.Handed(t.Token, auth.IDToken, to) // nothing if there is none
	}
	return nil
}

// moment is t for JSON: in UTC, to the second, null if unknown.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC().Truncate(time.Second)
	return &t
}

// scheme is the HTTP authentication scheme of a token type. Types are
// case-insensitive (RFC 6749 §7.1), some servers' schemes are not.
func scheme(tokenType string) string {
	if tokenType == "" || strings.EqualFold(tokenType, "bearer") {
		return "Bearer"
	}
	return tokenType
}

// needsProof is the error for a header that every API would refuse.
func needsProof(a *auth.Account) error {
	return &problemError{problem: auth.Problem{
		Kind:   auth.KindUsage,
		Title:  "This token requires a proof for each request",
		Detail: providerName(a) + " bound it to a key (DPoP), so the Authorization header alone is rejected.",
		Next:   "Name the request: claviger token " + a.ID + " --for https://… [--method POST]",
		Code:   "needs-proof",
	}}
}

func noIDToken(a *auth.Account) error {
	return &problemError{problem: auth.Problem{
		Kind:   auth.KindFailed,
		Title:  "This account has no ID token",
		Detail: providerName(a) + " did not issue one.",
		Next:   "Use the access token, or sign in with --scope openid if the provider supports it.",
		Code:   "no-id-token",
	}}
}
