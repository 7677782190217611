//go:build unix

package cli

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/test/ports"
)

func TestNoClientID(t *testing.T) {
	w := newWorld(t)
	w.want(2, "login", "github").says(t, "GitHub requires an app registration", "OAuth App",
		"http://127.0.0.1", "https://github.com/settings/", "claviger providers show github", "CLAVIGER_GITHUB_CLIENT_ID=")
	w.want(2, "login", "auth0").says(t, "Auth0", "Domain", "claviger providers show auth0", "CLAVIGER_AUTH0_DOMAIN=")
	// What it says is enough to go on.
	if out := w.want(0, "providers", "show", "github").out; !strings.Contains(out, "http://127.0.0.1") {
		t.Errorf("the address to register is not shown:\n%s", out)
	}
}

func TestPortBusy(t *testing.T) {
	w := newWorld(t)
	w.cheapKey()
	port := ports.Free(t)
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:"+port)
	if err != nil {
		t.Fatal(err)
	}
	w.oddProvider(authtest.Behaviour{}, "[redirect]\nports = ["+port+"]\nregister = \"http://127.0.0.1:"+port+"/callback\"\n")
	w.want(1, "login", "odd", "--timeout", "20s").says(t,
		"The sign-in port is in use", "is using port "+port, "Close that program, or register another port at Odd")
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	w.want(0, "login", "odd", "--timeout", "20s")
}

// TestNoBrowser: the sign-in goes on with the link.
func TestNoBrowser(t *testing.T) {
	w := newWorld(t)
	w.cheapKey()
	w.oddProvider(authtest.Behaviour{}, "")
	w.set("BROWSER", "/no/such/browser")
	w.want(1, "login", "odd", "--timeout", "4s").says(t,
		"use this address", "/authorize?", "no browser could be opened", "claviger login odd --device", "--no-browser",
		"press Ctrl-C and use one on another device")
}

// TestBadProviderFiles: each is reported by file, line and key, and costs no other.
func TestBadProviderFiles(t *testing.T) {
	const head = "id = \"bad\"\nissuer = \"https://bad.example\"\n"
	for name, c := range map[string]struct{ file, says string }{
		"cut":         {"id = \"bad\"\nissuer = \"https://bad.exa", "bad.toml:2: "},
		"binary":      {"\x00\xff\xfe\x01", "bad.toml"},
		"unknown key": {head + "colour = \"red\"\n", "bad.toml:3: colour: unknown key; allowed here: "},
		"wrong type":  {head + "[redirect]\nports = 80\n", "bad.toml:4: redirect.ports: must be a list of whole numbers"},
		"bad jq":      {head + "[[groups]]\nfrom = \"id_token\"\nitems = \".[\"\n", "bad.toml:5: groups[0].items: is not a jq expression"},
		"a secret":    {head + "[client]\nsecret = \"" + hidden + "\"\n", "a client secret does not belong in a file"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.oddProvider(authtest.Behaviour{}, "")
			w.providerFile("bad", c.file)
			r := w.want(0, "providers", "list")
			r.says(t, c.says)
			if !strings.Contains(r.out, "odd") || !strings.Contains(r.out, "demo") {
				t.Errorf("the others are not listed:\n%s", r.out)
			}
			w.want(2, "login", "bad").says(t, c.says)
			w.want(0, "login", "odd", "--no-remember", "--timeout", "20s")
		})
	}
}

// TestDamagedRecord: one account's file is cut, or a bit of it flips.
func TestDamagedRecord(t *testing.T) {
	for name, damage := range map[string]func([]byte) []byte{
		"cut":     func(b []byte) []byte { return b[:len(b)/2] },
		"empty":   func([]byte) []byte { return nil },
		"flipped": func(b []byte) []byte { b[len(b)-20] ^= 1; return b },
	} {
		t.Run(name, func(t *testing.T) {
			w, p := newWorld(t), startProvider(t)
			w.cheapKey()
			p.file(t, w.home)
			w.want(0, "login", "acme", "--timeout", "20s")
			files := records(t, w.home)
			w.oddProvider(authtest.Behaviour{}, "")
			w.want(0, "login", "odd", "--timeout", "20s")
			if len(files) != 1 || len(records(t, w.home)) != 2 {
				t.Fatalf("records %v, then %v", files, records(t, w.home))
			}
			good, err := os.ReadFile(files[0])
			if err != nil {
				t.Fatal(err)
			}
			bad := damage(bytes.Clone(good))
			if err := os.WriteFile(files[0], bad, 0o600); err != nil {
				t.Fatal(err)
			}

			r := w.run("accounts")
			r.says(t, "A stored account is damaged", "set aside, not deleted", "Sign in again with that account", "claviger vault check")
			if r.code != 1 || !strings.Contains(r.out, "odd") || strings.Contains(r.out, "acme") {
				t.Errorf("accounts: exit code %d\n%s", r.code, r.out)
			}
			w.want(0, "token", "odd")
			w.want(0, "whoami", "odd")
			if out := w.want(0, "vault", "check").out; !strings.Contains(out, "Damaged and kept: set-aside/"+strings.TrimSuffix(filepath.Base(files[0]), ".age")) {
				t.Errorf("vault check does not name it:\n%s", out)
			}
			if !holds(t, w.home, bad) {
				t.Error("the damaged record was deleted")
			}
			// As it says: signing in again brings the account back.
			w.want(0, "login", "acme", "--timeout", "20s")
			w.want(0, "token", "acme")
			w.want(0, "token", "odd")
		})
	}
}

