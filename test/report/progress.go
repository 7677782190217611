package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// quietFor is how long nothing is said before a sign of life.
const quietFor = 20 * time.Second

// follow prints a line when a package ends, when a test fails, and when nothing
// was to be said for a while.
func follow(in io.Reader, out io.Writer, name string, begun time.Time) error {
	came, ended := make(chan event), make(chan error, 1)
	go func() {
		ended <- events(in, func(e event) { came <- e })
		close(came)
	}()
	p := progress{out: out, name: name, begun: begun}
	alive := time.NewTicker(quietFor)
	defer alive.Stop()
	for {
		select {
		case e, more := <-came:
			if !more {
				return <-ended
			}
			if p.add(e) {
				alive.Reset(quietFor)
			}
		case <-alive.C:
			p.alive()
		}
	}
}

type progress struct {
	run
	out   io.Writer
	name  string // of the run, among others
	begun time.Time
	done  map[string]int // tests that ended, by package
}

// add reports whether it said something.
func (p *progress) add(e event) bool {
	p.run.add(e)
	ends := e.Action == "pass" || e.Action == "fail" || e.Action == "skip"
	switch {
	case e.Action == "build-output":
		p.say("%s", strings.TrimRight(e.Output, "\n"))
	case e.Package == "" && e.Action == "output":
		p.say("%s", strings.TrimRight(e.Output, "\n"))
	case !ends:
		return false
	case e.Test == "" && e.Action == "skip": // no tests in it
		return false
	case e.Test == "":
		p.say("%-4s %s (%d tests, %.1f s)", word(e.Action), e.Package, p.done[e.Package], e.Elapsed)
		delete(p.done, e.Package)
	default:
		if p.done == nil {
			p.done = map[string]int{}
		}
		p.done[e.Package]++
		if e.Action != "fail" {
			return false
		}
		p.say("FAIL %s %s", e.Package, e.Test)
	}
	return true
}

func word(action string) string {
	if action == "pass" {
		return "ok"
	}
	return "FAIL"
}

// alive says what runs.
func (p *progress) alive() {
	var names []string
	done := 0
	for _, t := range p.last {
		if t.name != "" && !t.parent && t.outcome == "" {
			names = append(names, t.name)
		}
	}
	for _, n := range p.done {
		done += n
	}
	slices.Sort(names)
	const most = 4
	more := ""
	if len(names) > most {
		more = fmt.Sprintf(" and %d more", len(names)-most)
		names = names[:most]
	}
	if len(names) == 0 {
		p.say("…    %s: %d tests done in packages that still run", p.name, done)
		return
	}
	p.say("…    %s: %d tests done; begun: %s%s", p.name, done, strings.Join(names, ", "), more)
}

func (p *progress) say(format string, args ...any) {
	took := int(time.Since(p.begun).Seconds())
	_, _ = fmt.Fprintf(p.out, "   %2d:%02d  "+format+"\n", append([]any{took / 60, took % 60}, args...)...)
}
