package state

// AskClear asks whether the list of the page shall be cleared: what happened with
// an account, or the receipts of sign-outs.
func (s *Store) AskClear() {
	s.update(func(st *State) { st.Clearing = true })
}
