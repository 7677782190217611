package cli

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// The wait for a pipe that no one writes to says whom it waits for, and ends.
func TestASilentPipeIsMentionedAndNotWaitedForForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var said strings.Builder
		start := time.Now()
		in, out := io.Pipe()
		defer func() { _ = out.Close() }()
		_, err := fileWithin(t.Context(), &said, "/run/pipe", func() (string, error) { return firstLine(in) })
		if took := time.Since(start); took != pipeLimit {
			t.Errorf("it took %v", took)
		}
		if !errors.Is(err, errSilent) {
			t.Error(err)
		}
		if got := said.String(); got != "claviger: waiting for someone to write to /run/pipe; Ctrl-C stops\n" {
			t.Errorf("said %q", got)
		}
		if p, _ := explain(unusableFile("/run/pipe", err)); p.Detail != "/run/pipe: nothing was written to it for 10 minutes" || p.Next == "" {
			t.Errorf("%+v", p)
		}
	})
}

// A writer that takes its time is waited for; one that is quick is not mentioned.
func TestALateWriterOfAPipeIsRead(t *testing.T) {
	for late, mentions := range map[time.Duration]int{time.Second: 0, 4 * time.Second: 1, 9 * time.Minute: 1} {
		synctest.Test(t, func(t *testing.T) {
			var said strings.Builder
			in, out := io.Pipe()
			go func() {
				time.Sleep(late) // in the bubble
				_, _ = io.WriteString(out, "a passphrase\n")
			}()
			line, err := (&Prompter{In: in, Err: &said}).line(t.Context())
			if line != "a passphrase" || err != nil {
				t.Errorf("after %v: %q, %v", late, line, err)
			}
			if n := strings.Count(said.String(), "waiting for someone to write to standard input"); n != mentions {
				t.Errorf("after %v, said %q", late, said.String())
			}
		})
	}
}

// Standard input that stays silent ends with words of its own.
func TestSilentStandardInputEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in, out := io.Pipe()
		defer func() { _ = out.Close() }()
		_, err := (&Prompter{In: in, Err: io.Discard}).line(t.Context())
		if err == nil || err.Error() != "reading standard input: nothing was written to it for 10 minutes" {
			t.Error(err)
		}
	})
}
