package peer

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// asSleeper is set in a process that waits for its input's end.
const asSleeper = "CLAVIGER_TEST_SLEEPER"

func TestMain(m *testing.M) {
	if os.Getenv(asSleeper) != "" {
		_, _ = os.Stdin.Read(make([]byte, 1))
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// sleeper starts a program that runs until the returned function is called.
func sleeper(t *testing.T, program string, args ...string) (pid int, end func()) {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Env = append(os.Environ(), asSleeper+"=1")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := false
	end = func() {
		if !ended {
			ended = true
			_ = in.Close()
			_ = cmd.Wait()
		}
	}
	t.Cleanup(end)
	return cmd.Process.Pid, end
}

func copyOf(t *testing.T, name string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "peer")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) }) // a virus scanner, or wine, may still hold it
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, data, 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestSelf(t *testing.T) {
	p, err := Self()
	if err != nil {
		t.Fatal(err)
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if p.PID != os.Getpid() || p.UID != os.Getuid() || p.Parent != os.Getppid() || !strings.EqualFold(p.Executable, exe) {
		t.Errorf("%+v", p)
	}
	if p.Args != nil && !slices.Equal(p.Args, os.Args) { // wine 8 does not say
		t.Errorf("%q, not %q", p.Args, os.Args)
	}
	want, err := HashFile(exe)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := p.Hash(); err != nil || got != want {
		t.Errorf("%s, %v", got, err)
	}
	if err := p.Same(); err != nil {
		t.Error(err)
	}
}

func TestAnotherProcess(t *testing.T) {
	program := copyOf(t, "other program.exe")
	pid, end := sleeper(t, program, "one", "two words")
	p, err := Lookup(pid)
	if err != nil {
		t.Fatal(err)
	}
	self, err := Self()
	if err != nil {
		t.Fatal(err)
	}
	if p.UID != os.Getuid() || p.Title() != "other program.exe" || p.SameFile(self) || p.FileKey() == "" {
		t.Errorf("%+v", p)
	}
	if p.Args != nil && (len(p.Args) != 3 || p.Args[2] != "two words") { // wine 8 does not say
		t.Errorf("%q", p.Args)
	}
	if starter, err := p.Starter(); err != nil || starter.PID != os.Getpid() {
		t.Errorf("%+v, %v", starter, err)
	}
	again, endAgain := sleeper(t, program)
	q, err := Lookup(again)
	if err != nil || !q.SameFile(p) || q.FileKey() == p.FileKey() {
		t.Errorf("the same file: %+v, %v", q, err)
	}
	q.PID = p.PID
	if err := q.Same(); !errors.Is(err, ErrGone) {
		t.Errorf("another process has its id: %v", err)
	}
	endAgain()
	end()
	if err := p.Same(); !errors.Is(err, ErrGone) {
		t.Errorf("it has ended: %v", err)
	}
	if _, err := p.Hash(); err == nil {
		t.Error("the hash of a process that has ended")
	}
}

// A program can be moved while it runs, and another file put in its place.
func TestAnotherFileInItsPlace(t *testing.T) {
	program := copyOf(t, "moved.exe")
	pid, _ := sleeper(t, program)
	p, err := Lookup(pid)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Rename(program, program+".old"), os.WriteFile(program, []byte("another"), 0o700)); err != nil {
		t.Skip("this system moves no program that runs:", err)
	}
	if hash, err := p.Hash(); err == nil {
		t.Errorf("the hash of another file: %s", hash)
	}
}

func TestNoProcess(t *testing.T) {
	for _, pid := range []int{-1, 0, 1 << 30} {
		if p, err := Lookup(pid); err == nil {
			t.Errorf("%d: %+v", pid, p)
		}
	}
}
