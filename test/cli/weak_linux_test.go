package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// short is a passphrase of less than eight characters.
const short = "hunter2"

// Without a terminal there is nobody who can insist on a weak passphrase.
func TestAWeakPassphraseIsRefusedWithoutATerminal(t *testing.T) {
	w, p := signedIn(t, 3600)
	dir := t.TempDir()
	file, export := filepath.Join(dir, "short"), filepath.Join(dir, "export.age")
	if err := os.WriteFile(file, []byte(short+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"vault", "passphrase"}, {"vault", "export", export}, {"vault", "export", export, "--passphrase-file", file}} {
		r := w.runInput(short+"\n", args...)
		r.says(t, "The passphrase is too short", "at least 8 characters")
		if r.code != 2 || strings.Contains(r.stderr, short) {
			t.Errorf("%v: exit code %d: %s", args, r.code, r.stderr)
		}
	}
	if files := filesOf(t, dir); len(files) != 1 {
		t.Errorf("files %v", files)
	}
	w.want(0, "token")

	fresh := bareWorld(t)
	p.file(t, fresh.home)
	fresh.set("CLAVIGER_PASSPHRASE_FILE", file)
	fresh.want(2, "login", "acme", "--timeout", "20s").says(t, "The passphrase is too short")
}

// On a terminal a passphrase that is easy to guess is named as that, and taken.
func TestAPassphraseThatIsEasyToGuessIsNamed(t *testing.T) {
	w, _ := signedIn(t, 3600)
	for passphrase, named := range map[string]bool{"passwort2024": true, "umbrella lantern gravel mitten": false} {
		export := filepath.Join(t.TempDir(), "export.age")
		term := w.terminal("vault", "export", export)
		term.expect("assphrase.*:")
		term.send(passphrase + "\n")
		term.expect("Confirm passphrase:")
		term.send(passphrase + "\n")
		if named {
			term.expect("easy to guess.*at any time.")
		}
		term.wait(0)
		if strings.Contains(term.seen, "easy to guess") {
			t.Errorf("%q: %s", passphrase, term.seen)
		}
	}
}

// On a terminal a weak passphrase takes a second yes; the vault and the export
// that have it open as any other does.
func TestAWeakPassphraseTakesASecondYes(t *testing.T) {
	w, _ := signedIn(t, 3600)
	dir := t.TempDir()
	choose := func(answer string, args ...string) *terminal {
		term := w.terminal(args...)
		term.expect("assphrase.*:")
		term.send(short + "\n")
		term.expect("Confirm passphrase:")
		term.send(short + "\n")
		term.expect(`fewer than 8 characters.*\[y/N\]`)
		term.send(answer + "\n")
		return term
	}
	export := filepath.Join(dir, "export.age")
	choose("", "vault", "export", export).wait(1)
	if files := filesOf(t, dir); len(files) != 0 {
		t.Fatalf("files %v", files)
	}
	choose("y", "vault", "export", export).wait(0)
	other := newcomer(t, w)
	if r := other.runInput(short+"\n", "vault", "import", export); r.code != 0 {
		t.Errorf("import: %d: %s", r.code, r.stderr)
	}

	choose("y", "vault", "passphrase").wait(0)
	file := filepath.Join(dir, "short")
	if err := os.WriteFile(file, []byte(short+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.set("CLAVIGER_PASSPHRASE_FILE", file)
	w.want(0, "token")
}
