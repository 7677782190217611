package state

import (
	"context"
	"time"
)

// QuitQuestion is asked before the program ends with unsaved drafts.
type QuitQuestion struct {
	// Lost names the forms that would be lost.
	Lost []string
	Busy bool
}

// quitTimeout bounds what is still to be done at a provider before the end.
const quitTimeout = 5 * time.Second

// MayQuit reports whether the program can end without losing a draft; if not, it
// asks.
func (s *Store) MayQuit() bool {
	lost := s.st.Unsaved()
	if len(lost) == 0 {
		return true
	}
	if s.st.Quit == nil {
		s.update(func(st *State) { st.Quit = &QuitQuestion{Lost: lost} })
	}
	return false
}

// KeepEditing takes the question before the end back.
func (s *Store) KeepEditing() {
	if q := s.st.Quit; q != nil && !q.Busy {
		s.update(func(st *State) { st.Quit = nil })
	}
}

// DiscardAndQuit throws all drafts away and ends the program. Registrations that
// no provider was made of are taken back first.
func (s *Store) DiscardAndQuit() {
	q := s.st.Quit
	if q == nil || q.Busy {
		return
	}
	regs := s.Add.registrations()
	s.update(func(st *State) { st.Quit = &QuitQuestion{Lost: q.Lost, Busy: true} })
	s.run(slotQuit, func(j *job) {
		ctx, cancel := context.WithTimeout(j, quitTimeout)
		defer cancel()
		for _, reg := range regs {
			if reg != nil && !reg.Access.IsZero() {
				_ = s.sv.Deregister(ctx, reg.Access) // it does no harm if it stays
			}
		}
		j.do(func() {
			s.update(func(st *State) { st.Drafts = map[Form]Draft{} })
			s.sv.Quit()
		})
	})
}
