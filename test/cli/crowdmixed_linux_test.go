package cli

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gofrs/flock"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/vault"
)

// keeper does in this process what the window does as long as it is open: it
// keeps the tokens of the same vault fresh.
func (w *world) keeper() *auth.Agent {
	w.t.Helper()
	v, err := vault.Open(filepath.Join(w.home, "vault"), vault.Options{
		AskPassphrase: func(context.Context) (string, error) { return worldPassphrase, nil }, UseIsTold: true,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	set, err := providers.Load(w.home, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	a, err := auth.New(auth.Options{Lookup: set.Lookup, Store: v})
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(w.t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); a.KeepFresh(ctx) }()
	w.t.Cleanup(func() {
		cancel()
		<-ended
		if err := a.Close(); err != nil {
			w.t.Error(err)
		}
		_ = v.Close()
	})
	return a
}

// TestCrowdOfAllKinds: whatever makes a refresh, at the same time, beside an
// open window, at a provider that ends the session when a refresh token is used
// twice: each use is one of a token that was never used.
func TestCrowdOfAllKinds(t *testing.T) {
	w := newWorld(t)
	p := w.oddProvider(authtest.Behaviour{}, "")
	w.cheapKey()
	id := w.loginOdd(p, authtest.Mira)
	w.keeper()
	gentle := [][]string{
		{"token", id},
		{"exec", id, "--", "printenv", "CLAVIGER_TOKEN"},
		{"whoami", id, "--refresh", "--json"},
		{"token", id, "--min-ttl", "50m"},
		{"token", id, "--header"},
	}
	for round, kinds := range [][][]string{gentle, append(gentle, []string{"token", id, "--force"}), gentle} {
		p.Forget()
		w.age(id) // the keeper may see it at once
		n, forced := 50, len(kinds)-len(gentle)
		for i, r := range w.crowd(n, func(i int) []string { return kinds[i%len(kinds)] }) {
			args := strings.Join(kinds[i%len(kinds)], " ")
			// A refresh that was forced ends the token before at this provider.
			token := strings.TrimSpace(strings.TrimPrefix(r.out, "Authorization: Bearer "))
			good := p.Good(token) || forced > 0 && strings.HasPrefix(token, "at-")
			if strings.HasPrefix(args, "whoami") && r.code == 0 {
				good = decode[account](t, r.out).State == "active"
			}
			if r.code != 0 || !good {
				t.Errorf("round %d, claviger %s: exit code %d, good: %v\n%s", round, args, r.code, good, r.stderr)
			}
		}
		if got := p.Refreshes(); got < 1 || got > 1+forced*(n/len(kinds)+1) {
			t.Errorf("round %d: %d refreshes in a crowd of %d", round, got, n)
		}
	}
	if r := w.want(0, "token", id, "--force"); !p.Good(strings.TrimSpace(r.out)) {
		t.Error("the account is no longer valid")
	}
}

// TestTheWindowRefreshesOnce: what the open window renewed ahead of time, fifty
// shells take.
func TestTheWindowRefreshesOnce(t *testing.T) {
	w := newWorld(t)
	p := w.oddProvider(authtest.Behaviour{}, "")
	w.cheapKey()
	id := w.loginOdd(p, authtest.Mira)
	a := w.keeper()
	p.Forget()
	w.age(id) // the window learns of the change
	for i, r := range w.crowd(50, func(int) []string { return []string{"token", id} }) {
		if r.code != 0 || !p.Good(strings.TrimSpace(r.out)) {
			t.Errorf("process %d: exit code %d\n%s", i, r.code, r.stderr)
		}
	}
	acc, err := a.Account(t.Context(), id)
	if n := p.Refreshes(); n != 1 || err != nil || acc.State != auth.StateActive {
		t.Errorf("%d refresh requests, want 1; account %+v, %v", n, acc, err)
	}
}

// TestGoodTokenWaitsForNoLock: every lock there is, held for ever by someone
// else, keeps no one from a token that is still good. The history, which is
// written once the token is out, gives up after half a second.
func TestGoodTokenWaitsForNoLock(t *testing.T) {
	w := newWorld(t)
	p := w.oddProvider(authtest.Behaviour{}, "")
	w.cheapKey()
	id := w.loginOdd(p, authtest.Mira)
	names := []string{id, "_setup", "adoption", "clients", "registrations", "_write", id + "-picture", id + "-history"}
	for _, name := range names {
		lock := flock.New(filepath.Join(w.home, "vault", "locks", name+".lock"))
		if ok, err := lock.TryLock(); !ok || err != nil {
			t.Fatal(name, ok, err)
		}
		t.Cleanup(func() { _ = lock.Unlock() })
	}
	found, err := os.ReadDir(filepath.Join(w.home, "vault", "locks"))
	if err != nil || len(found) > len(names) {
		t.Fatalf("there are locks that this test does not know: %v, %v", found, err)
	}
	p.Forget()
	for _, args := range [][]string{
		{"token", id}, {"token", id, "--header"}, {"exec", id, "--", "true"}, {"whoami", id}, {"accounts"}, {"inspect", id}, {"vault", "status"},
	} {
		w.want(0, args...)
	}
	if n := len(p.Requests()); n != 0 {
		t.Errorf("%d requests", n)
	}
	// Who needs a new one waits, and not longer than they want.
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	seen := w.watch(id)
	defer func() { _ = seen.file.Close() }()
	cmd := w.command(ctx, "token", id, "--force")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	seen.wait(t, lockOpened)
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // the exit code says how
	if cmd.ProcessState.ExitCode() != 6 || p.Refreshes() != 0 {
		t.Errorf("exit code %d after Ctrl-C, %d refreshes", cmd.ProcessState.ExitCode(), p.Refreshes())
	}
}
