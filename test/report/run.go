package main

import (
	"bufio"
	"encoding/json"
	"io"
	"regexp"
	"strings"
)

// event is one line of `go test -json` (go doc test2json).
type event struct {
	Action     string
	Package    string
	ImportPath string // of what is built
	Test       string
	Output     string
	Elapsed    float64 // seconds
}

// events calls do with each event. A line that is not one is output of no test.
func events(r io.Reader, do func(event)) error {
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			var e event
			if json.Unmarshal(line, &e) != nil {
				e = event{Action: "output", Output: string(line)}
			}
			do(e)
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// test is one test, or a package by itself, in one run.
type test struct {
	pkg, name string
	seconds   float64
	outcome   string // pass, fail or skip; "" is not ended
	output    strings.Builder
	parent    bool // has subtests
	ran       bool // a name with a slash of its own has parents that never did
}

// run is what is known of some runs.
type run struct {
	tests []*test             // in the order in which they began
	last  map[[2]string]*test // by package and name
	lines []string            // those of packages, as go test prints them
	build strings.Builder
	notes []string
}

// noise is what test binaries print about the course of tests.
var noise = regexp.MustCompile(`^\s*(=== (RUN|PAUSE|CONT|NAME)|--- (PASS|SKIP|FAIL):|(PASS|FAIL)\n$)`)

func (r *run) add(e event) {
	if strings.HasPrefix(e.Action, "build-") {
		r.build.WriteString(e.Output)
		return
	}
	key := [2]string{e.Package, e.Test}
	if t := r.last[key]; t != nil && t.outcome != "" && (e.Action == "run" || e.Action == "start") {
		delete(r.last, key) // another run has it again
	}
	t := r.of(e.Package, e.Test)
	t.ran = true
	switch e.Action {
	case "output":
		switch {
		case e.Test == "" && packageLine.MatchString(e.Output):
			r.lines = append(r.lines, strings.TrimRight(e.Output, "\n"))
		case !noise.MatchString(e.Output):
			t.output.WriteString(e.Output)
		}
	case "pass", "fail", "skip":
		t.outcome, t.seconds = e.Action, e.Elapsed
		if e.Action == "pass" {
			t.output.Reset()
		}
	}
}

// packageLine is what go test prints when a package ends.
var packageLine = regexp.MustCompile(`^(ok  |FAIL|\?   )\t`)

// of is the latest test of that name. Output may come when it has ended.
func (r *run) of(pkg, name string) *test {
	key := [2]string{pkg, name}
	t := r.last[key]
	if t == nil {
		t = &test{pkg: pkg, name: name}
		if r.last == nil {
			r.last = map[[2]string]*test{}
		}
		r.last[key] = t
		r.tests = append(r.tests, t)
		if i := strings.LastIndex(name, "/"); i > 0 {
			r.of(pkg, name[:i]).parent = true
		}
	}
	return t
}
