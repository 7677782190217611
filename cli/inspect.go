package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/inspect"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/providers"
)

// inspectFlags are those of claviger inspect.
type inspectFlags struct {
	idToken, asJSON, introspect, lookUp bool
	// compare is what the token is compared with: an account, a file or "-".
	compare string
	former  bool
}

// inspectedJSON is what `inspect --json` prints.
type inspectedJSON struct {
	*auth.Inspection
	Introspection map[string]any      `json:"introspection,omitempty"`
	Compared      *inspect.Comparison `json:"compared,omitempty"`
}

func (r *runner) inspect() *cobra.Command {
	var f inspectFlags
	cmd := &cobra.Command{
		Use:   "inspect [ACCOUNT|FILE|-]",
		Short: "Decode, check and compare tokens",
		Long: `Decode and check a token: the stored token of an account, or one from a file
(a path with a "/") or standard input. A header, a command for curl and the JSON
of a token response are understood too. The contents of a token prove nothing
until its signature is checked, which is done for ID tokens of accounts, and for
any JWT with --look-up. The exit code is 1 if a check failed.`,
		Example: `  claviger inspect --id-token
  pbpaste | claviger inspect -
  claviger inspect ./new.jwt --compare ./old.jwt
  claviger inspect work --id-token --previous
  claviger inspect work --introspect`,
		Args:              atMostOne,
		ValidArgsFunction: r.completeAccounts,
	}
	flags := cmd.Flags()
	flags.BoolVar(&f.idToken, "id-token", false, "use the ID token instead of the access token")
	flags.BoolVar(&f.asJSON, "json", false, "print format, header, claims and checks as JSON")
	flags.BoolVar(&f.former, "previous", false, "say how the claims differ from those of the account's token before the last refresh")
	flags.StringVar(&f.compare, "compare", "", "say how the claims differ from those of the token of this `ACCOUNT`, file or \"-\"")
	flags.BoolVar(&f.introspect, "introspect", false, "ask the provider what the account's token is good for (RFC 7662)")
	flags.BoolVar(&f.lookUp, "look-up", false, "get the keys of the token's issuer, whoever that is, and check the signature")
	cmd.MarkFlagsMutuallyExclusive("compare", "previous")
	cmd.RunE = r.do(func(cmd *cobra.Command, args []string) error { return r.runInspect(cmd.Context(), first(args), f) })
	return cmd
}

func (r *runner) runInspect(ctx context.Context, name string, f inspectFlags) error {
	t, err := r.tokenToInspect(ctx, name, f.idToken)
	if err != nil {
		return err
	}
	if err := f.fits(t); err != nil {
		return err
	}
	out := inspectedJSON{}
	if out.Inspection, err = r.inspection(ctx, t, f.lookUp); err != nil {
		return r.inProvider(err, t.provider(), "")
	}
	if f.introspect {
		if out.Introspection, err = r.introspection(ctx, t); err != nil {
			return err
		}
	}
	if f.compare != "" || f.former {
		if out.Compared, err = r.comparison(ctx, out.Inspection, t, f); err != nil {
			return err
		}
	}
	if f.asJSON {
		err = r.printJSON(out)
	} else {
		err = r.showInspection(out, time.Now())
	}
	if err != nil {
		return err
	}
	for _, c := range out.Checks {
		if c.Outcome == idtoken.Failed {
			return &exitError{ExitFailed}
		}
	}
	return nil
}

// fits refuses what only the token of an account has.
func (f inspectFlags) fits(t inspected) error {
	switch {
	case t.account != nil:
		return nil
	case f.former:
		return usage(errors.New("--previous is for an account: of other tokens nothing is known"))
	case f.introspect:
		return usage(errors.New("--introspect is for the token of an account: only its provider is asked about it"))
	}
	return nil
}

// inspected is a token and whose it is.
type inspected struct {
	token providers.Secret
	// account is nil for a token that was pasted or is in a file.
	account *auth.Account
	idToken bool
}

func (t inspected) provider() string {
	if t.account == nil {
		return ""
	}
	return t.account.Provider
}

// tokenToInspect finds the token that is meant: of an account, a file, or "-".
func (r *runner) tokenToInspect(ctx context.Context, name string, idToken bool) (inspected, error) {
	switch {
	case name == "-":
		text, err := readText(ending{ctx: ctx, in: r.In})
		if err != nil {
			return inspected{}, readingInput(err)
		}
		return r.found(text, "standard input", idToken)
	case isPath(name):
		return r.tokenInFile(name, idToken)
	}
	agent, err := r.Agent()
	if err != nil {
		return inspected{}, err
	}
	a, err := r.account(ctx, agent, name)
	if err != nil {
		return inspected{}, err
	}
	stored, err := agent.Stored(ctx, a.ID)
	if err != nil {
		return inspected{}, r.inProvider(err, a.Provider, "")
	}
	t := inspected{token: stored.AccessToken, account: a, idToken: idToken}
	if idToken {
		if t.token = stored.IDToken; t.token.IsZero() {
			return inspected{}, noIDToken(a)
		}
	}
	return t, nil
}

