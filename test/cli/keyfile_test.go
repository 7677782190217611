//go:build unix

package cli

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/claviger/claviger/auth/authtest"
)

// headless is a world without a passphrase, a keyring and a terminal.
func headless(t *testing.T) (*world, *provider) {
	t.Helper()
	w, p := newWorld(t), startProvider(t)
	p.file(t, w.home)
	w.set("CLAVIGER_PASSPHRASE_FILE", "")
	return w, p
}

// byKeyFile is a headless world with one account, whose vault a key file opens.
func byKeyFile(t *testing.T) (w *world, file string) {
	t.Helper()
	w, _ = headless(t)
	file = filepath.Join(filepath.Dir(w.home), "claviger key")
	w.want(0, "vault", "key-file", file).says(t, "Whoever can read this file can open the vault", "export CLAVIGER_KEY_FILE='"+file+"'")
	w.set("CLAVIGER_KEY_FILE", file)
	w.want(0, "login", "acme", "--timeout", "20s")
	return w, file
}

// Without keyring and terminal, login says the ways before a browser opens, and
// each of them works as it is typed.
func TestTheWaysOfANewVault(t *testing.T) {
	w, p := headless(t)
	home := filepath.Dir(w.home)
	r := w.want(5, "login", "acme", "--timeout", "20s")
	r.says(t, "No keyring is available", "claviger vault key-file ~/.claviger-key", "export CLAVIGER_KEY_FILE=~/.claviger-key",
		"export CLAVIGER_PASSPHRASE_FILE=~/.claviger-passphrase", "claviger vault unlock --for 8h", "dbus-run-session", "claviger login acme --no-remember")
	if strings.Contains(r.stderr, "/authorize?") {
		t.Error("the browser was opened although nothing can be stored")
	}
	w.want(3, "token").says(t, "You are not signed in")

	other := bareWorld(t)
	p.file(t, other.home)
	other.set("CLAVIGER_PASSPHRASE_FILE", filepath.Join(filepath.Dir(other.home), "passphrase"))
	other.want(0, "login", "acme", "--timeout", "20s")

	key := filepath.Join(home, ".claviger-key")
	w.want(0, "vault", "key-file", key)
	w.set("CLAVIGER_KEY_FILE", key)
	w.want(0, "login", "acme", "--timeout", "20s")
	w.want(0, "token")
}

// A vault with a passphrase that nobody can be asked for.
func TestTheWaysOfAPassphrase(t *testing.T) {
	w, _ := signedIn(t, 3600)
	passphrase := filepath.Join(filepath.Dir(w.home), "passphrase")
	w.set("CLAVIGER_PASSPHRASE_FILE", "")
	for _, args := range [][]string{{"token"}, {"accounts"}, {"login", "acme", "--timeout", "20s"}, {"exec", "--", "true"}, {"vault", "check"}} {
		w.want(5, args...).says(t, "no terminal to ask on", "claviger vault unlock --for 8h", "export CLAVIGER_PASSPHRASE_FILE=",
			"claviger vault key-file ~/.claviger-key", "export CLAVIGER_KEY_FILE=~/.claviger-key")
	}
	w.set("CLAVIGER_PASSPHRASE_FILE", passphrase)
	token := w.want(0, "token").out

	key := filepath.Join(filepath.Dir(w.home), "key")
	w.want(0, "vault", "key-file", key)
	w.set("CLAVIGER_PASSPHRASE_FILE", "")
	for _, args := range [][]string{{"token"}, {"accounts"}, {"login", "acme", "--timeout", "20s"}} {
		w.want(5, args...).says(t, "but none is set", "Nothing is lost", "export CLAVIGER_KEY_FILE=~/.claviger-key", "LoadCredential=claviger-key:FILE")
	}
	w.set("CLAVIGER_KEY_FILE", key)
	if got := w.want(0, "token").out; got != token {
		t.Errorf("token %q, want %q", got, token)
	}
}

