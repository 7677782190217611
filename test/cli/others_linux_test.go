package cli

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/claviger/claviger/auth/authtest"
)

// user runs a command as a user of this computer; the superuser only can.
func (p *person) user(uid uint32, args ...string) result {
	p.t.Helper()
	cmd := exec.CommandContext(p.t.Context(), p.binary, args...)
	cmd.Env, cmd.Dir = p.env, p.folder
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if os.Getuid() == 0 {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uid, Gid: uid}
	}
	var out, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &stderr
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		p.t.Fatal(err)
	}
	return result{code: cmd.ProcessState.ExitCode(), out: out.String(), stderr: stderr.String()}
}

// me is the person, and without a superuser whoever runs the tests.
func me() uint32 {
	if os.Getuid() == 0 {
		return nobody
	}
	return uint32(os.Getuid())
}

// signedInPerson has an account at a provider of a file of their own.
func signedInPerson(t *testing.T) *person {
	t.Helper()
	p := newPerson(t, 0o022)
	p.set("CLAVIGER_HOME", p.home)
	p.oddProvider(authtest.Behaviour{}, "")
	p.cheapKey()
	p.own()
	p.does("", "login", "odd", "--timeout", "20s")
	p.own()
	return p
}

// TestFilesThatOthersCanChange: what others can write is not used, as with ssh,
// and the command that mends it is said; after it, everything is as before.
func TestFilesThatOthersCanChange(t *testing.T) {
	p := signedInPerson(t)
	token := p.user(me(), "token", "odd")
	if token.code != 0 {
		t.Fatal(token.stderr)
	}
	vault := p.vaultDir()
	records, err := filepath.Glob(filepath.Join(vault, "records", "????????????.age"))
	if err != nil || len(records) != 1 {
		t.Fatal(records, err)
	}
	for name, path := range map[string]string{
		"configuration folder": p.home, "vault": vault, "records": filepath.Join(vault, "records"),
		"vault.json": filepath.Join(vault, "vault.json"), "key": filepath.Join(vault, "key.age"), "record": records[0],
		"provider file": filepath.Join(p.home, "providers.d", "odd.toml"), "provider folder": filepath.Join(p.home, "providers.d"),
	} {
		info, err := os.Lstat(path)
		if err != nil {
			t.Fatal(err)
		}
		p.refusedIfOpen(name, path, info.Mode().Perm()|0o002)
		if os.Getuid() == 0 { // who can make it a group of several
			if err := os.Lchown(path, nobody, 12345); err != nil {
				t.Fatal(err)
			}
			p.refusedIfOpen(name, path, info.Mode().Perm()|0o020)
		}
		if err := os.Chmod(path, info.Mode().Perm()); err != nil {
			t.Fatal(err)
		}
		p.own()
		if r := p.user(me(), "token", "odd"); r.out != token.out {
			t.Errorf("%s: after chmod: %s", name, r.stderr)
		}
	}
}

// refusedIfOpen fails unless a file with that mode is not used, and what helps is
// said.
func (p *person) refusedIfOpen(name, path string, mode os.FileMode) {
	p.t.Helper()
	if err := os.Chmod(path, mode); err != nil {
		p.t.Fatal(err)
	}
	args := []string{"token", "odd"}
	if strings.HasPrefix(name, "provider") {
		args = []string{"login", "odd", "--timeout", "20s"}
	}
	r := p.user(me(), args...)
	if r.code == 0 || r.out != "" {
		p.t.Errorf("%s with %04o: it was used all the same", name, mode)
	}
	if !strings.Contains(r.stderr, "chmod go-w '"+path+"'") {
		p.t.Errorf("%s with %04o: what helps is not said:\n%s", name, mode, r.stderr)
	}
}

// TestPrivateGroupsAreUsual: with a group that is the person's alone, its right to
// write is no danger.
func TestPrivateGroupsAreUsual(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs the superuser to become another user")
	}
	p := signedInPerson(t)
	const alone = 23456 // no other user is in a group of that number
	owned := func() {
		t.Helper()
		err := filepath.WalkDir(p.folder, func(path string, _ os.DirEntry, _ error) error { return os.Lchown(path, alone, alone) })
		if err != nil {
			t.Fatal(err)
		}
	}
	owned()
	for _, path := range []string{p.home, filepath.Join(p.home, "providers.d"), filepath.Join(p.home, "providers.d", "odd.toml"), p.vaultDir()} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, info.Mode().Perm()|0o020); err != nil {
			t.Fatal(err)
		}
	}
	if r := p.user(alone, "token", "odd"); r.code != 0 {
		t.Errorf("a private group is refused:\n%s", r.stderr)
	}
	// And a folder that is somewhere else.
	there := p.home + "-elsewhere"
	if err := os.Rename(p.home, there); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(there, p.home); err != nil {
		t.Fatal(err)
	}
	owned()
	if r := p.user(alone, "token", "odd"); r.code != 0 {
		t.Errorf("a link of one's own is refused:\n%s", r.stderr)
	}
	if err := os.Lchown(p.home, 12345, 12345); err != nil {
		t.Fatal(err)
	}
	if r := p.user(alone, "token", "odd"); r.code == 0 || !strings.Contains(r.stderr, "another user") {
		t.Errorf("a link of another user is followed: %d\n%s", r.code, r.stderr)
	}
}

