package providers_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/identity"
)

// desk is a person at this computer.
type desk struct {
	t       *testing.T
	op      *op
	set     *providers.Set
	agent   *auth.Agent
	browser *authtest.Browser

	mu     sync.Mutex
	events []trace.Event
}

// newDesk is the desk of a person with those provider files and that environment.
func newDesk(t *testing.T, o *op, rt http.RoundTripper, file string, environ ...string) *desk {
	t.Helper()
	dir := ""
	if file != "" {
		dir = t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, "providers.d"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "providers.d", "own.toml"), []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	set, err := providers.Load(dir, environ)
	if err != nil || len(set.Problems()) > 0 {
		t.Fatal(err, set.Problems())
	}
	d := &desk{t: t, op: o, set: set, browser: &authtest.Browser{Transport: rt}}
	d.agent, err = auth.New(auth.Options{Lookup: set.Lookup, Browser: d.browser.Open, Transport: rt})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.agent.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// signIn signs in and looks at what was reported about it.
func (d *desk) signIn(r auth.SignInRequest) (*auth.Account, error) {
	d.t.Helper()
	if r.Timeout == 0 && !r.Device {
		r.Timeout = 20 * time.Second // a browser that does not come back fails the test soon
	}
	r.Observe = func(ev trace.Event) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.events = append(d.events, ev)
	}
	acc, err := d.agent.SignIn(d.t.Context(), r)
	said, jsonErr := json.Marshal(struct {
		Events  []trace.Event
		Account *auth.Account
	}{d.events, acc})
	if jsonErr != nil {
		d.t.Fatal(jsonErr)
	}
	for _, canary := range []string{"accesstok-", "refreshtok-", clientSecret} {
		if strings.Contains(string(said), canary) {
			d.t.Errorf("events or account hold a secret (%s…)", canary)
		}
	}
	return acc, err
}

// must is a sign-in that works.
func (d *desk) must(r auth.SignInRequest) *auth.Account {
	d.t.Helper()
	acc, err := d.signIn(r)
	if err != nil {
		d.t.Fatalf("sign-in: %v", err)
	}
	return acc
}

// token is the account's access token.
func (d *desk) token(acc *auth.Account) string {
	d.t.Helper()
	tok, err := d.agent.Token(d.t.Context(), acc.ID, 0)
	if err != nil {
		d.t.Fatalf("token: %v", err)
	}
	return tok.AccessToken.Reveal()
}

// refresh gets new tokens.
func (d *desk) refresh(acc *auth.Account) {
	d.t.Helper()
	if _, err := d.agent.Refresh(d.t.Context(), acc.ID); err != nil {
		d.t.Fatalf("refresh: %v", err)
	}
}

// words is an error as a person reads it.
func (d *desk) words(id string, err error) problem.Problem {
	d.t.Helper()
	if err == nil {
		d.t.Fatal("no error")
	}
	p, ok := d.set.Lookup(id)
	if !ok {
		d.t.Fatalf("no provider %s", id)
	}
	return problem.Explain(err, p, "http://127.0.0.1:51789/callback/"+id)
}

// says checks that a problem has all parts in its words.
func says(t *testing.T, p problem.Problem, parts ...string) {
	t.Helper()
	whole := p.Title + "\n" + p.Detail + "\n" + p.Next + "\n" + p.Copy + "\n" + p.Link
	for _, part := range parts {
		if !strings.Contains(whole, part) {
			t.Errorf("%q is not in: %s", part, whole)
		}
	}
	if p.Next == "" {
		t.Errorf("no next step: %+v", p)
	}
}

// groupNames are "kind name", sorted.
func groupNames(groups []identity.Group) []string {
	out := []string{}
	for _, g := range groups {
		out = append(out, g.Kind+" "+g.Name)
	}
	slices.Sort(out)
	return out
}

// sorted is a sorted copy.
func sorted(in []string) []string { return slices.Sorted(slices.Values(in)) }

// outcome is what a sign-in should come to.
type outcome struct {
	User     identity.User // without claims
	Issuer   string
	Groups   []string // "kind name", sorted
	Scopes   []string // sorted
	Lifetime time.Duration
	Refresh  bool
	// Passed are the checks of the ID token that were made and passed.
	Passed []string
}

// check compares an account, of which nothing may be missing, and fetches its
// picture, if it has one.
func (d *desk) check(acc *auth.Account, want outcome) {
	d.t.Helper()
	got := outcome{
		User: acc.User, Issuer: acc.Issuer, Groups: groupNames(acc.Groups), Scopes: sorted(acc.Scopes),
		Lifetime: acc.ExpiresAt.Sub(acc.IssuedAt), Refresh: acc.CanRefresh,
	}
	got.User.Claims = nil
	for _, c := range acc.Checks {
		if c.Outcome == idtoken.Passed {
			got.Passed = append(got.Passed, c.Name)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" || len(acc.Missing) != 0 || acc.HasIDToken != (len(got.Passed) > 0) {
		d.t.Errorf("%s\nmissing %v, ID token %v", diff, acc.Missing, acc.HasIDToken)
	}
	wantPicture := png
	if want.User.Picture == "" {
		wantPicture = ""
	}
	if data, err := d.agent.Picture(d.t.Context(), acc.ID); err != nil || string(data) != wantPicture {
		d.t.Errorf("picture: %d bytes, %v", len(data), err)
	}
	if d.op.alive(d.token(acc)) == nil {
		d.t.Error("the token is not the one that was given")
	}
}

// passed reports whether a check of the ID token did.
func passed(acc *auth.Account, name string) bool {
	return slices.ContainsFunc(acc.Checks, func(c idtoken.Check) bool { return c.Name == name && c.Outcome == idtoken.Passed })
}

// loopback checks the redirect URI of an authorization request.
func loopback(t *testing.T, authorize request, host string, ports ...string) *url.URL {
	t.Helper()
	u, err := url.Parse(authorize.query.Get("redirect_uri"))
	if err != nil || u.Scheme != "http" || u.Hostname() != host || !strings.HasPrefix(u.Path, "/callback/") || u.RawQuery != "" {
		t.Fatalf("redirect URI %v, %v", u, err)
	}
	if u.Port() == "" || len(ports) > 0 && !slices.Contains(ports, u.Port()) {
		t.Errorf("redirect port %q", u.Port())
	}
	return u
}
