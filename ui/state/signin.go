package state

import (
	"cmp"
	"errors"
	"slices"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/ui/words"
	"github.com/claviger/claviger/vault"
)

// Home shows the cards of the providers.
func (s *Store) Home() {
	s.leave()
	s.update(func(st *State) {
		s.loadProviders()
		st.Selected = ""
		s.goTo(st, RouteWelcome)
	})
}

// endPage ends what a page that is left had under way.
func (s *Store) endPage() {
	s.endAttempt()
	s.drop(slotWarm)
	s.drop(slotSetup)
	s.drop(slotTest)
	s.drop(slotSignOut)
	s.st.SignOut = nil
}

// ChooseProvider shows the page before a sign-in, or what is still needed for
// one.
func (s *Store) ChooseProvider(id string) {
	p, ok := s.sv.Catalog.Lookup(id)
	if !ok {
		return
	}
	s.leave()
	s.update(func(st *State) {
		st.Selected = ""
		switch err := p.Ready(); {
		case errors.Is(err, providers.ErrUnusable):
			st.Problem = Problem{Problem: s.explain(err, p, "")}
			s.goTo(st, RouteProblem)
			return
		case err != nil:
			st.Setup = Setup{Form: s.nextForm(), Provider: p}
			s.goTo(st, RouteSetup)
			return
		}
		s.showOptions(st, p, nil)
	})
}

// EditSetup shows a provider's registration, also if it is ready.
func (s *Store) EditSetup(id string) {
	p, ok := s.sv.Catalog.Lookup(id)
	if !ok {
		return
	}
	s.leave()
	s.update(func(st *State) {
		st.Setup = Setup{Form: s.nextForm(), Provider: p}
		s.goTo(st, RouteSetup)
	})
}

// SignInAgain shows the page before a sign-in, filled for the chosen account.
func (s *Store) SignInAgain() {
	a := s.st.Account()
	if a == nil {
		return
	}
	p, ok := s.sv.Catalog.Lookup(a.Provider)
	if !ok {
		s.notify(NoticeWarn, lang.L("The provider {{.Provider}} no longer exists.", map[string]any{"Provider": a.Provider}))
		return
	}
	s.leave()
	s.update(func(st *State) {
		if p.Ready() != nil {
			st.Setup = Setup{Form: s.nextForm(), Provider: p}
			s.goTo(st, RouteSetup)
			return
		}
		s.showOptions(st, p, a)
	})
}

// SignInForGroups is SignInAgain that asks for the account's groups.
func (s *Store) SignInForGroups() {
	s.SignInAgain()
	if s.st.Route == RouteOptions {
		s.SetGroups(true)
	}
}

// StartSignIn starts the sign-in of the options page; typed holds what was
// typed of the [Wishes].
func (s *Store) StartSignIn(hint string, typed map[string]string, device bool) {
	if s.st.Options.Provider == nil {
		return
	}
	s.st.Options.Hint = hint
	r := s.st.Options.request(hint, device)
	if err := wish(&r, s.st.Options.Prompt, typed); err != nil {
		s.update(func(st *State) {
			st.Options.Error, st.Options.MoreOpen = lang.L("“Signed in at most … minutes ago” must be a number of minutes, such as 60."), true
			st.Options.ErrorAt = s.at(WishField("max_age"))
		})
		return
	}
	s.st.Options.Error = ""
	s.begin(s.st.Options.Provider, r)
}

// begin starts a sign-in, after the vault was set up if that needs the
// person.
func (s *Store) begin(p *providers.Provider, r auth.SignInRequest) {
	s.endAttempt()
	s.FinishUndo() // what is to be revoked is not the new sign-in's
	v := s.st.Vault
	if r.Remember && v.Protection == vault.None && v.Keyring == "" && v.KeyFile == "" {
		s.update(func(st *State) {
			st.Flow = FlowPage{Provider: p, Request: r}
			st.VaultForm = VaultForm{Form: s.nextForm(), ForSignIn: true}
			s.goTo(st, RouteVaultSetup)
		})
		return
	}
	s.update(func(st *State) {
		st.Flow = FlowPage{
			Provider:  p,
			Request:   r,
			StartedAt: s.now(),
			CanDevice: st.Options.CanDevice || p.Endpoints.DeviceAuthorization != "",
		}
		if r.Device {
			s.goTo(st, RouteDevice)
		} else {
			s.goTo(st, RouteWaiting)
		}
	})
	s.run(slotAttempt, func(j *job) { s.signIn(j, p, r) })
}

