package cli

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// Whatever a command reads, a pipe that nobody writes to is no reason not to end.
func TestSIGTERMEndsAWaitForAPipe(t *testing.T) {
	w, _ := signedIn(t, 3600)
	const pipe = "PIPE"
	for name, args := range map[string][]string{
		"passphrase":    {"accounts"},
		"provider file": {"providers", "add", "--file", pipe},
		"secret":        {"providers", "add", "other", "--preset", "gitlab", "--client-id", "x", "--secret-file", pipe},
		"export":        {"vault", "import", pipe},
		"input":         {"explain", "-"},
		"token":         {"inspect", "-"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "pipe")
			if err := syscall.Mkfifo(path, 0o600); err != nil {
				t.Fatal(err)
			}
			opened := name == "passphrase"
			for i, arg := range args {
				if arg == pipe {
					args[i], opened = path, true
				}
			}
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			cmd := w.command(ctx, args...)
			if name == "passphrase" {
				cmd.Env = append(cmd.Env, "CLAVIGER_PASSPHRASE_FILE="+path)
			}
			in, silent, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _, _ = in.Close(), silent.Close() }()
			var stderr bytes.Buffer
			cmd.Stdin, cmd.Stderr = in, &stderr
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			if opened {
				defer opens(ctx, t, path)()
			} else {
				takes(ctx, t, silent)
			}
			if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait() // the exit code says how
			if code := cmd.ProcessState.ExitCode(); code != 6 {
				t.Errorf("exit code %d\n%s", code, stderr.String())
			}
		})
	}
}

// A passphrase file that is a pipe without a writer is waited for, and the wait is
// mentioned; once the writer comes, all goes on.
func TestThePassphraseOfAPipeMayComeLate(t *testing.T) {
	w, _ := signedIn(t, 3600)
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := w.command(ctx, "token", "acme")
	cmd.Env = append(cmd.Env, "CLAVIGER_PASSPHRASE_FILE="+pipe)
	var stdout bytes.Buffer
	cmd.Stdout = &stdout
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said := bufio.NewReader(stderr)
	if line, err := said.ReadString('\n'); line != "claviger: waiting for someone to write to "+pipe+"; Ctrl-C stops\n" {
		t.Errorf("it said %q, %v", line, err)
	}
	if err := os.WriteFile(pipe, []byte(worldPassphrase+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	rest, _ := io.ReadAll(said)
	if err := cmd.Wait(); err != nil || stdout.Len() == 0 {
		t.Errorf("%v, %d bytes of a token\n%s", err, stdout.Len(), rest)
	}
}

// opens waits until a reader opens a pipe. Its writer, which says nothing, is open
// until the result is called.
func opens(ctx context.Context, t *testing.T, path string) (closeIt func()) {
	t.Helper()
	for {
		fd, err := syscall.Open(path, syscall.O_WRONLY|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
		if err == nil {
			return func() { _ = syscall.Close(fd) }
		}
		if !errors.Is(err, syscall.ENXIO) || ctx.Err() != nil {
			t.Fatalf("no reader: %v", err)
		}
		pause(ctx)
	}
}

// takes waits until a reader has taken what it got.
func takes(ctx context.Context, t *testing.T, pipe *os.File) {
	t.Helper()
	if _, err := pipe.WriteString("x"); err != nil {
		t.Fatal(err)
	}
	for {
		n, err := unix.IoctlGetInt(int(pipe.Fd()), unix.TIOCINQ)
		if err == nil && n == 0 {
			return
		}
		if err != nil || ctx.Err() != nil {
			t.Fatalf("not read: %v", err)
		}
		pause(ctx)
	}
}

// pause lets others run for a moment.
func pause(ctx context.Context) {
	select {
	case <-time.After(5 * time.Millisecond):
	case <-ctx.Done():
	}
}
