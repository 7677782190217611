package probe

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/auth/receive"
	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/identity"
)

// Request says which provider to test.
type Request struct {
	// Provider is its id.
	Provider string
	// Problems are what is wrong with its file; *providers.Set lists them.
	Problems []error
	// Observe, if set, gets each check when it is made, one at a time.
	Observe func(Check)
}

// Result is what was found of a provider that was tested without a browser and without signing
// anyone in.
type Result struct {
	Provider string `json:"provider"`
	// Outcome is [idtoken.Failed] if any check failed, else [idtoken.Passed]: what could not
	// be found out is no failure.
	Outcome idtoken.Outcome `json:"outcome"`
	// Offline reports that the provider could not be reached at all.
	Offline bool    `json:"offline"`
	Checks  []Check `json:"checks"`
}

// Check is one thing that was tested.
type Check struct {
	// Name is stable: "settings", "expressions", "listen", "reachable",
	// "clock", "discovery", "endpoints", "servers", "pkce", "keys", "redirect", "client",
	// "device".
	Name string `json:"name"`
	// Title is for people.
	Title string `json:"title"`
	// Outcome is [idtoken.Skipped] if that could not be found out.
	Outcome idtoken.Outcome `json:"outcome"`
	// Reason says what was found, Next what to do about it; sentences.
	Reason string `json:"reason"`
	Next   string `json:"next"`
}

// Tester tests providers as a sign-in asks them: an auth.Agent has one. Network, Lookup,
// Now and Log are required.
type Tester struct {
	// Network makes the requests.
	Network *oauth.Network
	// Lookup finds a provider by id.
	Lookup func(id string) (*providers.Provider, bool)
	// Prepare, if set, completes p, which is a copy, before anyone is asked.
	Prepare func(ctx context.Context, p *providers.Provider) error
	// Secret, if set, completes p with its client secret, if there is one. An error says
	// why it cannot be used.
	Secret func(ctx context.Context, p *providers.Provider) error
	// Now is the clock.
	Now func() time.Time
	Log *slog.Logger
	// Tongue is the language of the checks; nil is English.
	Tongue problem.Tongue
}

// addSecret completes a provider with its client secret.
func (t *Tester) addSecret(ctx context.Context, p *providers.Provider) error {
	if t.Secret == nil {
		return nil
	}
	return t.Secret(ctx, p)
}

// Redirect makes the authorization request of a sign-in at p, which publishes md, and
// nothing else. It returns what became of it and, if it was refused, the code of the
// problem.
func (t *Tester) Redirect(ctx context.Context, p *providers.Provider, md *providers.Metadata) (outcome idtoken.Outcome, code string) {
	b := &prober{t: t, p: p, md: md}
	b.listen(ctx)
	f := b.authorization(ctx)
	return f.outcome, f.code
}

// finding is the outcome of a check.
type finding struct {
	outcome      idtoken.Outcome
	reason, next string
	// code is that of the problem, if it failed for one.
	code string
}

func (b *prober) good(text phrase.Text, values ...string) finding {
	return finding{outcome: idtoken.Passed, reason: b.in(phrase.Say(text, values...))}
}

func (b *prober) bad(next, text phrase.Text, values ...string) finding {
	return finding{outcome: idtoken.Failed, reason: b.in(phrase.Say(text, values...)), next: b.in(next)}
}

func (b *prober) untold(text phrase.Text, values ...string) finding {
	return finding{outcome: idtoken.Skipped, reason: b.in(phrase.Say(text, values...))}
}

// in is a text in the language of the person.
func (b *prober) in(text phrase.Text) string {
	if b.t.Tongue == nil {
		return text
	}
	return b.t.Tongue(text)
}

// probeCheck is a check to be made.
type probeCheck struct {
	name  string
	title phrase.Text
	// asks reports that it asks the provider.
	asks bool
	run  func(context.Context) finding
}

// prober tests one provider. Later checks build on what earlier ones found.
type prober struct {
	t        *Tester
	problems []error
	p        *providers.Provider
	md       *providers.Metadata
	// secretErr is why the client secret could not be had.
	secretErr error
	// ended says why nobody is asked any more.
	ended   phrase.Text
	offline bool
	// redirect is the address as a sign-in would use it.
	redirect string
	// skew is how far this clock is ahead; dated that this is known.
	skew  time.Duration
	dated bool
	// accepted reports that the authorization request was accepted.
	accepted bool
}

