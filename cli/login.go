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

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/vault"
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
	port                         int
}

// request is what the flags ask for.
func (f loginFlags) request(provider string) auth.SignInRequest {
	r := auth.SignInRequest{
		Provider: provider, ExtraScopes: f.scopes, Groups: f.groups, Remember: !f.noRemember,
		LoginHint: f.loginHint, Device: f.device, NoBrowser: f.noBrowser, Timeout: f.timeout, Alone: f.alone, Port: f.port, Moved: f.moved,
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
		Long: `Sign in with your browser. The link and the progress go to standard error, the
account goes to standard output.

With ACCOUNT, an ID or login@provider, that account signs in again with the same
groups and scopes. If another window or shell is already signing it in, this
command waits for it and opens no second browser. If someone else signs in, both
accounts are kept and the exit code is 3.

If your browser is on another machine, use --device; or use --no-browser, open
the link anywhere and paste the final address from your browser. With --port,
the browser can return through a tunnel: ssh -L 51789:127.0.0.1:51789 HOST.

If the provider's file or the environment now names another issuer than the
account's, you are asked first; without a terminal, --moved confirms it.`,
		Example: `  claviger login demo
  claviger login github --groups
  claviger login mira@github
  claviger login work --device --scope files.read`,
		Args:              exactlyOne,
		ValidArgsFunction: r.completeTargets,
	}
	flags := cmd.Flags()
	flags.BoolVar(&f.device, "device", false, "show a code to enter on any device (RFC 8628)")
	flags.BoolVar(&f.noBrowser, "no-browser", false, "print the link, do not open a browser")
	flags.IntVar(&f.port, "port", 0, "local `port` that the browser returns to (default: any free one)")
	flags.BoolVar(&f.groups, "groups", false, "also request groups, teams and roles")
	flags.StringArrayVar(&f.scopes, "scope", nil, "also request this `scope` (repeatable)")
	flags.StringVar(&f.loginHint, "login-hint", "", "suggest this `account` to the provider")
	flags.StringVar(&f.prompt, "prompt", "", "`page` to show at the provider: login, consent, select_account or none")
	flags.StringVar(&f.domainHint, "domain-hint", "", "suggest this `organisation` to the provider")
	flags.StringArrayVar(&f.acrValues, "acr-values", nil, "request this `level` of authentication (repeatable, best first)")
	flags.DurationVar(&f.maxAge, "max-age", 0, "reject a sign-in older than this `time`; 0s requires a new one")
	flags.StringArrayVar(&f.resources, "resource", nil, "request tokens for the API at this `URL` (RFC 8707, repeatable)")
	flags.StringVar(&f.audience, "audience", "", "request tokens for this `API`, if the provider uses audiences")
	flags.BoolVar(&f.noRemember, "no-remember", false, "save nothing; forget the account when the command ends")
	flags.BoolVar(&f.alone, "alone", false, "with ACCOUNT: do not wait for a sign-in in another window or shell")
	flags.BoolVar(&f.moved, "moved", false, "confirm that the provider moved, and use its client secret at the new address")
	flags.DurationVar(&f.timeout, "timeout", 0, "give up after this `time` (default 5m)")
	flags.BoolVar(&f.asJSON, "json", false, "print the account as JSON")
	cmd.RunE = r.do(func(cmd *cobra.Command, args []string) error {
		if f.timeout < 0 {
			return usage(errors.New("--timeout must be greater than zero"))
		}
		f.limitsAge = cmd.Flags().Changed("max-age")
		return r.signInWithin(cmd.Context(), args[0], f)
	})
	return cmd
}

// signInWithin is signIn within --timeout, if that is given: the flow bounds the
// part in the browser only.
func (r *runner) signInWithin(ctx context.Context, name string, f loginFlags) error {
	if f.timeout == 0 {
		return r.signIn(ctx, ctx, name, f)
	}
	within, cancel := context.WithTimeout(ctx, f.timeout)
	defer cancel()
	err := r.signIn(within, ctx, name, f)
	if ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, vault.ErrHeld) {
		return err
	}
	unfinished := "The last step above had not finished."
	if errors.Is(err, errNoStep) {
		unfinished = "The first step had not begun: opening the vault and pending revocations come before it."
	}
	return &problemError{problem: problem.Problem{
		Kind: problem.KindFailed, Code: codeTimeLimit,
		Title:  fmt.Sprintf("The sign-in took longer than --timeout (%s)", f.timeout),
		Detail: unfinished,
		Next:   "Try again, or allow more time.",
	}}
}

// codeTimeLimit is the code of a sign-in that took longer than its limit.
const codeTimeLimit = "time-limit"

// errNoStep means that a sign-in's time ended before it showed a step.
var errNoStep = errors.New("no step had begun")

// notBegun marks an error from before the first step if the time ended there.
func notBegun(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%w: %w", errNoStep, err)
	}
	return err
}

// signIn checks what can be checked before the person is sent to the browser,
// then runs the flow within ctx, and waits for its outcome for as long as wait
// lasts: a flow that ends with ctx says why itself.
func (r *runner) signIn(ctx, wait context.Context, name string, f loginFlags) error {
	to, err := r.target(ctx, name)
	if err != nil {
		return notBegun(err)
	}
	p := to.provider
	agent, err := r.prepareSignIn(ctx, p, f)
	if err != nil {
		return notBegun(err)
	}
	steps := &progress{r: r, provider: p.ID}
	request := f.request(p.ID)
	to.again(&request)
	request.Observe = steps.event
	flow, err := r.start(ctx, agent, request)
	if err != nil {
		if steps.none() {
			err = notBegun(err)
		}
		steps.flush()
		return &contextError{err: err, provider: p, redirectURI: p.Redirect.Register}
	}
	if flow.Joined() {
		steps.flush()
	} else {
		steps.begin(p, flow, f)
	}
	if f.noBrowser && !f.device && r.Interactive && !flow.Joined() {
		r.say("If your browser cannot show the page after that, paste its final address here:")
		go r.paste(flow)
	}
	a, err := flow.Wait(wait)
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

// tellMissing lists what was requested and not granted.
func (r *runner) tellMissing(a *auth.Account, scopes []string) {
	for _, m := range a.Missing {
		r.say("Missing: %s: %s", m.What, m.Reason)
		if m.Link != "" {
			r.say("  open %s", m.Link)
		}
	}
	for _, s := range notGranted(scopes, a.Scopes) {
		r.say("Missing: scope %s: the provider does not list it as granted", s)
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
		if e, isNew := errors.AsType[*newVaultError](err); isNew {
			e.provider = p.ID
		}
		return nil, err
	}
	agent, err := r.Agent()
	if err == nil {
		r.retryDue(ctx, agent) // not later, when it could end the new sign-in
	}
	return agent, err
}

// notGranted are the requested scopes that were not granted. If a scope is an
// address, some providers grant it by its last part only.
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
	lines.Buffer(nil, 64<<10) // an address; a longer line ends the reading
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
	text := fmt.Sprintf("unknown provider %q; the providers are %s", id, strings.Join(known, ", "))
	if near := plain.Nearest(known, id); near != "" {
		text = fmt.Sprintf("unknown provider %q; did you mean %q? To list them: claviger providers list", id, near)
	}
	for _, problem := range set.Problems() {
		text += "\n  not valid: " + problem.Error()
	}
	return nil, usage(errors.New(text))
}
