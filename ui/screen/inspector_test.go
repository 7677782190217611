package screen

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynetest "fyne.io/fyne/v2/test"

	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/ui/state"
)

// The inspector draws a token only if it was asked for, and of thousands of claims as
// many as a person reads.
func TestTheInspectorsPage(t *testing.T) {
	w, win := open(t, fyne.NewSize(1000, 6000))
	st := sample()
	st.Route, st.SignOut, st.Notice = state.RouteInspector, nil, state.Notice{}
	w.Render(st)
	win.Resize(fyne.NewSize(1000, 6000))
	s := texts(win)
	if strings.Contains(s, "canarysignature") || strings.Contains(s, "eyJ") {
		t.Error("a hidden token is drawn")
	}
	for _, text := range []string{
		"Signed token (JWT)", "should be text, and is a number", "Looking up asks", "Look up its keys", "who issued it", "RFC 7519 §4.1.1",
		"100 of 505 claims", "Show more", "Ask the provider about it", "What the provider says of it now", "files.read", "scope lost", "1 hour → 1 minute",
	} {
		if !strings.Contains(s, text) {
			t.Errorf("%q is not drawn", text)
		}
	}
	if strings.Contains(s, ">claim499<") {
		t.Error("all claims are drawn")
	}
	shown := *st.Inspector.Token
	shown.Shown = true
	st.Inspector.Token = &shown
	w.Render(st)
	if !strings.Contains(texts(win), "eyJ") {
		t.Error("a token that was asked for is not drawn")
	}
	st.Inspector = state.InspectorPage{}
	w.Render(st)
	if s := texts(win); strings.Contains(s, "eyJ") || strings.Contains(s, "some-person") || strings.Contains(s, "i.example") {
		t.Error("what was forgotten is still drawn")
	}
}

// A paste never enters the field, in which it would be drawn; what is typed is taken with
// Enter.
func TestAPastedTokenIsNotInTheField(t *testing.T) {
	w, win := open(t, fyne.NewSize(1000, 680))
	var taken []string
	e, _ := tokenEntry(w.kit, "Paste a token here", "Inspect", func(text string) { taken = append(taken, text) })
	win.SetContent(e)
	win.Canvas().Focus(e)
	clip := fynetest.NewClipboard()
	clip.SetContent(strings.Repeat("canary", 40_000))
	e.TypedShortcut(&fyne.ShortcutPaste{Clipboard: clip})
	fynetest.Type(e, "typed-canary")
	if strings.Contains(texts(win), "canary") {
		t.Error("what was typed is drawn")
	}
	e.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if len(taken) != 2 || len(taken[0]) != 240_000 || taken[1] != "typed-canary" || e.Text != "" {
		t.Errorf("%d were taken; the field has %q", len(taken), e.Text)
	}
}

// What is typed is taken with the button too; the token is not drawn, and does not stay in
// the field. With nothing in the field the button leads there.
func TestATypedTokenIsTakenWithAButton(t *testing.T) {
	w, win := open(t, fyne.NewSize(1000, 680))
	var taken []string
	e, take := tokenEntry(w.kit, "Paste a token here", "Inspect", func(text string) { taken = append(taken, text) })
	win.SetContent(container.NewVBox(e, take))
	press := func() {
		win.Canvas().Focus(take)
		take.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	}
	press()
	if at := win.Canvas().Focused(); len(taken) != 0 || at != e {
		t.Errorf("%d were taken of an empty field; %T has the keyboard", len(taken), at)
	}
	fynetest.Type(e, "typed-canary")
	if strings.Contains(texts(win), "canary") {
		t.Error("what was typed is drawn")
	}
	press()
	if len(taken) != 1 || taken[0] != "typed-canary" || e.Text != "" {
		t.Errorf("%d were taken; the field has %q", len(taken), e.Text)
	}
}

// A long token is shown in part, until all of it is asked for.
func TestALongTokenIsShownInPart(t *testing.T) {
	w, win := open(t, fyne.NewSize(1000, 4000))
	st := sample()
	st.Route, st.SignOut = state.RouteInspector, nil
	v := *st.Inspector.Token
	v.Shown, v.Raw = true, providers.NewSecret(strings.Repeat("x", 200_000)+"canaryend")
	st.Inspector.Token = &v
	w.Render(st)
	if s := texts(win); !strings.Contains(s, "The first 8192 of") || strings.Contains(s, "canaryend") {
		t.Error("all of it is drawn")
	}
	st.Inspector.Whole = true
	w.Render(st)
	if s := texts(win); !strings.Contains(strings.ReplaceAll(onlyTexts(s), "\n", ""), "canaryend") {
		t.Error("the end is not drawn")
	}
}

// What came of comparing is below the button, and comes into view.
func TestWhatWasComparedComesIntoView(t *testing.T) {
	w, win := open(t, fyne.NewSize(1000, 680))
	st := sample()
	st.Route, st.SignOut, st.Notice = state.RouteInspector, nil, state.Notice{}
	compared := st.Inspector.Compared
	st.Inspector.Compared = nil
	w.Render(st)
	i := w.pages[state.RouteInspector].(*inspector)
	c := i.compare
	st.Inspector.Compared = compared
	w.Render(st)
	top := fyne.CurrentApp().Driver().AbsolutePositionForObject(c.table)
	if top.Y < 0 || top.Y+40 > win.Canvas().Size().Height {
		t.Errorf("the differences begin at %v, of %v", top.Y, win.Canvas().Size().Height)
	}
	i.page.ScrollToTop()
	w.Render(st)
	if again := fyne.CurrentApp().Driver().AbsolutePositionForObject(c.table); again.Y == top.Y {
		t.Error("who scrolled away is brought back")
	}
}
