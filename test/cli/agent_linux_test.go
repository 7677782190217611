package cli

import (
	"bufio"
	"context"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// agent is a running claviger agent without a terminal.
type agent struct {
	*exec.Cmd
	t      *testing.T
	socket string
	stderr *bufio.Reader
}

// startAgent starts an agent and waits until it serves.
func (w *world) startAgent() *agent {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	cmd := w.command(ctx, "agent")
	stderr, err := cmd.StderrPipe()
	if err != nil {
		w.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	a := &agent{cmd, w.t, filepath.Join(w.home, "run", "agent.sock"), bufio.NewReader(stderr)}
	w.t.Cleanup(func() {
		defer cancel()
		if cmd.ProcessState == nil {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
	})
	a.hear("The agent serves your programs at " + a.socket)
	return a
}

// hear reads standard error until it says a text.
func (a *agent) hear(text string) {
	a.t.Helper()
	for {
		line, err := a.stderr.ReadString('\n')
		if strings.Contains(line, text) {
			return
		}
		if err != nil {
			a.t.Fatalf("the agent never said %q: %q, %v", text, line, err)
		}
	}
}

// end ends the agent with a signal and returns its exit code.
func (a *agent) end(s os.Signal) int {
	a.t.Helper()
	if err := a.Process.Signal(s); err != nil {
		a.t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, a.stderr)
	_ = a.Wait() // the exit code tells
	return a.ProcessState.ExitCode()
}

// keyless is this world for commands that cannot open the vault themselves.
func (w *world) keyless() *world {
	other := *w
	other.env = slices.Clone(w.env)
	other.set("CLAVIGER_PASSPHRASE_FILE", "")
	other.set(asBrowser, "") // it could be a provider's setting, which the agent does not know
	return &other
}

// Commands get from the agent what they get from the vault, with the same words and
// exit codes, and the history says who asked.
func TestAgentAnswersAsTheVaultDoes(t *testing.T) {
	w, p := signedIn(t, 3600)
	lines := [][]string{
		{"token"},
		{"token", "acme", "--json"},
		{"token", "mira@acme", "--header"},
		{"token", "acme", "--for", "https://api.example.org/me"},
		{"token", "acme", "--min-ttl", "2h"},
		{"token", "acme", "--id-token"},
		{"token", "nobody-here"},
		{"token", "github"},
		{"token", "My work", "--json"},
		{"whoami", "My work"},
		{"accounts"},
		{"accounts", "--json"},
		{"whoami"},
		{"whoami", "acme", "--groups"},
		{"whoami", "mira@acme", "--json"},
		{"whoami", "nobody-here"},
		{"exec", "acme", "--", "sh", "-c", `echo "$CLAVIGER_TOKEN_TYPE $CLAVIGER_TOKEN"; exit 7`},
	}
	w.want(0, "accounts", "rename", "acme", "My work")
	w.want(0, "token", "--min-ttl", "2h") // what is refreshed for this is refreshed now
	var want []result
	for _, args := range lines {
		want = append(want, w.run(args...))
	}
	w.want(0, "history", "--clear")
	blind := w.keyless()
	blind.want(5, "token")
	a := w.startAgent()
	for i, args := range lines {
		if got := blind.run(args...); got != want[i] {
			t.Errorf("%v: from the agent %+v,\nfrom the vault %+v", args, got, want[i])
		}
	}
	refreshed, _, _ := p.counts()
	old := blind.want(0, "token").out
	if fresh := blind.want(0, "token", "--force").out; fresh == old {
		t.Error("--force gives the old token")
	}
	if now, reused, _ := p.counts(); now != refreshed+1 || reused {
		t.Errorf("%d refreshes, want %d", now, refreshed+1)
	}
	if code := a.end(syscall.SIGTERM); code != 0 {
		t.Errorf("after SIGTERM: exit code %d", code)
	}
	if _, err := os.Lstat(a.socket); err == nil {
		t.Error("the socket stays")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Base(self)
	history := w.want(0, "history").out
	if !strings.Contains(history, "given to "+name) || !strings.Contains(history, "given to sh") {
		t.Errorf("who asked is not in the history:\n%s", history)
	}
	w.noSecretInClear()
}

func TestAgentNeedsSignIn(t *testing.T) {
	w, _ := signedIn(t, 3600)
	w.want(0, "logout", "--local")
	want := w.want(3, "token", "acme")
	w.startAgent()
	if got := w.keyless().run("token", "acme"); got != want {
		t.Errorf("from the agent %+v, from the vault %+v", got, want)
	}
	if r := w.keyless().want(3, "token", "acme", "--wait", "1s"); !strings.Contains(r.stderr, "Waiting up to 1 second") {
		t.Errorf("that it waits is not told:\n%s", r.stderr)
	}
	// A sign-in elsewhere reaches those who wait.
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	waiting := w.keyless().command(ctx, "token", "acme", "--wait", "5m")
	stderr, err := waiting.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	waiting.Stdout = &out
	if err := waiting.Start(); err != nil {
		t.Fatal(err)
	}
	said := bufio.NewReader(stderr)
	for line := ""; !strings.Contains(line, "Waiting up to"); {
		if line, err = said.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
	}
	w.want(0, "login", "acme", "--timeout", "20s")
	_, _ = io.Copy(io.Discard, said)
	if err := waiting.Wait(); err != nil || out.String() != w.want(0, "token").out {
		t.Errorf("%v, %q", err, out.String())
	}
}

// A lock reaches the agent at once, and so does an unlock with the passphrase.
func TestAgentIsLockedWithTheVault(t *testing.T) {
	w, _ := signedIn(t, 3600)
	w.startAgent()
	blind := w.keyless()
	blind.want(0, "token")
	w.want(0, "vault", "lock")
	blind.want(5, "token")
	if st := blind.want(0, "agent", "status"); !strings.Contains(st.out, "yes; open it") {
		t.Errorf("status:\n%s", st.out)
	}
	w.want(0, "vault", "unlock")
	blind.want(0, "token")
	// A sign-out as well.
	w.want(0, "logout", "--local")
	blind.want(3, "token")
}

// A stopped agent holds nobody up, and a killed one leaves nothing in the way.
func TestAgentThatDoesNotAnswer(t *testing.T) {
	w, _ := signedIn(t, 3600)
	token := w.want(0, "token").out
	a := w.startAgent()
	if r := w.want(1, "agent"); !strings.Contains(r.stderr, "Another agent is running") {
		t.Errorf("a second agent:\n%s", r.stderr)
	}
	if err := a.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	if got := w.want(0, "token").out; got != token {
		t.Errorf("beside a stopped agent: %q", got)
	}
	if code := a.end(syscall.SIGKILL); code != -1 {
		t.Errorf("exit code %d", code)
	}
	if got := w.want(0, "token").out; got != token {
		t.Errorf("after a killed agent: %q", got)
	}
	w.startAgent()
	if got := w.keyless().want(0, "token").out; got != token {
		t.Errorf("from the next agent: %q", got)
	}
}

// Many commands at once get one good token, and an expired one is refreshed once.
func TestAgentAndManyCommands(t *testing.T) {
	w, p := signedIn(t, 3600)
	a := decode[account](t, w.want(0, "whoami", "--json").out)
	w.age(a.ID)
	w.startAgent()
	blind := w.keyless()
	before, _, _ := p.counts()
	var all sync.WaitGroup
	got := make([]result, 32)
	for i := range got {
		all.Go(func() { got[i] = blind.run("token") })
	}
	all.Wait()
	for _, r := range got {
		if r.code != 0 || r.out != got[0].out {
			t.Errorf("%+v, the first %+v", r, got[0])
		}
	}
	if now, reused, _ := p.counts(); now != before+1 || reused {
		t.Errorf("%d refreshes, want 1", now-before)
	}
}

// In the way of the socket.
func TestAgentSocketInTheWay(t *testing.T) {
	w, _ := signedIn(t, 3600)
	run := filepath.Join(w.home, "run")
	socket := filepath.Join(run, "agent.sock")
	w.want(0, "token") // makes nothing there
	for name, make := range map[string]func() error{
		"file": func() error { return os.WriteFile(socket, []byte("mine"), 0o600) },
		"link": func() error { return os.Symlink(filepath.Join(w.home, "elsewhere"), socket) },
		"lock": func() error { return os.Symlink(filepath.Join(w.home, "elsewhere"), socket+".lock") },
		"open": func() error { return os.Chmod(run, 0o755) },
		"fold": func() error { return os.Remove(run) },
	} {
		if err := os.MkdirAll(run, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := make(); err != nil {
			t.Fatal(err)
		}
		if name == "fold" {
			if err := os.Symlink(t.TempDir(), run); err != nil {
				t.Fatal(err)
			}
		}
		r := w.want(1, "agent")
		if !strings.Contains(r.stderr, "The agent cannot make its socket") {
			t.Errorf("%s:\n%s", name, r.stderr)
		}
		if _, err := os.Lstat(filepath.Join(w.home, "elsewhere")); err == nil {
			t.Errorf("%s: a file was made behind the link", name)
		}
		if err := os.RemoveAll(run); err != nil {
			t.Fatal(err)
		}
	}
	long := *w
	long.set("CLAVIGER_AGENT_SOCK", "/"+strings.Repeat("long/", 40)+"s")
	if r := long.want(1, "agent"); !strings.Contains(r.stderr, "at most") {
		t.Errorf("too long:\n%s", r.stderr)
	}
}

// A socket that an earlier agent left is no agent, and one of somebody who answers
// nonsense is none either.
func TestSocketThatIsNoAgent(t *testing.T) {
	w, _ := signedIn(t, 3600)
	token := w.want(0, "token").out
	if err := os.MkdirAll(filepath.Join(w.home, "run"), 0o700); err != nil {
		t.Fatal(err)
	}
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Join(w.home, "run", "agent.sock")})
	if err != nil {
		t.Fatal(err)
	}
	l.SetUnlinkOnClose(false)
	answers := []string{
		"", "nonsense\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]", "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{",
		"HTTP/1.1 500 No\r\nContent-Length: 2\r\n\r\n{}", "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n",
	}
	var work sync.WaitGroup
	work.Go(func() {
		for i := 0; ; i++ {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = c.Read(make([]byte, 4096))
			_, _ = io.WriteString(c, answers[i%len(answers)])
			_ = c.Close()
		}
	})
	for range answers {
		if got := w.want(0, "token").out; got != token {
			t.Errorf("%q", got)
		}
	}
	_ = l.Close()
	work.Wait()
	if got := w.want(0, "token").out; got != token {
		t.Errorf("beside a stale socket: %q", got)
	}
}

// A program that put its own socket in the agent's place does not hear the passphrase.
func TestPassphraseIsForTheAgentOnly(t *testing.T) {
	w, _ := signedIn(t, 3600)
	if err := os.MkdirAll(filepath.Join(w.home, "run"), 0o700); err != nil {
		t.Fatal(err)
	}
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Join(w.home, "run", "agent.sock")})
	if err != nil {
		t.Fatal(err)
	}
	var heard strings.Builder
	var work sync.WaitGroup
	work.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			b := make([]byte, 4096)
			n, _ := c.Read(b)
			heard.Write(b[:n])
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
			_ = c.Close()
		}
	})
	w.set(asBrowser, "") // it could be a provider's setting, which the agent does not know
	w.want(0, "vault", "unlock").says(t, "The vault is unlocked")
	_ = l.Close()
	work.Wait()
	if strings.Contains(heard.String(), worldPassphrase) {
		t.Error("it got the passphrase")
	}
}
