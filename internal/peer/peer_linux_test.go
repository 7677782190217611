package peer

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// asClient is set in a process that connects to the socket it names, and then does
// what its standard input says.
const asClient = "CLAVIGER_TEST_PEER_CLIENT"

func TestMain(m *testing.M) {
	if socket := os.Getenv(asClient); socket != "" {
		client(socket)
	}
	if program := os.Getenv(asLooker); program != "" {
		looker(program)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func client(socket string) {
	c, err := net.Dial("unix", socket)
	if err != nil {
		os.Exit(9)
	}
	wish := make([]byte, 16)
	n, _ := os.Stdin.Read(wish)
	if string(wish[:n]) == "turn" { // into another program, which has the connection too
		f, err := c.(*net.UnixConn).File()
		if err != nil {
			os.Exit(9)
		}
		_, _, _ = syscall.Syscall(syscall.SYS_FCNTL, f.Fd(), syscall.F_SETFD, 0)
		_ = syscall.Exec("/bin/cat", []string{"cat"}, nil)
	}
	_ = c.Close()
	os.Exit(0)
}

// connected is a process of our own that connected, and the connection.
type connected struct {
	*exec.Cmd
	in   io.WriteCloser
	conn *net.UnixConn
}

func connect(t *testing.T, program string, args ...string) connected {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "s")
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: socket})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	cmd := exec.CommandContext(t.Context(), program, args...)
	cmd.Env = []string{asClient + "=" + socket}
	cmd.Dir = "/"
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if err := l.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	c, err := l.AcceptUnix()
	if err != nil {
		t.Fatalf("%s did not come: %v", program, err)
	}
	t.Cleanup(func() {
		_ = c.Close()
		_ = in.Close()
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return connected{cmd, in, c}
}

// copied is a copy of this test, at a path of its own.
func copied(t *testing.T, name string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

// hashIsOf wants the hash of a process to be that of a file.
func hashIsOf(t *testing.T, p Process, path string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(data)
	if got, err := p.Hash(); err != nil || got != hex.EncodeToString(sum[:]) {
		t.Errorf("hash %s, %v", got, err)
	}
}

func TestOf(t *testing.T) {
	path := copied(t, "an asker")
	c := connect(t, path, "-one", "two\x1b[2J words")
	p, err := Of(c.conn)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := []any{p.PID, p.UID, p.Parent, p.Executable, p.Dir, p.Title()},
		[]any{c.Process.Pid, os.Getuid(), os.Getpid(), path, "/", "an asker"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got := p.CommandLine(); got != "'an asker' -one 'two[2J words'" {
		t.Errorf("command line %q", got)
	}
	if err := p.Same(); err != nil {
		t.Error(err)
	}
	parents := p.Parents()
	if len(parents) == 0 || parents[0].PID != os.Getpid() {
		t.Errorf("parents %+v", parents)
	}
	hashIsOf(t, p, path)
	_ = c.in.Close()
	_ = c.Wait()
	if err := p.Same(); !errors.Is(err, ErrGone) {
		t.Errorf("after its end: %v", err)
	}
	if _, err := p.Hash(); err == nil {
		t.Error("the file of a process that is gone has a hash")
	}
	if _, err := Of(c.conn); !errors.Is(err, ErrGone) {
		t.Errorf("whose process has ended: %v", err)
	}
}

// Whoever connects and then turns into another program is not that program.
func TestTurnedIntoAnother(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := connect(t, self)
	p, err := Of(c.conn)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.in.Write([]byte("turn")); err != nil {
		t.Fatal(err)
	}
	// The other program closes the end of its input, and with that the connection.
	for exe := ""; !strings.HasSuffix(exe, "cat"); {
		exe, _ = os.Readlink(p.image())
	}
	if err := p.Same(); !errors.Is(err, ErrGone) {
		t.Errorf("it is %v", err)
	}
}

func TestSameFile(t *testing.T) {
	path, twin := copied(t, "a"), copied(t, "a")
	one, err := Of(connect(t, path).conn)
	if err != nil {
		t.Fatal(err)
	}
	two, err := Of(connect(t, path).conn)
	if err != nil {
		t.Fatal(err)
	}
	other, err := Of(connect(t, twin).conn)
	if err != nil {
		t.Fatal(err)
	}
	if !one.SameFile(two) || one.SameFile(other) || (Process{}).SameFile(Process{}) {
		t.Error("the same file is another, or another the same")
	}
	// What takes the path of a program does not become it.
	if err := os.Rename(twin, path); err != nil {
		t.Fatal(err)
	}
	three, err := Of(connect(t, path).conn)
	if err != nil {
		t.Fatal(err)
	}
	if three.Executable != path || three.SameFile(one) || one.Executable != path {
		t.Errorf("%+v and %+v", three, one)
	}
	hash, err := one.Hash()
	if err != nil || hash == "" {
		t.Errorf("of a file that was replaced: %q, %v", hash, err)
	}
}

func TestTerminal(t *testing.T) {
	for device, want := range map[uint64]string{0: "", 136 << 8: "/dev/pts/0", 137<<8 | 3: "/dev/pts/259", 4<<8 | 1: "/dev/tty1", 4<<8 | 64: ""} {
		if got := terminal(device); got != want {
			t.Errorf("%#x: %q, want %q", device, got, want)
		}
	}
}

func TestSelf(t *testing.T) {
	p, err := Self()
	if err != nil || p.PID != os.Getpid() || !slices.Equal(p.Args, os.Args) {
		t.Errorf("%+v, %v", p, err)
	}
}

// A process can make its command line as long as its memory.
func TestLongCommandLine(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("x", 100<<10)
	p, err := Of(connect(t, self, "-a", long, long).conn)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(strings.Join(p.Args, " ")); n > maxCommandLine || len(p.Args) < 2 || p.Args[1] != "-a" {
		t.Errorf("%d bytes in %d words", n, len(p.Args))
	}
}

// The file that is hashed is the one that the process ran when it was looked at, also
// if the process ran another only in between.
func TestHashOfTheVeryFile(t *testing.T) {
	p, err := Self()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := hashFile(p.image(), p.file); err != nil {
		t.Error(err)
	}
	if got, err := hashFile(copied(t, "another"), p.file); !errors.Is(err, ErrGone) || got != "" {
		t.Errorf("of another file: %q, %v", got, err)
	}
}

// Who took the id of a parent that has ended is not the parent.
func TestStarter(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child, err := Of(connect(t, self).conn)
	if err != nil {
		t.Fatal(err)
	}
	if p, err := child.Starter(); err != nil || p.PID != os.Getpid() {
		t.Errorf("%+v, %v", p, err)
	}
	orphan, err := Self()
	if err != nil {
		t.Fatal(err)
	}
	orphan.Parent = child.PID
	if p, err := orphan.Starter(); !errors.Is(err, ErrGone) || p.PID != 0 {
		t.Errorf("a younger process: %+v, %v", p, err)
	}
	orphan.Parent = 0
	if _, err := orphan.Starter(); err == nil {
		t.Error("nobody is a parent")
	}
}

// sleeper is a process with a given id, as far as the kernel lets us choose
// (ns_last_pid of proc_sys_kernel(5)).
func sleeper(t *testing.T, pid int) *exec.Cmd {
	t.Helper()
	for range 50 {
		if err := os.WriteFile("/proc/sys/kernel/ns_last_pid", []byte(strconv.Itoa(pid-1)), 0o600); err != nil {
			t.Skip("the next process's id cannot be chosen:", err)
		}
		cmd := exec.CommandContext(t.Context(), "/bin/sleep", "60")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if cmd.Process.Pid == pid {
			t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
			return cmd
		}
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
	t.Skip("other processes took the id")
	return nil
}

// A process that got the id of one that asked, and ended, is not that one.
func TestIDUsedAgain(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := connect(t, self)
	p, err := Of(c.conn)
	if err != nil {
		t.Fatal(err)
	}
	_ = c.in.Close()
	_ = c.Wait()
	other := sleeper(t, p.PID)
	now, err := Lookup(other.Process.Pid)
	if err != nil || now.Title() != "sleep" {
		t.Fatalf("%+v, %v", now, err)
	}
	if err := p.Same(); !errors.Is(err, ErrGone) {
		t.Errorf("the process is the same: %v", err)
	}
	if _, err := p.Hash(); err == nil {
		t.Error("its file has a hash")
	}
	if got, err := Of(c.conn); !errors.Is(err, ErrGone) {
		t.Errorf("%+v, %v", got, err)
	}
}

// runs wants a process to run what this test does, from a path.
func (p Process) runs(t *testing.T, path string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	want, err := HashFile(self)
	if got, hashErr := p.Hash(); p.Executable != path || got != want || err != nil || hashErr != nil {
		t.Errorf("%q with the hash %q, %v", p.Executable, got, hashErr)
	}
}

// A program whose file is gone is known by what it runs.
func TestProgramWhoseFileIsGone(t *testing.T) {
	path := copied(t, "gone")
	c := connect(t, path)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	p, err := Of(c.conn)
	if err != nil {
		t.Fatal(err)
	}
	p.runs(t, path)
}

// So is one that never had a file in a folder.
func TestProgramInMemory(t *testing.T) {
	fd, err := unix.MemfdCreate("odd name", 0)
	if err != nil {
		t.Skip("no files in memory here:", err)
	}
	memory := os.NewFile(uintptr(fd), "memory")
	defer func() { _ = memory.Close() }()
	self, err := os.Open("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = self.Close() }()
	if _, err := io.Copy(memory, self); err != nil {
		t.Fatal(err)
	}
	p, err := Of(connect(t, "/proc/"+strconv.Itoa(os.Getpid())+"/fd/"+strconv.Itoa(fd)).conn)
	if err != nil {
		t.Fatal(err)
	}
	p.runs(t, "/memfd:odd name")
}
