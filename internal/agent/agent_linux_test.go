package agent

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/claviger/claviger/auth/agentclient"
	"github.com/claviger/claviger/internal/consent"
)

// exe ends the name of a program.
const exe = ""

// placeOf is a path for a socket.
func placeOf(t *testing.T) string { return filepath.Join(t.TempDir(), "run", "agent.sock") }

func dial(ctx context.Context, path string) (net.Conn, error) {
	var d net.Dialer
	return d.DialContext(ctx, "unix", path)
}

// settle is for pipes.
func settle(*testing.T, string) {}

// turn sends a wish, and at a word becomes another program that reads the answer.
func turn(socket string) int {
	c, err := net.Dial("unix", socket)
	if err != nil {
		return 9
	}
	if _, err := io.WriteString(c, "POST /v1/token HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"); err != nil {
		return 9
	}
	if _, err := io.ReadFull(os.Stdin, make([]byte, 1)); err != nil {
		return 9
	}
	f, err := c.(*net.UnixConn).File()
	if err != nil || syscall.Dup2(int(f.Fd()), 0) != nil {
		return 9
	}
	_ = syscall.Exec("/bin/cat", []string{"cat"}, nil)
	return 9
}

// Whoever turns into another program while it waits gets nothing.
func TestAskerTurnsIntoAnother(t *testing.T) {
	known, release := make(chan struct{}), make(chan struct{})
	h := &house{before: func() { close(known); <-release }}
	socket := serve(t, h, &answers{say: consent.Once})
	cmd := program(t, self(t), socket, "turn")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	<-known
	if _, err := io.WriteString(in, "."); err != nil {
		t.Fatal(err)
	}
	for exe := ""; filepath.Base(exe) == filepath.Base(self(t)) || exe == ""; {
		exe, _ = os.Readlink(fmt.Sprintf("/proc/%d/exe", cmd.Process.Pid))
	}
	close(release)
	text, _ := io.ReadAll(out)
	_ = cmd.Wait()
	if !strings.Contains(string(text), agentclient.CodeAskerGone) || strings.Contains(string(text), "canary") || len(h.receivers()) > 0 {
		t.Errorf("%q, handed to %q", text, h.receivers())
	}
}

// Another user's process gets nothing, not even if the folder lets it in.
func TestAnotherUser(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only the superuser can be another user")
	}
	socket := serve(t, &house{}, &answers{say: consent.Once})
	for dir := filepath.Dir(socket); dir != "/" && dir != os.TempDir(); dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(socket, 0o666); err != nil {
		t.Fatal(err)
	}
	other := copied(t, "other")
	for dir := filepath.Dir(other); dir != "/" && dir != os.TempDir(); dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(other, 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := program(t, other, socket, "accounts")
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	if got := said(t, cmd); !strings.Contains(got, "no Claviger agent answers") {
		t.Errorf("it got %q", got)
	}
	if got := said(t, program(t, self(t), socket, "accounts")); got != "" {
		t.Errorf("and this user %q", got)
	}
}

func TestListen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run", "agent.sock")
	first, err := Listen(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{path, path + ".lock", filepath.Dir(path)} {
		if info, err := os.Lstat(p); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v, %v", p, info, err)
		}
	}
	if _, err := Listen(t.Context(), path); !errors.Is(err, ErrRunning) {
		t.Errorf("a second one: %v", err)
	}
	// As after a crash: the socket stays, the lock does not.
	first.Listener.(*net.UnixListener).SetUnlinkOnClose(false)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second, err := Listen(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := second.Close(); err != nil {
		t.Error(err)
	}
	for _, bad := range []string{"relative", "/" + strings.Repeat("a", 200)} {
		if _, err := Listen(t.Context(), bad); err == nil {
			t.Errorf("%q is used", bad)
		}
	}
}

// A socket that the service manager listens at has no lock until a program asks.
func TestListenLeavesTheServiceManagersSocket(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run", "agent.sock")
	if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	manager, err := new(net.ListenConfig).Listen(t.Context(), "unix", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Listen(t.Context(), path); !errors.Is(err, ErrRunning) {
		t.Fatalf("taken: %v", err)
	}
	if _, err := os.Lstat(path); err != nil {
		t.Error(err)
	}
	if lock, err := claim(path); err != nil {
		t.Errorf("the agent that it starts cannot begin: %v", err)
	} else if err := lock.Close(); err != nil {
		t.Error(err)
	}
	if err := manager.Close(); err != nil {
		t.Error(err)
	}
}

func TestInherit(t *testing.T) {
	pid := fmt.Sprint(os.Getpid())
	for name, env := range map[string]map[string]string{
		"nothing":           {},
		"another process's": {"LISTEN_PID": "1", "LISTEN_FDS": "1"},
	} {
		if s, err := Inherit(func(k string) string { return env[k] }); s != nil || err != nil {
			t.Errorf("%s: %v, %v", name, s, err)
		}
	}
	if _, err := Inherit(func(k string) string { return map[string]string{"LISTEN_PID": pid, "LISTEN_FDS": "2"}[k] }); err == nil {
		t.Error("two sockets are taken")
	}
}
