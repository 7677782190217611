package state

// WithTray asks whether the desktop has a tray, and goes on with the answer on
// the UI goroutine. The desktop may take a moment.
func (s *Store) WithTray(then func(there bool)) {
	if s.sv.Tray == nil {
		then(false)
		return
	}
	s.run(slotTray, func(j *job) {
		there := s.sv.Tray(j)
		j.do(func() {
			if s.st.NoTray == there {
				s.update(func(st *State) { st.NoTray = !there })
			}
			then(there)
		})
	})
}
