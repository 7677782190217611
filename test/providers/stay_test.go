package providers_test

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"claviger/auth"
)

// stay is somebody's stay at a provider, from the sign-in to the sign-out, and
// what has to come of it.
type stay struct {
	// provider is the preset's id; file are more lines for the person's own
	// file of that id.
	provider, file string
	environ        []string
	// house opens the provider.
	house func(t *testing.T) *house
	// exact is the host of redirect addresses that were registered with their
	// ports; "" where any port does.
	exact string
	// scope is what is asked for, with groups.
	scope string
	want  outcome
	// page is named where a program can end nothing at the provider.
	page   string
	faults []fault
}

// fault is something that goes wrong often, and the words for it.
type fault struct {
	name string
	set  func(*house)
	// page is for what only the browser shows, late for what comes with a
	// refresh.
	page, late bool
	code       string
	says       []string
}

// run lives through it all.
func (s *stay) run(t *testing.T) {
	t.Helper()
	if len(s.faults) < 3 {
		t.Errorf("%d errors are explained; the three most common ones should be", len(s.faults))
	}
	part := func(name string, f func(t *testing.T)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f(t)
		})
	}
	part("sign-in", s.signIn)
	part("refresh", s.refresh)
	part("sign-out", s.signOut)
	for _, f := range s.faults {
		part(f.name, func(t *testing.T) { s.goWrong(t, f) })
	}
}

// sit opens the provider, registers the app there and sits down.
func (s *stay) sit(t *testing.T) (*house, *desk) {
	t.Helper()
	h := s.house(t)
	file := fmt.Sprintf("id = %q\n%s", s.provider, s.file)
	if s.exact != "" {
		ports := freePorts(t)
		var registered []string
		for _, p := range ports {
			registered = append(registered, "http://"+s.exact+":"+p+"/callback")
		}
		h.registered = exactly(registered...)
		file += "\n[redirect]\nports = [" + strings.Join(ports, ",") + "]\n"
	}
	name := "CLAVIGER_" + strings.ToUpper(s.provider)
	environ := append([]string{name + "_CLIENT_ID=" + clientID}, s.environ...)
	if h.secret != "" {
		environ = append(environ, name+"_CLIENT_SECRET="+clientSecret)
	}
	return h, newDesk(t, h.op, h.transport(), file, environ...)
}

// verified are the checks of an ID token that is all in order.
func verified() []string {
	return []string{"signature", "iss", "aud", "nonce", "exp", "iat", "at_hash", "sub"}
}

func (s *stay) request() auth.SignInRequest {
	return auth.SignInRequest{Provider: s.provider, Groups: true}
}

func (s *stay) signIn(t *testing.T) {
	h, d := s.sit(t)
	acc := d.must(s.request())
	if got := h.last(h.login).query.Get("scope"); got != s.scope {
		t.Errorf("asked for %q, want %q", got, s.scope)
	}
	d.check(acc, s.want)
}

func (s *stay) refresh(t *testing.T) {
	h, d := s.sit(t)
	acc := d.must(s.request())
	if h.offline == never {
		_, err := d.agent.Refresh(t.Context(), acc.ID)
		if says(t, d.words(s.provider, err), "cannot be renewed", "Sign in again"); acc.CanRefresh || !errors.Is(err, auth.ErrNoRefresh) {
			t.Errorf("%+v, %v", acc, err)
		}
		return
	}
	first := d.token(acc)
	for range 2 { // the second one needs what the first one gave
		d.refresh(acc)
	}
	asked := h.to(h.token)
	if a, b := asked[1].form.Get("refresh_token"), asked[2].form.Get("refresh_token"); (a != b) != h.rotates {
		t.Errorf("a new refresh token was used: %v, want %v", a != b, h.rotates)
	}
	if got := d.token(acc); got == first || h.alive(got) == nil {
		t.Error("the token was not replaced")
	}
	if got, err := d.agent.Check(t.Context(), acc.ID); err != nil || got.State != auth.StateActive || got.User.Name != s.want.User.Name {
		t.Errorf("check: %+v, %v", got, err)
	}
	h.kill(h.alive(d.token(acc)), all) // by an administrator, or after months
	_, err := d.agent.Refresh(t.Context(), acc.ID)
	p := d.words(s.provider, err)
	if says(t, p, "ession ended", "Sign in again"); !errors.Is(err, auth.ErrNeedsSignIn) || p.Kind != auth.KindNeedsSignIn {
		t.Errorf("%v, %+v", err, p)
	}
	got, err := d.agent.Account(t.Context(), acc.ID)
	if err != nil || got.State != auth.StateNeedsSignIn || got.User.Name != s.want.User.Name {
		t.Errorf("the account: %+v, %v", got, err)
	}
	r := s.request()
	r.Account = acc.ID
	if again := d.must(r); again.ID != acc.ID || again.State != auth.StateActive {
		t.Errorf("signed in again: %+v", again)
	}
}

