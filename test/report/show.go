package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
)

// errFailed says that a test failed, which was shown.
var errFailed = errors.New("a test failed")

// slowest is how many tests are named as such.
const slowest = 10

// show prints the summary. go test's own lines come last, and of those the bad
// ones, below the names of what failed: who sees only the end of it sees them.
func (r *run) show(out io.Writer) error {
	w := &strings.Builder{}
	r.showSlowest(w)
	r.showSkipped(w)
	r.showUnsteady(w)
	failed := r.showFailed(w)
	passed, unsteady := 0, 0
	for _, t := range r.tests {
		switch {
		case t.name == "":
		case t.outcome == "pass":
			passed++
		case t.outcome == "unsteady":
			unsteady++
		}
	}
	counts := fmt.Sprintf("%d tests passed, %d failed", passed+unsteady, len(failed))
	if unsteady > 0 {
		counts += fmt.Sprintf(", %d of those that passed are unsteady", unsteady)
	}
	title(w, counts)
	var bad []string
	for _, line := range r.lines {
		switch {
		case strings.HasPrefix(line, "FAIL"):
			bad = append(bad, line)
		case !strings.HasPrefix(line, "?"): // no test files
			fmt.Fprintln(w, line)
		}
	}
	for _, line := range append(failed, bad...) {
		fmt.Fprintln(w, line)
	}
	if _, err := io.WriteString(out, w.String()); err != nil {
		return err
	}
	if len(failed) > 0 || len(bad) > 0 || r.build.Len() > 0 || len(r.lines) == 0 {
		return errFailed
	}
	return nil
}

func title(w io.Writer, text string) { _, _ = fmt.Fprintf(w, "\n== %s\n", text) }

func (r *run) showSlowest(w io.Writer) {
	var list []*test
	for _, t := range r.tests {
		if t.name != "" && !t.parent && t.outcome != "" {
			list = append(list, t)
		}
	}
	slices.SortStableFunc(list, func(a, b *test) int { return cmp.Compare(b.seconds, a.seconds) })
	title(w, "the slowest tests")
	for _, t := range list[:min(slowest, len(list))] {
		_, _ = fmt.Fprintf(w, "%7.1f s  %s %s\n", t.seconds, t.pkg, t.name)
	}
}

// place stands before what a test logs.
var place = regexp.MustCompile(`^\s*\S+\.go:\d+: `)

func (r *run) showSkipped(w io.Writer) {
	lines := slices.Clone(r.notes)
	for _, t := range r.tests {
		if t.name == "" || t.outcome != "skip" {
			continue
		}
		said := strings.Split(strings.TrimSpace(t.output.String()), "\n")
		reason := place.ReplaceAllString(said[len(said)-1], "")
		lines = append(lines, fmt.Sprintf("%s %s: %s", t.pkg, t.name, strings.TrimSpace(reason)))
	}
	if len(lines) > 0 {
		title(w, "left out and skipped")
		_, _ = fmt.Fprintln(w, strings.Join(lines, "\n"))
	}
}

// showFailed prints what failed with what it said, and returns a line for each
// test. What did not end failed: its program crashed.
func (r *run) showFailed(w io.Writer) (failed []string) {
	if r.build.Len() > 0 {
		title(w, "does not build")
		_, _ = io.WriteString(w, r.build.String())
	}
	for _, t := range r.tests {
		if t.outcome == "pass" || t.outcome == "skip" || t.outcome == "unsteady" || t.pkg == "" || !t.ran {
			continue
		}
		if t.name != "" {
			failed = append(failed, fmt.Sprintf("--- FAIL: %s (%.2fs)", t.name, t.seconds))
		}
		said := strings.TrimRight(t.output.String(), "\n")
		if said == "" && (t.parent || t.name == "" || t.outcome == "") {
			continue // another one says it
		}
		title(w, strings.TrimSpace("failed: "+t.pkg+" "+t.name))
		_, _ = fmt.Fprintln(w, said)
	}
	return failed
}
