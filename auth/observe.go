package auth

import (
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
)

// maxIgnored bounds the events about strangers' requests: whoever floods the
// listener must fill neither memory nor the window.
const maxIgnored = 20

// events collects the moments of one sign-in or refresh and tells its observer
// of them one at a time, in order. It is safe for concurrent use, and an
// observer may call back into the flow.
type events struct {
	now     func() time.Time
	observe func(Event)

	mu       sync.Mutex
	all      []Event
	told     int // of all, how many the observer knows
	telling  bool
	quiet    *sync.Cond // told == len(all) and nobody is telling
	ignored  int        // including those not recorded
	finished bool
}

func newEvents(now func() time.Time, observe func(Event)) *events {
	e := &events{now: now, observe: observe}
	e.quiet = sync.NewCond(&e.mu)
	return e
}

// emit records ev and sees to it that the observer is told. Where another
// goroutine is telling just now, that one goes on with ev: the observer is
// never called from two goroutines at once and no lock is held meanwhile.
func (e *events) emit(ev Event) {
	e.queue(ev)
	e.flush()
}

// queue records ev; the observer is told at the next flush.
func (e *events) queue(ev Event) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.finished {
		return
	}
	if ev.Phase == Ignored {
		e.ignored++
		if e.ignored > maxIgnored {
			return
		}
	}
	if ev.At.IsZero() {
		ev.At = e.now()
	}
	e.all = append(e.all, ev)
	if e.observe == nil {
		e.told = len(e.all)
	}
}

// flush tells the observer what it does not know yet.
func (e *events) flush() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.telling {
		return
	}
	e.telling = true
	for e.told < len(e.all) {
		next := e.all[e.told]
		e.told++
		e.mu.Unlock()
		e.observe(next)
		e.mu.Lock()
	}
	e.telling = false
	e.quiet.Broadcast()
}

// finish waits until the observer knows everything; later events are dropped.
func (e *events) finish() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.finished = true
	for e.telling || e.told < len(e.all) {
		e.quiet.Wait()
	}
}

// list is a copy of the events so far. Of the progress of each source it has
// the newest only: the list is kept with the account.
func (e *events) list() []Event {
	e.mu.Lock()
	defer e.mu.Unlock()
	newest := map[string]int{}
	for i, ev := range e.all {
		if ev.Phase == Advanced {
			newest[ev.Name] = i
		}
	}
	out := make([]Event, 0, len(e.all))
	for i, ev := range e.all {
		if ev.Phase != Advanced || newest[ev.Name] == i {
			out = append(out, ev)
		}
	}
	return out
}

// ignoredCount is how many strangers' requests came.
func (e *events) ignoredCount() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.ignored
}

// span is a started step.
type span struct {
	e     *events
	step  Step
	name  string
	start time.Time
}

// start emits [Started] and returns the span to end.
func (e *events) start(step Step, name string) span {
	return e.begin(Event{Step: step, Name: name})
}

// startSaying is start with a detail.
func (e *events) startSaying(step Step, detail string) span {
	return e.begin(Event{Step: step, Detail: detail})
}

func (e *events) begin(ev Event) span {
	s := span{e: e, step: ev.Step, name: ev.Name, start: e.now()}
	ev.Phase, ev.At = Started, s.start
	e.emit(ev)
	return s
}

func (s span) end(phase Phase, detail string, x *Exchange) {
	now := s.e.now()
	s.e.emit(Event{
		Step: s.step, Phase: phase, At: now, Took: now.Sub(s.start),
		Name: s.name, Detail: detail, Exchange: x,
	})
}

func (s span) done(detail string) { s.end(Done, detail, nil) }

// fail ends the span with err's own words, which never hold a secret.
func (s span) fail(err error) { s.end(Broken, err.Error(), nil) }

// plainParam reports whether a parameter of a request or an answer is shown as it
// is. Everything else is redacted: a field that nobody thought of
// must not show a secret.
func plainParam(name string) bool {
	switch name {
	case "grant_type", "response_type", "response_mode", "client_id", "redirect_uri", "scope",
		"code_challenge_method", "prompt", "login_hint", "audience", "resource", "access_type",
		"max_age", "ui_locales", "acr_values", "hd", "dpop_jkt", "organization", "domain_hint",
		"connection", "allow_signup", "include_granted_scopes", "token_type", "expires_in",
		"ext_expires_in", "refresh_token_expires_in", "interval", "error", "error_description",
		"error_uri", "iss", "token_type_hint", "verification_uri", "verification_url", "active":
		return true
	}
	return false
}

// redactedValues prepares parameters for an [Exchange]. scrub holds secrets
// that the other side may have repeated in a field shown as it is.
func redactedValues(v url.Values, scrub scrubber) map[string]string {
	out := make(map[string]string, len(v))
	for k, vs := range v {
		if len(out) == 64 {
			break
		}
		value := providers.Redacted
		if plainParam(k) {
			value = scrub.text(strings.Join(vs, " "), 500)
		}
		out[scrub.text(k, 64)] = value
	}
	return out
}

// scrubber takes known secrets out of foreign texts.
type scrubber struct{ secrets []string }

// newScrubber knows secrets, given as they are.
func newScrubber(secrets ...string) scrubber { return scrubber{}.with(secrets...) }

// with knows further secrets. Short ones are left out, since they would tear
// ordinary words apart.
func (s scrubber) with(secrets ...string) scrubber {
	all := slices.Clone(s.secrets)
	for _, v := range secrets {
		if len(v) >= 6 {
			all = append(all, v, url.QueryEscape(v))
		}
	}
	return scrubber{all}
}

// text makes a foreign text safe to show: no known secret, one line, at most
// limit characters ([plain.Phrase]).
func (s scrubber) text(in string, limit int) string {
	for _, v := range s.secrets {
		in = strings.ReplaceAll(in, v, providers.Redacted)
	}
	return plain.Phrase(in, limit)
}

// withoutQuery is an address as events and errors show it.
func withoutQuery(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}).String()
}
