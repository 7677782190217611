package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// goEnv is what the Go tool needs to build without a home.
func goEnv(t *testing.T) []string {
	t.Helper()
	var env []string
	for _, name := range []string{"GOPATH", "GOCACHE", "GOMODCACHE"} {
		out, err := exec.Command("go", "env", name).Output()
		if err != nil {
			t.Fatal(err)
		}
		env = append(env, name+"="+strings.TrimSpace(string(out)))
	}
	return env
}

// TestRunInAnEmptyEnvironment is the first minute on a server: script/run with no
// display, no D-Bus, no terminal and a fresh home.
func TestRunInAnEmptyEnvironment(t *testing.T) {
	t.Parallel()
	home, tmp := t.TempDir(), t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute) // it builds
	defer cancel()
	cmd := exec.CommandContext(ctx, filepath.Join("..", "..", "script", "run"))
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "TMPDIR=" + tmp}, goEnv(t)...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output() // standard input is the null device
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, out, stderr.String())
	}
	wantWholeTour(t, string(out))
	if !strings.Contains(string(out), "What next:") || !strings.Contains(stderr.String(), "no display here") {
		t.Errorf("%s\n%s", out, stderr.String())
	}
	for _, path := range append(listing(t, home)[1:], listing(t, tmp)[1:]...) {
		// The Go tool's own counters, which no build goes without.
		if telemetry := filepath.Join(home, ".config", "go"); !strings.HasPrefix(path, telemetry) && path != filepath.Dir(telemetry) {
			t.Errorf("left behind: %s", path)
		}
	}
}

// scriptRun is a copy of script/run beside a Go tool of our own, which builds the
// program as it should: the window is a script, the terminal's program the real one.
type scriptRun struct {
	t   *testing.T
	dir string
}

// newScriptRun prepares it; window is the shell script that stands for the
// program with a window, "" makes its build fail.
func newScriptRun(t *testing.T, window string) *scriptRun {
	t.Helper()
	t.Parallel()
	s := &scriptRun{t, t.TempDir()}
	for _, name := range []string{"run", "lib.sh"} {
		data, err := os.ReadFile(filepath.Join("..", "..", "script", name))
		if err != nil {
			t.Fatal(err)
		}
		s.write("script/"+name, string(data))
	}
	build := "exit 1"
	if window != "" {
		s.write("window", "#!/bin/sh\n"+window+"\n")
		build = `mkdir -p dist && cp window dist/claviger`
	}
	s.write("bin/go", fmt.Sprintf(`#!/bin/sh
case "$*" in
*nogui*) mkdir -p dist/terminal && cp %q dist/terminal/claviger ;;
*) %s ;;
esac
`, binary, build))
	// The packages of the window are there, or not to be had.
	s.write("bin/dpkg-query", "#!/bin/sh\necho installed\n")
	return s
}

func (s *scriptRun) write(name, text string) {
	s.t.Helper()
	path := filepath.Join(s.dir, name)
	err := os.MkdirAll(filepath.Dir(path), 0o700)
	if err == nil {
		err = os.WriteFile(path, []byte(text), 0o700)
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

// run returns exit code, standard output and standard error.
func (s *scriptRun) run(display string, args ...string) (int, string, string) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, filepath.Join(s.dir, "script", "run"), args...)
	cmd.Env = []string{"PATH=" + filepath.Join(s.dir, "bin") + ":" + os.Getenv("PATH"), "HOME=" + s.dir, "TMPDIR=" + s.t.TempDir(), "DISPLAY=" + display}
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); err != nil && !ok {
		s.t.Fatal(err)
	} else if ok {
		return exit.ExitCode(), string(out), stderr.String()
	}
	return 0, string(out), stderr.String()
}

func TestRunOpensTheWindow(t *testing.T) {
	code, out, stderr := newScriptRun(t, "echo window").run(":1")
	if code != 0 || out != "window\n" || strings.Contains(stderr, "tour") {
		t.Errorf("exit code %d, %q, %q", code, out, stderr)
	}
}

func TestRunWithoutAnAnsweringDisplayShowsTheTour(t *testing.T) {
	s := newScriptRun(t, "echo no display >&2; exit 1")
	code, out, stderr := s.run(":1")
	if code != 0 || !strings.Contains(stderr, "the window did not open: the tour instead") {
		t.Errorf("exit code %d, %q", code, stderr)
	}
	wantWholeTour(t, out)
}

func TestRunWithoutABuiltWindowShowsTheTour(t *testing.T) {
	s := newScriptRun(t, "")
	code, out, stderr := s.run(":1")
	if code != 0 || !strings.Contains(stderr, "the window could not be built: the tour instead") {
		t.Errorf("exit code %d, %q", code, stderr)
	}
	wantWholeTour(t, out)
}

func TestRunEndsAsThePersonEndsIt(t *testing.T) {
	s := newScriptRun(t, "exit 6")
	if code, out, stderr := s.run(":1"); code != 6 || out != "" {
		t.Errorf("exit code %d, %q, %q", code, out, stderr)
	}
}

func TestRunPassesArgumentsOn(t *testing.T) {
	s := newScriptRun(t, `echo "$# $2"`)
	if code, out, stderr := s.run(":1", "token", "a b"); code != 0 || out != "2 a b\n" {
		t.Errorf("with a display: exit code %d, %q, %q", code, out, stderr)
	}
	if code, out, stderr := s.run("", "version"); code != 0 || out == "" {
		t.Errorf("without: exit code %d, %q, %q", code, out, stderr)
	}
	if code, _, stderr := s.run("", "nonsense"); code != 2 {
		t.Errorf("without: exit code %d, %q", code, stderr)
	}
}
