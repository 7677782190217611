//go:build unix

package cli

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// signedIn is a world with one account at a provider.
func signedIn(t *testing.T, lifetime int) (*world, *provider) {
	t.Helper()
	w, p := newWorld(t), startProvider(t)
	p.file(t, w.home)
	p.live(lifetime)
	w.cheapKey()
	w.want(0, "login", "acme", "--timeout", "20s")
	p.live(3600)
	return w, p
}

// expired waits until the account's token has ended.
func expired(w *world) {
	w.t.Helper()
	a := decode[account](w.t, w.want(0, "whoami", "--json").out)
	if a.ExpiresAt == nil {
		w.t.Fatal("no expires_at")
	}
	waitUntil(w.t, a.ExpiresAt.Add(time.Second))
}

func TestFromSignInToSignOut(t *testing.T) {
	w, p := newWorld(t), startProvider(t)
	p.file(t, w.home)
	if got := w.want(0, "accounts", "--json").out; got != "[]\n" {
		t.Errorf("accounts of a fresh machine: %q", got)
	}
	login := w.want(0, "login", "acme", "--json", "--verbose", "--timeout", "20s")
	a := decode[account](t, login.out)
	if a.Provider != "acme" || a.State != "active" || a.User.Login != "mira" || a.User.Name != "Mira Okonkwo" || !a.Remembered || a.ExpiresAt == nil {
		t.Errorf("account %+v", a)
	}
	if !strings.Contains(login.stderr, "http://"+p.addr+"/authorize?") {
		t.Errorf("the link is not said:\n%s", login.stderr)
	}
	if !strings.Contains(login.stderr, "[redacted]") {
		t.Errorf("--verbose tells no exchange:\n%s", login.stderr)
	}
	isRemembered(t, w, a)
	givesTokens(t, w, p, a)
	w.want(0, "whoami", "--refresh", "--verbose")
	w.noSecretInClear()
	signsOut(t, w, p)
}

// isRemembered reads the account back by every name.
func isRemembered(t *testing.T, w *world, a account) {
	t.Helper()
	list := decode[[]account](t, w.want(0, "accounts", "--json").out)
	if len(list) != 1 || list[0].ID != a.ID {
		t.Errorf("accounts %+v", list)
	}
	if table := w.want(0, "accounts").out; !strings.Contains(table, a.ID) || !strings.Contains(table, "Mira Okonkwo") {
		t.Errorf("accounts:\n%s", table)
	}
	for _, name := range []string{"", "acme", a.ID, "mira@acme"} {
		args := []string{"whoami"}
		if name != "" {
			args = append(args, name)
		}
		if out := w.want(0, args...).out; !strings.HasPrefix(out, "Mira Okonkwo\n") {
			t.Errorf("%v: %q", args, out)
		}
	}
}

// givesTokens asks for the token in every form.
func givesTokens(t *testing.T, w *world, p *provider, a account) {
	t.Helper()
	token := w.want(0, "token").out
	if !strings.HasPrefix(token, canary+"-access-") || !strings.HasSuffix(token, "\n") || strings.Count(token, "\n") != 1 {
		t.Errorf("token %q", token)
	}
	if got, want := w.want(0, "token", "acme", "--header", "--verbose").out, "Authorization: Bearer "+token; got != want {
		t.Errorf("header %q, want %q", got, want)
	}
	full := decode[struct {
		AccessToken string    `json:"access_token"`
		TokenType   string    `json:"token_type"`
		ExpiresAt   time.Time `json:"expires_at"`
		Scopes      []string
		Account     string
	}](t, w.want(0, "token", "--json").out)
	if full.AccessToken+"\n" != token || full.Account != a.ID || !slices.Equal(full.Scopes, []string{"profile"}) || !full.ExpiresAt.After(time.Now()) {
		t.Errorf("token object %+v", full)
	}
	if r := w.want(0, "inspect"); !strings.Contains(r.out, "opaque") {
		t.Errorf("inspect: %q", r.out)
	}
	w.want(1, "token", "--id-token")
	if n, _, _ := p.counts(); n != 0 {
		t.Errorf("%d refreshes of a fresh token", n)
	}
	w.want(0, "token", "--force", "--verbose")
	if n, _, _ := p.counts(); n != 1 {
		t.Errorf("--force made %d refreshes, want 1", n)
	}
}

// signsOut leaves nothing behind.
func signsOut(t *testing.T, w *world, p *provider) {
	t.Helper()
	out := w.want(0, "logout", "--verbose").out
	if !strings.Contains(out, "Mira Okonkwo at Acme") || !strings.Contains(out, "Proof             done: The provider now rejects the refresh token") {
		t.Errorf("logout: %q", out)
	}
	if _, _, revoked := p.counts(); len(revoked) == 0 || !strings.Contains(revoked[0], "refresh") {
		t.Errorf("revoked %q, want the refresh token first", revoked)
	}
	if got := w.want(0, "accounts", "--json").out; got != "[]\n" {
		t.Errorf("accounts after the sign-out: %q", got)
	}
	if p.proved() != 1 {
		t.Errorf("%d proofs", p.proved())
	}
	w.want(0, "receipts", "--clear")
	st := decode[struct{ Records int }](t, w.want(0, "vault", "status", "--json").out)
	if st.Records != 0 {
		t.Errorf("%d records are left", st.Records)
	}
}

