package state

import (
	"context"
	"errors"
	"slices"
	"strings"

	"claviger/auth"
	"claviger/providers"
	"claviger/vault"
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

// leave ends what a page that is left had under way.
func (s *Store) leave() {
	s.endAttempt()
	s.drop(slotWarm)
	s.drop(slotSetup)
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
		if p.Ready() != nil {
			st.Setup = Setup{Form: s.nextForm(), Provider: p}
			s.goTo(st, RouteSetup)
			return
		}
		s.showOptions(st, p, nil)
	})
}

// EditSetup shows a provider's registration, also where it is ready.
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
		s.notify(NoticeWarn, "The provider "+a.Provider+" is not known any more.")
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

// showOptions fills the page before a sign-in; again, where not nil, is the
// account that signs in again.
func (s *Store) showOptions(st *State, p *providers.Provider, again *auth.Account) {
	o := Options{
		Form:        s.nextForm(),
		Provider:    p,
		Scopes:      DefaultScopes(p),
		GroupScopes: p.Scopes.Groups,
		CanGroups:   len(p.Groups) > 0,
		Remember:    st.Settings.Remember,
		CanDevice:   p.Endpoints.DeviceAuthorization != "",
	}
	if again != nil {
		o.Account = again.ID
		o.Hint = firstOf(again.User.Login, again.User.Email)
		o.Groups = again.GroupsAsked && o.CanGroups
		o.Remember = again.Remembered
	}
	st.Options = o
	s.goTo(st, RouteOptions)
	s.warm(p.ID)
}

// warm fetches endpoints while the person reads, and learns whether the
// provider offers sign-in with a code.
func (s *Store) warm(id string) {
	if s.sv.Metadata == nil {
		return
	}
	s.run(slotWarm, func(j *job) {
		m, err := s.sv.Metadata(j, id)
		if err != nil || m == nil || m.DeviceAuthorizationEndpoint == "" {
			return // a failure is told when it matters: at the sign-in
		}
		j.commit(func(st *State) {
			if st.Options.Provider != nil && st.Options.Provider.ID == id {
				st.Options.CanDevice = true
			}
			if st.Flow.Provider != nil && st.Flow.Provider.ID == id {
				st.Flow.CanDevice = true
			}
		})
	})
}

// DefaultScopes are the scopes of a sign-in without groups.
func DefaultScopes(p *providers.Provider) []Scope {
	var out []Scope
	add := func(names []string, needed bool) {
		for _, n := range names {
			if slices.ContainsFunc(out, func(s Scope) bool { return s.Name == n }) {
				continue
			}
			out = append(out, Scope{Name: n, Meaning: ScopeMeaning(p, n), On: true, Needed: needed})
		}
	}
	add(p.Scopes.Base, true)
	add(p.Scopes.Profile, false)
	add(p.Scopes.Offline, false)
	return out
}

// ToggleScope switches a scope on or off.
func (s *Store) ToggleScope(name string) {
	s.update(func(st *State) {
		scopes := slices.Clone(st.Options.Scopes)
		for i, sc := range scopes {
			if sc.Name != name || sc.Needed {
				continue
			}
			if sc.Own {
				scopes = slices.Delete(scopes, i, i+1)
			} else {
				scopes[i].On = !sc.On
			}
			break
		}
		st.Options.Scopes = scopes
	})
}

// AddScope asks for one or more further scopes, separated by spaces.
func (s *Store) AddScope(text string) {
	s.update(func(st *State) {
		scopes := slices.Clone(st.Options.Scopes)
		for _, n := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == ',' }) {
			i := slices.IndexFunc(scopes, func(sc Scope) bool { return sc.Name == n })
			if i >= 0 {
				scopes[i].On = true
				continue
			}
			scopes = append(scopes, Scope{Name: n, Meaning: ScopeMeaning(st.Options.Provider, n), On: true, Own: true})
		}
		st.Options.Scopes = scopes
	})
}

// SetGroups asks for groups or not.
func (s *Store) SetGroups(on bool) {
	s.update(func(st *State) { st.Options.Groups = on && st.Options.CanGroups })
}

// SetRemember keeps the account for next time or not.
func (s *Store) SetRemember(on bool) {
	s.update(func(st *State) { st.Options.Remember = on })
}

// request is the sign-in that the options page stands for.
func (o Options) request(hint string, device bool) auth.SignInRequest {
	r := auth.SignInRequest{
		Provider:  o.Provider.ID,
		Groups:    o.Groups,
		Remember:  o.Remember,
		LoginHint: strings.TrimSpace(hint),
		Account:   o.Account,
		Device:    device,
	}
	changed := false
	var on []string
	for _, sc := range o.Scopes {
		switch {
		case sc.Own:
			r.ExtraScopes = append(r.ExtraScopes, sc.Name)
		case sc.On:
			on = append(on, sc.Name)
		default:
			changed = true
		}
	}
	if changed {
		r.Scopes = append([]string{}, on...)
		if o.Groups {
			r.Scopes = append(r.Scopes, o.GroupScopes...)
		}
	}
	return r
}

// StartSignIn starts the sign-in of the options page.
func (s *Store) StartSignIn(hint string, device bool) {
	if s.st.Options.Provider == nil {
		return
	}
	s.st.Options.Hint = hint
	s.begin(s.st.Options.Provider, s.st.Options.request(hint, device))
}

