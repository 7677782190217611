package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"claviger/auth"
	"claviger/providers"
)

type loginFlags struct {
	device, noBrowser, groups, noRemember, alone, moved, asJSON bool

	scopes    []string
	loginHint string
	timeout   time.Duration

	prompt, audience, domainHint string
	acrValues, resources         []string
	maxAge                       time.Duration
	limitsAge                    bool // --max-age was given; zero has a meaning
}

// request is what the flags ask for.
func (f loginFlags) request(provider string) auth.SignInRequest {
	r := auth.SignInRequest{
		Provider: provider, ExtraScopes: f.scopes, Groups: f.groups, Remember: !f.noRemember,
		LoginHint: f.loginHint, Device: f.device, NoBrowser: f.noBrowser, Timeout: f.timeout, Alone: f.alone, Moved: f.moved,
		Prompt: f.prompt, Audience: f.audience, DomainHint: f.domainHint, Resources: f.resources,
	}
	for _, v := range f.acrValues {
		r.ACRValues = append(r.ACRValues, strings.Fields(v)...)
	}
	if f.limitsAge {
		r.MaxAge = &f.maxAge
	}
	return r
}

func (r *runner) login() *cobra.Command {
	var f loginFlags
	cmd := &cobra.Command{
		Use:   "login PROVIDER|ACCOUNT",
		Short: "Sign in with your browser",
		Long: `Sign in with your browser. The link and each step are told on standard error,
the account on standard output.

With an ACCOUNT, an id or login@provider, this account signs in again, with the
groups and scopes that it had. Where a window or another shell is signing it in
already, that is waited for and no second browser opens. If somebody else signs
in, both accounts are kept and the exit code is 3.

If the provider is not where the account is from, because its file or the
environment says another issuer, you are asked first; without a terminal, --moved
says yes.

On a machine whose browser is elsewhere, use --device, or --no-browser: open
the link anywhere and paste the address that the browser ends on.`,
		Example: `  claviger login demo
  claviger login github --groups
  claviger login mira@github
  claviger login work --device --scope files.read`,
		Args:              exactlyOne,
		ValidArgsFunction: r.completeTargets,
	}
	flags := cmd.Flags()
	flags.BoolVar(&f.device, "device", false, "show a code to type in on any device (RFC 8628)")
	flags.BoolVar(&f.noBrowser, "no-browser", false, "show the link, open no browser")
	flags.BoolVar(&f.groups, "groups", false, "ask for groups, teams and roles too")
	flags.StringArrayVar(&f.scopes, "scope", nil, "ask for this `scope` too (may be repeated)")
	flags.StringVar(&f.loginHint, "login-hint", "", "suggest this `account` to the provider")
	flags.StringVar(&f.prompt, "prompt", "", "the `page` that the provider shows: login, consent, select_account, or none")
	flags.StringVar(&f.domainHint, "domain-hint", "", "suggest this `organisation` to the provider")
	flags.StringArrayVar(&f.acrValues, "acr-values", nil, "wish for this `level` of authentication (may be repeated, best first)")
	flags.DurationVar(&f.maxAge, "max-age", 0, "refuse a sign-in at the provider that is older than this `time`; 0s wants a new one")
	flags.StringArrayVar(&f.resources, "resource", nil, "ask for tokens for the API at this `address` (RFC 8707; may be repeated)")
	flags.StringVar(&f.audience, "audience", "", "ask for tokens for this `API`, where the provider wants an audience")
	flags.BoolVar(&f.noRemember, "no-remember", false, "store nothing: the account is forgotten when the command ends")
	flags.BoolVar(&f.alone, "alone", false, "with an ACCOUNT: do not wait for a sign-in in another window or shell")
	flags.BoolVar(&f.moved, "moved", false, "the provider really moved: sign in at its new place, and send its client secret there")
	flags.DurationVar(&f.timeout, "timeout", 0, "give up after this `time` (default 5m)")
	flags.BoolVar(&f.asJSON, "json", false, "print the account object")
	cmd.RunE = r.do(func(cmd *cobra.Command, args []string) error {
		if f.timeout < 0 {
			return usage(errors.New("--timeout must be more than nothing"))
		}
		f.limitsAge = cmd.Flags().Changed("max-age")
		return r.signIn(cmd.Context(), args[0], f)
	})
	return cmd
}

