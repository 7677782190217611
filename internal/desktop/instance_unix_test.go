//go:build unix

package desktop

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestStaleSocketIsReplaced(t *testing.T) {
	home := t.TempDir()
	run := filepath.Join(home, "run")
	if err := os.Mkdir(run, 0o700); err != nil {
		t.Fatal(err)
	}
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Join(run, "window.sock")})
	if err != nil {
		t.Fatal(err)
	}
	l.SetUnlinkOnClose(false) // as after a crash
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	first := claim(t, home)
	if first == nil {
		t.Fatal("a stale socket keeps the window from opening")
	}
	if second := claim(t, home); second != nil {
		t.Fatal("two windows")
	}
	raised(t, first)
	if err := first.Close(); err != nil {
		t.Error(err)
	}
}

func TestForeignSocketFolderIsRefused(t *testing.T) {
	runtimeDir := t.TempDir()
	t.Setenv("XDG_RUNTIME_DIR", runtimeDir)
	dir := filepath.Join(t.TempDir(), strings.Repeat("long/", 40))
	socket, err := placeOf(dir)
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Dir(socket)
	if err := os.Chmod(folder, 0o777); err != nil { // this is what must be refused
		t.Fatal(err)
	}
	if _, err := placeOf(dir); err == nil {
		t.Error("a folder that everybody can write is used")
	}
	if err := os.Remove(folder); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(t.TempDir(), folder); err != nil {
		t.Fatal(err)
	}
	if _, err := placeOf(dir); err == nil {
		t.Error("a link is used")
	}
}

// TestLinksInTheWayOfTheWindow: neither its folder nor its lock is a link to
// elsewhere, and nothing is made or removed there.
func TestLinksInTheWayOfTheWindow(t *testing.T) {
	for _, name := range []string{"run", "run/window.lock", "run/window.sock"} {
		t.Run(name, func(t *testing.T) {
			home, elsewhere := t.TempDir(), filepath.Join(t.TempDir(), "elsewhere")
			if name == "run" {
				if err := os.Mkdir(elsewhere, 0o700); err != nil {
					t.Fatal(err)
				}
			} else if err := os.Mkdir(filepath.Join(home, "run"), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(elsewhere, filepath.Join(home, name)); err != nil {
				t.Fatal(err)
			}
			i, err := Claim(t.Context(), home, false)
			if i != nil {
				defer func() { _ = i.Close() }()
			}
			// What stands in the socket's place is removed: a window that crashed
			// left one.
			if want := name != "run/window.sock"; want != (err != nil) {
				t.Errorf("claimed: %v, %v", i, err)
			}
			if name != "run" {
				if _, err := os.Lstat(elsewhere); err == nil {
					t.Error("a file was made behind the link")
				}
			} else if e, err := os.ReadDir(elsewhere); err != nil || len(e) != 0 {
				t.Errorf("behind the link: %v, %v", e, err)
			}
		})
	}
}

func TestSocketFolderIsPrivate(t *testing.T) {
	home := t.TempDir()
	first := claim(t, home)
	defer func() { _ = first.Close() }()
	info, err := os.Stat(filepath.Join(home, "run"))
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o700 {
		t.Errorf("mode %o, want 700", got)
	}
	for _, name := range []string{"window.lock", "window.sock"} {
		info, err := os.Lstat(filepath.Join(home, "run", name))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
}

// full is a listener whose process may open no more files for the next few connections.
type full struct {
	net.Listener
	left int
}

func (f *full) Accept() (net.Conn, error) {
	if f.left > 0 {
		f.left--
		return nil, &net.OpError{Op: "accept", Net: "unix", Err: os.NewSyscallError("accept4", syscall.EMFILE)}
	}
	return f.Listener.Accept()
}

// A window that could not take a start, because its process had too many files open,
// takes the next.
func TestTooManyFilesPass(t *testing.T) {
	place := filepath.Join(t.TempDir(), "s")
	l, err := listen(t.Context(), place)
	if err != nil {
		t.Fatal(err)
	}
	i := &Instance{listener: &full{l, 3}, raise: make(chan struct{}, 1)}
	i.serving.Go(i.serve)
	if err := askToRaise(t.Context(), place); err != nil {
		t.Error(err)
	}
	raised(t, i)
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	i.serving.Wait()
}