func (s *stay) signOut(t *testing.T) {
	h, d := s.sit(t)
	acc := d.must(s.request())
	raw := ""
	if acc.HasIDToken {
		raw = stored(d, acc).IDToken.Reveal()
	}
	d.browser.Away = true
	before := h.count()
	receipt, err := d.agent.SignOut(t.Context(), acc.ID, auth.SignOutOptions{Revoke: true, EndSession: true})
	if err != nil || receipt.Forgotten.Outcome != auth.OutcomeDone {
		t.Fatalf("%+v, %v", receipt, err)
	}
	revoked := receipt.Revoked
	if h.revoke != "" {
		if revoked.Outcome != auth.OutcomeDone || len(h.live) != 0 {
			t.Errorf("%+v, %d tokens live on", revoked, len(h.live))
		}
	} else if revoked.Outcome != auth.OutcomeNotOffered || !strings.Contains(revoked.Detail, s.page) || h.count() != before {
		t.Errorf("%+v, want the page %q; %d requests", revoked, s.page, h.count()-before)
	}
	opened := d.browser.Opened()
	if h.end == "" {
		if receipt.Session.Outcome != auth.OutcomeNotOffered || len(opened) != 1 {
			t.Errorf("%+v, opened %d pages", receipt.Session, len(opened))
		}
	} else {
		u, err := url.Parse(opened[len(opened)-1])
		if err != nil || u.Host+u.Path != h.end || u.Query().Get("id_token_hint") != raw || u.Query().Get("client_id") != clientID || receipt.Session.Outcome != auth.OutcomeDone {
			t.Errorf("%+v, opened %v, %v", receipt.Session, u, err)
		}
	}
	if _, err := d.agent.Token(t.Context(), acc.ID, 0); !errors.Is(err, auth.ErrNoAccount) {
		t.Errorf("token: %v", err)
	}
}

var tags = regexp.MustCompile(`<[^>]*>`)

func (s *stay) goWrong(t *testing.T, f fault) {
	h, d := s.sit(t)
	var p auth.Problem
	switch {
	case f.page:
		f.set(h)
		p = s.pasted(t, d)
	case f.late:
		acc := d.must(s.request())
		f.set(h)
		_, err := d.agent.Refresh(t.Context(), acc.ID)
		p = d.words(s.provider, err)
	default:
		f.set(h)
		acc, err := d.signIn(s.request())
		if p = d.words(s.provider, err); acc != nil {
			t.Errorf("signed in: %+v", acc)
		}
	}
	if says(t, p, f.says...); p.Code != f.code {
		t.Errorf("code %q, want %q: %+v", p.Code, f.code, p)
	}
}

// pasted is what the words of the page are explained with.
func (s *stay) pasted(t *testing.T, d *desk) auth.Problem {
	t.Helper()
	r := s.request()
	r.NoBrowser = true
	flow, err := d.agent.Start(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if err := flow.OpenBrowser(t.Context()); err != nil {
		t.Fatal(err)
	}
	pages := d.browser.Wait()
	flow.Cancel()
	if _, err := flow.Wait(t.Context()); !errors.Is(err, auth.ErrCanceled) {
		t.Errorf("the app was told: %v", err)
	}
	if len(pages) == 0 || pages[0].Status != http.StatusBadRequest {
		t.Fatalf("the browser shows %+v", pages)
	}
	preset, _ := d.set.Lookup(s.provider)
	return auth.ExplainPage(tags.ReplaceAllString(pages[0].Body, " "), preset, flow.RedirectURI())
}

// unregistered is an app whose registration lacks the redirect address.
func unregistered(h *house) { h.registered = exactly() }

// shows lets the browser show a page.
func shows(page string) func(*house) { return func(h *house) { h.page = page } }

// sends lets the browser come back with an error.
func sends(code, description string) func(*house) {
	return func(h *house) {
		h.refuse = url.Values{"error": {code}}
		maps.Copy(h.refuse, h.back) // such as iss, which comes with errors too (RFC 9207 §2)
		if description != "" {
			h.refuse.Set("error_description", description)
		}
	}
}

// answers lets the token endpoint refuse.
func answers(status int, code, description string) func(*house) {
	return func(h *house) {
		h.fail(func(w http.ResponseWriter) bool { return h.fails(w, status, code, description) })
	}
}

// freePorts finds three ports that nobody holds.
func freePorts(t *testing.T) []string {
	t.Helper()
	var ports []string
	for range 3 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = l.Close() }()
		_, port, err := net.SplitHostPort(l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		ports = append(ports, port)
	}
	return ports
}

// exactly compares redirect addresses letter by letter.
func exactly(want ...string) func(string) bool {
	return func(got string) bool {
		for _, w := range want {
			if got == w {
				return true
			}
		}
		return false
	}
}

// portless compares redirect addresses letter by letter, without the port,
// which must be there (RFC 8252 §7.3).
func portless(want ...string) func(string) bool {
	return func(got string) bool {
		u, err := url.Parse(got)
		if err != nil || u.Port() == "" {
			return false
		}
		u.Host = strings.TrimSuffix(u.Host, ":"+u.Port())
		return exactly(want...)(u.String())
	}
}
