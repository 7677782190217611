//go:build unix

package cli

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/authtest"
)

// shell is a command that goes on while others run.
type shell struct {
	*exec.Cmd
	t   *testing.T
	out bytes.Buffer

	mu     sync.Mutex
	stderr string
	grown  chan struct{} // has an element if there is more to read
}

// Write takes standard error.
func (s *shell) Write(p []byte) (int, error) {
	s.mu.Lock()
	s.stderr += string(p)
	s.mu.Unlock()
	select {
	case s.grown <- struct{}{}:
	default:
	}
	return len(p), nil
}

// shell starts a command whose browser does as that says.
func (w *world) shell(browser string, args ...string) *shell {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	w.t.Cleanup(cancel)
	s := &shell{Cmd: w.command(ctx, args...), t: w.t, grown: make(chan struct{}, 1)}
	s.Env = append(append([]string{}, w.env...), asBrowser+"="+browser)
	s.Stdout, s.Stderr = &s.out, s
	if err := s.Start(); err != nil {
		w.t.Fatal(err)
	}
	return s
}

// saw waits until standard error has what a pattern matches, and returns that.
func (s *shell) saw(pattern string) string {
	s.t.Helper()
	limit, re := time.After(30*time.Second), regexp.MustCompile(pattern)
	for {
		s.mu.Lock()
		text := s.stderr
		s.mu.Unlock()
		if found := re.FindString(text); found != "" {
			return found
		}
		select {
		case <-s.grown:
		case <-limit:
			s.t.Fatalf("%v does not tell %q:\n%s", s.Args[1:], pattern, text)
		}
	}
}

// ends waits for the end.
func (s *shell) ends() result {
	_ = s.Wait() // the exit code says how
	s.mu.Lock()
	defer s.mu.Unlock()
	return result{s.ProcessState.ExitCode(), s.out.String(), s.stderr}
}

func (s *shell) signal(sig os.Signal) {
	s.t.Helper()
	if err := s.Process.Signal(sig); err != nil {
		s.t.Fatal(err)
	}
}

// link is the address of a sign-in, for a person who opens it late.
const link = `http://\S+/authorize\?\S+`

// elsewhere is the line about another sign-in.
const elsewhere = "another window or shell is already signing in"

// again is a world with one account that signs in again, in a shell whose
// person has not been at the browser yet.
func again(t *testing.T) (*world, *authtest.Provider, string, *shell) {
	t.Helper()
	w := newWorld(t)
	p := w.oddProvider(authtest.Behaviour{}, "")
	w.cheapKey()
	id := w.loginOdd(p, authtest.Mira)
	p.Forget()
	first := w.shell("closed", "login", id, "--json")
	first.saw(link)
	return w, p, id, first
}

// signsIn lets the person of a shell come to the browser.
func (s *shell) signsIn() {
	s.t.Helper()
	if _, _, err := browse(s.t.Context(), s.saw(link), "allow"); err != nil {
		s.t.Fatal(err)
	}
}

// isSignedIn fails unless a login printed that account.
func (s *shell) isSignedIn(id string) {
	s.t.Helper()
	r := s.ends()
	if r.code != 0 {
		s.t.Fatalf("exit code %d\n%s", r.code, r.stderr)
	}
	if a := decode[account](s.t, r.out); a.ID != id || a.State != "active" {
		s.t.Errorf("account %+v", a)
	}
}

// Ten shells that want the account signed in again wait for the one that does
// it. Tokens, of this account and another, are refreshed meanwhile.
func TestLoginsOfOneAccountOpenOneBrowser(t *testing.T) {
	w, p, id, first := again(t)
	waiters := make([]*shell, 10)
	for i := range waiters {
		waiters[i] = w.shell("allow", "login", "mira@odd", "--json")
	}
	for _, s := range waiters {
		s.saw(elsewhere)
	}
	other := w.shell("allow", "login", "odd", "--json") // anyone, not this account
	if r := other.ends(); r.code != 0 || p.Count(authtest.Authorize) != 1 {
		t.Errorf("login of a provider: exit code %d, %d browsers\n%s", r.code, p.Count(authtest.Authorize), r.stderr)
	}
	p.Forget()
	for range 2 {
		if r := w.want(0, "token", id, "--force"); !p.Good(strings.TrimSpace(r.out)) {
			t.Error("no good token meanwhile")
		}
	}
	first.signsIn()
	first.isSignedIn(id)
	for _, s := range waiters {
		s.isSignedIn(id)
		s.saw("signed in there")
	}
	if n := p.Count(authtest.Authorize); n != 1 {
		t.Errorf("%d browsers, want 1", n)
	}
	w.want(0, "vault", "check")
}

