//go:build unix

package attack

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/claviger/claviger/vault"
)

// exportOf is an export that someone made, with the world's passphrase: whoever
// makes one chooses every byte of its records.
func (w *world) exportOf(records map[string]any) string {
	w.t.Helper()
	v, err := vault.Open(filepath.Join(w.t.TempDir(), "theirs"), vault.Options{InsecureWorkFactor: 2})
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = v.Close() }()
	if err := v.Setup(w.t.Context(), "theirs"); err != nil {
		w.t.Fatal(err)
	}
	for name, content := range records {
		data, err := json.Marshal(content)
		if err == nil {
			err = v.Put(w.t.Context(), name, data)
		}
		if err != nil {
			w.t.Fatal(err)
		}
	}
	path := filepath.Join(w.t.TempDir(), "export.age")
	f, err := os.Create(path)
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := v.Export(w.t.Context(), f, w.passphrase); err != nil {
		w.t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		w.t.Fatal(err)
	}
	return path
}

// record is an account of the leaky provider as an export may have it.
func (w *world) record(id string, tokens map[string]any) map[string]any {
	all := map[string]any{
		"access": "good-access", "refresh": "", "id": "", "type": "Bearer", "scopes": []string{"openid"},
		"issued": time.Now(), "expires": time.Now().Add(time.Hour),
	}
	for k, v := range tokens {
		all[k] = v
	}
	return map[string]any{
		"version": 1, "id": id, "provider": "leaky", "provider_name": "Leaky", "issuer": w.l.server.URL, "subject": id,
		"state": "active", "user": map[string]any{"id": id, "name": "Mallory"}, "tokens": all,
		"home": map[string]any{"issuer": w.l.server.URL, "servers": []string{w.l.server.URL}},
	}
}

// Whatever a record of an export has for tokens, no command prints a header, a
// line or a variable that is not Claviger's own.
func TestForgedTokensPrintNoHeaders(t *testing.T) {
	w := newWorld(t)
	w.cheapKey()
	forged := map[string]map[string]any{
		"type00000001": {"type": "Bearer good-access\r\nX-Forged: yes\r\nX-Rest:"},
		"type00000002": {"type": "X-Forged: yes\nBearer"},
		"type00000003": {"type": "Basic"},
		"type00000004": {"type": "DPoP"},
		"access000001": {"access": "a\r\nX-Forged: yes"},
		"access000002": {"access": "a\nX-Forged: yes"},
		"access000003": {"access": "a b"},
		"access000004": {"access": "a\x00X-Forged: yes"},
		"access000005": {"access": "a\u2028X-Forged: yes"},
		"idtoken00001": {"id": "e30.e30\r\nX-Forged: yes.e30"},
		"idtoken00002": {"id": "e30.e3\n0.e30"},
		"both00000001": {"type": "DPoP", "key": "{}\r\nX-Forged: yes"},
	}
	records := map[string]any{}
	for id, tokens := range forged {
		records[id] = w.record(id, tokens)
	}
	records["good00000001"] = w.record("good00000001", nil)
	w.must("vault", "import", w.exportOf(records), "--passphrase-file", w.outside, "--yes")
	if r := w.must("token", "good00000001", "--header"); r.out != "Authorization: Bearer good-access\n" {
		t.Fatalf("a good record prints %q", r.out)
	}
	for id := range forged {
		for _, args := range [][]string{
			{"token", id, "--header"},
			{"token", id},
			{"token", id, "--id-token", "--header"},
			{"token", id, "--id-token"},
			{"token", id, "--for", "https://api.example/x"},
			{"exec", id, "--", "env"},
		} {
			r := w.run("", args...)
			for line := range strings.Lines(r.out) {
				header := strings.HasPrefix(line, "Authorization: ") || strings.HasPrefix(line, "DPoP: ")
				if strings.Contains(strings.ToLower(line), "x-forged") || args[0] == "token" && r.out != line && !header {
					t.Errorf("claviger %q printed %q", args, line)
				}
				if strings.Contains(line, "Basic ") || strings.Contains(line, "CLAVIGER_TOKEN_TYPE=Basic") {
					t.Errorf("claviger %q used a type that is none: %q", args, line)
				}
			}
		}
	}
}

