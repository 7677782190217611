package cli

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// hear reads lines until one has a text.
func hear(t *testing.T, lines *bufio.Reader, text string) {
	t.Helper()
	for line := ""; !strings.Contains(line, text); {
		var err error
		if line, err = lines.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
	}
}

// systemd makes the socket and starts the agent when a program connects to it.
func TestAgentOfTheServiceManager(t *testing.T) {
	activate, err := exec.LookPath("systemd-socket-activate")
	if err != nil {
		t.Skip("no systemd-socket-activate")
	}
	w, _ := signedIn(t, 3600)
	token := w.want(0, "token").out
	run := filepath.Join(w.home, "run")
	if err := os.Mkdir(run, 0o700); err != nil {
		t.Fatal(err)
	}
	args := []string{"--listen=" + filepath.Join(run, "agent.sock")}
	for _, kv := range w.env {
		if name, _, _ := strings.Cut(kv, "="); slices.Contains([]string{"CLAVIGER_HOME", "CLAVIGER_PASSPHRASE_FILE", "HOME"}, name) {
			args = append(args, "--setenv="+kv)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	manager := exec.CommandContext(ctx, activate, append(args, binary, "agent")...)
	manager.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	stderr, err := manager.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := manager.Start(); err != nil {
		t.Fatal(err)
	}
	said := bufio.NewReader(stderr)
	hear(t, said, "Listening on")
	blind := w.keyless()
	if got := blind.want(0, "token").out; got != token {
		t.Errorf("%q", got)
	}
	if err := manager.Process.Signal(syscall.SIGTERM); err != nil { // it is the agent now
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, said)
	if err := manager.Wait(); err != nil {
		t.Errorf("the agent ended with %v", err)
	}
	// The socket is the service manager's, and stays.
	if _, err := os.Lstat(filepath.Join(run, "agent.sock")); err != nil {
		t.Error(err)
	}
}

func TestAgentIsInstalledAndRemoved(t *testing.T) {
	w := newWorld(t)
	config := filepath.Join(filepath.Dir(w.home), ".config", "systemd", "user")
	r := w.want(0, "agent", "--install")
	// No service manager of a session answers here, and what to type is said.
	if !strings.Contains(r.stderr, "systemctl --user enable --now claviger-agent.socket") {
		t.Errorf("%s", r.stderr)
	}
	service, err := os.ReadFile(filepath.Join(config, "claviger-agent.service"))
	if err != nil || !strings.Contains(string(service), `ExecStart=:"`+binary+`" agent`) || !strings.Contains(string(service), `"CLAVIGER_HOME=`+w.home+`"`) {
		t.Errorf("%v\n%s", err, service)
	}
	w.want(0, "agent", "--remove")
	if left, err := os.ReadDir(config); err != nil || len(left) != 0 {
		t.Errorf("%v, %v", left, err)
	}
	w.want(0, "agent", "--remove")
	w.want(2, "agent", "--remove", "--install")
	w.startAgent()
	if r := w.want(1, "agent", "--install"); !strings.Contains(r.stderr, "Another agent is running") {
		t.Errorf("beside a running agent:\n%s", r.stderr)
	}
}