func TestExpiredTokenIsRefreshedOnce(t *testing.T) {
	w, p := signedIn(t, 2)
	expired(w)
	first := w.want(0, "token").out
	if again := w.want(0, "token").out; again != first {
		t.Errorf("a fresh token was not kept: %q, then %q", first, again)
	}
	if n, reused, _ := p.counts(); n != 1 || reused {
		t.Errorf("%d refreshes, reused %v; want one", n, reused)
	}
}

func TestTwentyShellsMakeOneRefresh(t *testing.T) {
	w, p := signedIn(t, 2)
	expired(w)
	const shells = 20
	results := make([]result, shells)
	var all sync.WaitGroup
	for i := range shells {
		all.Go(func() { results[i] = w.run("token", "--verbose") })
	}
	all.Wait()
	for i, r := range results {
		if r.code != 0 || r.out != results[0].out || r.out == "" {
			t.Errorf("shell %d: exit code %d, token %q, want %q\n%s", i, r.code, r.out, results[0].out, r.stderr)
		}
	}
	if n, reused, _ := p.counts(); n != 1 || reused {
		t.Errorf("%d refreshes, reused %v; want one", n, reused)
	}
}

func TestProviderStopped(t *testing.T) {
	w, p := signedIn(t, 2)
	expired(w)
	p.stop(t)
	if r := w.want(4, "token"); r.out != "" || !strings.Contains(r.stderr, "Acme") {
		t.Errorf("token: %q, %q", r.out, r.stderr)
	}
	if r := w.want(0, "whoami"); !strings.HasPrefix(r.out, "Mira Okonkwo\n") || !strings.Contains(r.out, "offline") {
		t.Errorf("whoami: %q", r.out)
	}
	if r := w.want(4, "whoami", "--refresh"); !strings.HasPrefix(r.out, "Mira Okonkwo\n") {
		t.Errorf("whoami --refresh: %q", r.out)
	}
	p.start(t)
	w.want(0, "token")
	if a := decode[account](t, w.want(0, "whoami", "--json").out); a.State != "active" {
		t.Errorf("state %q after the provider came back", a.State)
	}
	// Forgetting needs no provider.
	p.stop(t)
	w.want(0, "logout")
	if got := w.want(0, "accounts", "--json").out; got != "[]\n" {
		t.Errorf("accounts after the sign-out: %q", got)
	}
}

func TestRefreshRefused(t *testing.T) {
	w, p := signedIn(t, 2)
	p.mu.Lock()
	p.refresh = "another"
	p.mu.Unlock()
	expired(w)
	if r := w.want(3, "token"); !strings.Contains(r.stderr, "acme") && !strings.Contains(r.stderr, "Acme") {
		t.Errorf("token: %q", r.stderr)
	}
	if a := decode[account](t, w.want(0, "whoami", "--json").out); a.State != "needs_sign_in" || a.User.Login != "mira" {
		t.Errorf("account %+v", a)
	}
	w.want(3, "exec", "--", "true")
}

func TestLoginTimesOut(t *testing.T) {
	w, p := newWorld(t), startProvider(t)
	w.cheapKey()
	p.file(t, w.home)
	w.set(asBrowser, "closed")
	if r := w.want(1, "login", "acme", "--timeout", "1s"); r.out != "" {
		t.Errorf("standard output %q", r.out)
	}
}

func TestUnknownProviderListsTheKnown(t *testing.T) {
	w := newWorld(t)
	if r := w.want(2, "login", "nobody"); !strings.Contains(r.stderr, "github") || !strings.Contains(r.stderr, "demo") {
		t.Errorf("login: %q", r.stderr)
	}
	if r := w.want(2, "login", "github"); !strings.Contains(r.stderr, "CLAVIGER_GITHUB_CLIENT_ID") {
		t.Errorf("login without a client id: %q", r.stderr)
	}
}

func TestNoRememberLeavesNothing(t *testing.T) {
	w, p := newWorld(t), startProvider(t)
	p.file(t, w.home)
	a := decode[account](t, w.want(0, "login", "acme", "--no-remember", "--json", "--timeout", "20s").out)
	if a.Remembered || a.User.Login != "mira" {
		t.Errorf("account %+v", a)
	}
	if got := w.want(0, "accounts", "--json").out; got != "[]\n" {
		t.Errorf("accounts: %q", got)
	}
	w.noSecretInClear()
}
