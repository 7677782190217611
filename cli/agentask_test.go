package cli

import (
	"bufio"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/claviger/claviger/internal/consent"
)

// There is one terminal: the second question comes after the first answer.
func TestTerminalAsksOneAfterTheOther(t *testing.T) {
	pipe := func() (*os.File, *os.File) {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = r.Close(); _ = w.Close() })
		return r, w
	}
	in, keys := pipe()
	screen, out := pipe()
	a := newTerminalAsker(&terminal{in, out})
	answers := make(chan consent.Answer, 2)
	for _, name := range []string{"one", "two"} {
		go func() {
			answer, err := a.Ask(t.Context(), consent.Question{Program: consent.Program{Path: "/bin/" + name, Hash: "aa", Title: name}})
			if err != nil {
				t.Error(err)
			}
			answers <- answer
		}()
	}
	lines := bufio.NewReader(screen)
	shown := func() string {
		text, err := lines.ReadString(']') // the end of the question
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	first := shown()
	if strings.Count(first, "wants a token") != 1 {
		t.Errorf("%q", first)
	}
	for _, key := range []string{"o\n", "h\n"} {
		if _, err := io.WriteString(keys, key); err != nil {
			t.Fatal(err)
		}
		if key == "o\n" {
			if second := shown(); strings.Count(second, "wants a token") != 1 || !strings.Contains(second, "Allowed once.") {
				t.Errorf("%q", second)
			}
		}
	}
	if got := []consent.Answer{<-answers, <-answers}; got[0] != consent.Once || got[1] != consent.Hour {
		t.Errorf("%v", got)
	}
}

// A program's path that is padded to the terminal's edge begins no line of the question.
func TestPaddedFactsLookLikeNoLine(t *testing.T) {
	text := questionText(consent.Question{Program: consent.Program{
		Title: "x", Path: "/tmp/x" + strings.Repeat(" ", 59) + "  Program      /usr/bin/bank", Dir: "/" + strings.Repeat("\u00a0\u2003", 40) + "Account",
	}})
	for _, want := range []string{"/tmp/x Program /usr/bin/bank\n", "/ Account\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q lacks %q", text, want)
		}
	}
}
