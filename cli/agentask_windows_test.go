package cli

import (
	"bufio"
	"os"
	"testing"
	"unsafe"

	"golang.org/x/sys/windows"

	"github.com/claviger/claviger/internal/consent"
)

// What was typed before a question can be read allows nothing: neither lines nor the
// start of one, before the first question, before the next and while it appears.
func TestTypedAheadAnswersNothing(t *testing.T) {
	in := console(t)
	screen, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = screen.Close(); _ = out.Close() })
	lines := bufio.NewReader(screen)
	a := newTerminalAsker(&terminal{in, out})
	for _, typed := range []string{"a\r", "x\ra\ra\r", "a"} {
		press(t, in, typed)
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
		press(t, in, typed)
		if _, err := lines.ReadString(']'); err != nil { // the end of the question
			t.Fatal(err)
		}
		press(t, in, "o\r")
		if got := <-answers; got != consent.Once && (got != consent.Deny || !wine()) { // as flush says
			t.Errorf("after %q was typed: %q, want the answer to the question", typed, got)
		}
	}
}

// wine reports whether this is no Windows.
func wine() bool {
	return windows.NewLazySystemDLL("ntdll.dll").NewProc("wine_get_version").Find() == nil
}

// console is the console of this process. It stays open: the asker reads on.
func console(t *testing.T) *os.File {
	t.Helper()
	in, err := os.OpenFile("CONIN$", os.O_RDWR, 0)
	if err != nil && os.Getenv("TEST_CONSOLE") == "" {
		t.Skip("this process has no console: script/windows gives it one")
	}
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// press presses the keys of a text.
func press(t *testing.T, in *os.File, text string) {
	t.Helper()
	var events []keyEvent
	for _, r := range text {
		for _, down := range []int32{1, 0} {
			events = append(events, keyEvent{kind: 1, down: down, times: 1, key: uint16(r) &^ 0x20, char: uint16(r)})
		}
	}
	var written uint32
	if ok, _, err := windows.NewLazySystemDLL("kernel32.dll").NewProc("WriteConsoleInputW").Call(
		in.Fd(), uintptr(unsafe.Pointer(&events[0])), uintptr(len(events)), uintptr(unsafe.Pointer(&written))); ok == 0 {
		t.Fatal(err)
	}
}
