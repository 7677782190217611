package cli

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/claviger/claviger/auth/authtest"
)

// nobody is a user without rights of its own, as which a superuser tests what a
// mode forbids.
const nobody = 65534

// person is a world whose commands run under an umask, and never as a superuser,
// to whom modes say nothing.
type person struct {
	*world
	umask  int
	folder string // of everything
	binary string
}

func newPerson(t *testing.T, umask int) *person {
	t.Helper()
	w := bareWorld(t)
	p := &person{world: w, umask: umask, folder: filepath.Dir(w.home), binary: binary}
	w.set("CLAVIGER_HOME", filepath.Join(w.home, "not", "there", "yet"))
	if os.Getuid() != 0 {
		return p
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	// The way to the folder, which is the superuser's.
	if err := os.Chmod(filepath.Dir(p.folder), 0o711); err != nil {
		t.Fatal(err)
	}
	p.binary = p.copyOf(binary)
	w.set("BROWSER", p.copyOf(self))
	return p
}

// copyOf puts a program where the person can run it.
func (p *person) copyOf(program string) string {
	p.t.Helper()
	to := filepath.Join(p.folder, filepath.Base(program))
	in, err := os.Open(program)
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = in.Close() }()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o700)
	if err != nil {
		p.t.Fatal(err)
	}
	if _, err := io.Copy(out, in); err != nil {
		p.t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		p.t.Fatal(err)
	}
	return to
}

// own gives the person all that the test made.
func (p *person) own() {
	p.t.Helper()
	p.give(nobody)
}

// give gives a user all that there is.
func (p *person) give(uid int) {
	p.t.Helper()
	if os.Getuid() != 0 {
		return
	}
	err := filepath.WalkDir(p.folder, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, uid, uid)
	})
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p *person) does(input string, args ...string) {
	p.t.Helper()
	script := fmt.Sprintf(`umask %04o; exec "$0" "$@"`, p.umask)
	cmd := exec.CommandContext(p.t.Context(), "/bin/sh", append([]string{"-c", script, p.binary}, args...)...)
	cmd.Env, cmd.Dir = p.env, p.folder
	cmd.Stdin = strings.NewReader(input)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if os.Getuid() == 0 {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: nobody, Gid: nobody}
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Run(); err != nil {
		p.t.Fatalf("umask %04o, claviger %v: %v\n%s", p.umask, args, err, stderr.String())
	}
}

// TestModes: every file is its owner's alone, whatever the umask, and one that
// would close them to the owner too keeps nobody from their accounts.
func TestModes(t *testing.T) {
	t.Parallel()
	for _, umask := range []int{0, 0o777, 0o022, 0o277} {
		t.Run(fmt.Sprintf("%04o", umask), func(t *testing.T) {
			p := newPerson(t, umask)
			odd := p.oddProvider(authtest.Behaviour{}, "")
			file, err := os.ReadFile(filepath.Join(p.home, "providers.d", "odd.toml"))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.RemoveAll(filepath.Join(p.home, "providers.d")); err != nil {
				t.Fatal(err)
			}
			p.own()
			export := filepath.Join(p.folder, "export.age")
			p.does(string(file), "providers", "add", "--file", "-")
			p.does("", "login", "odd", "--timeout", "20s")
			if info, err := os.Stat(filepath.Join(p.vaultDir(), "key.age")); err != nil || info.Mode() != 0o600 {
				t.Errorf("the key's file: %v, %v", info, err)
			}
			p.give(os.Getuid()) // whose vault it is for the library
			p.cheapKey()
			p.own()
			p.does("", "login", "demo", "--timeout", "20s")
			p.does("", "token", "odd", "--force")
			p.does("", "vault", "lock", "--after", "1h")
			p.does("another passphrase\n", "vault", "export", export)
			p.does("another passphrase\n", "vault", "import", export)
			p.does("", "vault", "lock")
			p.does("", "vault", "unlock")
			p.does("", "whoami", "odd")
			p.does("", "vault", "check")
			key := filepath.Join(p.folder, "key")
			p.does("", "vault", "key-file", key)
			p.set("CLAVIGER_KEY_FILE", key)
			p.does("", "whoami", "odd")
			if odd.Refreshes() != 1 {
				t.Errorf("%d refreshes", odd.Refreshes())
			}
			files := 0
			for _, path := range []string{filepath.Join(p.home, "not"), export, key} {
				err := filepath.WalkDir(path, func(path string, d fs.DirEntry, err error) error {
					if err != nil {
						return err
					}
					info, err := d.Info()
					if err != nil {
						return err
					}
					files++
					want := fs.FileMode(0o600)
					if d.IsDir() {
						want |= fs.ModeDir | 0o700
					}
					if info.Mode() != want {
						t.Errorf("%s has mode %v, want %v", strings.TrimPrefix(path, p.folder), info.Mode(), want)
					}
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			}
			if files < 15 {
				t.Errorf("only %d files and folders", files)
			}
		})
	}
}
