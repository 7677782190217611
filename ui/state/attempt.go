package state

import (
	"cmp"
	"context"
	"strings"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/ui/words"
)

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
		s.endAttempt()
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
		return s.SignOut == nil
	}
	return s.Route == RouteWelcome
}

// endAttempt cancels the sign-in under way, if any.
func (s *Store) endAttempt() {
	s.drop(slotAttempt)
	s.drop(slotPaste)
	s.attempt = nil
}

// TryAgain starts the sign-in that stopped once more.
func (s *Store) TryAgain() {
	if p := s.st.Flow.Provider; p != nil {
		s.begin(p, s.st.Flow.Request)
	}
}

// ChangeOptions goes from a sign-in that stopped to the page before it.
func (s *Store) ChangeOptions() {
	if s.st.Options.Provider == nil {
		s.back()
		return
	}
	s.update(func(st *State) { s.goTo(st, RouteOptions) })
}

// UseDevice signs in with a code instead of the browser on this computer.
func (s *Store) UseDevice() { s.beginOther(true) }

// UseBrowser signs in with the browser on this computer instead of a code.
func (s *Store) UseBrowser() { s.beginOther(false) }

// beginOther starts the sign-in anew, in the other way.
func (s *Store) beginOther(device bool) {
	if p, r := s.st.Flow.Provider, s.st.Flow.Request; p != nil {
		r.Device = device
		s.begin(p, r)
	}
}

// OpenBrowserAgain opens the sign-in's page once more; if another window or
// shell is waited for, it does not wait any longer.
func (s *Store) OpenBrowserAgain() {
	f, p := s.attempt, s.st.Flow.Provider
	if s.st.Flow.Joining() {
		r := s.st.Flow.Request
		r.Alone = true
		s.begin(p, r)
		return
	}
	if f == nil {
		return
	}
	s.run(slotOpen, func(j *job) {
		if err := f.OpenBrowser(j); err != nil && j.Err() == nil {
			j.do(func() { s.notify(NoticeWarn, words.OneLine(s.explain(err, p, ""))) })
		}
	})
}

// CopyLink copies the sign-in's address for another browser.
func (s *Store) CopyLink() {
	if d := s.st.Flow.Device; d != nil {
		s.CopyText(cmp.Or(d.VerificationURIComplete, d.VerificationURI), lang.L("Link"))
		return
	}
	if s.st.Flow.URL != "" {
		s.update(func(st *State) { st.Flow.LinkCopied = true })
		s.CopyText(s.st.Flow.URL, lang.L("Link"))
	}
}

// OpenPaste unfolds the field for a pasted address.
func (s *Store) OpenPaste() {
	s.update(func(st *State) { st.Flow.PasteOpen, st.Flow.PasteError = !st.Flow.PasteOpen, "" })
}

// Paste hands in the address that a browser elsewhere ended on.
func (s *Store) Paste(address string) {
	f, p, uri := s.attempt, s.st.Flow.Provider, s.st.Flow.RedirectURI
	address = strings.TrimSpace(address)
	if f == nil {
		return
	}
	if address == "" {
		s.update(func(st *State) { st.Flow.PasteError = lang.L("Paste the full address, starting with http.") })
		return
	}
	s.update(func(st *State) { st.Flow.PasteBusy, st.Flow.PasteError = true, "" })
	s.run(slotPaste, func(j *job) {
		err := f.Paste(address)
		j.commit(func(st *State) {
			st.Flow.PasteBusy = false
			if err != nil {
				st.Flow.PasteError = words.OneLine(s.explain(err, p, uri))
			}
		})
	})
}

// ExplainPage says what an error means that the browser shows. text is what the
// person pasted: the page's words or its address.
func (s *Store) ExplainPage(text string) {
	f := s.st.Flow
	if f.Provider == nil {
		return
	}
	s.update(func(st *State) {
		if strings.TrimSpace(text) == "" {
			st.Flow.Explained = problem.Problem{Title: lang.L("Paste what the page says, or its address"), Next: lang.L("Select the whole page, copy it and paste it above.")}
			return
		}
		st.Flow.Explained = s.sv.ExplainPage(text, f.Provider, f.ToRegister())
	})
}

// OpenURL opens a page in the browser, such as a registration page.
func (s *Store) OpenURL(url string) {
	if url == "" {
		return
	}
	s.spawn(func(ctx context.Context) {
		if err := s.sv.OpenURL(ctx, url); err != nil {
			s.post(func() {
				s.notify(NoticeWarn, lang.L("No browser could be opened. The address is {{.URL}}", map[string]any{"URL": url}))
			})
		}
	})
}
