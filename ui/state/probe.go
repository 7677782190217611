package state

import (
	"slices"
	"strconv"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/ui/words"
)

// Test is a test of a provider: what was found so far.
type Test struct {
	Busy   bool
	Checks []auth.ProbeCheck
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
	case t.Failed == 1:
		return "1 problem found."
	case t.Failed > 1:
		return strconv.Itoa(t.Failed) + " problems found."
	case t.Untold > 0:
		return "No problems found, as far as can be checked without signing in."
	}
	return "No problems found."
}

// TestProvider tests the provider on the setup page as it is saved.
func (s *Store) TestProvider() {
	p := s.st.Setup.Provider
	if p == nil || s.st.Setup.Test.Busy || s.sv.Probe == nil {
		return
	}
	s.update(func(st *State) { st.Setup.Test = Test{Busy: true} })
	s.run(slotTest, func(j *job) {
		_, err := s.sv.Probe(j, p.ID, func(c auth.ProbeCheck) {
			j.commit(func(st *State) { st.Setup.Test.add(c) })
		})
		j.commit(func(st *State) {
			t := &st.Setup.Test
			t.Busy, t.Done = false, err == nil
			if err != nil {
				t.Error = words.OneLine(s.explain(err, p, ""))
			}
		})
	})
}

// add takes a check in; the list that was drawn before stays as it is.
func (t *Test) add(c auth.ProbeCheck) {
	t.Checks = append(slices.Clone(t.Checks), c)
	switch c.Outcome {
	case auth.Failed:
		t.Failed++
	case auth.Skipped:
		t.Untold++
	case auth.Passed:
	}
}
