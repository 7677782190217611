//go:build unix

package hooks

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// syncBuffer is a log that goroutines write.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func runner(environ ...string) (*Runner, *syncBuffer) {
	log := &syncBuffer{}
	return New(func() []string { return environ }, slog.New(slog.NewTextHandler(log, nil))), log
}

func TestHookGetsItsFacts(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	r, log := runner("PATH="+os.Getenv("PATH"), "KEPT=1", "CLAVIGER_REASON=old", "CLAVIGER_UNTIL=old", "CLAVIGER_HOME=/h")
	r.Run(t.Context(), Hook{
		Event: "sign_in_needed", Command: []string{"sh", "-c", `env > "$1"; echo said; echo also >&2`, "sh", out},
		Facts: map[string]string{"CLAVIGER_EVENT": "sign_in_needed", "CLAVIGER_REASON": "a\nb=c", "CLAVIGER_ACCOUNT": "bad\x00", "OTHER": "x"},
	})
	r.Wait()
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatalf("%v\n%s", err, log)
	}
	for _, want := range []string{"CLAVIGER_EVENT=sign_in_needed\n", "CLAVIGER_REASON=a\nb=c\n", "KEPT=1\n", "CLAVIGER_HOME=/h\n"} {
		if !strings.Contains(string(data), want) {
			t.Errorf("lacks %q:\n%s", want, data)
		}
	}
	for _, no := range []string{"CLAVIGER_UNTIL", "CLAVIGER_ACCOUNT", "OTHER"} {
		if strings.Contains(string(data), no) {
			t.Errorf("has %s:\n%s", no, data)
		}
	}
	for _, want := range []string{`output="said\nalso\n"`, "a hook ran"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log lacks %q:\n%s", want, log)
		}
	}
}

func TestHookThatFails(t *testing.T) {
	for name, tc := range map[string]struct {
		command []string
		want    string
	}{
		"exit code":  {[]string{"sh", "-c", "exit 7"}, "level=ERROR msg=\"a hook failed\" event=e command=sh exit=7"},
		"no program": {[]string{"claviger-no-such-program"}, "a hook could not be run"},
		"much to say": {
			[]string{"sh", "-c", "i=0; while [ $i -lt 3000 ]; do echo 0123456789; i=$((i+1)); done"}, "a hook ran",
		},
	} {
		r, log := runner("PATH=" + os.Getenv("PATH"))
		r.Run(t.Context(), Hook{Event: "e", Command: tc.command})
		r.Wait()
		if !strings.Contains(log.String(), tc.want) || len(log.String()) > 4*maxOutput {
			t.Errorf("%s: %d bytes\n%.2000s", name, len(log.String()), log)
		}
	}
}

// gone reports whether a process ended, or waits until it did.
func gone(t *testing.T, pid int) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); {
		if err := syscall.Kill(pid, 0); err != nil {
			return
		}
		if data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)); err == nil && strings.Contains(string(data), ") Z ") {
			return // nobody waits for it here
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("process %d still runs", pid)
}

func pidIn(t *testing.T, path string) int {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(data)))
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

// A hook that hangs is ended with all that it started, also if it does not listen and
// left its parent.
func TestHookThatHangs(t *testing.T) {
	child := filepath.Join(t.TempDir(), "pid")
	r, log := runner("PATH=" + os.Getenv("PATH"))
	r.limit = 500 * time.Millisecond
	r.Run(t.Context(), Hook{Event: "e", Command: []string{"sh", "-c", `trap '' TERM INT HUP; sh -c 'trap "" TERM; echo $$ > "$1"; sleep 1000' sh "$1" & wait; sleep 1000`, "sh", child}})
	r.Wait()
	if !strings.Contains(log.String(), "a hook took too long and was ended") {
		t.Errorf("log:\n%s", log)
	}
	gone(t, pidIn(t, child))
}

func TestHookLeavesNothingRunning(t *testing.T) {
	child := filepath.Join(t.TempDir(), "pid")
	r, log := runner("PATH=" + os.Getenv("PATH"))
	r.Run(t.Context(), Hook{Event: "e", Command: []string{"sh", "-c", `sleep 1000 & echo $! > "$1"`, "sh", child}})
	r.Wait()
	if !strings.Contains(log.String(), "a hook ran") {
		t.Errorf("log:\n%s", log)
	}
	gone(t, pidIn(t, child))
}

// Of an event one runs at a time, in order; those of others do not wait for it.
func TestHooksOfAnEventRunOneAtATime(t *testing.T) {
	dir := t.TempDir()
	r, log := runner("PATH=" + os.Getenv("PATH"))
	fifo := filepath.Join(dir, "go")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "out")
	r.Run(t.Context(), Hook{Event: "e", Command: []string{"sh", "-c", `cat "$1"; echo first >> "$2"`, "sh", fifo, out}})
	r.Run(t.Context(), Hook{Event: "e", Command: []string{"sh", "-c", `echo second >> "$1"`, "sh", out}})
	r.Run(t.Context(), Hook{Event: "other", Command: []string{"sh", "-c", `echo go > "$1"`, "sh", fifo}})
	r.Wait()
	if data, err := os.ReadFile(out); err != nil || string(data) != "first\nsecond\n" {
		t.Errorf("%q, %v\n%s", data, err, log)
	}
}

func TestHooksAreBounded(t *testing.T) {
	r, log := runner("PATH=" + os.Getenv("PATH"))
	ctx, cancel := context.WithCancel(t.Context())
	for range maxWaiting + 5 {
		r.Run(ctx, Hook{Event: "e", Command: []string{"sleep", "1000"}})
	}
	cancel()
	r.Wait() // those that wait are not begun any more
	if n := strings.Count(log.String(), "too many hooks wait"); n != 4 {
		t.Errorf("%d were not run:\n%s", n, log)
	}
}
