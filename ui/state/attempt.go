package state

import (
	"cmp"
	"strings"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/ui/words"
)

// end cancels the sign-in under way, if any.
func (x *SignIn) end() {
	x.drop(slotAttempt)
	x.drop(slotPaste)
	x.attempt = nil
}

// forget ends the sign-in under way, and drops what came of the last one.
func (x *SignIn) forget(st *State) {
	x.end()
	x.mistake = mistake{}
	st.Flow, st.Problem = FlowPage{}, Problem{}
}

// TryAgain starts the sign-in that stopped once more.
func (x *SignIn) TryAgain() {
	if p := x.st.Flow.Provider; p != nil {
		x.begin(p, x.st.Flow.Request)
	}
}

// ChangeOptions goes from a sign-in that stopped to the page before it.
func (x *SignIn) ChangeOptions() {
	if x.st.Options.Provider == nil {
		x.back()
		return
	}
	x.update(func(st *State) { x.goTo(st, RouteOptions) })
}

// UseDevice signs in with a code instead of the browser on this computer.
func (x *SignIn) UseDevice() { x.beginOther(true) }

// UseBrowser signs in with the browser on this computer instead of a code.
func (x *SignIn) UseBrowser() { x.beginOther(false) }

// beginOther starts the sign-in anew, in the other way.
func (x *SignIn) beginOther(device bool) {
	if p, r := x.st.Flow.Provider, x.st.Flow.Request; p != nil {
		r.Device = device
		x.begin(p, r)
	}
}

// OpenBrowser opens the sign-in's page once more; if another window or
// shell is waited for, it does not wait any longer.
func (x *SignIn) OpenBrowser() {
	f, p := x.attempt, x.st.Flow.Provider
	if x.st.Flow.Joining() {
		r := x.st.Flow.Request
		r.Alone = true
		x.begin(p, r)
		return
	}
	if f == nil {
		return
	}
	x.run(slotOpen, func(j *job) {
		if err := f.OpenBrowser(j); err != nil && j.Err() == nil {
			j.do(func() { x.notify(NoticeWarn, words.OneLine(x.explain(err, p, ""))) })
		}
	})
}

// CopyLink copies the sign-in's address for another browser.
func (x *SignIn) CopyLink() {
	if d := x.st.Flow.Device; d != nil {
		x.CopyText(cmp.Or(d.VerificationURIComplete, d.VerificationURI), lang.L("Link"))
		return
	}
	if x.st.Flow.URL != "" {
		x.update(func(st *State) { st.Flow.LinkCopied = true })
		x.CopyText(x.st.Flow.URL, lang.L("Link"))
	}
}

// OpenPaste unfolds the field for a pasted address.
func (x *SignIn) OpenPaste() {
	x.update(func(st *State) { st.Flow.PasteOpen, st.Flow.PasteError = !st.Flow.PasteOpen, "" })
}

// Paste hands in the address that a browser elsewhere ended on.
func (x *SignIn) Paste(address string) {
	f, p, uri := x.attempt, x.st.Flow.Provider, x.st.Flow.RedirectURI
	address = strings.TrimSpace(address)
	if f == nil {
		return
	}
	if address == "" {
		x.update(func(st *State) { st.Flow.PasteError = lang.L("Paste the full address, starting with http.") })
		return
	}
	x.update(func(st *State) { st.Flow.PasteBusy, st.Flow.PasteError = true, "" })
	x.run(slotPaste, func(j *job) {
		err := f.Paste(address)
		j.commit(func(st *State) {
			st.Flow.PasteBusy = false
			if err != nil {
				st.Flow.PasteError = words.OneLine(x.explain(err, p, uri))
			}
		})
	})
}

// ExplainPage says what an error means that the browser shows. text is what the
// person pasted: the page's words or its address.
func (x *SignIn) ExplainPage(text string) {
	f := x.st.Flow
	if f.Provider == nil {
		return
	}
	x.update(func(st *State) {
		if strings.TrimSpace(text) == "" {
			st.Flow.Explained = problem.Problem{Title: lang.L("Paste what the page says, or its address"), Next: lang.L("Select the whole page, copy it and paste it above.")}
			return
		}
		st.Flow.Explained = x.sv.ExplainPage(text, f.Provider, f.ToRegister())
	})
}

// ConfirmMove starts the sign-in that stopped once more, at the place where the
// provider is now: the person was shown it.
func (x *SignIn) ConfirmMove() {
	if p := x.st.Flow.Provider; p != nil && x.st.Problem.Moved {
		r := x.st.Flow.Request
		r.Moved = true
		x.begin(p, r)
	}
}
