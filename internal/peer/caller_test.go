package peer

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
)

func TestCallerAbove(t *testing.T) {
	tree := map[int]program{
		1: {"init", 0}, 10: {"kitty", 1}, 11: {"bash", 10}, 12: {"deploy", 11}, 13: {"-zsh", 1},
		20: {"sh", 21}, 21: {"sh", 20}, 30: {"", 10}, 40: {"a\x1b[2Jb\u202e", 1}, 50: {"sudo", 11}, 51: {"cmd.exe", 10},
	}
	look := func(pid int) (program, bool) { p, ok := tree[pid]; return p, ok }
	for pid, want := range map[int]string{
		11: "bash, in kitty", 12: "deploy", 13: "-zsh", 20: "sh", 30: unknownCaller, 40: "a[2Jb",
		50: "sudo, in kitty", 51: "cmd.exe, in kitty", 99: unknownCaller, 0: unknownCaller,
	} {
		if got := callerAbove(pid, look); got != want {
			t.Errorf("%d: %q, want %q", pid, got, want)
		}
	}
}

// TestProgramOf looks at programs that really run, one with brackets in its name.
func TestProgramOf(t *testing.T) {
	if runtime.GOOS != "linux" && runtime.GOOS != "darwin" && runtime.GOOS != "windows" {
		t.Skip("this system does not tell")
	}
	self, ok := programOf(os.Getpid())
	if !ok || self.parent != os.Getppid() || self.name == "" {
		t.Errorf("this one: %+v", self)
	}
	if _, ok := programOf(1 << 30); ok {
		t.Error("a program that is not there")
	}
	if runtime.GOOS != "linux" {
		return
	}
	sleep, err := exec.LookPath("sleep")
	if err != nil {
		t.Skip("no sleep")
	}
	odd := filepath.Join(t.TempDir(), "a) S 1 (b")
	if err := os.Symlink(sleep, odd); err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), odd, "60")
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill(); _ = c.Wait() })
	got, ok := programOf(c.Process.Pid)
	if want := (program{"a) S 1 (b", os.Getpid()}); !ok || got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}
