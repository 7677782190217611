package providers_test

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/problem"
)

// fault is something that goes wrong often, and the words for it.
type fault struct {
	name string
	set  func(*house)
	// page is for what only the browser shows, late for what comes with a
	// refresh.
	page, late bool
	code       string
	kind       problem.Kind // "" is any
	says       []string
}

var tags = regexp.MustCompile(`<[^>]*>`)

func (s *stay) goWrong(t *testing.T, f fault) {
	h, d := s.sit(t)
	var p problem.Problem
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
	if says(t, p, onPorts(f.says, h.ports)...); p.Code != f.code || f.kind != "" && p.Kind != f.kind {
		t.Errorf("code %q, want %q, kind %q: %+v", p.Code, f.code, f.kind, p)
	}
}

// onPorts puts the ports of this desk in place of the preset's.
func onPorts(texts, ports []string) []string {
	var pairs []string
	for i, port := range ports {
		pairs = append(pairs, ":"+strconv.Itoa(51789+i)+"/", ":"+port+"/")
	}
	swap := strings.NewReplacer(pairs...)
	out := make([]string, 0, len(texts))
	for _, s := range texts {
		out = append(out, swap.Replace(s))
	}
	return out
}

// pasted is what the words of the page are explained with.
func (s *stay) pasted(t *testing.T, d *desk) problem.Problem {
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
		t.Errorf("the app learned: %v", err)
	}
	if len(pages) == 0 || pages[0].Status != http.StatusBadRequest {
		t.Fatalf("the browser shows %+v", pages)
	}
	preset, _ := d.set.Lookup(s.provider)
	return problem.Page(tags.ReplaceAllString(pages[0].Body, " "), preset, flow.RedirectURI())
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

// exactly compares redirect addresses letter by letter.
func exactly(want ...string) func(string) bool {
	return func(got string) bool { return slices.Contains(want, got) }
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
