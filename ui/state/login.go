package state

import (
	"fyne.io/fyne/v2/lang"
)

// LogIn has the desktop start the program when the person logs in.
type LogIn interface {
	// Look reports whether the desktop starts this program, and which other one if it
	// starts that: gone is whether that one is not there any more.
	Look() (on bool, other string, gone bool, err error)
	Set(on bool) error
}

// AtLogIn is what happens when the person logs in.
type AtLogIn struct {
	// Known is whether there is a way to start at log-in here, and it was looked at.
	Known bool
	On    bool
	Busy  bool
	// Other is the path of another Claviger that is started, "" if none is.
	Other string
	// Problem is what stands in the way, in words.
	Problem string
}

// lookAtLogIn reads what happens at log-in; then is called with it.
func (s *Store) lookAtLogIn(then func(st *State, gone bool)) {
	if s.sv.LogIn == nil {
		return
	}
	s.run(slotLogIn, func(j *job) {
		at, gone := s.readLogIn()
		j.commit(func(st *State) {
			st.AtLogIn = at
			then(st, gone)
		})
	})
}

func (s *Store) readLogIn() (at AtLogIn, gone bool) {
	at.Known = true
	on, other, gone, err := s.sv.LogIn.Look()
	at.On, at.Other = on, other
	if err != nil {
		at.Problem = lang.L("What starts at login could not be read: {{.Reason}}.", map[string]any{"Reason": err.Error()})
	}
	return at, gone
}

// noteMoved says that this program was moved, and is not started at log-in any more.
func (s *Store) noteMoved() {
	s.lookAtLogIn(func(st *State, gone bool) {
		if gone && st.Notice.Text == "" {
			s.setNotice(st, NoticeWarn, lang.L("Claviger was moved, so it no longer starts at login. Turn it on again in Settings."))
		}
	})
}

// SetAtLogIn has the desktop start this program when the person logs in, or no longer.
func (s *Store) SetAtLogIn(on bool) {
	if s.sv.LogIn == nil || s.st.AtLogIn.Busy {
		return
	}
	s.update(func(st *State) { st.AtLogIn.On, st.AtLogIn.Busy, st.AtLogIn.Problem = on, true, "" })
	s.run(slotLogIn, func(j *job) {
		err := s.sv.LogIn.Set(on)
		at, _ := s.readLogIn()
		if err != nil {
			at.Problem = lang.L("This could not be changed: {{.Reason}}.", map[string]any{"Reason": err.Error()})
		}
		j.commit(func(st *State) { st.AtLogIn = at })
	})
}