// isPath reports whether a name is that of a file: no account is written with one of
// these at its beginning, and one with a "/" inside is a file if there is one.
func isPath(name string) bool {
	if !strings.ContainsAny(name, `/\`) {
		return false
	}
	if strings.HasPrefix(name, "/") || strings.HasPrefix(name, "./") || strings.HasPrefix(name, "../") {
		return true
	}
	_, err := os.Stat(name)
	return err == nil
}

func (r *runner) tokenInFile(name string, idToken bool) (inspected, error) {
	info, err := os.Stat(name)
	if err == nil && !info.Mode().IsRegular() { // a pipe could be waited for
		err = errors.New("not a regular file")
	}
	if err != nil {
		return inspected{}, usage(fmt.Errorf("%s cannot be read", name))
	}
	file, err := os.Open(name)
	if err != nil {
		return inspected{}, usage(fmt.Errorf("%s cannot be read", name))
	}
	defer func() { _ = file.Close() }() // only read from
	text, err := readText(file)
	if err != nil {
		return inspected{}, usage(fmt.Errorf("%s cannot be read", name))
	}
	return r.found(text, name, idToken)
}

// readText reads no more than tokens are looked for in.
func readText(in io.Reader) (string, error) {
	data, err := io.ReadAll(io.LimitReader(in, inspect.MaxText+1))
	return string(data), err
}

// found chooses one of the tokens in a text: the ID token if that is wanted, else the
// first.
func (r *runner) found(text, where string, idToken bool) (inspected, error) {
	list := inspect.Find(text)
	if len(list) == 0 {
		return inspected{}, usage(fmt.Errorf("%s must contain one token", where))
	}
	chosen := list[0]
	for _, f := range list {
		if idToken && f.Name == "id_token" {
			chosen = f
		}
	}
	if len(list) > 1 {
		names := make([]string, len(list))
		for i, f := range list {
			names[i] = f.Name
		}
		r.say("%d tokens found: %s. This is %s.", len(list), strings.Join(names, ", "), chosen.Name)
	}
	return inspected{token: chosen.Token, idToken: idToken}, nil
}

// inspection decodes a token and checks what may be checked.
func (r *runner) inspection(ctx context.Context, t inspected, lookUp bool) (*auth.Inspection, error) {
	agent, err := r.Agent()
	switch {
	case err != nil:
		return nil, err
	case t.account != nil && lookUp:
		return agent.Examine(ctx, t.account.ID, t.token)
	case t.account != nil:
		return agent.Inspect(ctx, t.account.ID, t.token)
	case !lookUp:
		return agent.Inspect(ctx, "", t.token)
	}
	of, err := r.issuedBy(ctx, agent, inspect.Read(t.token))
	switch {
	case err != nil:
		return nil, err
	case of != "":
		return agent.Examine(ctx, of, t.token)
	}
	ins, err := agent.LookUp(ctx, t.token)
	if answer, ok := errors.AsType[*oauth.AnswerError](err); ok && answer.Step == oauth.StepLookUp {
		return ins, &problemError{problem: problem.Problem{
			Kind: problem.KindFailed, Code: "no-look-up", Title: "The keys of this token cannot be looked up",
			Detail: "Reason: " + answer.Reason + ".", Next: "Without --look-up, the token is decoded only.",
		}}
	}
	return ins, err
}

// issuedBy is the provider, or the account, that has the token's issuer; "" if there is
// none.
func (r *runner) issuedBy(ctx context.Context, agent *auth.Agent, t *inspect.Token) (string, error) {
	iss, _ := t.Claims["iss"].(string)
	if iss == "" {
		return "", nil
	}
	set, err := r.Providers()
	if err != nil {
		return "", err
	}
	for _, p := range set.All() {
		if p.Ready() == nil && p.AcceptsIssuer(iss) {
			return p.ID, nil
		}
	}
	accounts, _ := agent.Summaries(ctx) // what cannot be read knows no issuer
	for _, a := range accounts {
		if a.Issuer == iss {
			return a.ID, nil
		}
	}
	return "", nil
}

// introspection asks the provider of an account about its token.
func (r *runner) introspection(ctx context.Context, t inspected) (map[string]any, error) {
	agent, err := r.Agent()
	if err != nil {
		return nil, err
	}
	about, err := agent.Introspect(ctx, t.account.ID, t.token)
	if errors.Is(err, oauth.ErrNotOffered) {
		return nil, &problemError{problem: problem.Problem{
			Kind: problem.KindFailed, Code: "no-introspection", Title: "This provider offers no introspection",
			Detail: providerName(t.account) + " publishes no introspection endpoint (RFC 7662).",
			Next:   "Without --introspect, the token is decoded and checked here.",
		}}
	}
	return about, r.inProvider(err, t.account.Provider, "")
}
