package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/claviger/claviger/test/ports"
)

// remote is another computer: what runs there came through ssh, and finds the
// agent's socket only because ssh forwards it.
type remote struct {
	w           *world
	dir, socket string
	ssh         []string
}

// overSSH starts OpenSSH's server (sshd(8)) on loopback.
func (w *world) overSSH(agent string) *remote {
	w.t.Helper()
	unpacked := os.Getenv("CLAVIGER_SSHD")
	if unpacked == "" {
		w.t.Skip("CLAVIGER_SSHD is not set: script/test unpacks OpenSSH's server")
	}
	dir := w.t.TempDir()
	e := &remote{w: w, dir: dir, socket: filepath.Join(dir, "s")}
	for _, name := range []string{"host", "key"} {
		if out, err := exec.Command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", filepath.Join(dir, name)).CombinedOutput(); err != nil {
			w.t.Fatal(string(out))
		}
	}
	who, err := user.Current()
	if err != nil {
		w.t.Fatal(err)
	}
	port := ports.Free(w.t)
	config := filepath.Join(dir, "config")
	write(w.t, config, fmt.Sprintf(`ListenAddress 127.0.0.1:%s
HostKey %[2]s/host
AuthorizedKeysFile %[2]s/key.pub
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
`, port, dir))
	e.serve(unpacked, config, who)
	e.ssh = []string{
		"-F", "none", "-i", filepath.Join(dir, "key"), "-p", port, "-o", "BatchMode=yes",
		"-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR",
		"-o", "ExitOnForwardFailure=yes", "-R", e.socket + ":" + agent, who.Username + "@127.0.0.1",
	}
	e.waitFor(net.JoinHostPort("127.0.0.1", port))
	return e
}

// serve starts the server. The superuser's needs a system user and a folder that its
// package would make.
func (e *remote) serve(unpacked, config string, who *user.User) {
	t := e.w.t
	t.Helper()
	libs, err := filepath.Glob(filepath.Join(unpacked, "usr/lib/*/lib*.so*"))
	if err != nil || len(libs) == 0 {
		t.Fatalf("no libraries in %s: %v", unpacked, err)
	}
	lib := filepath.Dir(libs[0])
	// #nosec G204 -- the program of a package that script/test unpacked.
	cmd := exec.CommandContext(t.Context(), filepath.Join(unpacked, "usr/sbin/sshd"), "-D", "-e", "-f", config)
	cmd.Env = []string{"LD_LIBRARY_PATH=" + lib}
	if os.Getuid() == 0 {
		passwd, group := filepath.Join(e.dir, "passwd"), filepath.Join(e.dir, "group")
		write(t, passwd, fmt.Sprintf("%s:x:0:0::%s:/bin/sh\nsshd:x:65533:65534::/run/sshd:/bin/false\n", who.Username, e.dir))
		write(t, group, "root:x:0:\nnogroup:x:65534:\n")
		if err := os.MkdirAll("/run/sshd", 0o755); err != nil { // #nosec G301 -- sshd wants it so
			t.Fatal(err)
		}
		cmd.Env = append(cmd.Env, "LD_PRELOAD="+filepath.Join(lib, "libnss_wrapper.so"), "NSS_WRAPPER_PASSWD="+passwd, "NSS_WRAPPER_GROUP="+group)
	}
	var log bytes.Buffer
	cmd.Stderr = &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Log(log.String())
		}
	})
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// waitFor waits until a server listens.
func (e *remote) waitFor(address string) {
	ctx, cancel := context.WithTimeout(e.w.t.Context(), patience)
	defer cancel()
	var d net.Dialer
	for {
		c, err := d.DialContext(ctx, "tcp", address)
		if err == nil {
			_ = c.Close()
			return
		}
		if ctx.Err() != nil {
			e.w.t.Fatalf("sshd never listened: %v", err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// run runs a command there, with the socket forwarded.
func (e *remote) run(command string) result {
	ctx, cancel := context.WithTimeout(e.w.t.Context(), patience)
	defer cancel()
	_ = os.Remove(e.socket) // the last connection left it
	cmd := exec.CommandContext(ctx, "ssh", append(slices.Clone(e.ssh), command)...)
	var out, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &stderr
	err := cmd.Run()
	if _, ok := errors.AsType[*exec.ExitError](err); err != nil && !ok {
		return result{-1, "", err.Error()}
	}
	return result{cmd.ProcessState.ExitCode(), out.String(), stderr.String()}
}

// start runs a claviger command there that asks the agent here.
func (e *remote) start(args string) chan result {
	got := make(chan result, 1)
	go func() {
		got <- e.run(fmt.Sprintf("env -i HOME=%s CLAVIGER_AGENT_SOCK=%s %s %s", e.dir, e.socket, binary, args))
	}()
	return got
}

// A program on another computer gets a token through the socket that ssh forwards, and
// each time only with a yes of the person's here, whatever the account's rule.
func TestAgentThroughSSH(t *testing.T) {
	w, _ := signedIn(t, 3600)
	token := strings.TrimSpace(w.want(0, "token").out)
	w.want(0, "agent", "rule", "acme", "always")
	term := w.terminal("agent")
	there := w.overSSH(strings.TrimSuffix(term.expect(`/\S*agent\.sock\.`), "."))
	given := func(what string, r result) {
		t.Helper()
		if r.code != 0 || strings.TrimSpace(r.out) != token {
			t.Errorf("%s: %+v", what, r)
		}
	}

	got := there.start("token acme")
	term.expect("ssh wants a token of mira at Acme")
	term.expect("another computer")
	term.expect(`Allow it\? o = once, h = for an hour, d = deny \[d\]`)
	term.send("h\n")
	given("allowed", <-got)
	given("within the hour", <-there.start("token acme"))
	grants := decode[[]struct{ ID, Path, Until string }](t, w.want(0, "agent", "grants", "--json").out)
	if len(grants) != 1 || filepath.Base(grants[0].Path) != "ssh" || grants[0].Until == "" {
		t.Fatalf("grants %+v", grants)
	}

	w.want(0, "agent", "revoke", grants[0].ID)
	got = there.start("token acme")
	term.expect(`Allow it\?`)
	term.send("d\n")
	if r := <-got; r.code != 6 || !strings.Contains(r.stderr, "You did not allow") || r.out != "" {
		t.Errorf("denied: %+v", r)
	}
	there.onlyTokens()
	w.want(0, "token")
	if err := term.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	term.wait(0)
	if !strings.Contains(w.want(0, "history").out, "given to ssh") {
		t.Error("the history does not name ssh")
	}
}

// onlyTokens checks that programs there do not learn which accounts there are, and lock
// nothing.
func (e *remote) onlyTokens() {
	e.w.t.Helper()
	for path, more := range map[string]string{"accounts": "", "lock": "-d {}"} {
		r := e.run(fmt.Sprintf("curl -sS %s --unix-socket %s http://claviger/v1/%s", more, e.socket, path))
		if strings.Contains(r.out, "mira") || !strings.Contains(r.out, `"refused"`) {
			e.w.t.Errorf("%s: %+v", path, r)
		}
	}
}
