package state

import (
	"slices"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/probe"
	"github.com/claviger/claviger/ui/words"
)

// Test is a test of a provider: what was found so far.
type Test struct {
	Busy   bool
	Checks []probe.Check
	// Done reports that all checks were made.
	Done bool
	// Failed counts what is wrong, Untold what is unknown.
	Failed, Untold int
	Error          string
}

// Summary says in one sentence what came of it; "" while it goes on.
func (t Test) Summary() string {
	switch {
	case !t.Done:
		return ""
	case t.Failed > 0:
		return lang.N("{{.Count}} problems found.", t.Failed, map[string]any{"Count": t.Failed})
	case t.Untold > 0:
		return lang.L("No problems found, as far as can be checked without signing in.")
	}
	return lang.L("No problems found.")
}

// Test tests the provider on the setup page as it is saved.
func (x *Setup) Test() {
	p := x.st.Setup.Provider
	if p == nil || x.st.Setup.Test.Busy || x.sv.Probe == nil {
		return
	}
	x.update(func(st *State) { st.Setup.Test = Test{Busy: true} })
	x.run(slotTest, func(j *job) {
		_, err := x.sv.Probe(j, p.ID, func(c probe.Check) {
			j.commit(func(st *State) { st.Setup.Test.add(c) })
		})
		j.commit(func(st *State) {
			t := &st.Setup.Test
			t.Busy, t.Done = false, err == nil
			if err != nil {
				t.Error = words.OneLine(x.explain(err, p, ""))
			}
		})
	})
}

// add takes a check in; the list that was drawn before stays as it is.
func (t *Test) add(c probe.Check) {
	t.Checks = append(slices.Clone(t.Checks), c)
	switch c.Outcome {
	case idtoken.Failed:
		t.Failed++
	case idtoken.Skipped:
		t.Untold++
	case idtoken.Passed:
	}
}
