package cli

import (
	"strings"
	"testing"
)

// ringWorld has no passphrase but a keyring.
func ringWorld(t *testing.T) (*world, *provider, *ringService) {
	t.Helper()
	w, p, ring := newWorld(t), startProvider(t), startRing(t)
	p.file(t, w.home)
	w.set("CLAVIGER_PASSPHRASE_FILE", "")
	w.set("DBUS_SESSION_BUS_ADDRESS", ring.address)
	return w, p, ring
}

// TestKeyringFailsLater: a vault whose key is in the keyring, and a keyring that
// is locked, hangs, forgets or is gone when it is needed. Each is reported in its own
// words within a bound of time, nothing is lost, no refresh token is spent, and
// all of it works when the keyring does.
func TestKeyringFailsLater(t *testing.T) {
	w, p, ring := ringWorld(t)
	w.want(0, "login", "acme", "--timeout", "90s")
	token := w.want(0, "token").out
	works := func() {
		t.Helper()
		if got := w.want(0, "token").out; got != token {
			t.Errorf("token %q, want %q", got, token)
		}
	}
	saved := ring.items
	commands := [][]string{{"token"}, {"token", "--force"}, {"accounts"}, {"login", "acme", "--timeout", "90s"}, {"vault", "check"}}
	for _, c := range []struct {
		name  string
		fails func(*ringService)
		says  []string
	}{
		{"locked", func(s *ringService) { s.locked = true }, []string{"desktop keyring is locked", "Unlock it"}},
		{"hangs", func(s *ringService) { s.hang = true }, []string{"desktop keyring does not respond", "restart it"}},
		{"forgets", func(s *ringService) { s.items = map[string][]byte{} }, []string{"key cannot be found", "the keyring does not have it", "Nothing is lost if the key"}},
	} {
		ring.fails(c.fails)
		noRefresh(t, p, func() {
			for i, r := range w.crowd(len(commands), func(i int) []string { return commands[i] }) {
				if r.code != 5 {
					t.Errorf("%s: %v: exit code %d, want 5", c.name, commands[i], r.code)
				}
				r.says(t, c.says...)
				if strings.Contains(r.stderr, "/authorize?") {
					t.Errorf("%s: the browser was opened although nothing can be stored", c.name)
				}
			}
		})
		w.want(0, "vault", "status")
		ring.fails(func(s *ringService) { s.items = saved })
		works()
	}

	w.set("DBUS_SESSION_BUS_ADDRESS", "unix:path=/no/such/bus")
	noRefresh(t, p, func() {
		for _, args := range [][]string{{"token"}, {"accounts"}, {"login", "acme", "--timeout", "90s"}} {
			w.want(5, args...).says(t, "keyring with the vault's key cannot be reached", "Nothing is lost", "Log in to the desktop")
		}
	})
	w.set("DBUS_SESSION_BUS_ADDRESS", ring.address)
	works()
	w.want(0, "token", "--force")
	w.want(0, "vault", "check")
	if n, reused, _ := p.counts(); n != 1 || reused {
		t.Errorf("%d refreshes, reused %v", n, reused)
	}
}

// TestKeyringTakesNothing: one that refuses to write, or forgets what it took, is
// found out before the browser opens, and no change of protection is lost to it.
func TestKeyringTakesNothing(t *testing.T) {
	for name, fails := range map[string]func(*ringService){
		"refuses": func(s *ringService) { s.refuse = true },
		"loses":   func(s *ringService) { s.lose = true },
	} {
		t.Run(name, func(t *testing.T) {
			w, p, ring := ringWorld(t)
			ring.fails(fails)
			r := w.want(5, "login", "acme", "--timeout", "20s")
			r.says(t, "No keyring is available", "passphrase", "--no-remember")
			if strings.Contains(r.stderr, "/authorize?") {
				t.Error("the browser was opened although nothing can be stored")
			}
			if ring.count() != 0 {
				t.Errorf("%d items", ring.count())
			}
			// With a passphrase it works; changing to such a keyring does not, and
			// nothing is lost.
			w.set("CLAVIGER_PASSPHRASE_FILE", strings.TrimSuffix(w.home, "home")+"passphrase")
			w.want(0, "login", "acme", "--timeout", "20s")
			token := w.want(0, "token").out
			w.want(5, "vault", "passphrase", "--keyring")
			if r := w.runInput(worldPassphrase+"\n", "vault", "passphrase", "--both"); r.code != 5 {
				t.Errorf("--both: exit code %d\n%s", r.code, r.stderr)
			}
			if got := w.want(0, "token").out; got != token || ring.count() != 0 {
				t.Errorf("token %q, want %q; %d items in the keyring", got, token, ring.count())
			}
			ring.fails(func(*ringService) {})
			w.want(0, "vault", "passphrase", "--keyring")
			w.set("CLAVIGER_PASSPHRASE_FILE", "")
			if got := w.want(0, "token").out; got != token || ring.count() != 1 {
				t.Errorf("token %q, want %q; %d items in the keyring", got, token, ring.count())
			}
			// Now the other way round: what is there is not lost to a keyring that
			// takes nothing more.
			ring.fails(fails)
			if r := w.runInput(worldPassphrase+"\n", "vault", "passphrase", "--both"); r.code != 5 {
				t.Errorf("--both: exit code %d\n%s", r.code, r.stderr)
			}
			if got := w.want(0, "token").out; got != token {
				t.Errorf("token %q, want %q", got, token)
			}
			if _, reused, _ := p.counts(); reused {
				t.Error("a refresh token was used twice")
			}
		})
	}
}
