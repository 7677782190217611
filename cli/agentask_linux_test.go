package cli

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/claviger/claviger/internal/consent"
)

// What was typed before a question can be read allows nothing: neither lines nor the
// start of one, before the first question, before the next and while it appears.
func TestTypedAheadAnswersNothing(t *testing.T) {
	keys, tty := pseudoTerminal(t)
	screen, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = screen.Close(); _ = out.Close() })
	lines := bufio.NewReader(screen)
	a := newTerminalAsker(&terminal{tty, out})
	for _, typed := range []string{"a\n", "x\na\na\n", "a"} {
		if _, err := io.WriteString(keys, typed); err != nil {
			t.Fatal(err)
		}
		answers := make(chan consent.Answer, 1)
		go func() {
			answer, err := a.Ask(t.Context(), consent.Question{Program: consent.Program{Path: "/bin/one", Hash: "aa", Title: "one"}})
			if err != nil {
				t.Error(err)
			}
			answers <- answer
		}()
		if _, err := lines.ReadString('\n'); err != nil { // the question begins
			t.Fatal(err)
		}
		if _, err := io.WriteString(keys, typed); err != nil {
			t.Fatal(err)
		}
		if _, err := lines.ReadString(']'); err != nil { // the end of the question
			t.Fatal(err)
		}
		if _, err := io.WriteString(keys, "o\n"); err != nil {
			t.Fatal(err)
		}
		if got := <-answers; got != consent.Once {
			t.Errorf("after %q was typed: %q, want the answer to the question", typed, got)
		}
	}
}

// pseudoTerminal is a terminal, and the keyboard of it (pts(4)).
func pseudoTerminal(t *testing.T) (keys, tty *os.File) {
	t.Helper()
	keys, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip("no pseudo-terminals here:", err)
	}
	t.Cleanup(func() { _ = keys.Close() })
	fd := int(keys.Fd())
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	tty, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tty.Close() })
	return keys, tty
}