// If the first shell is interrupted or killed, one of those who wait opens a
// browser, and the others wait for that one.
func TestLoginGoesOnWhereTheOtherEnds(t *testing.T) {
	for name, sig := range map[string]os.Signal{"interrupted": os.Interrupt, "killed": syscall.SIGKILL} {
		t.Run(name, func(t *testing.T) {
			w, p, id, first := again(t)
			waiters := make([]*shell, 3)
			for i := range waiters {
				waiters[i] = w.shell("allow", "login", id, "--json")
			}
			for _, s := range waiters {
				s.saw(elsewhere)
			}
			first.signal(sig)
			for _, s := range waiters {
				s.isSignedIn(id)
			}
			if r := first.ends(); sig == os.Interrupt && r.code != 6 {
				t.Errorf("the interrupted one: exit code %d\n%s", r.code, r.stderr)
			}
			if n := p.Count(authtest.Authorize); n != 1 {
				t.Errorf("%d browsers, want 1", n)
			}
		})
	}
}

func TestLoginThatWaitsIsInterrupted(t *testing.T) {
	w, p, id, first := again(t)
	s := w.shell("allow", "login", id)
	s.saw(elsewhere)
	s.signal(os.Interrupt)
	if r := s.ends(); r.code != 6 {
		t.Errorf("exit code %d\n%s", r.code, r.stderr)
	}
	if r := w.run("login", id, "--timeout", "1s"); r.code != 1 || !strings.Contains(r.stderr, elsewhere) {
		t.Errorf("with little time: exit code %d\n%s", r.code, r.stderr)
	}
	if n := p.Count(authtest.Authorize); n != 0 {
		t.Errorf("%d browsers", n)
	}
	w.shell("allow", "login", id, "--alone", "--json").isSignedIn(id)
	first.signsIn()
	first.isSignedIn(id)
	if n := p.Count(authtest.Authorize); n != 2 {
		t.Errorf("%d browsers, want that of --alone and that of the first", n)
	}
}

// needsSignIn ends the session of an account at the provider.
func (w *world) needsSignIn(p *authtest.Provider, id string) {
	w.t.Helper()
	p.RevokeAll()
	w.age(id)
	w.want(3, "token", id)
}

// Twenty shells wait until the person signs in once. The provider is asked
// nothing meanwhile.
func TestTokensWaitForASignIn(t *testing.T) {
	w := newWorld(t)
	p := w.oddProvider(authtest.Behaviour{}, "")
	w.cheapKey()
	id := w.loginOdd(p, authtest.Mira)
	w.needsSignIn(p, id)
	p.Forget()
	shells := make([]*shell, 20)
	for i := range shells {
		name := []string{"odd", id, "mira@odd", ""}[i%4]
		args := []string{"token", "--wait", "50s"}
		if name != "" {
			args = append(args, name)
		}
		shells[i] = w.shell("allow", args...)
	}
	run := w.shell("allow", "exec", "odd", "--wait", "50s", "--", "sh", "-c", `printf %s "$CLAVIGER_TOKEN"`)
	for _, s := range append(shells, run) {
		s.saw("claviger login " + id)
		s.saw("Waiting up to 50 seconds")
	}
	if n := len(p.Requests()); n != 0 {
		t.Errorf("%d requests while waiting", n)
	}
	w.want(0, "login", id, "--timeout", "20s")
	for i, s := range append(shells, run) {
		if r := s.ends(); r.code != 0 || !p.Good(strings.TrimSpace(r.out)) {
			t.Errorf("shell %d: exit code %d, good token %v\n%s", i, r.code, p.Good(strings.TrimSpace(r.out)), r.stderr)
		}
	}
	if n := p.Count(authtest.Authorize); n != 1 || p.Refreshes() != 0 {
		t.Errorf("%d browsers, %d refreshes", n, p.Refreshes())
	}
}

