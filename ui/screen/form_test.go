package screen

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	fynetest "fyne.io/fyne/v2/test"

	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/ui/state"
)

func secrets(fields map[string]string) state.Draft {
	d := state.Draft{}
	for k, v := range fields {
		d[k] = providers.NewSecret(v)
	}
	return d
}

// settingUp is the setup page of a provider with a draft.
func settingUp(draft state.Draft) state.State {
	st := sample()
	st.Route, st.Setup.Form, st.Setup.Error = state.RouteSetup, 7, ""
	st.Drafts = map[state.Form]state.Draft{"setup azure": draft}
	return st
}

func TestAFormIsFilledFromItsDraft(t *testing.T) {
	w, win := open(t, fyne.NewSize(1000, 2600))
	draft := secrets(map[string]string{state.FieldClientID: "half-an-id", state.FieldSecret: "canary-secret", "variables.tenant": "contoso"})
	w.Render(settingUp(draft))
	s := w.pages[state.RouteSetup].(*setup)
	if s.clientID.Text != "half-an-id" || s.secret.Text != "canary-secret" || s.vars["tenant"].Text != "contoso" {
		t.Errorf("%q, %d letters, %q", s.clientID.Text, len(s.secret.Text), s.vars["tenant"].Text)
	}
	if text := texts(win); !strings.Contains(text, "Not saved yet") || !strings.Contains(text, "Discard…") || strings.Contains(text, "canary") {
		t.Error("the draft is not told as such, or a secret is drawn")
	}
	// The question before the end lies over the page, which is the same after it.
	st := settingUp(draft)
	st.Quit = &state.QuitQuestion{Lost: []string{"Setup of Microsoft Entra ID"}}
	w.Render(st)
	if text := texts(win); !strings.Contains(text, "Quit without saving?") || !strings.Contains(text, "Setup of Microsoft Entra ID") {
		t.Error("the question is not drawn")
	}
	if s.secret.Text != "" {
		t.Error("a page out of sight holds a secret")
	}
	w.Render(settingUp(draft))
	if s.secret.Text != "canary-secret" || s.clientID.Text != "half-an-id" {
		t.Error("the question empties the form")
	}
}

// A passphrase is not saved, now or later: nothing says that it will be.
func TestAPassphraseIsNotCalledUnsaved(t *testing.T) {
	for _, route := range []state.Route{state.RouteProtect, state.RouteVaultSetup, state.RouteMove} {
		w, win := open(t, fyne.NewSize(1000, 2600))
		st := sample()
		st.Route = route
		st.Protect.Choice = "passphrase"
		st.Drafts = map[state.Form]state.Draft{state.Form(route): secrets(map[string]string{"pass": "half a passph"})}
		w.Render(st)
		if text := texts(win); !strings.Contains(text, "Discard…") || strings.Contains(text, "Not saved yet") {
			t.Errorf("%s: %s", route, text)
		}
	}
}

func TestWithoutADraftThereIsNothingToDiscard(t *testing.T) {
	w, win := open(t, fyne.NewSize(1000, 2600))
	w.Render(settingUp(nil))
	if text := texts(win); strings.Contains(text, "Discard…") || strings.Contains(text, "Not saved yet") {
		t.Error("it offers to discard nothing")
	}
	st := settingUp(secrets(map[string]string{state.FieldClientID: "x"}))
	st.Discarding = true
	w.Render(st)
	s := w.pages[state.RouteSetup].(*setup)
	if !s.fill.discard.question.Visible() || w.canvas.Focused() != fyne.Focusable(s.fill.discard.answers.no) {
		t.Error("the question is not asked")
	}
}

// At the least size of the window, an error is to be seen beside its field, which
// has the keyboard.
func TestAnErrorIsShownAtItsField(t *testing.T) {
	size := fyne.NewSize(720, 520)
	w, win := open(t, size)
	st := settingUp(nil)
	w.Render(st)
	win.Resize(size)
	s := w.pages[state.RouteSetup].(*setup)
	for i, c := range []struct {
		field string
		entry fyne.Focusable
		bad   fyne.CanvasObject
	}{
		{state.FieldClientID, s.clientID, s.fill.fields[state.FieldClientID].bad},
		{"variables.tenant", s.vars["tenant"], s.fill.fields["variables.tenant"].bad},
		{"", nil, s.fill.problem},
	} {
		st.Setup.Error, st.Setup.ErrorAt = "Something is missing here.", state.ErrorAt{Field: c.field, N: uint64(i + 1)}
		w.Render(st)
		at := w.driver.AbsolutePositionForObject(c.bad)
		if !c.bad.Visible() || at.Y < 0 || at.Y+c.bad.Size().Height > size.Height {
			t.Errorf("%q: the error lies at %v", c.field, at)
		}
		if c.entry != nil && win.Canvas().Focused() != c.entry {
			t.Errorf("%q: the keyboard is elsewhere", c.field)
		}
	}
	st.Setup.Error = ""
	w.Render(st)
	if strings.Contains(texts(win), "Something is missing") {
		t.Error("the error stays")
	}
}

func TestEachRedirectURIIsCopiedByItself(t *testing.T) {
	w, _ := open(t, fyne.NewSize(1000, 680))
	st := settingUp(nil)
	p := *st.Setup.Provider
	p.Redirect.Register = "http://localhost:1/callback, http://localhost:2/callback, http://localhost:3/callback"
	st.Setup.Provider = &p
	w.Render(st)
	a := newAddresses(w.kit, p.Redirect.RegisterURIs()...)
	if len(a.box.Objects) != 4 { // and one for all
		t.Fatalf("%d lines", len(a.box.Objects))
	}
	if s := texts(fynetest.NewTempWindow(t, a.box)); strings.Count(s, "Copy") < 3 || strings.Contains(s, "callback,") {
		t.Error("they are one text")
	}
}

