//go:build unix

package cli

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/claviger/claviger/auth/authtest"
)

// exportedWorld is a world with two accounts, each with its history, and an
// export of them.
func exportedWorld(t *testing.T) (w *world, p *provider, odd *authtest.Provider, file string) {
	t.Helper()
	w, p = signedIn(t, 3600)
	odd = w.oddProvider(authtest.Behaviour{}, "")
	w.want(0, "login", "odd", "--timeout", "20s")
	file = filepath.Join(t.TempDir(), "export.age")
	if r := w.runInput("moving house\n", "vault", "export", file); r.code != 0 || !strings.Contains(r.stderr, "4 records") {
		t.Fatalf("export: %d, %s", r.code, r.stderr)
	}
	return w, p, odd, file
}

// newcomer is a world on another machine that knows the providers of w.
func newcomer(t *testing.T, w *world) *world {
	t.Helper()
	other := bareWorld(t)
	if err := os.CopyFS(filepath.Join(other.home, "providers.d"), os.DirFS(filepath.Join(w.home, "providers.d"))); err != nil {
		t.Fatal(err)
	}
	return other
}

func TestAccountsMoveToAnotherMachine(t *testing.T) {
	w, p, odd, file := exportedWorld(t)
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v, %v", info, err)
	}
	other := newcomer(t, w)
	other.cheapKey()
	other.set(asBrowser, "closed") // nobody signs in there
	other.set("BROWSER", "/no/such/browser")
	r := other.runInput("moving house\n", "vault", "import", file)
	if r.code != 0 || !strings.Contains(r.out, "4 records added.") {
		t.Fatalf("import: %d, %s%s", r.code, r.out, r.stderr)
	}
	if got, want := other.want(0, "accounts", "--json").out, w.want(0, "accounts", "--json").out; got != want {
		t.Errorf("accounts %s, want %s", got, want)
	}
	if got, want := other.want(0, "token", "acme").out, w.want(0, "token", "acme").out; got != want {
		t.Errorf("token %q, want %q", got, want)
	}
	// Refreshing works there too.
	before := other.want(0, "token", "odd").out
	if after := other.want(0, "token", "odd", "--force").out; after == before || !odd.Good(strings.TrimSpace(after)) {
		t.Errorf("the account is not refreshed")
	}
	other.want(0, "token", "acme", "--force")
	if n, reused, _ := p.counts(); n != 1 || reused {
		t.Errorf("%d refreshes, reused %v", n, reused)
	}
	other.want(0, "vault", "check")
	other.noSecretInClear()
	if data, err := os.ReadFile(file); err != nil || bytes.Contains(data, []byte(canary)) {
		t.Errorf("a secret in clear in the export, %v", err)
	}
	importsAgain(t, other, file)
}

// importsAgain: what was refreshed meanwhile is kept, or replaced if asked.
func importsAgain(t *testing.T, other *world, file string) {
	t.Helper()
	newest := other.want(0, "token", "acme").out
	if r := other.runInput("moving house\n", "vault", "import", file); r.code != 0 || !strings.Contains(r.out, "kept") {
		t.Errorf("import: %d, %s%s", r.code, r.out, r.stderr)
	}
	if got := other.want(0, "token", "acme").out; got != newest {
		t.Errorf("token %q, want %q", got, newest)
	}
	r := other.runInput("moving house\n", "vault", "import", file, "--replace", "--json")
	report := decode[struct{ Added, Replaced, Kept, Same []string }](t, r.out)
	if r.code != 0 || len(report.Replaced) != 4 || len(report.Added)+len(report.Kept)+len(report.Same) != 0 {
		t.Errorf("import: %d, %+v", r.code, report)
	}
	if got := other.want(0, "token", "acme").out; got == newest {
		t.Error("nothing was replaced")
	}
}