func TestTokenWaitsInVain(t *testing.T) {
	w := newWorld(t)
	p := w.oddProvider(authtest.Behaviour{}, "")
	// Nobody is signed in, and nothing is set up.
	begun := time.Now()
	if r := w.want(3, "token", "odd", "--wait", "600ms"); r.out != "" || time.Since(begun) < 600*time.Millisecond || !strings.Contains(r.stderr, "claviger login odd") {
		t.Errorf("%v, %q", time.Since(begun), r.stderr)
	}
	s := w.shell("allow", "token", "odd", "--wait", "50s")
	s.saw("Waiting up to")
	id := w.loginOdd(p, authtest.Mira)
	if r := s.ends(); r.code != 0 || !p.Good(strings.TrimSpace(r.out)) {
		t.Errorf("exit code %d\n%s", r.code, r.stderr)
	}
	w.cheapKey()
	w.needsSignIn(p, id)
	w.want(3, "exec", "--wait", "100ms", "--", "true")
	w.want(2, "exec", "--wait", "-1s", "--", "true")
	w.want(2, "token", "--wait", "-1s")
	// Someone else is not who is waited for.
	s = w.shell("allow", "token", "--wait", "50s")
	s.saw("Waiting up to")
	w.loginOdd(p, authtest.Jonas)
	s.signal(os.Interrupt)
	if r := s.ends(); r.code != 6 || r.out != "" {
		t.Errorf("exit code %d, %q\n%s", r.code, r.out, r.stderr)
	}
	if n := p.Count(authtest.Authorize); n != 2 {
		t.Errorf("%d browsers: token opens none", n)
	}
}

// If the account works again without a sign-in, because the provider takes
// its refresh token after all, whoever waits gets a token too.
func TestTokenWaitsUntilTheProviderThinksBetter(t *testing.T) {
	w := newWorld(t)
	p := w.oddProvider(authtest.Behaviour{}, "")
	w.cheapKey()
	id := w.loginOdd(p, authtest.Mira)
	w.age(id)
	p.Behave(authtest.Behaviour{TokenError: "invalid_grant"})
	s := w.shell("allow", "token", "--wait", "50s")
	s.saw("Waiting up to")
	p.Behave(authtest.Behaviour{})
	w.want(0, "token", "--force")
	if r := s.ends(); r.code != 0 || !p.Good(strings.TrimSpace(r.out)) {
		t.Errorf("exit code %d\n%s", r.code, r.stderr)
	}
}

// A script that asks for one account and gets another notices.
func TestLoginAsSomebodyElse(t *testing.T) {
	w := newWorld(t)
	p := w.oddProvider(authtest.Behaviour{}, "")
	w.cheapKey()
	id := w.loginOdd(p, authtest.Mira)
	w.needsSignIn(p, id)
	before := w.want(0, "whoami", id, "--json").out
	p.SignsIn(authtest.Jonas)
	r := w.want(3, "login", "mira@odd", "--json", "--timeout", "20s")
	if a := decode[account](t, r.out); a.ID == id || a.User.Login != "jonas" {
		t.Errorf("account %+v", a)
	}
	for _, want := range []string{
		"You signed in as Jonas Weber", "Mira Okonkwo still needs to sign in",
		"claviger login " + id + " --prompt select_account",
	} {
		if !strings.Contains(r.stderr, want) {
			t.Errorf("%q is not said:\n%s", want, r.stderr)
		}
	}
	if hint := p.Last(authtest.Authorize).Form.Get("login_hint"); hint != "mira" && hint != authtest.Mira.Email {
		t.Errorf("hint %q", hint)
	}
	if after := w.want(0, "whoami", id, "--json").out; after != before {
		t.Errorf("the account was\n%s\nand is\n%s", before, after)
	}
	p.SignsIn(authtest.Mira)
	w.want(0, "login", id, "--prompt", "select_account", "--timeout", "20s")
	if form := p.Last(authtest.Authorize).Form; form.Get("prompt") != "select_account" || form.Has("login_hint") {
		t.Errorf("asked with %v", form)
	}
	if list := decode[[]account](t, w.want(0, "accounts", "--json").out); len(list) != 2 {
		t.Errorf("accounts %+v", list)
	}
	w.want(2, "login", "nobody@odd")
	w.want(2, "login", "abcdefghijkl")
}

// Signing in again asks for what the account had.
func TestLoginOfAnAccountKeepsItsScopes(t *testing.T) {
	w := newWorld(t)
	w.cheapKey()
	p := w.oddProvider(authtest.Behaviour{}, "")
	w.want(0, "login", "odd", "--scope", "read:things", "--timeout", "20s")
	w.want(0, "login", "mira@odd", "--scope", "more", "--timeout", "20s")
	if got := p.Last(authtest.Authorize).Form.Get("scope"); got != "openid profile read:things more" {
		t.Errorf("asked for %q", got)
	}
}
