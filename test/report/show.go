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

// show prints the summary. go test's own lines come last.
func (r *run) show(out io.Writer) error {
	w := &strings.Builder{}
	r.showSlowest(w)
	r.showSkipped(w)
	failed := r.showFailed(w)
	passed := 0
	for _, t := range r.tests {
		if t.name != "" && t.outcome == "pass" {
			passed++
		}
	}
	title(w, fmt.Sprintf("%d tests passed, %d failed", passed, failed))
	fails := failed > 0 || r.build.Len() > 0 || len(r.lines) == 0
	lines := slices.Clone(r.lines) // those that failed at the very end
	slices.SortStableFunc(lines, func(a, b string) int {
		return cmp.Compare(strings.Index(a, "FAIL"), strings.Index(b, "FAIL"))
	})
	for _, line := range lines {
		if strings.HasPrefix(line, "?") {
			continue // no test files
		}
		fmt.Fprintln(w, line)
		fails = fails || strings.HasPrefix(line, "FAIL")
	}
	if _, err := io.WriteString(out, w.String()); err != nil {
		return err
	}
	if fails {
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

// showFailed prints what failed with what it said, and returns how many tests
// that are. What did not end failed: its program crashed.
func (r *run) showFailed(w io.Writer) int {
	if r.build.Len() > 0 {
		title(w, "does not build")
		_, _ = io.WriteString(w, r.build.String())
	}
	failed := 0
	for _, t := range r.tests {
		if t.outcome == "pass" || t.outcome == "skip" || t.pkg == "" {
			continue
		}
		if t.name != "" {
			failed++
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
