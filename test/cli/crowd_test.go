//go:build unix

package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/vault"
)

// worldPassphrase is what a world's passphrase file says.
const worldPassphrase = "correct horse battery staple"

// cheapKey makes the vault's key one that opens in no time, before the first
// sign-in or after it: these tests start hundreds of processes.
func (w *world) cheapKey() {
	w.t.Helper()
	w.inVault(func(v *vault.Vault) {
		if err := v.Protect(w.t.Context(), vault.Passphrase, worldPassphrase); err != nil {
			w.t.Fatal(err)
		}
	})
}

// age makes accounts' tokens two hours older than they are, as if no one had
// used them since.
func (w *world) age(ids ...string) {
	w.t.Helper()
	v, err := vault.Open(filepath.Join(w.home, "vault"), vault.Options{
		AskPassphrase: func(context.Context) (string, error) { return worldPassphrase, nil },
	})
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = v.Close() }()
	for _, id := range ids {
		data, err := v.Get(w.t.Context(), id)
		if err != nil {
			w.t.Fatal(err)
		}
		record := decode[map[string]any](w.t, string(data))
		tokens, _ := record["tokens"].(map[string]any)
		for _, name := range []string{"issued", "expires"} {
			text, _ := tokens[name].(string)
			at, err := time.Parse(time.RFC3339, text)
			if err != nil {
				w.t.Fatal(err)
			}
			tokens[name] = at.Add(-2 * time.Hour)
		}
		if data, err = json.Marshal(record); err != nil {
			w.t.Fatal(err)
		}
		if err := v.Put(w.t.Context(), id, data); err != nil {
			w.t.Fatal(err)
		}
	}
}

// loginOdd signs a person in at the odd provider and returns the account's id.
func (w *world) loginOdd(p *authtest.Provider, who authtest.Person) string {
	w.t.Helper()
	p.SignsIn(who)
	return decode[account](w.t, w.want(0, "login", "odd", "--json", "--timeout", "20s").out).ID
}

// crowd runs n processes at once.
func (w *world) crowd(n int, args func(i int) []string) []result {
	results := make([]result, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { results[i] = w.run(args(i)...) })
	}
	all.Wait()
	return results
}

// cut is n in script/soak, and the usual number elsewhere.
func cut(n, usual int) int {
	if os.Getenv("CLAVIGER_SOAK") != "" {
		return n
	}
	return usual
}

// TestFiftyProcessesMakeOneRefresh: at a provider that ends the session when a
// refresh token is used twice.
func TestFiftyProcessesMakeOneRefresh(t *testing.T) {
	w := newWorld(t)
	p := w.oddProvider(authtest.Behaviour{}, "")
	w.cheapKey()
	id := w.loginOdd(p, authtest.Mira)
	w.age(id)
	p.Forget()
	for i, r := range w.crowd(50, func(int) []string { return []string{"token", "odd"} }) {
		if r.code != 0 || !p.Good(strings.TrimSpace(r.out)) {
			t.Errorf("process %d: exit code %d, good token: %v\n%s", i, r.code, p.Good(strings.TrimSpace(r.out)), r.stderr)
		}
	}
	if n := p.Refreshes(); n != 1 {
		t.Errorf("%d refresh requests, want 1", n)
	}
	if r := w.want(0, "token", "odd", "--force"); !p.Good(strings.TrimSpace(r.out)) {
		t.Error("the account is no longer valid")
	}
}

// TestManyAccountsAtOnce: each is refreshed once, and gets its own token.
func TestManyAccountsAtOnce(t *testing.T) {
	w := newWorld(t)
	p := w.oddProvider(authtest.Behaviour{}, "")
	const accounts = 20
	w.cheapKey()
	ids := make([]string, accounts)
	for i := range ids {
		ids[i] = w.loginOdd(p, authtest.Person{Subject: fmt.Sprintf("u-%d", i), Login: fmt.Sprintf("person-%d", i), Name: "Somebody"})
	}
	w.age(ids...)
	p.Forget()
	results := w.crowd(2*accounts, func(i int) []string { return []string{"token", ids[i%accounts]} })
	seen := map[string]int{}
	for i, r := range results {
		if r.code != 0 || !p.Good(strings.TrimSpace(r.out)) || r.out != results[i%accounts].out {
			t.Errorf("process %d: exit code %d, good token: %v, that of its twin: %v\n%s",
				i, r.code, p.Good(strings.TrimSpace(r.out)), r.out == results[i%accounts].out, r.stderr)
		}
		seen[r.out]++
	}
	if n := p.Refreshes(); n != accounts || len(seen) != accounts {
		t.Errorf("%d refresh requests and %d tokens for %d accounts", n, len(seen), accounts)
	}
	for i, id := range ids {
		if a := decode[account](t, w.want(0, "whoami", id, "--json").out); a.User.Login != fmt.Sprintf("person-%d", i) || a.State != "active" {
			t.Errorf("account %d: %+v", i, a)
		}
	}
}