// From a key file and back: the old file is the person's to remove.
func TestFromAKeyFileToAPassphrase(t *testing.T) {
	w, file := byKeyFile(t)
	w.noSecretInClear()
	token := w.want(0, "token").out
	w.want(2, "vault", "unlock", "--for", "8h").says(t, "a key file opens the vault without asking")
	w.want(0, "vault", "lock")
	w.want(5, "token")
	w.want(5, "vault", "key-file", file)
	w.want(0, "vault", "unlock")
	second := file + ".copy"
	w.want(0, "vault", "key-file", second).says(t, "The old key file still contains the key", "rm '"+file+"'")
	w.set("CLAVIGER_KEY_FILE", second)
	for _, args := range [][]string{{"token"}, {"vault", "status"}, {"vault", "status", "--json"}, {"vault", "check", "--verbose"}} {
		w.want(0, args...)
	}
	status := w.want(0, "vault", "status", "--json").out
	if !strings.Contains(status, `"protection": "file"`) || !strings.Contains(status, `"key_file": "`+second) {
		t.Error(status)
	}
	if r := w.runInput("correct horse battery\n", "vault", "passphrase"); r.code != 0 || !strings.Contains(r.stderr, "rm '"+second+"'") {
		t.Fatalf("exit code %d: %s", r.code, r.stderr)
	}
	w.set("CLAVIGER_KEY_FILE", "")
	w.want(5, "token")
	pass := filepath.Join(filepath.Dir(w.home), "new passphrase")
	if err := os.WriteFile(pass, []byte("correct horse battery\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.set("CLAVIGER_PASSPHRASE_FILE", pass)
	if got := w.want(0, "token").out; got != token {
		t.Errorf("token %q, want %q", got, token)
	}
}

// Whatever is wrong with the key file: no browser, no refresh, no record moved,
// words that help, and all is well once they were heeded.
func TestKeyFileGoneWrong(t *testing.T) {
	w, file := byKeyFile(t)
	token := w.want(0, "token").out
	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, another := byKeyFileOf(t)
	write := func(data string) func() error {
		return func() error { return os.WriteFile(file, []byte(data), 0o600) }
	}
	for name, c := range map[string]struct {
		spoil func() error
		says  string
	}{
		"gone":   {func() error { return nil }, "Key file not found"},
		"open":   {func() error { return errors.Join(write(string(good))(), os.Chmod(file, 0o640)) }, "chmod 600 '" + file + "'"},
		"empty":  {write(""), "has no key in it"},
		"no key": {write("my passphrase\n"), "not an age identity file"},
		"cut":    {write(string(good[:len(good)-9])), "cut or mistyped"},
		"other":  {write(another), "belongs to another vault"},
		"folder": {func() error { return os.Mkdir(file, 0o700) }, "not a plain file"},
		"pipe":   {func() error { return syscall.Mkfifo(file, 0o600) }, "not a plain file"},
		"link": {func() error {
			return errors.Join(os.WriteFile(file+".real", good, 0o600), os.Symlink(file+".real", file))
		}, "not a link"},
	} {
		t.Run(name, func(t *testing.T) {
			if err := errors.Join(os.RemoveAll(file), c.spoil()); err != nil {
				t.Fatal(err)
			}
			for _, args := range [][]string{{"token"}, {"token", "--force"}, {"accounts"}, {"login", "acme", "--timeout", "20s"}, {"vault", "check"}} {
				r := w.want(5, args...)
				r.says(t, c.says)
				if r.out != "" || strings.Contains(r.stderr, "/authorize?") {
					t.Errorf("%v: %q\n%s", args, r.out, r.stderr)
				}
			}
			if status := w.want(0, "vault", "status").out; !strings.Contains(status, "Key file problem") || strings.Contains(status, "Set aside") {
				t.Error(status)
			}
			if err := errors.Join(os.RemoveAll(file), os.WriteFile(file, good, 0o600)); err != nil {
				t.Fatal(err)
			}
			if got := w.want(0, "token").out; got != token {
				t.Errorf("token %q, want %q", got, token)
			}
		})
	}
}

// byKeyFileOf is the content of another world's key file.
func byKeyFileOf(t *testing.T) (w *world, content string) {
	t.Helper()
	w = bareWorld(t)
	w.set("CLAVIGER_PASSPHRASE_FILE", "")
	file := filepath.Join(filepath.Dir(w.home), "key")
	w.want(0, "vault", "key-file", file)
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return w, string(data)
}

// A key file is never made where others could swap it, and over nothing.
func TestWhereNoKeyFileIsMade(t *testing.T) {
	w, _ := signedIn(t, 3600)
	dir := filepath.Dir(w.home)
	shared := filepath.Join(dir, "shared")
	taken := filepath.Join(dir, "taken")
	if err := errors.Join(os.Mkdir(shared, 0o700), os.Chmod(shared, 0o777), os.WriteFile(taken, []byte("mine\n"), 0o600)); err != nil {
		t.Fatal(err)
	}
	w.want(1, "vault", "key-file", filepath.Join(shared, "key")).says(t, "others can write into the folder", "chmod go-w '"+shared+"'")
	w.want(1, "vault", "key-file", filepath.Join(dir, "no", "key")).says(t, "mkdir -p -m 700 '"+filepath.Join(dir, "no")+"'")
	w.want(1, "vault", "key-file", filepath.Join(w.home, "vault", "key")).says(t, "every copy of the vault")
	w.want(1, "vault", "key-file", taken).says(t, "left as it is", "Choose a file that does not exist yet")
	w.want(2, "vault", "key-file")
	if data, err := os.ReadFile(taken); err != nil || string(data) != "mine\n" {
		t.Errorf("%q, %v", data, err)
	}
	w.want(0, "token")
}

// What systemd hands to a service: a folder that only it can read, with the key
// as LoadCredential=claviger-key:FILE puts it there.
func TestSystemdCredential(t *testing.T) {
	w, file := byKeyFile(t)
	token := w.want(0, "token").out
	w.set("CLAVIGER_KEY_FILE", "")
	key, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	credentials := filepath.Join(filepath.Dir(w.home), "credentials")
	if err := os.Mkdir(credentials, 0o700); err != nil {
		t.Fatal(err)
	}
	w.set("CREDENTIALS_DIRECTORY", credentials)
	w.want(5, "token").says(t, "but none is set") // other credentials
	if err := os.WriteFile(filepath.Join(credentials, "claviger-key"), key, 0o400); err != nil {
		t.Fatal(err)
	}
	if got := w.want(0, "token").out; got != token {
		t.Errorf("token %q, want %q", got, token)
	}
	// As %d/claviger-key in the unit's own environment.
	w.set("CREDENTIALS_DIRECTORY", credentials)
	w.set("CLAVIGER_KEY_FILE", filepath.Join(credentials, "claviger-key"))
	w.want(0, "token")

	// A service whose vault is not set up yet takes the key that it was given.
	fresh := bareWorld(t)
	p := startProvider(t)
	p.file(t, fresh.home)
	fresh.set("CLAVIGER_PASSPHRASE_FILE", "")
	fresh.set("CREDENTIALS_DIRECTORY", credentials)
	fresh.want(0, "login", "acme", "--timeout", "20s")
	if status := fresh.want(0, "vault", "status").out; !strings.Contains(status, "a key file") {
		t.Error(status)
	}
	fresh.set("CREDENTIALS_DIRECTORY", "")
	fresh.want(5, "token")
	fresh.set("CLAVIGER_KEY_FILE", file)
	fresh.want(0, "token")
}

// A locked vault is opened by a command; a passphrase is only asked for if there
// is one.
func TestLockedWithAKeyFile(t *testing.T) {
	w, file := byKeyFile(t)
	w.want(0, "vault", "lock")
	for _, args := range [][]string{{"token"}, {"accounts"}, {"vault", "check"}} {
		r := w.want(5, args...)
		r.says(t, "The vault is locked", "claviger vault unlock")
		if strings.Contains(r.stderr, "passphrase") {
			t.Errorf("%v asks for a passphrase that there is not: %s", args, r.stderr)
		}
	}
	w.want(2, "vault", "unlock", "--for", "8h").says(t, "--for has no effect", "unlock it with: claviger vault unlock")
	w.want(0, "vault", "unlock")
	if err := os.Rename(file, file+".away"); err != nil {
		t.Fatal(err)
	}
	if status := w.want(0, "vault", "status").out; !strings.Contains(status, "cannot be opened") || strings.Contains(status, "Locked             no") {
		t.Error(status)
	}
}

// What is wrong with the key file is so for every account.
func TestAKeyFileProblemIsSaidOnce(t *testing.T) {
	w, _ := headless(t)
	w.oddProvider(authtest.Behaviour{}, "")
	file := filepath.Join(filepath.Dir(w.home), "key")
	w.want(0, "vault", "key-file", file)
	w.set("CLAVIGER_KEY_FILE", file)
	w.want(0, "login", "acme", "--timeout", "20s")
	w.want(0, "login", "odd", "--timeout", "20s")
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"accounts"}, {"whoami"}} {
		if r := w.want(5, args...); strings.Count(r.stderr, "does not exist") != 1 {
			t.Errorf("%v:\n%s", args, r.stderr)
		}
	}
}
