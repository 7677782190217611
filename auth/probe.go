package auth

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/claviger/claviger/auth/receive"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/identity"
)

// ProbeRequest says which provider to test.
type ProbeRequest struct {
	// Provider is its id.
	Provider string
	// Problems are what is wrong with its file; *providers.Set lists them.
	Problems []error
	// Observe, where set, is told each check when it is made, one at a time.
	Observe func(ProbeCheck)
}

// Probe is a provider that was tested without a browser and without signing
// anybody in.
type Probe struct {
	Provider string `json:"provider"`
	// Outcome is [Failed] where any check failed, else [Passed]: what could not
	// be told is no failure.
	Outcome Outcome `json:"outcome"`
	// Offline reports that the provider could not be reached at all.
	Offline bool         `json:"offline"`
	Checks  []ProbeCheck `json:"checks"`
}

// ProbeCheck is one thing that was tested.
type ProbeCheck struct {
	// Name is stable: "settings", "expressions", "listen", "reachable",
	// "clock", "discovery", "endpoints", "servers", "pkce", "keys", "redirect", "client",
	// "device".
	Name string `json:"name"`
	// Title is for people.
	Title string `json:"title"`
	// Outcome is [Skipped] where it could not be told.
	Outcome Outcome `json:"outcome"`
	// Reason says what was found, Next what to do about it; sentences.
	Reason string `json:"reason"`
	Next   string `json:"next"`
}

// finding is the outcome of a check.
type finding struct {
	outcome      Outcome
	reason, next string
	// code is that of the problem, where it failed for one.
	code string
}

func good(format string, args ...any) finding {
	return finding{outcome: Passed, reason: fmt.Sprintf(format, args...)}
}

func bad(next, format string, args ...any) finding {
	return finding{outcome: Failed, reason: fmt.Sprintf(format, args...), next: next}
}

func untold(format string, args ...any) finding {
	return finding{outcome: Skipped, reason: fmt.Sprintf(format, args...)}
}

// probeCheck is a check to be made.
type probeCheck struct {
	name, title string
	// asks reports that it asks the provider.
	asks bool
	run  func(context.Context) finding
}

// prober tests one provider. Later checks build on what earlier ones found.
type prober struct {
	a        *Agent
	problems []error
	p        *providers.Provider
	md       *providers.Metadata
	// secretErr is why the client secret could not be had.
	secretErr error
	// ended says why nobody is asked any more.
	ended   string
	offline bool
	// redirect is the address as a sign-in would use it.
	redirect string
	// skew is how far this clock is ahead; dated that it could be told.
	skew  time.Duration
	dated bool
	// accepted reports that the authorization request was accepted.
	accepted bool
}

// Probe tests a provider: its file, its addresses, whether it knows the client
// and the redirect URI, as far as that can be told without a browser. Nobody is
// signed in, and nothing secret is sent but the client's own credentials, to
// the provider's own endpoints. The checks say what is wrong; an error wraps
// [providers.ErrUnknown] or says that ctx ended.
func (a *Agent) Probe(ctx context.Context, r ProbeRequest) (*Probe, error) {
	b := &prober{a: a, problems: r.Problems}
	if found, ok := a.o.Lookup(r.Provider); ok {
		p := *found
		b.p = &p
	} else if len(r.Problems) == 0 {
		return nil, fmt.Errorf("%q: %w", r.Provider, providers.ErrUnknown)
	}
	out := &Probe{Provider: r.Provider, Outcome: Passed}
	for _, c := range b.checks() {
		f := untold("Not tested: %s.", b.ended)
		if b.ended == "" || b.p != nil && !c.asks {
			f = c.run(ctx)
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		check := ProbeCheck{c.name, c.title, f.outcome, f.reason, f.next}
		if f.outcome == Failed {
			out.Outcome = Failed
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
		{"settings", "Settings", false, b.settings},
		{"expressions", "Expressions", false, b.expressions},
		{"listen", "This computer", false, b.listen},
		{"reachable", "Connection", true, b.reachable},
		{"clock", "Clock", true, b.clock},
		{"discovery", "Published metadata", true, b.discovery},
		{"endpoints", "Endpoints", true, b.endpoints},
		{"servers", "Servers", true, b.servers},
		{"pkce", "PKCE", true, b.pkce},
		{"keys", "Keys", true, b.keys},
		{"redirect", "Redirect URI", true, b.returnAddress},
		{"client", "Client", true, b.client},
		{"device", "Sign-in with a code", true, b.device},
	}
}

// explained makes a finding of an error, in the words that a sign-in has for
// it.
func (b *prober) explained(err error) finding {
	return worded(Explain(err, b.p, b.redirect))
}

// worded makes a finding of a problem.
func worded(p Problem) finding {
	next := p.Next
	if p.Copy != "" {
		next = sentences(next, "The redirect URI is "+p.Copy)
	}
	f := bad(next, "%s", sentences(p.Title, p.Detail))
	f.code = p.Code
	return f
}

// sentences joins texts, each as a sentence.
func sentences(texts ...string) string {
	var out []string
	for _, t := range texts {
		if t = strings.TrimSpace(t); t == "" {
			continue
		}
		if first, _, _ := strings.Cut(t, " "); !strings.ContainsAny(first, "_.:/") { // a word, and no name
			t = upper(t)
		}
		if !strings.ContainsAny(t[len(t)-1:], ".!?:") {
			t += "."
		}
		out = append(out, t)
	}
	return strings.Join(out, " ")
}

// settings looks for blanks that are not filled and completes the provider as
// a sign-in does.
func (b *prober) settings(ctx context.Context) finding {
	if b.p == nil {
		b.ended = "its file cannot be used"
		return b.badFile()
	}
	if b.a.o.Prepare != nil {
		if err := b.a.o.Prepare(ctx, b.p); err != nil {
			b.ended = "its settings could not be completed"
			return b.explained(err)
		}
	}
	if b.secretErr = b.a.addSecret(ctx, b.p); b.secretErr == nil && b.p.Client.SecretUse == "required" && b.p.Client.Secret.IsZero() {
		b.secretErr = ErrNoSecret
	}
	err := b.p.Ready()
	if err != nil && !errors.Is(err, providers.ErrNoClientID) {
		b.ended = "a setting is missing"
	}
	_, trust := b.a.client(b.p)
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
	return good("Nothing is missing.")
}

func (b *prober) badFile() finding {
	return bad("Correct the file.", "%s", sentences(strings.Split(errors.Join(b.problems...).Error(), "\n")...))
}

// expressions compiles the jq expressions.
func (b *prober) expressions(context.Context) finding {
	if err := b.p.CheckMappings(); err != nil {
		return bad("Correct the expression in the provider's file.", "%s", sentences(err.Error()))
	}
	return good("%s can be used.", counted(len(identity.Mappings(b.p)), "expression"))
}

// counted is a number of things.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// listen takes the port of the redirect URI for a moment.
func (b *prober) listen(ctx context.Context) finding {
	if err := b.p.OwnRedirect(); err != nil {
		return b.explained(err)
	}
	l, err := receive.Listen(ctx, b.p.Redirect, b.p.RedirectPath(), b.a.o.Log)
	if err != nil {
		return b.explained(err)
	}
	l.Close(ctx, false)
	b.redirect = l.RedirectURI()
	if len(b.p.Redirect.Ports) == 0 {
		return good("A free port is available for the response.")
	}
	return good("Port %d is available for the response.", l.Port())
}