func TestTheRedirectURIFollowsTheID(t *testing.T) {
	w, win := open(t, fyne.NewSize(1000, 2600))
	st := sample()
	st.Route, st.Add = state.RouteAdd, state.AddPage{Form: 9, Found: &providers.Metadata{Issuer: "https://forge.example"}, ID: "forge", Name: "Forge"}
	w.Render(st)
	if !strings.Contains(texts(win), "http://127.0.0.1/callback/forge") {
		t.Error("no redirect URI")
	}
	w.pages[state.RouteAdd].(*add).id.SetText("mine")
	w.Render(st)
	if text := texts(win); !strings.Contains(text, "http://127.0.0.1/callback/mine") || strings.Contains(text, "callback/forge") {
		t.Error("another ID has the redirect URI of the one before")
	}
}

func TestMoreLeavesTheBasicsInSight(t *testing.T) {
	size := fyne.NewSize(720, 520)
	w, win := open(t, size)
	st := sample()
	st.Route = state.RouteOptions
	w.Render(st)
	win.Resize(size)
	o := w.pages[state.RouteOptions].(*options)
	place := func() fyne.Position { return w.driver.AbsolutePositionForObject(o.remember) }
	before := place()
	st.Options.MoreOpen = true
	w.Render(st)
	if after := place(); after.Y < 0 || after.Y > before.Y {
		t.Errorf("“Remember me” went from %v to %v", before, after)
	}
	if at := w.driver.AbsolutePositionForObject(o.wishes.card); at.Y+100 > size.Height {
		t.Errorf("more lies at %v, out of sight", at)
	}
	if !o.wishes.card.Visible() || w.driver.AbsolutePositionForObject(o.wishes.card).Y <= before.Y {
		t.Error("more lies above the basics")
	}
}

func TestTheWaitingPageWithoutABrowser(t *testing.T) {
	w, win := open(t, fyne.NewSize(1000, 2600))
	st := sample()
	st.Route = state.RouteWaiting
	st.Flow.PasteOpen, st.Flow.Explained = false, problem.Problem{}
	w.Render(st)
	if s := texts(win); !strings.Contains(s, "Continue in your browser") {
		t.Error("the usual page is not drawn")
	}
	st.Flow.Events = []trace.Event{{Step: trace.StepBrowser, Phase: trace.Started}, {Step: trace.StepBrowser, Phase: trace.Broken, Detail: "none"}}
	w.Render(st)
	s := texts(win)
	if !strings.Contains(s, "No browser was found") || strings.Contains(s, "Continue in your browser") || strings.Contains(s, "Open browser again") || strings.Contains(s, "Does the browser show an error?") {
		t.Error("it speaks of a page that never opened")
	}
	p := w.pages[state.RouteWaiting].(*waiting)
	if win.Canvas().Focused() != fyne.Focusable(p.copy) || !p.device.Visible() {
		t.Error("what helps is not at hand")
	}
}

func TestTheSearchListsProviders(t *testing.T) {
	w, win := open(t, fyne.NewSize(1000, 680))
	st := sample()
	st.Route, st.Accounts, st.Search = state.RouteWelcome, nil, "entra"
	w.Render(st)
	if len(w.rail.shown) != 1 || w.rail.shown[0].provider == nil || !strings.Contains(w.rail.rows[0].AccessibilityLabel(), "Tenant required") {
		t.Errorf("%d entries: %s", len(w.rail.shown), w.rail.rows[0].AccessibilityLabel())
	}
	st.Search = "nothing like it"
	w.Render(st)
	if !strings.Contains(texts(win), "No matching accounts or providers") {
		t.Error("it does not say that there is nothing")
	}
}

func TestFilteringStartsAtTheTop(t *testing.T) {
	w, win := open(t, fyne.NewSize(1000, 680))
	st := sample()
	for i := range 60 {
		a := *st.Accounts[0]
		a.ID = strings.Repeat("x", i+1)
		st.Accounts = append(st.Accounts, &a)
	}
	st.Route = state.RouteWelcome
	w.Render(st)
	win.Resize(fyne.NewSize(1000, 680))
	w.rail.focusRow(59) // by the arrow keys
	if w.rail.scroll.Offset.Y == 0 {
		t.Fatal("the list does not follow the keyboard")
	}
	st.Search = "max"
	w.Render(st)
	if w.rail.scroll.Offset.Y != 0 {
		t.Errorf("the list begins at %v", w.rail.scroll.Offset)
	}
}

// A page that comes by itself does not take the keyboard from a person who types.
func TestTypingIsNotInterrupted(t *testing.T) {
	w, win := open(t, fyne.NewSize(1000, 680))
	st := sample()
	st.Route, st.SignOut = state.RouteWaiting, nil
	w.Render(st)
	w.FocusSearch()
	st.Route, st.ByItself = state.RouteAccount, true
	w.Render(st)
	if win.Canvas().Focused() != fyne.Focusable(w.rail.search) {
		t.Error("the keyboard went elsewhere")
	}
	st.Route, st.ByItself = state.RouteSettings, false
	w.Render(st)
	if win.Canvas().Focused() == fyne.Focusable(w.rail.search) {
		t.Error("a page that the person opened has no keyboard")
	}
}
