package cli

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/claviger/claviger/auth/authtest"
)

// fullWords are said wherever there is no room.
var fullWords = []string{"The disk is full", "Nothing saved is lost", "Free some space"}

// noRefresh fails if a refresh token was spent.
func noRefresh(t *testing.T, p *provider, asked func()) {
	t.Helper()
	before, _, _ := p.counts()
	asked()
	if n, reused, _ := p.counts(); n != before || reused {
		t.Errorf("%d refreshes whose tokens have no place, reused %v", n-before, reused)
	}
}

// TestNoRoom: each command that stores something says that it could not, and
// changes nothing; those that only read, or forget, work. Then there is room
// again, and all of it works.
func TestNoRoom(t *testing.T) {
	w, p := signedIn(t, 3600)
	token := w.want(0, "token").out
	export := w.exportOfAnother(t, p)

	w.noRoom = true
	noRefresh(t, p, func() {
		r := w.want(1, "login", "acme", "--timeout", "20s")
		r.says(t, fullWords...)
		if strings.Contains(r.stderr, "/authorize?") {
			t.Error("the browser was opened before it was clear that nothing can be stored")
		}
		w.want(1, "token", "--force").says(t, fullWords...)
	})
	w.cannotStore(t, export, fullWords)
	w.readsAll(t, token)
	if files := w.temporary(); len(files) > 0 {
		t.Errorf("left behind: %v", files)
	}

	w.noRoom = false
	w.storesAgain(t, p, export)
}

// exportOfAnother is an export of someone else's two accounts.
func (w *world) exportOfAnother(t *testing.T, p *provider) string {
	t.Helper()
	other := newcomer(t, w)
	p.file(t, other.home)
	odd := other.oddProvider(authtest.Behaviour{}, "")
	other.cheapKey()
	for _, who := range []authtest.Person{authtest.Mira, authtest.Jonas} {
		other.loginOdd(odd, who)
	}
	file := filepath.Join(t.TempDir(), "export.age")
	if r := other.runInput("moving house\n", "vault", "export", file); r.code != 0 {
		t.Fatalf("export: %d\n%s", r.code, r.stderr)
	}
	return file
}

// cannotStore tries what stores, and fails unless each is refused in these words.
func (w *world) cannotStore(t *testing.T, export string, words []string) {
	t.Helper()
	for input, args := range map[string][]string{
		"moving house\n":             {"vault", "import", export},
		"another one, much longer\n": {"vault", "passphrase"},
		"":                           {"vault", "lock", "--after", "1h"},
	} {
		r := w.runInput(input, args...)
		if r.code != 1 {
			t.Errorf("%v: exit code %d", args, r.code)
		}
		r.says(t, words...)
	}
}

// readsAll uses what needs no storing.
func (w *world) readsAll(t *testing.T, token string) {
	t.Helper()
	if got := w.want(0, "token").out; got != token {
		t.Errorf("token %q, want %q", got, token)
	}
	w.want(0, "whoami")
	w.want(0, "inspect")
	w.want(0, "vault", "status")
	if r := w.want(0, "exec", "--", "sh", "-c", `printf %s "$CLAVIGER_TOKEN"`); r.out+"\n" != token {
		t.Errorf("exec: %q", r.out)
	}
	if list := decode[[]account](t, w.want(0, "accounts", "--json").out); len(list) != 1 || list[0].State != "active" {
		t.Errorf("accounts %+v", list)
	}
}