// An export says what it brings, and its client secrets and registrations, and
// accounts of elsewhere, come in after a yes only.
func TestImportsAreNotAdoptedSilently(t *testing.T) {
	evil := "https://evil.example"
	elsewhere := func(w *world, home map[string]any) map[string]any {
		r := w.record("account00001", nil)
		r["home"] = home
		return r
	}
	for name, tt := range map[string]struct {
		records func(w *world) map[string]any
		says    []string
	}{
		"secret": {func(w *world) map[string]any {
			return map[string]any{"clients": map[string]any{"leaky": map[string]any{"secret": "theirs", "home": map[string]any{"issuer": w.l.server.URL}}}}
		}, []string{"client secret", "leaky"}},
		"old secret": {func(*world) map[string]any {
			return map[string]any{"clients": map[string]any{"leaky": "theirs"}}
		}, []string{"client secret", "leaky"}},
		"registration": {func(*world) map[string]any {
			return map[string]any{"registrations": map[string]any{"leaky": map[string]any{"uri": evil + "/x", "token": "t", "home": map[string]any{"issuer": evil}}}}
		}, []string{"registration", "leaky", "evil.example"}},
		"another issuer": {func(w *world) map[string]any {
			return map[string]any{"account00001": elsewhere(w, map[string]any{"issuer": evil, "servers": []string{evil}})}
		}, []string{"Mallory", "evil.example"}},
		"sign-out elsewhere": {func(w *world) map[string]any {
			gone := elsewhere(w, map[string]any{"issuer": evil, "servers": []string{evil}})
			return map[string]any{"account00001-signout": map[string]any{"version": 1, "receipt": waitingReceipt("account00001"), "account": gone}}
		}, []string{"Unfinished sign-out", "Mallory", "evil.example"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.cheapKey()
			file := w.exportOf(tt.records(w))
			r := w.run("", "vault", "import", file, "--passphrase-file", w.outside)
			for _, want := range append(tt.says, "--yes") {
				if !strings.Contains(r.stderr, want) {
					t.Errorf("%q is not in:\n%s", want, r.stderr)
				}
			}
			v, err := vault.Open(filepath.Join(w.dir, "home", "vault"), vault.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = v.Close() }()
			if names, err := v.List(t.Context()); r.code != 6 || err != nil || len(names) > 0 {
				t.Errorf("exit code %d, in the vault: %v, %v", r.code, names, err)
			}
			w.must("vault", "import", file, "--passphrase-file", w.outside, "--yes")
		})
	}
}

