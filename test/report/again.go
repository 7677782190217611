package main

import (
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// mostAgain is how many tests are worth a second try: more of them are a fault.
const mostAgain = 5

// crashed is what a test says that no second try can make good.
var crashed = regexp.MustCompile(`(?m)^\s*(WARNING: DATA RACE|panic: |fatal error: )`)

// again prints, for each package, its name and a pattern of the tests that failed, if
// these are worth a second try alone: few of them, none of which crashed. A test with a
// window and a browser can fail because the machine was busy. Else it prints nothing.
func (r *run) again(out io.Writer) error {
	failed, count := r.triable()
	if count > mostAgain {
		return nil
	}
	for _, pkg := range slices.Sorted(maps.Keys(failed)) {
		names := slices.Sorted(maps.Keys(failed[pkg]))
		if _, err := fmt.Fprintf(out, "%s ^(%s)$\n", pkg, strings.Join(names, "|")); err != nil {
			return err
		}
	}
	return nil
}

// triable are the tests that failed, by package and without their subtests; none if
// something is broken.
func (r *run) triable() (failed map[string]map[string]bool, count int) {
	failed = map[string]map[string]bool{}
	if r.build.Len() > 0 {
		return nil, 0
	}
	packages := map[string]bool{}
	for _, t := range r.tests {
		switch {
		case t.outcome == "pass" || t.outcome == "skip" || t.pkg == "" || !t.ran:
			continue
		case t.outcome != "fail" || crashed.MatchString(t.output.String()):
			return nil, 0
		case t.name == "":
			packages[t.pkg] = true
			continue
		case failed[t.pkg] == nil:
			failed[t.pkg] = map[string]bool{}
		}
		top, _, _ := strings.Cut(t.name, "/")
		if !failed[t.pkg][top] {
			failed[t.pkg][top] = true
			count++
		}
	}
	for pkg := range packages {
		if failed[pkg] == nil { // it failed without a test
			return nil, 0
		}
	}
	return failed, count
}

// second takes the results of a second try: what failed before and passed in it is
// unsteady, and no failure.
func (r *run) second(try *run) {
	good, bad := map[string]bool{}, map[string]bool{}
	for _, t := range try.tests {
		first := r.last[[2]string{t.pkg, t.name}]
		if first == nil || first.outcome != "fail" {
			continue
		}
		if t.outcome != "pass" {
			bad[t.pkg] = true
			continue
		}
		first.outcome = "unsteady"
		good[t.pkg] = true
	}
	r.lines = slices.DeleteFunc(r.lines, func(line string) bool {
		fields := strings.Fields(line)
		return fields[0] == "FAIL" && good[fields[1]] && !bad[fields[1]]
	})
	for _, line := range try.lines {
		if fields := strings.Fields(line); fields[0] == "ok" {
			r.lines = append(r.lines, line)
		}
	}
}

// showUnsteady prints what passed only at its second try, with what it said at the first.
func (r *run) showUnsteady(w io.Writer) {
	for _, t := range r.tests {
		said := strings.TrimSpace(t.output.String())
		if t.outcome != "unsteady" || t.name == "" || said == "" && t.parent {
			continue
		}
		title(w, "unsteady: "+t.pkg+" "+t.name+" passed only when it was run again; at first it said")
		_, _ = fmt.Fprintln(w, said)
	}
}