// storesAgain does all that was refused.
func (w *world) storesAgain(t *testing.T, p *provider, export string) {
	t.Helper()
	w.want(0, "token", "--force")
	if _, reused, _ := p.counts(); reused {
		t.Error("a refresh token was used twice")
	}
	if r := w.runInput("moving house\n", "vault", "import", export); r.code != 0 || !strings.Contains(r.out, "records added") {
		t.Errorf("import: %d, %s%s", r.code, r.out, r.stderr)
	}
	if r := w.runInput("another one, much longer\n", "vault", "passphrase"); r.code != 0 {
		t.Errorf("vault passphrase: %d\n%s", r.code, r.stderr)
	}
	w.want(5, "token", "acme").says(t, "Wrong passphrase")
	if err := os.WriteFile(filepath.Join(filepath.Dir(w.home), "passphrase"), []byte("another one, much longer\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.want(0, "token", "acme")
	w.want(0, "login", "acme", "--timeout", "20s")
	w.want(0, "vault", "check")
	w.want(0, "logout", "acme")
	if list := decode[[]account](t, w.want(0, "accounts", "--json").out); len(list) != 2 {
		t.Errorf("%d accounts", len(list))
	}
}

// TestNoRoomForANewVault: the person is not sent to the browser for nothing, and
// nothing half-made is in the way later.
func TestNoRoomForANewVault(t *testing.T) {
	w, p := newWorld(t), startProvider(t)
	p.file(t, w.home)
	w.noRoom = true
	r := w.want(1, "login", "acme", "--timeout", "20s")
	r.says(t, fullWords...)
	if strings.Contains(r.stderr, "/authorize?") {
		t.Error("the browser was opened before it was clear that nothing can be stored")
	}
	w.want(0, "login", "acme", "--no-remember", "--timeout", "20s")
	w.noRoom = false
	w.want(0, "login", "acme", "--timeout", "20s")
	w.want(0, "token")
	w.want(0, "vault", "check")
}

// TestNoRoomForgets: what frees room needs none.
func TestNoRoomForgets(t *testing.T) {
	w, p := signedIn(t, 3600)
	w.noRoom = true
	w.want(0, "logout")
	if _, _, revoked := p.counts(); len(revoked) == 0 {
		t.Error("nothing was revoked")
	}
	if out := w.want(0, "accounts", "--json").out; out != "[]\n" {
		t.Errorf("accounts %s", out)
	}
}

// readOnly makes the home one that cannot be written, and returns what ends it.
func (w *world) readOnly() (end func()) {
	w.t.Helper()
	if os.Getuid() == 0 { // whom no mode keeps from writing
		return w.readOnlyMount()
	}
	vaultDir := filepath.Join(w.home, "vault")
	dirs := []string{filepath.Join(vaultDir, "records"), filepath.Join(vaultDir, "locks"), vaultDir, w.home}
	set := func(mode os.FileMode) {
		for _, dir := range dirs {
			if err := os.Chmod(dir, mode); err != nil && !errors.Is(err, os.ErrNotExist) {
				w.t.Fatal(err)
			}
		}
	}
	set(0o500)
	w.t.Cleanup(func() { set(0o700) })
	return func() { set(0o700) }
}

// TestReadOnlyFolder: reported before the browser opens and before a refresh token is
// spent; reading works.
func TestReadOnlyFolder(t *testing.T) {
	w, p := signedIn(t, 3600)
	token := w.want(0, "token").out
	export := w.exportOfAnother(t, p)
	words := []string{"The vault's folder is not writable", "Check the folder's permissions", "CLAVIGER_HOME"}

	end := w.readOnly()
	noRefresh(t, p, func() {
		r := w.want(1, "login", "acme", "--timeout", "20s")
		r.says(t, words...)
		if strings.Contains(r.stderr, "/authorize?") {
			t.Error("the browser was opened before it was clear that nothing can be stored")
		}
		w.want(1, "token", "--force").says(t, words...)
		w.want(1, "logout", "--local").says(t, words...)
	})
	w.cannotStore(t, export, words)
	w.readsAll(t, token)

	end()
	w.storesAgain(t, p, export)
}

// TestImportMeetsTheEnd: the disk fills in the middle of an import. What is in is
// whole and reported, and importing again with room does the rest.
func TestImportMeetsTheEnd(t *testing.T) {
	w, p := signedIn(t, 3600)
	token := w.want(0, "token").out
	other := newcomer(t, w)
	odd := other.oddProvider(authtest.Behaviour{}, "")
	other.cheapKey()
	id := other.loginOdd(odd, authtest.Mira)
	other.multiply(id, 40)
	file := filepath.Join(t.TempDir(), "export.age")
	if r := other.runInput("moving house\n", "vault", "export", file); r.code != 0 {
		t.Fatalf("export: %d\n%s", r.code, r.stderr)
	}
	end := w.littleDisk()
	r := w.runInput("moving house\n", "vault", "import", file, "--json")
	r.says(t, fullWords...)
	added := slices.DeleteFunc(decode[struct{ Added []string }](t, r.out).Added, func(name string) bool {
		return strings.Contains(name, "-") // what lies beside an account
	})
	if r.code != 1 || len(added) == 0 || len(added) >= 40 {
		t.Fatalf("exit code %d, %d added: the disk did not fill in the middle", r.code, len(added))
	}
	if list := decode[[]account](t, w.want(0, "accounts", "--json").out); len(list) != len(added)+1 {
		t.Errorf("%d accounts, %d were reported and one was there", len(list), len(added))
	}
	if got := w.want(0, "token", "acme").out; got != token {
		t.Errorf("token %q, want %q", got, token)
	}
	end()
	if r := w.runInput("moving house\n", "vault", "import", file); r.code != 0 {
		t.Fatalf("again: %d\n%s", r.code, r.stderr)
	}
	if list := decode[[]account](t, w.want(0, "accounts", "--json").out); len(list) != 41 {
		t.Errorf("%d accounts", len(list))
	}
	w.want(0, "token", "acme", "--force")
	if n, reused, _ := p.counts(); n != 1 || reused {
		t.Errorf("%d refreshes, reused %v", n, reused)
	}
	w.want(0, "vault", "check")
}
