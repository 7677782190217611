package state

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
)

type fakeLogIn struct {
	on    bool
	other string
	gone  bool
	err   error
}

func (f *fakeLogIn) Look() (on bool, other string, gone bool, err error) {
	return f.on, f.other, f.gone, nil
}

func (f *fakeLogIn) Set(on bool) error {
	if f.err == nil {
		f.on, f.other = on, ""
	}
	return f.err
}

func TestStartAtLogIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fakeLogIn{other: "/old/claviger"}
		r := newRig(t)
		r.sv.LogIn = f
		r.Start()
		r.q.settle()
		r.OpenSettings()
		r.q.settle()
		if at := r.State().AtLogIn; !at.Known || at.On || at.Other != "/old/claviger" || r.State().Notice.Text != "" {
			t.Fatalf("%+v", at)
		}
		r.SetAtLogIn(true)
		r.SetAtLogIn(false) // a second click while the first goes on
		r.q.settle()
		if at := r.State().AtLogIn; !f.on || !at.On || at.Other != "" {
			t.Errorf("%+v", at)
		}
		f.err = errors.New("/x/autostart: permission denied")
		r.SetAtLogIn(false)
		r.q.settle()
		if at := r.State().AtLogIn; !at.On || at.Busy || !strings.Contains(at.Problem, "permission denied") {
			t.Errorf("what could not be changed is shown as changed: %+v", at)
		}
	})
}

func TestAMovedProgramIsNoticed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.sv.LogIn = &fakeLogIn{other: "/old/claviger", gone: true}
		r.Start()
		r.q.settle()
		if n := r.State().Notice; !strings.Contains(n.Text, "was moved") {
			t.Errorf("%+v", n)
		}
	})
}