// TestFilesOfAnotherUser are not used, whoever may read them.
func TestFilesOfAnotherUser(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs the superuser to become another user")
	}
	p := signedInPerson(t)
	vault := p.vaultDir()
	for name, path := range map[string]string{
		"configuration folder": p.home, "vault": vault, "vault.json": filepath.Join(vault, "vault.json"),
		"provider file": filepath.Join(p.home, "providers.d", "odd.toml"), "provider folder": filepath.Join(p.home, "providers.d"),
	} {
		info, err := os.Lstat(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(os.Lchown(path, 12345, 12345), os.Chmod(path, 0o755)); err != nil {
			t.Fatal(err)
		}
		args := []string{"token", "odd"}
		if strings.HasPrefix(name, "provider") {
			args = []string{"login", "odd", "--timeout", "20s"}
		}
		r := p.user(me(), args...)
		if r.code == 0 || r.out != "" || !strings.Contains(r.stderr, "another user (12345)") || !strings.Contains(r.stderr, path) {
			t.Errorf("%s of another user: %d, %s", name, r.code, r.stderr)
		}
		if err := os.Chmod(path, info.Mode().Perm()); err != nil {
			t.Fatal(err)
		}
		p.own()
	}
	if r := p.user(me(), "token", "odd"); r.code != 0 {
		t.Error(r.stderr)
	}
}

// TestThePrivilegedLeaveNothingBehind: the superuser does nothing in a person's
// folder, where links could lead it anywhere, and says how to go on.
func TestThePrivilegedLeaveNothingBehind(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs the superuser")
	}
	p := signedInPerson(t)
	victim := t.TempDir()
	if err := os.WriteFile(filepath.Join(victim, "yarn.lock"), []byte("root's"), 0o600); err != nil {
		t.Fatal(err)
	}
	locks := filepath.Join(p.vaultDir(), "locks")
	if err := errors.Join(os.Rename(locks, locks+"2"), os.Symlink(victim, locks)); err != nil {
		t.Fatal(err)
	}
	before := listing(t, p.home)
	for _, args := range [][]string{
		{"token", "odd", "--force"},
		{"vault", "check"},
		{"vault", "lock", "--after", "1h"},
		{"login", "odd", "--timeout", "20s"},
		{"providers", "add", "more", "--preset", "github", "--client-id", "c", "--yes"},
		{"vault", "repair"},
	} {
		if r := p.user(0, args...); r.code == 0 || !strings.Contains(r.stderr, fmt.Sprintf("sudo -u '#%d'", nobody)) {
			t.Errorf("the superuser's %v: %d, %s", args, r.code, r.stderr)
		}
	}
	if diff := cmp.Diff(before, listing(t, p.home)); diff != "" {
		t.Errorf("the person's folder changed: %s", diff)
	}
	if data, err := os.ReadFile(filepath.Join(victim, "yarn.lock")); err != nil || string(data) != "root's" {
		t.Errorf("a file of the superuser's elsewhere: %q, %v", data, err)
	}
	if err := errors.Join(os.Remove(locks), os.Rename(locks+"2", locks)); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"token"}, {"whoami"}, {"accounts"}, {"vault", "check"}, {"token", "--force"}, {"logout", "--local"}} {
		if r := p.user(nobody, args...); r.code != 0 {
			t.Errorf("afterwards %v: %s", args, r.stderr)
		}
	}
}

// TestWhatRootWroteIsSaid: a file that an older version left to the superuser is
// named, with what gives it back.
func TestWhatRootWroteIsSaid(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs the superuser")
	}
	p := signedInPerson(t)
	vault := p.vaultDir()
	records, err := filepath.Glob(filepath.Join(vault, "records", "????????????.age"))
	if err != nil || len(records) != 1 {
		t.Fatal(records, err)
	}
	locks, err := filepath.Glob(filepath.Join(vault, "locks", "_write.lock"))
	if err != nil || len(locks) != 1 {
		t.Fatal(locks, err)
	}
	for path, args := range map[string][]string{
		records[0]:                         {"token", "odd"},
		filepath.Join(vault, "records"):    {"token", "odd"},
		filepath.Join(vault, "key.age"):    {"token", "odd"},
		filepath.Join(vault, "vault.json"): {"vault", "status"},
		vault:                              {"whoami", "odd"},
		locks[0]:                           {"token", "odd", "--force"},
		p.home:                             {"token", "odd"},
	} {
		if err := os.Lchown(path, 0, 0); err != nil {
			t.Fatal(err)
		}
		r := p.user(nobody, args...)
		if r.code == 0 || !strings.Contains(r.stderr, path+" belongs to the superuser") || !strings.Contains(r.stderr, "chown") {
			t.Errorf("%s: %v: %d\n%s", path, args, r.code, r.stderr)
		}
		p.own()
	}
}
