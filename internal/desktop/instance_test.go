package desktop

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// raised waits for the wish to see the window.
func raised(t *testing.T, i *Instance) {
	t.Helper()
	select {
	case <-i.raise:
	case <-time.After(5 * time.Second):
		t.Fatal("the window was not asked to come to the front")
	}
}

func claim(t *testing.T, home string) *Instance {
	t.Helper()
	i, err := Claim(t.Context(), home, false)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func TestSecondStartRaisesTheFirst(t *testing.T) {
	home := t.TempDir()
	first := claim(t, home)
	if first == nil {
		t.Fatal("the first start has no window")
	}
	if second := claim(t, home); second != nil {
		t.Fatal("the second start has a window too")
	}
	raised(t, first)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	third := claim(t, home)
	if third == nil {
		t.Fatal("no window after the first ended")
	}
	if err := third.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestRacingStartsMakeOneWindow(t *testing.T) {
	home := t.TempDir()
	const starts = 12
	got := make(chan *Instance, starts)
	var all sync.WaitGroup
	for range starts {
		all.Go(func() {
			i, err := Claim(t.Context(), home, false)
			if err != nil {
				t.Error(err)
			}
			if i != nil {
				got <- i
			}
		})
	}
	all.Wait()
	close(got)
	var windows []*Instance
	for i := range got {
		windows = append(windows, i)
	}
	if len(windows) != 1 {
		t.Fatalf("%d windows, want 1", len(windows))
	}
	raised(t, windows[0])
	if err := windows[0].Close(); err != nil {
		t.Error(err)
	}
}

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

func TestLongHomeGetsAShortSocket(t *testing.T) {
	runtimeDir := t.TempDir()
	t.Setenv("XDG_RUNTIME_DIR", runtimeDir)
	home := filepath.Join(t.TempDir(), strings.Repeat("long/", 40))
	first := claim(t, home)
	if first == nil {
		t.Fatal("no window")
	}
	if second := claim(t, home); second != nil {
		t.Fatal("two windows")
	}
	raised(t, first)
	if err := first.Close(); err != nil {
		t.Error(err)
	}
	// Another home has another socket.
	other := claim(t, home+"/other")
	if other == nil {
		t.Fatal("another home shares the window")
	}
	if err := other.Close(); err != nil {
		t.Error(err)
	}
}

func TestForeignSocketFolderIsRefused(t *testing.T) {
	runtimeDir := t.TempDir()
	t.Setenv("XDG_RUNTIME_DIR", runtimeDir)
	dir := filepath.Join(t.TempDir(), strings.Repeat("long/", 40))
	socket, err := socketPath(dir)
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Dir(socket)
	if err := os.Chmod(folder, 0o777); err != nil { // this is what must be refused
		t.Fatal(err)
	}
	if _, err := socketPath(dir); err == nil {
		t.Error("a folder that everybody can write is used")
	}
	if err := os.Remove(folder); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(t.TempDir(), folder); err != nil {
		t.Fatal(err)
	}
	if _, err := socketPath(dir); err == nil {
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

func TestOnlyTheRightWordRaises(t *testing.T) {
	home := t.TempDir()
	first := claim(t, home)
	defer func() { _ = first.Close() }()
	conn, err := net.Dial("unix", filepath.Join(home, "run", "window.sock"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Write([]byte("quit, and a long line that does not fit into the buffer\n")); err != nil {
		t.Fatal(err)
	}
	// The conversation is over once the other side closed.
	buf := make([]byte, 16)
	for {
		if _, err := conn.Read(buf); err != nil {
			break
		}
	}
	_ = conn.Close()
	select {
	case <-first.raise:
		t.Error("a foreign word raises the window")
	default:
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
	l, err := net.Listen("unix", filepath.Join(t.TempDir(), "s"))
	if err != nil {
		t.Fatal(err)
	}
	i := &Instance{listener: &full{l, 3}, raise: make(chan struct{}, 1)}
	i.serving.Go(i.serve)
	if err := askToRaise(t.Context(), l.Addr().String()); err != nil {
		t.Error(err)
	}
	raised(t, i)
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	i.serving.Wait()
}

// A start that shows no window, at log-in, leaves the one that is open where it is.
func TestQuietStartRaisesNothing(t *testing.T) {
	home := t.TempDir()
	first := claim(t, home)
	second, err := Claim(t.Context(), home, true)
	if second != nil || err != nil {
		t.Fatalf("the second start: %v, %v", second, err)
	}
	select {
	case <-first.Raise():
		t.Error("the window comes to the front")
	default:
	}
	if err := first.Close(); err != nil {
		t.Error(err)
	}
}
