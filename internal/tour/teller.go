package tour

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/claviger/claviger/internal/shell"
)

// How the tour is shown. The rules:
//
//  1. A line is at most 80 columns wide, fewer on a narrower terminal, and says one thing.
//  2. On a terminal what is being done stands in the last line until it is done,
//     and each line stays for a moment before the next, so that a person can
//     read along. Elsewhere every line is final and nothing waits.
//  3. Colours say nothing that the signs before a line do not say.
const (
	maxColumns   = 80
	labelColumns = 14
	// linePause and stepPause are for the reader.
	linePause = 70 * time.Millisecond
	stepPause = 350 * time.Millisecond
	tick      = 100 * time.Millisecond
)

// The colours, by what they are for (ECMA-48 §8.3.117, SGR).
const (
	colorReset   = "\x1b[0m"
	colorTitle   = "\x1b[1m"
	colorDone    = "\x1b[32m"
	colorFailed  = "\x1b[1;31m"
	colorCommand = "\x1b[36m"
	colorQuiet   = "\x1b[2m"
	// eraseLine erases the line about what is being done (§8.3.41, EL).
	eraseLine = "\r\x1b[K"
)

// teller writes the tour.
type teller struct {
	w       io.Writer
	live    bool // a person reads along on a terminal
	color   bool
	columns int
	busy    bool // the last line is to be erased
	err     error
}

func newTeller(o Options) *teller {
	t := &teller{w: o.Out, live: o.Columns > 0, color: o.Columns > 0 && o.Color, columns: maxColumns}
	if t.live {
		t.columns = max(40, min(maxColumns, o.Columns))
	}
	return t
}

// write writes text; after a first failure nothing more.
func (t *teller) write(text string) {
	if t.err == nil {
		_, t.err = io.WriteString(t.w, text)
	}
}

// line writes a line, in place of the one about what is being done.
func (t *teller) line(text string) {
	t.stop()
	t.write(text + "\n")
}

// stop erases the line about what is being done.
func (t *teller) stop() {
	if t.busy {
		t.write(eraseLine)
	}
	t.busy = false
}

// paint colours text if lines have colours.
func (t *teller) paint(color, text string) string {
	if !t.color || text == "" {
		return text
	}
	return color + text + colorReset
}

// step begins a step.
func (t *teller) step(n int, title string) {
	t.line("")
	t.line(t.paint(colorTitle, fmt.Sprintf("%2d  %s", n, title)))
}

// fact says what was measured.
func (t *teller) fact(label, format string, args ...any) {
	t.entry(t.paint(colorDone, "✓"), label, fmt.Sprintf(format, args...))
}

// fault says what came instead.
func (t *teller) fault(label, text string) { t.entry(t.paint(colorFailed, "✗"), label, text) }

// leftOut says that a step was not tried.
func (t *teller) leftOut(text string) { t.line("    " + t.paint(colorFailed, "✗") + " " + text) }

// entry writes sign, label and text; a long text goes on below itself.
func (t *teller) entry(sign, label, text string) {
	for _, part := range wrap(text, t.columns-labelColumns-8) {
		t.line(strings.TrimRight("    "+sign+" "+t.paint(colorQuiet, pad(label, labelColumns))+"  "+part, " "))
		sign, label = " ", ""
	}
}

// command names the command that does the same for a person's own accounts.
func (t *teller) command(text string) {
	t.line("    " + t.paint(colorQuiet, "$") + " " + t.paint(colorCommand, text))
}

// doing says what is being done, until the next line.
func (t *teller) doing(text string) {
	if !t.live {
		return
	}
	t.stop()
	t.write("    " + t.paint(colorQuiet, "… "+text))
	t.busy = true
}

// pause lets a person read.
func (t *teller) pause(ctx context.Context, d time.Duration) error {
	switch {
	case t.err != nil:
		return fmt.Errorf("writing the tour: %w", t.err)
	case !t.live:
		return ctx.Err()
	}
	return wait(ctx, d)
}

// count waits until a time, with a bar on a terminal.
func (t *teller) count(ctx context.Context, text string, until time.Time) error {
	const cells = 24
	begun := time.Now()
	whole := until.Sub(begun)
	for t.live && t.err == nil {
		left := time.Until(until)
		if left <= 0 {
			break
		}
		full := cells - int(cells*left/whole)
		t.doing(fmt.Sprintf("%s %s%s %.1f s", text, strings.Repeat("█", full), strings.Repeat("░", cells-full), left.Seconds()))
		if err := wait(ctx, min(tick, left)); err != nil {
			return err
		}
	}
	return wait(ctx, time.Until(until))
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return ctx.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// intro says what comes.
func (t *teller) intro(keep string) {
	where := "a temporary folder, deleted at the end."
	if keep != "" {
		where = "the folder that you named, which is kept."
	}
	t.line(t.paint(colorTitle, "Claviger in ten seconds"))
	for _, text := range wrap("Everything here is real and stays on this computer: a demo provider, HTTP, and "+where, t.columns) {
		t.line(text)
	}
	for _, text := range wrap("Lines with $ do the same for your own accounts.", t.columns) {
		t.line(text)
	}
}

// outro says how it went.
func (t *teller) outro(steps int, failed []int, took time.Duration, keep string) {
	t.line("")
	switch {
	case len(failed) == 0:
		t.line(t.paint(colorDone, "✓") + " " + t.paint(colorTitle, fmt.Sprintf("All %d steps passed in %.1f seconds.", steps, took.Seconds())))
	case len(failed) == steps:
		t.line(t.paint(colorFailed, "✗") + " All steps failed.")
	case len(failed) == 1:
		t.line(t.paint(colorFailed, "✗") + fmt.Sprintf(" Step %d of %d failed.", failed[0], steps))
	default:
		t.line(t.paint(colorFailed, "✗") + fmt.Sprintf(" Steps %s of %d failed.", numbers(failed), steps))
	}
	if keep == "" {
		return
	}
	t.line("  The folder is kept. To look at it:")
	t.line("")
	t.line("    " + t.paint(colorCommand, shell.Here.Set("CLAVIGER_HOME", keep)))
	t.line("    " + t.paint(colorCommand, shell.Here.Set("CLAVIGER_PASSPHRASE_FILE", filepath.Join(keep, passphraseFile))))
	t.line("    " + t.paint(colorCommand, "claviger accounts; claviger receipts; claviger token --header"))
}

// pad fills text up to a width.
func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(text)))
}

// wrap breaks text at blanks into lines of a width. A longer word has a line of
// its own.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width {
			lines = append(lines, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}
