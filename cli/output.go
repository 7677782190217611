package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"
	"unicode/utf8"
)

// say writes a line to standard error, for the person.
func (r *runner) say(format string, args ...any) { writeLine(r.Err, format, args...) }

// writeLine writes a line to standard error. A closed standard error changes
// nothing about the result.
func writeLine(w io.Writer, format string, args ...any) {
	_, _ = fmt.Fprintf(w, format+"\n", args...)
}

// print writes a result to standard output.
func (r *runner) print(text string) error {
	if _, err := io.WriteString(r.Out, text); err != nil {
		return fmt.Errorf("writing the result: %w", err)
	}
	return nil
}

// printJSON writes v, indented.
func (r *runner) printJSON(v any) error {
	e := json.NewEncoder(r.Out)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("writing the result: %w", err)
	}
	return nil
}

// table writes rows in columns; the first row is the heading. A tabwriter writes
// each cell and each gap by itself, so that it does not get the output: a
// thousand accounts were twelve thousand writes.
func (r *runner) table(rows [][]string) error {
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, columnGap, ' ', 0)
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, c := range row {
			cells[i] = clean(c)
		}
		_, _ = fmt.Fprintln(w, strings.Join(cells, "\t")) // into memory
	}
	_ = w.Flush() // the same
	return r.print(text.String())
}

// columnGap is what is between two columns of a table.
const columnGap = 3

// leastColumn is what is left of a column that is cut, in a terminal that is too
// narrow for the others.
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

// field is one line of a card; one without value is left out.
type field struct{ name, value string }

// card writes a heading and its fields. A heading that begins with a line break
// follows another card.
func (r *runner) card(heading string, fields []field) error {
	var b strings.Builder
	if heading != "" {
		b.WriteString(cleanLines(heading) + "\n")
	}
	width := 0
	for _, f := range fields {
		if f.value != "" {
			width = max(width, len([]rune(f.name)))
		}
	}
	for _, f := range fields {
		if f.value == "" {
			continue
		}
		indent := "\n" + strings.Repeat(" ", width+5)
		fmt.Fprintf(&b, "  %-*s   %s\n", width, f.name, strings.ReplaceAll(cleanLines(f.value), "\n", indent))
	}
	return r.print(b.String())
}

// clean makes foreign text safe for a terminal: one line, no control
// characters, no characters that change the direction of others.
func clean(s string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c == '\n' || c == '\t':
			return ' '
		case unicode.IsControl(c), unicode.Is(unicode.Bidi_Control, c), c == unicode.ReplacementChar:
			return -1
		}
		return c
	}, s)
}

// cleanLines is [clean] line by line.
func cleanLines(s string) string {
	lines := strings.Split(strings.TrimRight(s, "\n"), "\n")
	for i, l := range lines {
		lines[i] = clean(l)
	}
	return strings.Join(lines, "\n")
}

// span says a duration roughly: "4 minutes".
func span(d time.Duration) string {
	unit := func(n int, name string) string {
		if n == 1 {
			return "1 " + name
		}
		return fmt.Sprintf("%d %ss", n, name)
	}
	switch d = d.Abs(); {
	case d < 90*time.Second:
		return unit(int(d/time.Second), "second")
	case d < 90*time.Minute:
		return unit(int(d/time.Minute), "minute")
	case d < 36*time.Hour:
		return unit(int(d/time.Hour), "hour")
	default:
		return unit(int(d/(24*time.Hour)), "day")
	}
}

// ago says when something was.
func ago(t, now time.Time) string {
	switch {
	case t.IsZero():
		return ""
	case now.Sub(t) < 5*time.Second:
		return "just now"
	default:
		return span(now.Sub(t)) + " ago"
	}
}

// until says how long a token is good.
func until(t, now time.Time) string {
	switch {
	case t.IsZero():
		return "unknown"
	case t.After(now):
		return "in " + span(t.Sub(now))
	default:
		return span(now.Sub(t)) + " ago"
	}
}
