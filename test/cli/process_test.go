//go:build unix

package cli

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestExec(t *testing.T) {
	w, _ := signedIn(t, 3600)
	token := strings.TrimSpace(w.want(0, "token").out)
	r := w.want(7, "exec", "acme", "--", "sh", "-c", `printf '%s %s %s' "$CLAVIGER_TOKEN_TYPE" "$CLAVIGER_TOKEN" "$1"; exit 7`, "sh", "--flag")
	if want := "Bearer " + token + " --flag"; r.out != want {
		t.Errorf("the command saw %q, want %q", r.out, want)
	}
}

// A command that does not start has the exit codes that it has in a shell.
func TestExecOfWhatDoesNotStart(t *testing.T) {
	w, _ := signedIn(t, 3600)
	folder := t.TempDir()
	plain := filepath.Join(folder, "plain")
	if err := os.WriteFile(plain, []byte("not a program"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, code := range map[string]int{
		"no-such-command-here": 127, filepath.Join(folder, "missing"): 127, folder: 126, plain: 126,
	} {
		if r := w.want(code, "exec", "--", name); !strings.Contains(r.stderr, name) {
			t.Errorf("%s is not said:\n%s", name, r.stderr)
		}
	}
}

func TestExecPassesSignalsOn(t *testing.T) {
	w, _ := signedIn(t, 3600)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := w.command(ctx, "exec", "--", "sh", "-c", `trap 'exit 9' TERM; echo ready; while :; do read -r line <&3; done`)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	hold, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = write.Close() }()
	cmd.ExtraFiles = []*os.File{hold}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 6)); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // the exit code says how
	if code := cmd.ProcessState.ExitCode(); code != 9 {
		t.Errorf("exit code %d, want the command's 9", code)
	}
}

func TestInterruptedLogin(t *testing.T) {
	w, p := newWorld(t), startProvider(t)
	w.cheapKey()
	p.file(t, w.home)
	w.set(asBrowser, "closed")
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := w.command(ctx, "login", "acme")
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	// The link is shown once the flow waits.
	buf, text := make([]byte, 4096), ""
	for !strings.Contains(text, "/authorize?") {
		n, err := stderr.Read(buf)
		if err != nil {
			t.Fatalf("%v after %q", err, text)
		}
		text += string(buf[:n])
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = stderr.Read(buf)
	}
	_ = cmd.Wait() // the exit code says how
	if code := cmd.ProcessState.ExitCode(); code != 6 {
		t.Errorf("exit code %d, want 6", code)
	}
}

func TestCompletion(t *testing.T) {
	w, _ := signedIn(t, 3600)
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"login", ""}, "acme"},
		{[]string{"login", ""}, "github"},
		{[]string{"whoami", ""}, "mira@acme"},
		{[]string{"token", "--"}, "--min-ttl"},
		{[]string{"prov"}, "providers"},
	} {
		if out := w.want(0, append([]string{"__complete"}, c.args...)...).out; !strings.Contains(out, c.want) {
			t.Errorf("%q is not offered for %q:\n%s", c.want, c.args, out)
		}
	}
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		script := w.want(0, "completion", shell).out
		if shell != "bash" {
			continue
		}
		check := exec.Command("bash", "-n")
		check.Stdin = strings.NewReader(script)
		if out, err := check.CombinedOutput(); err != nil {
			t.Errorf("bash does not read its script: %v\n%s", err, out)
		}
	}
}
