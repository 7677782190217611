package screen

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"github.com/claviger/claviger/internal/consent"
	"github.com/claviger/claviger/ui/state"
)

// oddProgram has names as long and as odd as they come.
func oddProgram() consent.Program {
	return consent.Program{
		Path: "/usr/bin/" + strings.Repeat("long", 90) + "/reporter", Hash: "aa", Title: "מדווח\u202e📈reporter" + strings.Repeat("long", 50), CommandLine: "reporter --all " + strings.Repeat("x", 300),
		Dir: "/home/mira/work", Terminal: "/dev/pts/3", Parents: []string{"bash", "kitty"},
	}
}

// asking is a state with questions about programs in line.
func asking(programs ...consent.Program) state.State {
	st := sample()
	st.Route, st.Notice = state.RouteAccount, state.Notice{}
	for _, p := range programs {
		st.Consent.Asked = append(st.Consent.Asked, &state.ConsentQuestion{Question: consent.Question{
			Program: p, Account: "k3v9x2m7q1ab", AccountName: "mira", Provider: "Acme", Scopes: []string{"openid", "profile"}, Form: consent.BothTokens,
			Until: st.Now.Add(102 * time.Second),
		}})
	}
	return st
}

func consentOf(w *Window) *consentPage { return w.pages[routeConsent].(*consentPage) }

// The question shows who wants what, fits, and offers what can be answered: the answers
// are in the window whatever the program is called.
func TestConsentIsAsked(t *testing.T) {
	for _, size := range sizes() {
		w, win := open(t, size)
		st := asking(oddProgram(), consent.Program{Title: "other"})
		w.Render(st)
		win.Resize(size)
		if m := w.Content().MinSize(); m.Width > size.Width || m.Height > size.Height {
			t.Errorf("%v is needed", m)
		}
		s := inOneLine(texts(win))
		for _, want := range []string{"wants a token", "Allow it only if you started this program", "mira at Acme", "/home/mira/work", "bash, in kitty", "openid profile", "Allow once", "Allow for an hour", "Always allow", "Deny", "1 of 2", "denied in 1:42"} {
			if !strings.Contains(s, want) {
				t.Errorf("%q is not drawn:\n%s", want, s)
			}
		}
		if title := consentOf(w).title.Text(); !strings.HasPrefix(title, "מדווח📈reporter") || !strings.HasSuffix(title, "… wants a token") || len([]rune(title)) > 45 {
			t.Errorf("%q", title)
		}
		if strings.Contains(s, "\u202e") {
			t.Error("its name turns the words around it")
		}
		for _, o := range consentOf(w).fixed() {
			at := w.driver.AbsolutePositionForObject(o)
			if at.Y < 0 || at.Y+o.Size().Height > size.Height || at.X+o.Size().Width > size.Width {
				t.Errorf("at %v: a button lies at %v", size, at)
			}
		}
	}
}

// Of a long path both ends are shown: the last names the file.
func TestLongPathOfAProgram(t *testing.T) {
	w, win := open(t, fyne.NewSize(420, 800))
	w.Render(asking(oddProgram()))
	if s := strings.ReplaceAll(inOneLine(texts(win)), " ", ""); !strings.Contains(s, "/usr/bin/long") || !strings.Contains(s, "long/reporter") {
		t.Error(s)
	}
}

func TestConsentOffersWhatCanBeAnswered(t *testing.T) {
	forwarded, script := oddProgram(), oddProgram()
	forwarded.Forwarded = true
	script.Path = "/usr/bin/python3.12"
	for name, c := range map[string]struct {
		program     consent.Program
		says, never string
	}{
		"forwarded":   {forwarded, "another computer", "Always allow"},
		"unknown":     {consent.Program{Title: "x"}, "only once", "for an hour"},
		"interpreter": {script, "every script", "no longer waits"},
	} {
		t.Run(name, func(t *testing.T) {
			w, win := open(t, fyne.NewSize(1000, 680))
			w.Render(asking(c.program))
			if s := inOneLine(texts(win)); !strings.Contains(s, c.says) || strings.Contains(s, c.never) {
				t.Errorf("%s", s)
			}
		})
	}
}