// The servers that an imported record names are good only as far as the provider
// here names them too: nothing of a later sign-in or of a clean-up goes there.
func TestImportedHomesReachNobody(t *testing.T) {
	w := newWorld(t)
	w.cheapKey()
	var hits atomic.Int32
	evil := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hits.Add(1) }))
	t.Cleanup(evil.Close)
	account := w.record("account00001", map[string]any{"refresh": "r"})
	account["home"] = map[string]any{"issuer": w.l.server.URL, "servers": []string{w.l.server.URL, evil.URL}, "apis": []string{evil.URL}}
	file := w.exportOf(map[string]any{
		"account00001": account,
		"registrations": map[string]any{"leaky": map[string]any{
			"uri": evil.URL + "/delete?this=1", "token": "t", "home": map[string]any{"issuer": w.l.server.URL, "servers": []string{evil.URL}},
		}},
	})
	w.must("vault", "import", file, "--passphrase-file", w.outside, "--yes")
	v, err := vault.Open(filepath.Join(w.dir, "home", "vault"), vault.Options{
		AskPassphrase: func(context.Context) (string, error) { return w.passphrase, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = v.Close() }()
	data, err := v.Get(t.Context(), "account00001")
	if err != nil || strings.Contains(string(data), evil.URL) {
		t.Errorf("the record trusts a server that the provider here does not name: %s, %v", data, err)
	}
	w.run("", "token", "account00001", "--force")
	w.run("", "logout", "account00001")
	w.run("", "providers", "remove", "leaky")
	if n := hits.Load(); n > 0 {
		t.Errorf("the server got %d requests", n)
	}
}

// What an export claims of a provider that is elsewhere here, or that is not here
// yet, brings nobody anything once the provider is as the export has it.
func TestImportedClaimsReachNobodyLater(t *testing.T) {
	for name, before := range map[string]func(t *testing.T, file string){
		"elsewhere": func(t *testing.T, file string) {
			data, err := os.ReadFile(file)
			if err == nil {
				err = os.WriteFile(file, regexp.MustCompile(`(?m)^issuer = .*$`).ReplaceAll(data, []byte(`issuer = "https://elsewhere.example"`)), 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
		},
		"not here": func(t *testing.T, file string) {
			if err := os.Remove(file); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.cheapKey()
			var hits atomic.Int32
			evil := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hits.Add(1) }))
			t.Cleanup(evil.Close)
			file := filepath.Join(w.dir, "home", "providers.d", "leaky.toml")
			right, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			before(t, file)
			account := w.record("account00001", map[string]any{"refresh": "r"})
			account["home"] = map[string]any{"issuer": w.l.server.URL, "servers": []string{w.l.server.URL, evil.URL}, "apis": []string{evil.URL}}
			w.must("vault", "import", w.exportOf(map[string]any{
				"account00001": account,
				"registrations": map[string]any{"leaky": map[string]any{
					"uri": evil.URL + "/delete?this=1", "token": "t", "home": map[string]any{"issuer": evil.URL, "servers": []string{evil.URL}},
				}},
			}), "--passphrase-file", w.outside, "--yes")
			if err := os.WriteFile(file, right, 0o600); err != nil {
				t.Fatal(err)
			}
			w.run("", "token", "account00001", "--force")
			w.run("", "logout", "account00001")
			w.run("", "providers", "remove", "leaky")
			if n := hits.Load(); n > 0 {
				t.Errorf("the server got %d requests", n)
			}
		})
	}
}

// The address of the demo provider is not known until it runs, so no file says
// where its accounts are from: what an export claims brings no server a request.
func TestImportedDemoReachesNobody(t *testing.T) {
	w := newWorld(t)
	w.cheapKey()
	var hits atomic.Int32
	evil := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		hits.Add(1)
		rw.WriteHeader(http.StatusNotFound)
	}))
	t.Cleanup(evil.Close)
	account := func(id string) map[string]any {
		a := w.record(id, map[string]any{"refresh": "r"})
		a["provider"], a["issuer"] = "demo", evil.URL
		a["id_token_claims"] = map[string]any{"aud": "claviger"}
		a["home"] = map[string]any{"issuer": evil.URL, "servers": []string{evil.URL}}
		return a
	}
	receipt := waitingReceipt("account00002")
	receipt["provider"] = "demo"
	w.must("vault", "import", w.exportOf(map[string]any{
		"account00001":         account("account00001"),
		"account00002-signout": map[string]any{"version": 1, "receipt": receipt, "account": account("account00002")},
	}), "--passphrase-file", w.outside)
	w.run("", "token", "account00001", "--force")
	w.run("", "logout", "account00001")
	w.run("", "receipts", "--retry")
	if n := hits.Load(); n > 0 {
		t.Errorf("the server got %d requests", n)
	}
}

// waitingReceipt is that of a sign-out whose tokens are still to be revoked.
func waitingReceipt(account string) map[string]any {
	return map[string]any{
		"account": account, "provider": "leaky", "provider_name": "Leaky", "who": "Mallory", "at": time.Now(),
		"revoked": map[string]any{"outcome": "pending"}, "proof": map[string]any{"outcome": "pending"}, "session": map[string]any{"outcome": "not_asked"},
		"retry": map[string]any{"next": time.Now(), "give_up": time.Now().Add(time.Hour)},
	}
}
