//go:build unix

package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/vault"
)

// receipt is the receipt of a sign-out as documented.
type receipt struct {
	Forgotten, Revoked, Proof, Session struct{ Outcome, Detail string }

	Account, Provider, Who string
	ProviderName           string    `json:"provider_name"`
	At                     time.Time `json:"at"`
	EndedAt                time.Time `json:"ended_at"`
	Retry                  *struct {
		Tries           int
		Next            time.Time
		GiveUp          time.Time `json:"give_up"`
		Failure, Reason string
	}
	Stored bool
}

// receipts are all that there are.
func (w *world) receipts() []receipt {
	w.t.Helper()
	return decode[[]receipt](w.t, w.want(0, "receipts", "--json").out)
}

// theReceipt is the only one.
func (w *world) theReceipt() receipt {
	w.t.Helper()
	list := w.receipts()
	if len(list) != 1 {
		w.t.Fatalf("%d receipts", len(list))
	}
	return list[0]
}

// vaultDir is where the program has its vault.
func (w *world) vaultDir() string {
	w.t.Helper()
	for _, kv := range w.env {
		if home, ok := strings.CutPrefix(kv, "CLAVIGER_HOME="); ok {
			return filepath.Join(home, "vault")
		}
	}
	w.t.Fatal("there is no CLAVIGER_HOME")
	return ""
}

// inVault works on the vault itself.
func (w *world) inVault(f func(v *vault.Vault)) {
	w.t.Helper()
	v, err := vault.Open(w.vaultDir(), vault.Options{
		AskPassphrase:      func(context.Context) (string, error) { return worldPassphrase, nil },
		InsecureWorkFactor: 2,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = v.Close() }()
	f(v)
}

// noTokenInVault looks into the decrypted records.
func (w *world) noTokenInVault() {
	w.t.Helper()
	w.inVault(func(v *vault.Vault) {
		names, err := v.List(w.t.Context())
		if err != nil || len(names) == 0 {
			w.t.Errorf("%v, %v", names, err)
		}
		for _, name := range names {
			if data, err := v.Get(w.t.Context(), name); err != nil || bytes.Contains(data, []byte(canary)) {
				w.t.Errorf("%s holds a token, or cannot be read: %v", name, err)
			}
		}
	})
}

// makeDue lets the time pass after which a revocation is tried again.
func (w *world) makeDue(id string) {
	w.t.Helper()
	w.inVault(func(v *vault.Vault) {
		name := id + "-signout"
		data, err := v.Get(w.t.Context(), name)
		if err != nil {
			w.t.Fatal(err)
		}
		record := decode[map[string]any](w.t, string(data))
		kept, _ := record["receipt"].(map[string]any)
		retry, _ := kept["retry"].(map[string]any)
		retry["next"] = time.Now().Add(-time.Minute)
		if data, err = json.Marshal(record); err != nil {
			w.t.Fatal(err)
		}
		if err := v.Put(w.t.Context(), name, data); err != nil {
			w.t.Fatal(err)
		}
	})
}

// refreshToken is the newest that the provider gave.
func (p *provider) refreshToken() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.refresh
}

// isRefused asks the provider itself whether a refresh token is dead.
func (p *provider) isRefused(t *testing.T, token string) bool {
	t.Helper()
	resp, err := http.PostForm("http://"+p.addr+"/token", url.Values{
		"grant_type": {"refresh_token"}, "refresh_token": {token}, "client_id": {"acme-desktop"},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	return resp.StatusCode == http.StatusBadRequest
}

func TestSignOutWhileTheProviderIsDown(t *testing.T) {
	w, p := signedIn(t, 3600)
	token := p.refreshToken()
	p.stop(t)
	r := w.want(0, "logout")
	says(t, r.out, "Removed here      done", "Tokens revoked    pending: Acme could not be reached", "tried once so far", "claviger receipts --retry")
	if r := w.want(0, "accounts", "--json"); r.out != "[]\n" {
		t.Errorf("accounts: %q", r.out)
	}
	says(t, w.want(0, "accounts").stderr, "1 sign-out has tokens still to be revoked")
	waits(t, w.theReceipt())
	w.want(4, "receipts", "--retry")
	w.noSecretInClear()

	p.start(t)
	says(t, w.want(0, "receipts", "--retry").out, "Tokens revoked    done", "Proof             done")
	if _, reused, revoked := p.counts(); reused || len(revoked) != 2 || revoked[0] != token || p.proved() != 1 || !p.isRefused(t, token) {
		t.Errorf("revoked %d tokens, %d proofs, reused %v", len(revoked), p.proved(), reused)
	}
	if r := w.theReceipt(); r.Retry != nil || r.EndedAt.IsZero() || r.Revoked.Outcome != "done" || r.Proof.Outcome != "done" {
		t.Errorf("%+v", r)
	}
	w.noTokenInVault()
	w.noSecretInClear()
	w.want(0, "receipts", "--clear")
	if list := w.receipts(); len(list) != 0 {
		t.Errorf("%d receipts after they were cleared", len(list))
	}
}

// says checks that a text has all parts.
func says(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q is not in:\n%s", part, text)
		}
	}
}

