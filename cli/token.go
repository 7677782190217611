package cli

import (
	"context"
	"errors"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/agentclient"
	"github.com/claviger/claviger/auth/history"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/internal/peer"
	"github.com/claviger/claviger/providers"
)

// defaultMinTTL is what auth.Agent.Token does with zero.
const defaultMinTTL = time.Minute

type tokenFlags struct {
	minTTL                                time.Duration
	wait                                  time.Duration
	idToken, header, asJSON, force, login bool
	// target is the request that the token is for; its URL is "" if none
	// was named.
	target auth.ProofRequest
	// program is what gets the token, if it is not who started this command.
	program string
}

// freshToken is a token and, if it is bound to a key and a request was named,
// the proof for that request.
type freshToken struct {
	*auth.Token
	proof providers.Secret
	// noted means that the agent gave it, and noted who got it.
	noted bool
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

No browser opens unless you use --login: then, if only a sign-in helps and there is a
terminal or a desktop, your browser opens, in one of the shells that need it. If you
ignore it, --login opens none for a while.

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
	flags.BoolVar(&f.login, "login", false, "if a sign-in is needed, sign in with your browser first; --wait limits that")
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
		return r.handed(t, f, peer.Caller(os.Getppid()))
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
// is required and --login or --wait is given.
func (r *runner) freshToken(ctx context.Context, name string, f tokenFlags) (*freshToken, error) {
	if !f.login {
		return r.tokenNow(ctx, name, f)
	}
	now := f
	now.wait = 0 // which bounds the sign-in
	t, err := r.tokenNow(ctx, name, now)
	if !signInNeeded(err) {
		return t, err
	}
	return r.tokenAfterLogin(ctx, name, f, err)
}

// tokenNow is freshToken without a sign-in here. It waits for one elsewhere if --wait is
// given.
func (r *runner) tokenNow(ctx context.Context, name string, f tokenFlags) (*freshToken, error) {
	if t, err := r.fromAgent(ctx, name, f); !errors.Is(err, agentclient.ErrNoAgent) {
		return t, err
	}
	agent, err := r.Agent()
	if err != nil {
		return nil, err
	}
	w := &awaited{r: r, agent: agent, name: name, flags: f}
	t, err := w.try(ctx)
	if f.wait <= 0 || !signInNeeded(err) {
		return t, err
	}
	r.sayWaiting(err, f)
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
		proof providers.Secret
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
	return &freshToken{Token: t, proof: proof}, err
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
		return r.write(strings.Join(headerLines(kind, secret, t.proof), "\n") + "\n")
	default:
		return r.write(secret.Reveal() + "\n")
	}
}

// headerLines are those of a request's header with a token.
func headerLines(kind string, token, proof providers.Secret) []string {
	lines := []string{"Authorization: " + scheme(kind) + " " + token.Reveal()}
	if !proof.IsZero() {
		lines = append(lines, "DPoP: "+proof.Reveal())
	}
	return lines
}

// handed notes who got which of the tokens.
func (r *runner) handed(t *freshToken, f tokenFlags, to string) error {
	if t.noted {
		return nil
	}
	agent, err := r.Agent()
	if err != nil {
		return err
	}
	if !f.idToken || f.asJSON {
		agent.Handed(t.Token, history.AccessToken, to)
	}
	if f.idToken || f.asJSON {
		agent.Handed(t.Token, history.IDToken, to) // nothing if there is none
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
	return &problemError{problem: problem.Problem{
		Kind:   problem.KindUsage,
		Title:  "This token requires a proof for each request",
		Detail: providerName(a) + " bound it to a key (DPoP), so the Authorization header alone is rejected.",
		Next:   "Name the request: claviger token " + a.ID + " --for https://… [--method POST]",
		Code:   "needs-proof",
	}}
}