// The keyboard begins at Deny, at each question, and what allows waits a moment.
func TestConsentBeginsWithDeny(t *testing.T) {
	w, win := open(t, fyne.NewSize(1000, 680))
	st := asking(oddProgram(), consent.Program{Path: "/bin/two", Hash: "aa", Title: "two"})
	st.Consent.ReadyAt = st.Now.Add(time.Second)
	w.Render(st)
	page := consentOf(w)
	focused := func() fyne.Focusable { return win.Canvas().Focused() }
	if focused() != fyne.Focusable(page.deny) {
		t.Errorf("the keyboard is at %T", focused())
	}
	for _, b := range page.allow {
		if !b.Disabled() {
			t.Errorf("%q is ready at once", b.Text())
		}
	}
	st.Now, st.Ticked = st.Consent.ReadyAt, true
	w.Render(st)
	for _, b := range page.allow {
		if b.Disabled() {
			t.Errorf("%q is never ready", b.Text())
		}
	}
	win.Canvas().Focus(page.allow[0].Button)
	st.Ticked = true
	w.Render(st)
	if focused() != fyne.Focusable(page.allow[0].Button) {
		t.Error("time moves the keyboard")
	}
	st.Consent.Asked, st.Ticked = st.Consent.Asked[1:], false
	w.Render(st)
	if focused() != fyne.Focusable(page.deny) {
		t.Errorf("at the next question, the keyboard is at %T", focused())
	}
}

// In a small window, the keyboard scrolls what is asked about, and what is wanted comes
// first.
func TestConsentScrollsByKeyboard(t *testing.T) {
	w, win := open(t, fyne.NewSize(720, 520))
	w.Render(asking(oddProgram()))
	win.Resize(fyne.NewSize(720, 520))
	page := consentOf(w)
	at := func() float32 { return w.driver.AbsolutePositionForObject(page.facts).Y }
	before := at()
	page.deny.KeyDown(&fyne.KeyEvent{Name: fyne.KeyPageDown})
	if at() >= before {
		t.Error("it does not scroll")
	}
	page.deny.KeyDown(&fyne.KeyEvent{Name: fyne.KeyPageUp})
	if at() != before {
		t.Error("it does not scroll back")
	}
	if s := inOneLine(texts(win)); strings.Index(s, "openid profile") > strings.Index(s, "/usr/bin/long") {
		t.Error("the program's own texts come before what it wants")
	}
}

func TestConsentSaysThatItsProgramLeft(t *testing.T) {
	w, win := open(t, fyne.NewSize(1000, 680))
	st := asking(oddProgram())
	st.Consent.Asked[0].Wanted = func() bool { return false }
	w.Render(st)
	if s := inOneLine(texts(win)); !strings.Contains(s, "no longer waits") {
		t.Errorf("%s", s)
	}
	if p := consentOf(w); !p.allow[0].Disabled() || p.allow[1].Disabled() {
		t.Error("it can be allowed once, or not for longer")
	}
}

// What was typed below a question is there afterwards, and the keyboard too.
func TestConsentLeavesThePageAsItIs(t *testing.T) {
	w, win := open(t, fyne.NewSize(1000, 680))
	st := sample()
	st.Route, st.Protect.Form, st.Protect.Choice = state.RouteProtect, 1, "passphrase"
	w.Render(st)
	p := w.pages[state.RouteProtect].(*protect)
	p.pass.SetText("half a passphrase")
	win.Canvas().Focus(p.again)
	asked := asking(oddProgram())
	st.Consent = asked.Consent
	w.Render(st)
	if s := texts(win); strings.Contains(s, "How is the vault unlocked") {
		t.Fatal("the question is not alone")
	}
	st.Consent = state.ConsentPage{}
	w.Render(st)
	if p.pass.Text != "half a passphrase" || win.Canvas().Focused() != fyne.Focusable(p.again) {
		t.Errorf("%q is left, the keyboard is at %T", p.pass.Text, win.Canvas().Focused())
	}
	// A lock below it forgets all the same.
	st.Consent = asked.Consent
	w.Render(st)
	st.Route = state.RouteLocked
	w.Render(st)
	if s := texts(win); p.pass.Text != "" || strings.Contains(s, "wants a token") {
		t.Error("the lock leaves something")
	}
}