// waits checks the receipt of a revocation that did not reach the provider.
func waits(t *testing.T, r receipt) {
	t.Helper()
	if r.Revoked.Outcome != "pending" || r.Proof.Outcome != "pending" || !r.Stored || r.Who != "Mira Okonkwo" || r.ProviderName != "Acme" ||
		r.Retry == nil || r.Retry.Failure != "offline" || r.Retry.Tries != 1 || !r.Retry.Next.After(r.At) || r.Retry.GiveUp.Sub(r.At) != 30*24*time.Hour {
		t.Errorf("%+v, %+v", r, r.Retry)
	}
}

// A revocation that waits can be given up by the person, and not by mistake.
func TestReceiptsThatWaitAreCleared(t *testing.T) {
	w, p := signedIn(t, 3600)
	p.stop(t)
	w.want(0, "logout")
	w.want(2, "receipts", "--pending")
	w.want(2, "receipts", "--clear", "--retry")
	if r := w.want(0, "receipts", "--clear"); !strings.Contains(r.out, "0 receipts deleted") || !strings.Contains(r.stderr, "still to be revoked") {
		t.Errorf("%q, %q", r.out, r.stderr)
	}
	if r := w.want(0, "receipts", "--clear", "--pending"); !strings.Contains(r.out, "1 receipt deleted") {
		t.Errorf("%q", r.out)
	}
	if r := w.want(0, "receipts"); !strings.Contains(r.stderr, "There are no receipts") {
		t.Errorf("%q, %q", r.out, r.stderr)
	}
}

// The next sign-in revokes what waited, before it begins.
func TestLoginRevokesWhatWaited(t *testing.T) {
	w, p := signedIn(t, 3600)
	old := p.refreshToken()
	p.stop(t)
	w.want(0, "logout")
	p.start(t)
	w.makeDue(w.theReceipt().Account)
	r := w.want(0, "login", "acme", "--timeout", "20s")
	if !strings.Contains(r.stderr, "Mira Okonkwo at Acme, signed out") || !strings.Contains(r.stderr, "tokens revoked: done") {
		t.Errorf("login: %s", r.stderr)
	}
	if _, _, revoked := p.counts(); len(revoked) != 2 || revoked[0] != old {
		t.Errorf("%d revocations", len(revoked))
	}
	w.want(0, "token", "--force") // the new sign-in is whole
	w.want(0, "logout", "--local")
	if list := w.receipts(); len(list) != 2 || list[0].Revoked.Outcome != "not_asked" || list[1].Proof.Outcome != "done" {
		t.Errorf("%+v", list)
	}
}

// TestKilledSignOut is killed while the provider is asked to revoke, or to prove
// it; the next one finishes what it began.
func TestKilledSignOut(t *testing.T) {
	for name, stop := range map[string]func(p *provider, f func()){
		"while it revokes": (*provider).beforeRevoking,
		"while it proves":  (*provider).before,
	} {
		t.Run(name, func(t *testing.T) {
			w, p := signedIn(t, 3600)
			token := p.refreshToken()
			reached, goOn := make(chan struct{}), make(chan struct{})
			var once bool
			stop(p, func() {
				if !once {
					once = true
					close(reached)
					<-goOn
				}
			})
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			cmd := w.command(ctx, "logout")
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			<-reached
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait() // it was killed
			close(goOn)    // the provider may hold its lock in there
			stop(p, nil)
			if r := w.want(0, "accounts", "--json"); r.out != "[]\n" {
				t.Errorf("accounts: %q", r.out)
			}
			if r := w.theReceipt(); r.Retry == nil || r.Retry.Tries != 0 {
				t.Errorf("%+v", r)
			}
			w.noSecretInClear()
			w.want(0, "receipts", "--retry")
			if r := w.theReceipt(); r.Revoked.Outcome != "done" || r.Proof.Outcome != "done" || !p.isRefused(t, token) {
				t.Errorf("%+v", r)
			}
			w.noTokenInVault()
		})
	}
}