func TestExportsAreNotOverwritten(t *testing.T) {
	w, _, _, file := exportedWorld(t)
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	r := w.runInput("another one\n", "vault", "export", file)
	r.says(t, "The file already exists", "--force")
	if after, err := os.ReadFile(file); r.code != 1 || err != nil || !bytes.Equal(before, after) {
		t.Fatalf("exit code %d, overwritten: %v", r.code, err)
	}
	if r := w.runInput("another one\n", "vault", "export", file, "--force"); r.code != 0 {
		t.Fatalf("%d: %s", r.code, r.stderr)
	}
	if after, err := os.ReadFile(file); err != nil || bytes.Equal(before, after) {
		t.Fatalf("not overwritten, %v", err)
	}
	dir := filepath.Dir(file)
	for _, target := range []string{dir, filepath.Join(dir, "no", "such", "folder")} {
		r := w.runInput("another one\n", "vault", "export", target, "--force")
		r.says(t, "The file cannot be written", target)
		if r.code != 1 {
			t.Errorf("%s: exit code %d", target, r.code)
		}
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
	fresh := newcomer(t, w)
	r = fresh.runInput("another one\n", "vault", "export", filepath.Join(dir, "nothing"))
	r.says(t, "not set up yet")
	if _, err := os.Stat(filepath.Join(dir, "nothing")); r.code != 5 || err == nil {
		t.Errorf("an export of nothing: %d, %v", r.code, err)
	}
}

// TestExportThroughAPipe: the passphrase comes from a file then.
func TestExportThroughAPipe(t *testing.T) {
	w, _ := signedIn(t, 3600)
	secret := filepath.Join(t.TempDir(), "passphrase")
	if err := os.WriteFile(secret, []byte("moving house\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	sealed := w.want(0, "vault", "export", "-", "--passphrase-file", secret).out
	other := newcomer(t, w)
	r := other.runInput(sealed, "vault", "import", "-")
	r.says(t, "no terminal", "--passphrase-file")
	if r.code != 5 {
		t.Errorf("exit code %d", r.code)
	}
	if r := other.runInput(sealed, "vault", "import", "-", "--passphrase-file", secret); r.code != 0 {
		t.Fatalf("%d: %s", r.code, r.stderr)
	}
	if got, want := other.want(0, "token").out, w.want(0, "token").out; got != want {
		t.Errorf("token %q, want %q", got, want)
	}
}

func TestBadExportsChangeNothing(t *testing.T) {
	w, _, _, file := exportedWorld(t)
	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	flipped := bytes.Clone(good)
	flipped[len(good)-300] ^= 1
	other := newcomer(t, w)
	for name, c := range map[string]struct {
		data       []byte
		passphrase string
		code       int
		says       string
	}{
		"cut":              {good[:len(good)-1], "moving house", 1, "not a complete vault export"},
		"flipped":          {flipped, "moving house", 1, "not a complete vault export"},
		"foreign":          {[]byte("PK\x03\x04"), "moving house", 1, "it is not an age file"},
		"wrong passphrase": {good, "moving hose", 5, "Wrong passphrase"},
	} {
		t.Run(name, func(t *testing.T) {
			bad := filepath.Join(t.TempDir(), "bad.age")
			if err := os.WriteFile(bad, c.data, 0o600); err != nil {
				t.Fatal(err)
			}
			for _, in := range []*world{w, other} {
				r := in.runInput(c.passphrase+"\n", "vault", "import", bad, "--replace")
				r.says(t, c.says)
				if r.code != c.code || r.out != "" {
					t.Errorf("exit code %d, want %d; %s", r.code, c.code, r.out)
				}
			}
		})
	}
	w.want(0, "token", "acme")
	w.want(0, "token", "odd")
	if _, err := os.Stat(filepath.Join(other.home, "vault")); !os.IsNotExist(err) {
		t.Errorf("a vault was made: %v", err)
	}
	other.runInput("x\n", "vault", "import", filepath.Join(t.TempDir(), "none")).says(t, "The file cannot be read", "no such file")
	if r := other.run("vault", "import", t.TempDir()); r.code != 1 || !strings.Contains(r.stderr, "it is a folder") {
		t.Errorf("%d: %s", r.code, r.stderr)
	}
}

// filesOf lists the files below a folder.
func filesOf(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		all[strings.TrimPrefix(path, dir+"/")] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