// records are the files of the accounts, without those beside them.
func records(t *testing.T, home string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(home, "vault", "records", "*.age"))
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(files, func(file string) bool { return strings.Contains(filepath.Base(file), "-") })
}

// holds reports whether any file below a folder has this content.
func holds(t *testing.T, dir string, content []byte) bool {
	t.Helper()
	found := false
	err := filepath.WalkDir(filepath.Join(dir, "vault"), func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		found = found || bytes.Equal(data, content) && strings.Contains(path, ".age")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestWrongPassphrase(t *testing.T) {
	w, p := signedIn(t, 3600)
	right := filepath.Join(filepath.Dir(w.home), "passphrase")
	wrong := filepath.Join(t.TempDir(), "wrong")
	if err := os.WriteFile(wrong, []byte(hidden+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.set("CLAVIGER_PASSPHRASE_FILE", wrong)
	export := filepath.Join(t.TempDir(), "export.age")
	for _, args := range [][]string{
		{"token"},
		{"token", "--force"},
		{"accounts"},
		{"whoami"},
		{"exec", "--", "echo", "it ran"},
		{"login", "acme", "--timeout", "5s"},
		{"logout"},
		{"vault", "unlock"},
		{"vault", "check"},
		{"vault", "repair"},
		{"vault", "passphrase"},
		{"vault", "lock", "--after", "1h"},
		{"vault", "export", export},
	} {
		r := w.runInput("another one, much longer\n", args...)
		r.says(t, "Wrong passphrase", "Try again")
		if r.code != 5 || r.out != "" {
			t.Errorf("%v: exit code %d, %q", args, r.code, r.out)
		}
	}
	if n, _, revoked := p.counts(); n != 0 || len(revoked) != 0 {
		t.Errorf("%d refreshes, %d revocations", n, len(revoked))
	}
	if files := filesOf(t, filepath.Dir(export)); len(files) != 0 {
		t.Errorf("an export of nothing left %d files", len(files))
	}
	w.set("CLAVIGER_PASSPHRASE_FILE", right)
	w.want(0, "token")
	if r := w.runInput("moving house\n", "vault", "export", export); r.code != 0 {
		t.Fatalf("export: %d\n%s", r.code, r.stderr)
	}
	other := newcomer(t, w)
	r := other.runInput(hidden+"\n", "vault", "import", export)
	r.says(t, "Wrong passphrase")
	if status := other.want(0, "vault", "status").out; r.code != 5 || !strings.Contains(status, "not set up") {
		t.Errorf("import with a wrong passphrase: exit code %d\n%s", r.code, status)
	}
}

// TestDemoLogsNothing: the demo's library logs refused requests, state and all.
func TestDemoLogsNothing(t *testing.T) {
	w := newWorld(t)
	w.cheapKey()
	w.set(asBrowser, "odd scope")
	for _, args := range [][]string{{"login", "demo", "--timeout", "20s"}, {"login", "demo", "--verbose", "--timeout", "20s"}} {
		r := w.want(1, args...)
		r.says(t, "Demo does not know a requested permission")
		for _, word := range []string{"oidc_error", "WARN", "auth request"} {
			if strings.Contains(r.stderr, word) {
				t.Errorf("%q is logged:\n%s", word, r.stderr)
			}
		}
		if len(args) == 4 && strings.Contains(r.stderr, "level=") {
			t.Errorf("there is a log without --verbose:\n%s", r.stderr)
		}
	}
}
