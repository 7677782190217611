package cli

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestExportPassphraseIsTypedTwice(t *testing.T) {
	w, _ := signedIn(t, 3600)
	file := filepath.Join(t.TempDir(), "export.age")
	term := w.terminal("vault", "export", file)
	term.expect("Passphrase for the export:")
	term.send("moving house\n")
	term.expect("Confirm passphrase:")
	term.send("moving hose\n")
	term.wait(1)
	if files := filesOf(t, filepath.Dir(file)); len(files) != 0 {
		t.Fatalf("two passphrases that differ made %d files", len(files))
	}
	term = w.terminal("vault", "export", file)
	term.expect("Passphrase for the export:")
	term.send("moving house\n")
	term.expect("Confirm passphrase:")
	term.send("moving house\n")
	term.wait(0)
	if strings.Contains(term.seen, "moving") {
		t.Errorf("the passphrase was shown: %q", term.seen)
	}
	other := newcomer(t, w)
	term = other.terminal("vault", "import", file)
	term.expect("Passphrase of the export:")
	term.send("moving house\n")
	if out := term.wait(0); !strings.Contains(out, "2 records added.") {
		t.Errorf("import: %q", out)
	}
	other.want(0, "token")
}

// TestExportOpensWithStockTools: age and tar, and back.
func TestExportOpensWithStockTools(t *testing.T) {
	age, err := exec.LookPath("age")
	if err != nil {
		t.Skip("there is no age tool here; the vault's tests decrypt with its library") // it is no dependency of ours
	}
	w, _, _, file := exportedWorld(t)
	term := w.terminalOf(age, "-d", file)
	term.expect("Enter passphrase:")
	term.send("moving house\n")
	archive := term.wait(0)
	dir := t.TempDir()
	tar := exec.CommandContext(t.Context(), "tar", "-x", "-C", dir)
	tar.Stdin = strings.NewReader(archive)
	if out, err := tar.CombinedOutput(); err != nil {
		t.Fatalf("tar: %v: %s", err, out)
	}
	files, records := filesOf(t, dir), 0
	for name, data := range files {
		if strings.HasPrefix(name, "records/") && strings.Contains(data, `"refresh"`) {
			records++
		}
	}
	// Two accounts, each with its history, and what says that it is an export.
	if len(files) != 5 || records != 2 || !strings.HasPrefix(files["claviger-export.json"], `{"format":1,`) {
		t.Fatalf("%d files, %d records", len(files), records)
	}

	again := filepath.Join(t.TempDir(), "again.age")
	packed := exec.CommandContext(t.Context(), "sh", "-c", "tar -c claviger-export.json records/*")
	packed.Dir = dir
	plain, err := packed.Output()
	if err != nil {
		t.Fatal(err)
	}
	inClear := filepath.Join(t.TempDir(), "export.tar")
	if err := os.WriteFile(inClear, plain, 0o600); err != nil {
		t.Fatal(err)
	}
	term = w.terminalOf(age, "-p", "-o", again, inClear)
	term.expect("Enter passphrase .*:")
	term.send("by hand\n")
	term.expect("Confirm passphrase:")
	term.send("by hand\n")
	term.wait(0)
	other := newcomer(t, w)
	if r := other.runInput("by hand\n", "vault", "import", again); r.code != 0 || !strings.Contains(r.out, "4 records added.") {
		t.Fatalf("%d: %s%s", r.code, r.out, r.stderr)
	}
	if got, want := other.want(0, "token", "odd").out, w.want(0, "token", "odd").out; got != want {
		t.Errorf("token %q, want %q", got, want)
	}
	if !bytes.Contains(plain, []byte(canary)) {
		t.Error("the test looks at the wrong thing")
	}
}

// TestVaultOpensWithStockTools: what docs/vault-format.md says of opening a
// record by hand, with the passphrase typed, and with a key file.
func TestVaultOpensWithStockTools(t *testing.T) {
	age, err := exec.LookPath("age")
	if err != nil {
		t.Skip("there is no age tool here; the vault's tests decrypt with its library") // it is no dependency of ours
	}
	w, _ := signedIn(t, 3600)
	vectors := filepath.Join("..", "..", "vault", "testdata")
	for name, c := range map[string]struct{ key, record, passphrase, want string }{
		"passphrase": {filepath.Join(w.home, "vault", "key.age"), records(t, w.home)[0], worldPassphrase, `"refresh"`},
		"both":       {filepath.Join(vectors, "format-2.ring"), filepath.Join(vectors, "format-2", "records", "hello.age"), "correct horse", "hello, vault"},
	} {
		term := w.terminalOf(age, "-d", "-i", c.key, c.record)
		term.expect("Enter passphrase.*:")
		term.send(c.passphrase + "\n")
		out := term.wait(0)
		if first, rest, _ := strings.Cut(out, "\n"); !strings.HasPrefix(first, "claviger/1 ") || !strings.Contains(rest, c.want) {
			t.Errorf("%s: %q", name, out)
		}
	}
	file := filepath.Join(filepath.Dir(w.home), "key")
	w.want(0, "vault", "key-file", file)
	out, err := exec.CommandContext(t.Context(), age, "-d", "-i", file, records(t, w.home)[0]).Output()
	if err != nil || !strings.HasPrefix(string(out), "claviger/1 ") || !strings.Contains(string(out), `"refresh"`) {
		t.Errorf("key file: %q, %v", out, err)
	}
}

// A key that the stock tool makes opens a new vault.
func TestVaultTakesAKeyOfStockTools(t *testing.T) {
	keygen, err := exec.LookPath("age-keygen")
	if err != nil {
		t.Skip("there is no age-keygen here") // it is no dependency of ours
	}
	w, _ := headless(t)
	file := filepath.Join(filepath.Dir(w.home), "key")
	if out, err := exec.CommandContext(t.Context(), keygen, "-pq", "-o", file).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s (age 1.3 or newer is needed)", err, out)
	}
	made, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	w.want(0, "vault", "key-file", file)
	w.set("CLAVIGER_KEY_FILE", file)
	w.want(0, "login", "acme", "--timeout", "20s")
	w.want(0, "token")
	if after, err := os.ReadFile(file); err != nil || !bytes.Equal(after, made) {
		t.Error("the file was changed", err)
	}
}