// Test tests a provider: its file, its addresses, whether it knows the client
// and the redirect URI, as far as that can be found out without a browser. No user is
// signed in, and nothing secret is sent but the client's own credentials, to
// the provider's own endpoints. The checks say what is wrong; an error wraps
// [providers.ErrUnknown] or says that ctx ended.
func (t *Tester) Test(ctx context.Context, r Request) (*Result, error) {
	b := &prober{t: t, problems: r.Problems}
	if found, ok := t.Lookup(r.Provider); ok {
		p := *found
		b.p = &p
	} else if len(r.Problems) == 0 {
		return nil, fmt.Errorf("%q: %w", r.Provider, providers.ErrUnknown)
	}
	out := &Result{Provider: r.Provider, Outcome: idtoken.Passed}
	for _, c := range b.checks() {
		f := b.untold("Not tested: {why}.", b.ended)
		if b.ended == "" || b.p != nil && !c.asks {
			f = c.run(ctx)
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		check := b.check(c, f)
		if f.outcome == idtoken.Failed {
			out.Outcome = idtoken.Failed
		}
		out.Checks = append(out.Checks, check)
		if r.Observe != nil {
			r.Observe(check)
		}
	}
	out.Offline = b.offline
	return out, nil
}

// checks are all of them, in order.
func (b *prober) checks() []probeCheck {
	return []probeCheck{
		{name: "settings", title: "Settings", run: b.settings},
		{name: "expressions", title: "Expressions", run: b.expressions},
		{name: "listen", title: "This computer", run: b.listen},
		{name: "reachable", title: "Connection", asks: true, run: b.reachable},
		{name: "clock", title: "Clock", asks: true, run: b.clock},
		{name: "discovery", title: "Published metadata", asks: true, run: b.discovery},
		{name: "endpoints", title: "Endpoints", asks: true, run: b.endpoints},
		{name: "servers", title: "Servers", asks: true, run: b.servers},
		{name: "pkce", title: "PKCE", asks: true, run: b.pkce},
		{name: "keys", title: "Keys", asks: true, run: b.keys},
		{name: "redirect", title: "Redirect URI", asks: true, run: b.returnAddress},
		{name: "client", title: "Client", asks: true, run: b.client},
		{name: "device", title: "Sign-in with a code", asks: true, run: b.device},
	}
}

// check is what was found by one of the checks.
func (b *prober) check(c probeCheck, f finding) Check {
	return Check{c.name, b.in(c.title), f.outcome, f.reason, f.next}
}

// explained makes a finding of an error, in the words that a sign-in has for
// it.
func (b *prober) explained(err error) finding {
	return b.worded(b.t.Tongue.Explain(err, b.p, b.redirect))
}

// worded makes a finding of a problem.
func (b *prober) worded(p problem.Problem) finding {
	next := p.Next
	if p.Copy != "" {
		next = plain.Sentences(next, b.in(phrase.Say("The redirect URI is {redirect}", p.Copy)))
	}
	return finding{idtoken.Failed, plain.Sentences(p.Title, p.Detail), next, p.Code}
}

// settings looks for blanks that are not filled and completes the provider as
// a sign-in does.
func (b *prober) settings(ctx context.Context) finding {
	if b.p == nil {
		b.ended = "its file cannot be used"
		return b.badFile()
	}
	if b.t.Prepare != nil {
		if err := b.t.Prepare(ctx, b.p); err != nil {
			b.ended = "its settings could not be completed"
			return b.explained(err)
		}
	}
	if b.secretErr = b.t.addSecret(ctx, b.p); b.secretErr == nil && b.p.Client.SecretUse == "required" && b.p.Client.Secret.IsZero() {
		b.secretErr = oauth.ErrNoSecret
	}
	err := b.p.Ready()
	if err != nil && !errors.Is(err, providers.ErrNoClientID) {
		b.ended = "a setting is missing"
	}
	_, trust := b.t.Network.HTTP(b.p)
	if trust != nil {
		b.ended = "its certificate file cannot be used"
	}
	switch {
	case len(b.problems) > 0: // what is tested is the built-in one behind it
		return b.badFile()
	case err != nil:
		return b.explained(err)
	case trust != nil:
		return b.explained(trust)
	case b.secretErr != nil:
		return b.explained(b.secretErr)
	}
	return b.good("Nothing is missing.")
}

func (b *prober) badFile() finding {
	return finding{outcome: idtoken.Failed, reason: b.inFile(errors.Join(b.problems...)), next: b.in("Correct the file.")}
}

// inFile says what is wrong in a provider's file, or in several.
func (b *prober) inFile(err error) string {
	problems := providers.FileErrors(err)
	lines := make([]string, len(problems))
	for i, p := range problems {
		lines[i] = p.In(b.t.Tongue)
	}
	return plain.Sentences(lines...)
}

// expressions compiles the jq expressions.
func (b *prober) expressions(context.Context) finding {
	if err := b.p.CheckMappings(); err != nil {
		return finding{outcome: idtoken.Failed, reason: b.inFile(err), next: b.in("Correct the expression in the provider's file.")}
	}
	return b.good(phrase.Count(len(identity.Mappings(b.p)), "1 expression can be used.", "{count} expressions can be used."))
}

// listen takes the port of the redirect URI for a moment.
func (b *prober) listen(ctx context.Context) finding {
	if err := b.p.OwnRedirect(); err != nil {
		return b.explained(err)
	}
	l, err := receive.Listen(ctx, b.p.Redirect, b.p.RedirectPath(), b.t.Log)
	if err != nil {
		return b.explained(err)
	}
	l.Close(ctx, false)
	b.redirect = l.RedirectURI()
	if len(b.p.Redirect.Ports) == 0 {
		return b.good("A free port is available for the response.")
	}
	return b.good("Port {port} is available for the response.", strconv.Itoa(l.Port()))
}
