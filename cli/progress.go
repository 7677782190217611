package cli

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
)

// progress prints the steps of a sign-in on standard error, as they happen.
// Events that come before the link is known are held back, so that the link
// comes first.
type progress struct {
	r *runner
	// provider is the id of the provider, for the commands to type.
	provider string

	mu    sync.Mutex
	begun bool
	ended bool
	early []trace.Event
	flow  *auth.Flow
	// pages is the progress of the sources with pages, by name.
	pages map[string]*paged
}

// paged is a source whose answer comes in pages.
type paged struct {
	said   time.Time // when a line about it was written last
	failed bool
}

// pageLines is the least time between lines about pages: a person who waits
// wants to see that it continues, not each of a hundred pages.
const pageLines = time.Second

// begin prints the link or the code, then what happened meanwhile.
func (p *progress) begin(provider *providers.Provider, flow *auth.Flow, f loginFlags) {
	p.mu.Lock()
	defer p.mu.Unlock()
	name := clean(provider.Name)
	p.flow = flow
	switch code := flow.Device(); {
	case code != nil:
		p.r.say("Sign in to %s: on any device, open", name)
		p.r.say("\n  %s\n", code.VerificationURI)
		p.r.say("and enter the code\n\n  %s\n", code.UserCode)
		if code.VerificationURIComplete != "" {
			p.r.say("or open, with the code filled in,\n\n  %s\n", code.VerificationURIComplete)
		}
		for _, line := range qrLines(cmp.Or(code.VerificationURIComplete, code.VerificationURI), p.r.Columns) {
			_, _ = io.WriteString(p.r.Err, line+"\n") // with colours of our own
		}
		p.r.say("The code expires in %s. Enter a code only if you started this sign-in yourself.", plain.Whole(time.Until(code.ExpiresAt).Round(time.Second)))
	case f.noBrowser:
		p.r.say("Sign in to %s: open this address in a browser\n\n  %s\n", name, flow.URL())
	default:
		p.r.say("Sign in to %s in your browser. If it does not open, use this address:\n\n  %s\n", name, flow.URL())
	}
	p.release()
}

// none reports that no step has begun.
func (p *progress) none() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return !p.begun && len(p.early) == 0
}

// flush prints what was held back if there will be no link.
func (p *progress) flush() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.release()
}

func (p *progress) release() {
	p.begun = true
	for _, e := range p.early {
		p.tell(e)
	}
	p.early = nil
}

// event is the observer.
func (p *progress) event(e trace.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.ended:
	case e.Step == trace.StepJoin: // before there can be a link
		p.tell(e)
		if e.Phase == trace.Started {
			p.r.say("    Press Ctrl-C to stop waiting. With --alone, a browser opens here too.")
		}
	case !p.begun:
		p.early = append(p.early, e)
	default:
		p.tell(e)
	}
}

// end makes sure that nothing is printed after it.
func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended = true
}

// passes reports whether a line about an event of a source with pages is due.
// The result of all requests is, but not each request.
func (p *progress) passes(e trace.Event) bool {
	if e.Name == "" || e.Step != trace.StepGroups && e.Progress == nil {
		return true
	}
	if p.pages == nil {
		p.pages = map[string]*paged{}
	}
	s := p.pages[e.Name]
	if s == nil {
		s = &paged{said: e.At.Add(-e.Took)}
		p.pages[e.Name] = s
	}
	switch {
	case e.Progress == nil:
		s.failed = e.Phase == trace.Broken
		return s.failed
	case e.Progress.Wait > 0:
		return true
	case e.Progress.Last:
		return !s.failed
	case e.At.Sub(s.said) < pageLines:
		return false
	}
	s.said = e.At
	return true
}

// markOf is the sign before an event's line; quiet ones are for --verbose only.
func markOf(e trace.Event) (mark string, quiet bool) {
	switch e.Phase {
	case trace.Started:
		return "…", e.Step != trace.StepWait && e.Step != trace.StepJoin
	case trace.Done:
		return "✓", false
	case trace.Broken:
		return "✗", false
	case trace.Ignored, trace.Renewed:
		return "!", false
	case trace.Bypassed:
		return "-", true
	case trace.Advanced:
		if e.Progress != nil && e.Progress.Last {
			return "✓", false
		}
		return "…", false
	}
	return "", false
}

func (p *progress) tell(e trace.Event) {
	mark, quiet := markOf(e)
	if !p.r.verbose && (quiet || !p.passes(e)) {
		return
	}
	line := fmt.Sprintf("  %s %s", mark, p.words(e))
	if e.Progress != nil {
		line += " (" + e.Progress.String() + ")"
	}
	if e.Detail != "" {
		line += " (" + clean(e.Detail) + ")"
	}
	if took := e.Took.Round(time.Millisecond); took > 0 {
		line += " " + plain.Took(took)
	}
	p.r.say("%s", line)
	p.advise(e)
	if p.r.verbose && e.Exchange != nil {
		p.exchange(e.Exchange)
	}
}

// words names a step of this sign-in.
func (p *progress) words(e trace.Event) string {
	switch {
	case e.Step == trace.StepWait && p.flow != nil && p.flow.Device() != nil:
		return "Code entered"
	case e.Step == trace.StepDiscover && e.Name != "":
		return "Signing keys"
	case e.Name != "":
		return stepWords(e.Step) + ": " + clean(e.Name)
	}
	return stepWords(e.Step)
}

// advise says what to do about an event, if anything.
func (p *progress) advise(e trace.Event) {
	if e.Step == trace.StepBrowser && e.Phase == trace.Broken {
		p.r.say("    If there is no browser here, press Ctrl-C and use one on another device:\n      claviger login %s --no-browser", p.provider)
		if p.flow != nil && p.flow.CanDevice() {
			p.r.say("      claviger login %s --device", p.provider)
		}
	}
	if e.Phase == trace.Renewed && p.flow != nil {
		p.r.say("    Another program may have opened the sign-in page. If you are not signed in, use this address:\n\n  %s\n", p.flow.URL())
	}
}

// exchange prints a request and its answer. Secret values were replaced when
// the event was made.
func (p *progress) exchange(x *trace.Exchange) {
	status := ""
	if x.Status != 0 {
		status = fmt.Sprintf(" → %d", x.Status)
	}
	p.r.say("      %s %s%s", x.Method, x.URL, status)
	for _, part := range []struct {
		arrow  string
		values map[string]string
	}{{">", x.Sent}, {"<", x.Received}} {
		for _, k := range slices.Sorted(maps.Keys(part.values)) {
			p.r.say("      %s %s: %s", part.arrow, k, strings.TrimSpace(part.values[k]))
		}
	}
}

// stepWords describes a step for people.
func stepWords(s trace.Step) string {
	switch s {
	case trace.StepDiscover:
		return "Provider metadata"
	case trace.StepListen:
		return "Listening for the response"
	case trace.StepBrowser:
		return "Browser opened"
	case trace.StepWait:
		return "Sign-in in your browser"
	case trace.StepCallback:
		return "Response from the browser"
	case trace.StepExchange:
		return "Code exchanged for tokens"
	case trace.StepVerify:
		return "Identity verified"
	case trace.StepProfile:
		return "Profile"
	case trace.StepGroups:
		return "Groups"
	case trace.StepStore:
		return "Saved"
	case trace.StepRefresh:
		return "Token refreshed"
	case trace.StepDevice:
		return "Device code"
	case trace.StepJoin:
		return "Sign-in elsewhere"
	case trace.StepPush:
		return "Request pushed"
	default:
		return string(s)
	}
}
