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

// SignIn is a sign-in, from the choice of a provider to the account or the problem.
type SignIn struct {
	*base
	accounts signedIn
	options  *Options
	setup    *Setup
	// attempt is the sign-in under way, nil for none.
	attempt Attempt
	mistake mistake // with Notice.Choose
}

// signedIn is the list of accounts, as far as a sign-in goes.
type signedIn interface {
	FinishUndo()
	reload(then func(*State))
	fetchPictures(st *State)
	selectAccount(st *State, id string)
}

// Choose shows the page before a sign-in, or what is still needed for
// one.
func (x *SignIn) Choose(id string) {
	p, ok := x.sv.Catalog.Lookup(id)
	if !ok {
		return
	}
	x.leave()
	x.update(func(st *State) {
		st.Selected = ""
		switch err := p.Ready(); {
		case errors.Is(err, providers.ErrUnusable):
			st.Problem = Problem{Problem: x.explain(err, p, "")}
			x.goTo(st, RouteProblem)
			return
		case err != nil:
			x.setup.show(st, p)
			return
		}
		x.options.show(st, p, nil)
	})
}

// Again shows the page before a sign-in, filled for the chosen account.
func (x *SignIn) Again() {
	a := x.st.Account()
	if a == nil {
		return
	}
	p, ok := x.sv.Catalog.Lookup(a.Provider)
	if !ok {
		x.notify(NoticeWarn, lang.L("The provider {{.Provider}} no longer exists.", map[string]any{"Provider": a.Provider}))
		return
	}
	x.leave()
	x.update(func(st *State) {
		if p.Ready() != nil {
			x.setup.show(st, p)
			return
		}
		x.options.show(st, p, a)
	})
}

// ForGroups is Again that asks for the account's groups.
func (x *SignIn) ForGroups() {
	x.Again()
	if x.st.Route == RouteOptions {
		x.options.SetGroups(true)
	}
}

// Start starts the sign-in of the options page; typed holds what was
// typed of the [Wishes].
func (x *SignIn) Start(hint string, typed map[string]string, device bool) {
	if x.st.Options.Provider == nil || x.st.Route != RouteOptions {
		return
	}
	x.st.Options.Hint = hint
	r := x.st.Options.request(hint, device)
	if err := wish(&r, x.st.Options.Prompt, typed); err != nil {
		x.update(func(st *State) {
			st.Options.Error, st.Options.MoreOpen = lang.L("“Signed in at most … minutes ago” must be a number of minutes, such as 60."), true
			st.Options.ErrorAt = x.at(WishField("max_age"))
		})
		return
	}
	x.st.Options.Error = ""
	x.begin(x.st.Options.Provider, r)
}

// begin starts a sign-in, after the vault was set up if that needs the
// person.
func (x *SignIn) begin(p *providers.Provider, r auth.SignInRequest) {
	x.end()
	x.accounts.FinishUndo() // what is to be revoked is not the new sign-in's
	v := x.st.Vault
	if r.Remember && v.Protection == vault.None && v.Keyring == "" && v.KeyFile == "" {
		x.update(func(st *State) {
			st.Flow = FlowPage{Provider: p, Request: r}
			st.VaultForm = VaultForm{Form: x.nextForm(), ForSignIn: true}
			x.goTo(st, RouteVaultSetup)
		})
		return
	}
	x.update(func(st *State) {
		st.Flow = FlowPage{
			Provider:  p,
			Request:   r,
			StartedAt: x.now(),
			CanDevice: st.Options.CanDevice || p.Endpoints.DeviceAuthorization != "",
		}
		if r.Device {
			x.goTo(st, RouteDevice)
		} else {
			x.goTo(st, RouteWaiting)
		}
	})
	x.run(slotAttempt, func(j *job) { x.wait(j, p, r) })
}

