package unit

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/claviger/claviger/internal/autostart"
)

// fakeLogin is the log-in of Windows in memory; internal/autostart tests the real one.
type fakeLogin struct {
	start *autostart.Start
	off   bool
}

func (f *fakeLogin) Where() string { return `HKEY_CURRENT_USER\Run` }

func (f *fakeLogin) Look() (autostart.State, error) {
	if f.start == nil {
		return autostart.State{}, nil
	}
	return autostart.State{On: !f.off, Program: f.start.Program}, nil
}

func (f *fakeLogin) Enable(s autostart.Start) error {
	if len(s.Env) > 0 {
		return errors.New("no variables")
	}
	f.start, f.off = &s, false
	return nil
}

func (f *fakeLogin) Disable() error { f.start = nil; return nil }

// Without a service manager, the log-in starts the agent.
func TestLogInStartsTheAgent(t *testing.T) {
	f := &fakeLogin{}
	m := &Manager{login: f}
	looks := func(want State) {
		t.Helper()
		if got, err := m.Look(); err != nil || !cmp.Equal(got, want) {
			t.Errorf("%+v, %v; want %+v", got, err, want)
		}
	}
	looks(State{})
	if r, err := m.Remove(t.Context()); err != nil || len(r.Files) > 0 {
		t.Errorf("%+v, %v", r, err)
	}
	const program = `C:\My Programs\claviger.exe`
	if _, err := m.Install(t.Context(), Agent{Program: program, Env: []string{"CLAVIGER_HOME=x"}}); err == nil {
		t.Error("a variable is lost")
	}
	r, err := m.Install(t.Context(), Agent{Program: program})
	if err != nil || !r.Next || !slices.Equal(r.Files, []string{f.Where()}) || !slices.Equal(f.start.Args, []string{"agent"}) {
		t.Errorf("%+v, %v, %+v", r, err, f.start)
	}
	looks(State{Files: []string{f.Where()}, Program: program, Enabled: true})
	f.off = true // in the Task Manager
	looks(State{Files: []string{f.Where()}, Program: program})
	if r, err := m.Remove(t.Context()); err != nil || !slices.Equal(r.Files, []string{f.Where()}) || f.start != nil {
		t.Errorf("%+v, %v", r, err)
	}
}
