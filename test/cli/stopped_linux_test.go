package cli

import (
	"context"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// stopped starts a refresh and stops its process, as Ctrl-Z does, when the
// provider is about to answer: it holds the account. The answer waits until every
// thread has stopped, which takes its time on a busy machine.
func stopped(w *world, p *provider) *exec.Cmd {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	w.t.Cleanup(cancel)
	pid, stands := make(chan int, 1), make(chan struct{})
	p.before(func() {
		if id, ok := <-pid; ok {
			_ = syscall.Kill(id, syscall.SIGSTOP)
			<-stands
		}
	})
	cmd := w.command(ctx, "token", "--force")
	if err := cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	pid <- cmd.Process.Pid
	close(pid)
	var status syscall.WaitStatus
	_, err := syscall.Wait4(cmd.Process.Pid, &status, syscall.WUNTRACED, nil)
	close(stands)
	if err != nil || !status.Stopped() {
		w.t.Fatalf("the process did not stop: %v, %v", status, err)
	}
	p.before(nil)
	w.t.Cleanup(func() {
		if cmd.ProcessState == nil {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
	})
	return cmd
}

// A sign-in whose account a stopped process holds ends, keeps its tokens and
// says who is in the way; what the other one had does not take their place.
func TestStoppedProcessLosesNoSignIn(t *testing.T) {
	w, p := signedIn(t, 3600)
	held := stopped(w, p)
	r := w.want(0, "login", "acme", "--timeout", "30s")
	if want := fmt.Sprintf("(process %d), which is stopped", held.Process.Pid); !strings.Contains(r.stderr, want) {
		t.Errorf("%q is not said:\n%s", want, r.stderr)
	}
	fresh := w.want(0, "token").out
	if err := held.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	_ = held.Wait()
	if now := w.want(0, "token").out; now != fresh {
		t.Errorf("the stopped refresh put older tokens over those of the sign-in: %q, then %q", fresh, now)
	}
	w.want(0, "token", "--force")
	if _, reused, _ := p.counts(); reused {
		t.Error("a refresh token was used that the provider had replaced")
	}
}

// Commands that need an account which a stopped process holds end by
// themselves, and say which one it is and what helps.
func TestStoppedProcessHoldsNobodyUp(t *testing.T) {
	w, p := signedIn(t, 3600)
	pid := strconv.Itoa(stopped(w, p).Process.Pid)
	for _, args := range [][]string{{"token", "--force"}, {"whoami", "--refresh"}} {
		r := w.run(args...)
		if r.code == 0 && args[0] == "token" || !strings.Contains(r.stderr, pid) || !strings.Contains(r.stderr, "stopped") {
			t.Errorf("%v: exit code %d\n%s", args, r.code, r.stderr)
		}
	}
	if token := w.want(0, "token"); strings.TrimSpace(token.out) == "" {
		t.Error("a token that is still good is not given")
	}
}

// --timeout bounds the whole of a sign-in, not only the part in the browser.
func TestTimeoutBoundsTheWholeSignIn(t *testing.T) {
	w, p := newWorld(t), startProvider(t)
	p.file(t, w.home)
	w.cheapKey()
	never := make(chan struct{})
	p.before(func() { <-never })
	defer close(never)
	r := w.want(1, "login", "acme", "--timeout", "3s")
	if !strings.Contains(r.stderr, "--timeout") || strings.Contains(r.stderr, "No response from the browser") {
		t.Errorf("the reason is not said:\n%s", r.stderr)
	}
}
