package cli

import (
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/authtest"
)

// desktop gives a world a display server: a person may be there.
func (w *world) desktop() {
	w.t.Helper()
	path := filepath.Join(w.t.TempDir(), "wayland")
	l, err := net.Listen("unix", path)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_ = c.Close() // it was only looked for
		}
	}()
	w.set("WAYLAND_DISPLAY", path)
}

// token opens no browser, whatever is wrong; with --login it does if somebody may be
// there, and standard output has the token alone.
func TestTokenLogsInOnlyIfItIsAsked(t *testing.T) {
	w := newWorld(t)
	p := w.oddProvider(authtest.Behaviour{}, "")
	w.cheapKey()
	w.want(3, "token", "odd")
	w.want(3, "token", "odd", "--login") // no terminal, no desktop
	w.desktop()
	w.want(3, "token", "odd")
	w.want(2, "token", "github", "--login") // no client ID
	if n := p.Count(authtest.Authorize); n != 0 {
		t.Fatalf("%d browsers", n)
	}
	r := w.want(0, "token", "odd", "--login")
	if !p.Good(strings.TrimSpace(r.out)) || !strings.Contains(r.stderr, "Signed in to Odd") {
		t.Errorf("printed %q\n%s", r.out, r.stderr)
	}
	w.want(0, "token", "odd", "--login")
	p.RevokeAll()
	r = w.want(0, "token", "--login", "--force", "--header")
	if !p.Good(strings.TrimPrefix(strings.TrimSpace(r.out), "Authorization: Bearer ")) {
		t.Errorf("printed %q", r.out)
	}
	if n := p.Count(authtest.Authorize); n != 2 {
		t.Errorf("%d browsers, want 2", n)
	}
}

// Twenty shells that need the same sign-in open one browser.
func TestManyTokensWithLoginOpenOneBrowser(t *testing.T) {
	for name, signedIn := range map[string]bool{"nobody was signed in": false, "the session has ended": true} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			p := w.oddProvider(authtest.Behaviour{AccessTTL: 2 * time.Second}, "")
			w.cheapKey()
			w.desktop()
			if signedIn {
				w.loginOdd(p, authtest.Mira)
				p.RevokeAll()
				expired(w)
			}
			p.Behave(authtest.Behaviour{})
			before := p.Count(authtest.Authorize)
			for i, r := range w.crowd(20, func(int) []string { return []string{"token", "odd", "--login"} }) {
				if r.code != 0 || !p.Good(strings.TrimSpace(r.out)) {
					t.Errorf("%d: exit code %d, %q\n%s", i, r.code, r.out, r.stderr)
				}
			}
			if n := p.Count(authtest.Authorize) - before; n != 1 {
				t.Errorf("%d browsers, want 1", n)
			}
		})
	}
}

// Whoever ignores the browser is not asked again for a while, by no shell; signing in
// oneself ends that.
func TestIgnoredLoginIsNotRepeated(t *testing.T) {
	w := newWorld(t)
	p := w.oddProvider(authtest.Behaviour{}, "")
	w.cheapKey()
	id := w.loginOdd(p, authtest.Mira)
	w.desktop()
	p.RevokeAll()
	w.want(3, "token", "odd", "--force")
	w.set(asBrowser, "closed")
	if r := w.run("token", "--force", "--login", "--wait", "2s"); r.code == 0 {
		t.Fatal("a token without a sign-in")
	}
	w.set(asBrowser, "allow")
	before := p.Count(authtest.Authorize)
	r := w.want(3, "token", "--force", "--login")
	if !strings.Contains(r.stderr, "nobody finished the last one") || !strings.Contains(r.stderr, "claviger login "+id) {
		t.Errorf("said:\n%s", r.stderr)
	}
	if n := p.Count(authtest.Authorize) - before; n != 0 {
		t.Errorf("%d browsers", n)
	}
	w.want(0, "login", id, "--timeout", "20s")
	p.RevokeAll()
	w.want(0, "token", "--force", "--login")
}
