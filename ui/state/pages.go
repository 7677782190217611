package state

// How the person goes from page to page.

// Home shows the cards of the providers.
func (s *Store) Home() {
	s.leave()
	s.update(func(st *State) {
		s.loadProviders()
		st.Selected = ""
		s.goTo(st, RouteWelcome)
	})
}

// Cancel ends what is under way, or goes a page back.
func (s *Store) Cancel() {
	st := s.st
	switch {
	case st.Quit != nil:
		s.KeepEditing()
		return
	case st.AsksConsent():
		s.Consent.Deny()
		return
	case s.Over.close():
		return
	case st.Discarding:
		s.update(func(st *State) { st.Discarding = false })
		return
	}
	s.cancelPage()
}

// cancelPage ends what is under way on the page, or leaves it.
func (s *Store) cancelPage() {
	st := s.st
	switch st.Route {
	case RouteWaiting, RouteDevice:
		s.SignIn.end()
		s.update(func(st *State) {
			if st.Options.Provider == nil {
				s.goTo(st, RouteWelcome)
				return
			}
			s.goTo(st, RouteOptions)
		})
	case RouteAccount:
		if st.SignOut != nil && !st.SignOut.Busy || st.Describe != nil && !st.Describe.Busy {
			s.update(func(st *State) { st.SignOut, st.Describe = nil, nil })
			return
		}
		s.Try.Cancel()
	case RouteAdd:
		s.Add.stepBack()
	case RouteFile:
		s.File.stepBack()
	case RouteVaultSetup:
		s.update(func(st *State) {
			if st.VaultForm.ForSignIn {
				s.goTo(st, RouteOptions)
			} else {
				s.goTo(st, RouteSettings)
			}
		})
	case RouteProtect, RouteMove, RoutePrograms:
		s.OpenSettings()
	case RouteLocked, RouteStart, RouteWelcome:
	default:
		s.back()
	}
}

// AtRest reports whether [Store.Cancel] has nothing to end and no page to go back from.
func (s State) AtRest() bool {
	switch {
	case s.Quit != nil, s.AsksConsent(), s.Palette != nil, s.Shortcuts, s.Discarding:
		return false
	case s.Route == RouteAccount:
		return s.SignOut == nil && s.Describe == nil && !s.Try.Sending && !s.Try.Save.Saving
	}
	return s.Route == RouteWelcome
}