// signIn is the goroutine of a sign-in.
func (s *Store) signIn(j *job, p *providers.Provider, r auth.SignInRequest) {
	r.Observe = func(e trace.Event) {
		j.commit(func(st *State) {
			st.Flow.Events = append(slices.Clip(st.Flow.Events), e)
			if e.Phase == trace.Renewed && s.attempt != nil {
				st.Flow.URL = s.attempt.URL()
				s.setNotice(st, NoticeWarn, lang.L("Another program may have opened the sign-in page. If you are not signed in, open your browser again."))
			}
		})
	}
	var err error
	if r.Moved && s.sv.MoveSecret != nil {
		err = s.sv.MoveSecret(j, p.ID)
	}
	var f Flow
	if err == nil {
		f, err = s.sv.SignIn(j, r)
	}
	if err != nil {
		j.do(func() { s.stopped(p, err) })
		return
	}
	// A cancelled context cancels the flow; Cancel besides makes sure of it
	// if the window closes.
	defer f.Cancel()
	j.do(func() {
		s.attempt = f.Attempt
		s.update(func(st *State) {
			st.Flow.URL, st.Flow.RedirectURI = f.URL, f.RedirectURI
			st.Flow.Device, st.Flow.Deadline = f.Device, f.Deadline
		})
	})
	a, err := f.Wait(j)
	again := s.chooser(j, p, r, a)
	j.do(func() {
		s.attempt = nil
		if a == nil || err != nil && !errors.Is(err, auth.ErrNotStored) {
			s.stopped(p, err)
			return
		}
		s.arrived(a, p, r, again, err)
	})
}

// stopped shows why a sign-in stopped.
func (s *Store) stopped(p *providers.Provider, err error) {
	if errors.Is(err, auth.ErrCanceled) {
		s.update(func(st *State) { s.goTo(st, RouteOptions) })
		return
	}
	if isLocked(err) {
		s.update(func(st *State) { s.lockedNow(st) })
		return
	}
	s.callBack(lang.L("Sign-in to {{.Provider}} stopped", map[string]any{"Provider": p.Name}), lang.L("Claviger shows why."))
	s.update(func(st *State) {
		st.Problem = Problem{
			Problem:  s.stoppedWords(err, p),
			Provider: p,
			Events:   st.Flow.Events,
			CanRetry: true,
			Moved:    errors.Is(err, oauth.ErrMoved),
		}
		s.goTo(st, RouteProblem)
	})
}

// stoppedWords says why a sign-in stopped. If no browser opened, no page in it
// can say more.
func (s *Store) stoppedWords(err error, p *providers.Provider) problem.Problem {
	f := s.st.Flow
	w := s.explain(err, p, cmp.Or(f.RedirectURI, p.Redirect.Register))
	if !errors.Is(err, auth.ErrTimeout) || !f.NoBrowser() || f.LinkCopied {
		return w
	}
	w = problem.Problem{
		Kind: problem.KindFailed, Code: w.Code, Title: lang.L("The link was not opened"),
		Detail: lang.L("No browser was found on this computer, and the sign-in timed out."),
		Next:   lang.L("Try again, then copy the link and open it in a browser."),
	}
	if f.CanDevice {
		w.Next = lang.L("Try again, then copy the link and open it in a browser, or use a code on another device.")
	}
	return w
}

// arrived shows the account that signed in. It also works if notStored says
// why it could not be kept; again is the prompt for choosing another account.
func (s *Store) arrived(a *auth.Account, p *providers.Provider, r auth.SignInRequest, again string, notStored error) {
	s.callBack(lang.L("Signed in to {{.Provider}}", map[string]any{"Provider": p.Name}), lang.L("You can go back to Claviger."))
	s.reload(func(st *State) {
		if st.AccountByID(a.ID) == nil {
			st.Accounts = append(slices.Clip(st.Accounts), a)
		}
		st.Pictures = without(st.Pictures, a.ID)
		s.fetchPictures(st)
		st.Flow = FlowPage{}
		saved(st, st.Options.form())
		st.Tab = TabProfile
		s.selectAccount(st, a.ID)
		switch {
		case notStored != nil:
			s.setNotice(st, NoticeWarn, words.OneLine(s.explain(notStored, p, "")))
		case r.Remember && !a.Remembered:
			s.setNotice(st, NoticeWarn, lang.L("Signed in for this session only: the account could not be saved."))
		case r.Account != "" && r.Account != a.ID:
			s.mistaken(st, a, p, r, again)
		default:
			s.setNotice(st, NoticeGood, lang.L("Signed in as {{.Name}}.", map[string]any{"Name": words.DisplayName(a)}))
		}
	})
}