// wait is the goroutine of a sign-in.
func (x *SignIn) wait(j *job, p *providers.Provider, r auth.SignInRequest) {
	r.Observe = func(e trace.Event) {
		j.commit(func(st *State) {
			st.Flow.Events = append(slices.Clip(st.Flow.Events), e)
			if e.Phase == trace.Renewed && x.attempt != nil {
				st.Flow.URL = x.attempt.URL()
				x.setNotice(st, NoticeWarn, lang.L("Another program may have opened the sign-in page. If you are not signed in, open your browser again."))
			}
		})
	}
	var err error
	if r.Moved && x.sv.MoveSecret != nil {
		err = x.sv.MoveSecret(j, p.ID)
	}
	var f Flow
	if err == nil {
		f, err = x.sv.SignIn(j, r)
	}
	if err != nil {
		j.do(func() { x.stopped(p, err) })
		return
	}
	// A cancelled context cancels the flow; Cancel besides makes sure of it
	// if the window closes.
	defer f.Cancel()
	j.do(func() {
		x.attempt = f.Attempt
		x.update(func(st *State) {
			st.Flow.URL, st.Flow.RedirectURI = f.URL, f.RedirectURI
			st.Flow.Device, st.Flow.Deadline = f.Device, f.Deadline
		})
	})
	a, err := f.Wait(j)
	again := x.chooser(j, p, r, a)
	j.do(func() {
		x.attempt = nil
		if a == nil || err != nil && !errors.Is(err, auth.ErrNotStored) {
			x.stopped(p, err)
			return
		}
		x.arrived(a, p, r, again, err)
	})
}

// stopped shows why a sign-in stopped.
func (x *SignIn) stopped(p *providers.Provider, err error) {
	if errors.Is(err, auth.ErrCanceled) {
		x.update(func(st *State) { x.goTo(st, RouteOptions) })
		return
	}
	if isLocked(err) {
		x.update(x.lockedNow)
		return
	}
	x.callBack(lang.L("Sign-in to {{.Provider}} stopped", map[string]any{"Provider": p.Name}), lang.L("Claviger shows why."))
	x.update(func(st *State) {
		st.Problem = Problem{
			Problem:  x.stoppedWords(err, p),
			Provider: p,
			Events:   st.Flow.Events,
			CanRetry: true,
			Moved:    errors.Is(err, oauth.ErrMoved),
		}
		x.goTo(st, RouteProblem)
	})
}

// stoppedWords says why a sign-in stopped. If no browser opened, no page in it
// can say more.
func (x *SignIn) stoppedWords(err error, p *providers.Provider) problem.Problem {
	f := x.st.Flow
	w := x.explain(err, p, cmp.Or(f.RedirectURI, p.Redirect.Register))
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
func (x *SignIn) arrived(a *auth.Account, p *providers.Provider, r auth.SignInRequest, again string, notStored error) {
	x.callBack(lang.L("Signed in to {{.Provider}}", map[string]any{"Provider": p.Name}), lang.L("You can go back to Claviger."))
	x.accounts.reload(func(st *State) {
		if st.AccountByID(a.ID) == nil {
			st.Accounts = append(slices.Clip(st.Accounts), a)
		}
		st.Pictures = without(st.Pictures, a.ID)
		x.accounts.fetchPictures(st)
		st.Flow = FlowPage{}
		saved(st, st.Options.form())
		st.Tab = TabProfile
		x.accounts.selectAccount(st, a.ID)
		switch {
		case notStored != nil:
			x.setNotice(st, NoticeWarn, words.OneLine(x.explain(notStored, p, "")))
			st.Notice.Again = AgainSave
		case r.Remember && !a.Remembered:
			x.setNotice(st, NoticeWarn, lang.L("Signed in for this session only: the account could not be saved."))
		case r.Account != "" && r.Account != a.ID:
			x.mistaken(st, a, p, r, again)
		default:
			x.setNotice(st, NoticeGood, lang.L("Signed in as {{.Name}}.", map[string]any{"Name": words.DisplayName(a)}))
		}
	})
}