// signIn checks what can be checked before the person is sent to the browser,
// then runs the flow.
func (r *runner) signIn(ctx context.Context, name string, f loginFlags) error {
	to, err := r.target(ctx, name)
	if err != nil {
		return err
	}
	p := to.provider
	agent, err := r.prepareSignIn(ctx, p, f)
	if err != nil {
		return err
	}
	steps := &progress{r: r}
	request := f.request(p.ID)
	to.again(&request)
	request.Observe = steps.event
	flow, err := r.start(ctx, agent, request)
	if err != nil {
		steps.flush()
		return &contextError{err: err, provider: p, redirectURI: p.Redirect.Register}
	}
	if flow.Joined() {
		steps.flush()
	} else {
		steps.begin(p, flow, f)
	}
	if f.noBrowser && !f.device && r.Interactive && !flow.Joined() {
		r.say("Then paste the address that the browser ends on here, if it cannot show the page:")
		go r.paste(flow)
	}
	a, err := flow.Wait(ctx)
	steps.end()
	if err != nil {
		return &contextError{err: err, provider: p, redirectURI: flow.RedirectURI()}
	}
	r.tellMissing(a, f.scopes)
	if err := r.signedInAs(a, flow.Joined(), f.asJSON); err != nil {
		return err
	}
	return r.somebodyElse(ctx, agent, to, a, f.device)
}

// tellMissing tells what was asked for and not given.
func (r *runner) tellMissing(a *auth.Account, scopes []string) {
	for _, m := range a.Missing {
		r.say("Not given: %s: %s", clean(m.What), clean(m.Reason))
		if m.Link != "" {
			r.say("  open %s", clean(m.Link))
		}
	}
	for _, s := range notGranted(scopes, a.Scopes) {
		r.say("Not given: scope %s: the provider does not name it among those that it granted", clean(s))
	}
}

// prepareSignIn does what can be done before the person is sent to the browser.
func (r *runner) prepareSignIn(ctx context.Context, p *providers.Provider, f loginFlags) (*auth.Agent, error) {
	if err := p.Ready(); err != nil {
		return nil, &contextError{err: err, provider: p, redirectURI: p.Redirect.Register}
	}
	if f.noRemember {
		return r.Agent()
	}
	if err := r.prepareVault(ctx); err != nil {
		return nil, err
	}
	agent, err := r.Agent()
	if err == nil {
		r.retryDue(ctx, agent) // not later, when it could end the new sign-in
	}
	return agent, err
}

// notGranted are the asked scopes that are not among the granted ones. Some
// providers grant by the last part of an address what was asked for by all of it.
func notGranted(asked, granted []string) []string {
	var out []string
	for _, s := range strings.Fields(strings.Join(asked, " ")) {
		if !slices.ContainsFunc(granted, func(g string) bool { return strings.EqualFold(path.Base(g), path.Base(s)) }) {
			out = append(out, s)
		}
	}
	return out
}

// paste hands lines of standard input to the flow. A read from a terminal
// cannot be called off, so this goroutine ends with the input or the program.
func (r *runner) paste(flow *auth.Flow) {
	lines := bufio.NewScanner(r.In)
	lines.Buffer(nil, 64<<10) // an address; longer ones end the reading
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if line == "" {
			continue
		}
		err := flow.Paste(line)
		if err == nil {
			return
		}
		// The address may hold a code: it is never repeated.
		Tell(r.Err, err)
	}
}

// provider looks a provider up; an unknown one is wrong usage.
func (r *runner) provider(id string) (*providers.Provider, error) {
	set, err := r.Providers()
	if err != nil {
		return nil, err
	}
	if p, ok := set.Lookup(id); ok {
		return p, nil
	}
	known := make([]string, 0, 16)
	for _, p := range set.All() {
		known = append(known, p.ID)
	}
	text := fmt.Sprintf("there is no provider %q, only %s", id, strings.Join(known, ", "))
	for _, problem := range set.Problems() {
		text += "\n  not usable: " + problem.Error()
	}
	return nil, usage(errors.New(text))
}
