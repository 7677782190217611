package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/internal/shell"
)

// Bounds of what one field shows, in characters.
const (
	maxFieldName = 100
	maxCell      = 500
)

// say writes a line to standard error, for the person.
func (r *runner) say(format string, args ...any) { writeLine(r.Err, format, args...) }

// writeLine writes a line to standard error. The lines are those of format: an
// argument is foreign text and adds none, except [lines]. A closed standard
// error changes nothing about the result.
func writeLine(w io.Writer, format string, args ...any) {
	for i, arg := range args {
		switch arg := arg.(type) {
		case int:
		case lines:
			args[i] = cleanLines(string(arg))
		default:
			args[i] = clean(fmt.Sprint(arg))
		}
	}
	_, _ = fmt.Fprintf(w, format+"\n", args...)
}

// lines is an argument of [runner.say] that may have more than one line.
type lines string

// print writes a result to standard output, without what a terminal would obey
// or hide.
func (r *runner) print(text string) error { return r.write(plain.Text(text)) }

// write writes a result to standard output as it is.
func (r *runner) write(text string) error {
	if _, err := io.WriteString(r.Out, text); err != nil {
		return fmt.Errorf("writing the result: %w", err)
	}
	return nil
}

// printJSON writes v, indented.
func (r *runner) printJSON(v any) error {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("writing the result: %w", err)
	}
	return r.write(escapeUnseen(b.String()))
}

// escapeUnseen writes characters that a terminal would obey or hide as JSON's
// \u escapes (RFC 8259 §7): encoding/json leaves DEL, C1 and the marks of
// direction as they are. They occur in strings only.
func escapeUnseen(text string) string {
	var b strings.Builder
	done := 0
	for i, c := range text {
		if c == '\n' || !plain.Unseen(c) {
			continue
		}
		b.WriteString(text[done:i])
		for _, unit := range utf16.Encode([]rune{c}) {
			fmt.Fprintf(&b, `\u%04x`, unit)
		}
		done = i + len(string(c))
	}
	b.WriteString(text[done:])
	return b.String()
}

// table writes rows in columns; the first row is the heading. A tabwriter writes
// each cell and each gap separately, so it writes into memory first: a thousand
// accounts were twelve thousand writes.
func (r *runner) table(rows [][]string) error {
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, columnGap, ' ', 0)
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, c := range row {
			cells[i] = plain.Line(c, maxCell)
		}
		_, _ = fmt.Fprintln(w, strings.Join(cells, "\t")) // into memory
	}
	_ = w.Flush() // the same
	return r.print(text.String())
}

// columnGap is what is between two columns of a table.
const columnGap = 3

// leastColumn is the least width of a cut column in a terminal that is too narrow
// for the others.
const leastColumn = 12

// narrow cuts the cells of one column so that the table fits a width, if it can.
func narrow(rows [][]string, column, width int) {
	widest := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, c := range row {
			widest[i] = max(widest[i], utf8.RuneCountInString(clean(c)))
		}
	}
	left := width - columnGap*(len(widest)-1)
	for i, n := range widest {
		if i != column {
			left -= n
		}
	}
	left = max(left, leastColumn)
	for _, row := range rows {
		if c := []rune(clean(row[column])); len(c) > left {
			row[column] = strings.TrimRight(string(c[:left-1]), " :") + "…"
		}
	}
}

// field is one line of a card; one without a value is left out.
type field struct{ name, value string }

// card writes a heading and its fields. A heading that begins with a line break
// follows another card.
func (r *runner) card(heading string, fields []field) error {
	var b strings.Builder
	if heading, follows := strings.CutPrefix(heading, "\n"); heading != "" {
		if follows {
			b.WriteString("\n")
		}
		b.WriteString(clean(heading) + "\n")
	}
	names, width := make([]string, len(fields)), 0
	for i, f := range fields {
		if f.value != "" {
			names[i] = plain.Line(f.name, maxFieldName)
			width = max(width, utf8.RuneCountInString(names[i]))
		}
	}
	indent := "\n" + strings.Repeat(" ", width+5)
	for i, f := range fields {
		if f.value != "" {
			fmt.Fprintf(&b, "  %-*s   %s\n", width, names[i], strings.ReplaceAll(cleanLines(f.value), "\n", indent))
		}
	}
	return r.print(b.String())
}

// clean makes a foreign text one line for a terminal.
func clean(s string) string { return plain.Line(s, 0) }

// shellWord is [clean], as one word of a shell, for a command to copy.
func shellWord(s string) string { return shell.Here.Quote(clean(s)) }

// cleanLines is [clean] line by line.
func cleanLines(s string) string { return plain.Text(strings.TrimRight(s, "\n")) }

// ago says when something was.
func ago(t, now time.Time) string {
	switch {
	case t.IsZero():
		return ""
	case t.After(now): // a clock that went back
		return "just now"
	}
	return plain.Relative(now, t)
}

// until says how long a token is valid.
func until(t, now time.Time) string {
	if t.IsZero() {
		return "unknown"
	}
	return plain.Relative(now, t)
}