// begin starts a sign-in, after the vault was set up where that needs the
// person.
func (s *Store) begin(p *providers.Provider, r auth.SignInRequest) {
	s.endAttempt()
	v := s.st.Vault
	if r.Remember && v.Protection == vault.None && v.Keyring == "" {
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
	r.Observe = func(e auth.Event) {
		j.commit(func(st *State) { st.Flow.Events = append(slices.Clip(st.Flow.Events), e) })
	}
	f, err := s.sv.SignIn(j, r)
	if err != nil {
		j.do(func() { s.stopped(p, err) })
		return
	}
	// A cancelled context cancels the flow; Cancel besides makes sure of it
	// where the window closes.
	defer f.Cancel()
	j.do(func() {
		s.attempt = f.Attempt
		s.update(func(st *State) {
			st.Flow.URL, st.Flow.RedirectURI = f.URL, f.RedirectURI
			st.Flow.Device, st.Flow.Deadline = f.Device, f.Deadline
		})
	})
	a, err := f.Wait(j)
	j.do(func() {
		s.attempt = nil
		if err != nil {
			s.stopped(p, err)
			return
		}
		s.arrived(a, r)
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
	s.update(func(st *State) {
		st.Problem = Problem{
			Problem:  s.explain(err, p, firstOf(st.Flow.RedirectURI, p.Redirect.Register)),
			Provider: p,
			Events:   st.Flow.Events,
			CanRetry: true,
		}
		s.goTo(st, RouteProblem)
	})
}

// arrived shows the account that signed in.
func (s *Store) arrived(a *auth.Account, r auth.SignInRequest) {
	s.reload(func(st *State) {
		if st.AccountByID(a.ID) == nil {
			st.Accounts = append(slices.Clip(st.Accounts), a)
		}
		delete(st.Pictures, a.ID)
		s.fetchPictures(st)
		st.Flow = FlowPage{}
		st.Tab = TabProfile
		st.Search = ""
		s.selectAccount(st, a.ID)
		switch {
		case r.Remember && !a.Remembered:
			s.setNotice(st, NoticeWarn, "Signed in, for this session only: the account could not be kept.")
		case r.Account != "" && r.Account != a.ID:
			s.setNotice(st, NoticeInfo, "You signed in as somebody else. The other account is still there.")
		default:
			s.setNotice(st, NoticeGood, "Signed in as "+DisplayName(a)+".")
		}
	})
}

// Cancel ends what is under way, or goes a page back.
func (s *Store) Cancel() {
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
		if st.SignOut != nil && !st.SignOut.Busy {
			s.update(func(st *State) { st.SignOut = nil })
		}
	case RouteVaultSetup:
		s.update(func(st *State) {
			if st.VaultForm.ForSignIn {
				s.goTo(st, RouteOptions)
			} else {
				s.goTo(st, RouteSettings)
			}
		})
	case RouteLocked, RouteStart, RouteWelcome:
	default:
		s.back()
	}
}

// back returns to the chosen account or to the cards.
func (s *Store) back() {
	s.leave()
	s.update(func(st *State) {
		switch {
		case st.Account() != nil:
			s.goTo(st, RouteAccount)
		default:
			s.goTo(st, RouteWelcome)
		}
	})
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
func (s *Store) UseDevice() {
	p, r := s.st.Flow.Provider, s.st.Flow.Request
	if p == nil {
		return
	}
	r.Device = true
	s.begin(p, r)
}

// UseBrowser signs in with the browser on this computer instead of a code.
func (s *Store) UseBrowser() {
	p, r := s.st.Flow.Provider, s.st.Flow.Request
	if p == nil {
		return
	}
	r.Device = false
	s.begin(p, r)
}

// OpenBrowserAgain opens the sign-in's page once more.
func (s *Store) OpenBrowserAgain() {
	f, p := s.attempt, s.st.Flow.Provider
	if f == nil {
		return
	}
	s.run(slotOpen, func(j *job) {
		if err := f.OpenBrowser(j); err != nil && j.Err() == nil {
			j.do(func() { s.notify(NoticeWarn, oneLine(s.explain(err, p, ""))) })
		}
	})
}

// CopyLink copies the sign-in's address for another browser.
func (s *Store) CopyLink() {
	if d := s.st.Flow.Device; d != nil {
		s.CopyText(firstOf(d.VerificationURIComplete, d.VerificationURI), "Link")
		return
	}
	if s.st.Flow.URL != "" {
		s.CopyText(s.st.Flow.URL, "Link")
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
		s.update(func(st *State) { st.Flow.PasteError = "Paste the whole address, starting with http." })
		return
	}
	s.update(func(st *State) { st.Flow.PasteBusy, st.Flow.PasteError = true, "" })
	s.run(slotPaste, func(j *job) {
		err := f.Paste(address)
		j.commit(func(st *State) {
			st.Flow.PasteBusy = false
			if err != nil {
				st.Flow.PasteError = oneLine(s.explain(err, p, uri))
			}
		})
	})
}

// OpenURL opens a page in the browser, such as a registration page.
func (s *Store) OpenURL(url string) {
	if url == "" {
		return
	}
	s.spawn(func(ctx context.Context) {
		if err := s.sv.OpenURL(ctx, url); err != nil {
			s.post(func() { s.notify(NoticeWarn, "No browser could be opened. The address is "+url) })
		}
	})
}
