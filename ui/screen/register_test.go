package screen

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/probe"
	"github.com/claviger/claviger/auth/register"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/ui/state"
)

// sizes are the window's at first and the least.
func sizes() []fyne.Size { return []fyne.Size{fyne.NewSize(1000, 680), fyne.NewSize(720, 520)} }

// fits renders a state and looks whether the window is large enough.
func fits(t *testing.T, w *Window, win fyne.Window, size fyne.Size, st state.State) {
	t.Helper()
	w.Render(st)
	win.Resize(size)
	if m := w.Content().MinSize(); m.Width > size.Width || m.Height > size.Height {
		t.Errorf("at %v it needs %v", size, m)
	}
}

// adding is the page of an issuer that registers apps by request.
func adding(change func(*state.AddPage)) state.State {
	st := sample()
	st.Route = state.RouteAdd
	st.Add = state.AddPage{
		Form: 9, Issuer: "https://login.a-rather-long-name.example.org", ID: "forge", Name: "Forge",
		Found: &providers.Metadata{
			Issuer: "https://login.a-rather-long-name.example.org", RegistrationEndpoint: "https://login.a-rather-long-name.example.org/register",
			TokenEndpoint: "https://login.a-rather-long-name.example.org/t",
		},
	}
	change(&st.Add)
	return st
}

func TestRegisterAutomatically(t *testing.T) {
	for _, size := range sizes() {
		w, win := open(t, size)
		st := adding(func(*state.AddPage) {})
		fits(t, w, win, size, st)
		a := w.pages[state.RouteAdd].(*add)
		if s := texts(win); !strings.Contains(s, "Register automatically") || !strings.Contains(s, "Registers Claviger at") {
			t.Error("it is not offered")
		}
		if a.register.button.Disabled() || a.save.Disabled() {
			t.Error("nothing can be done")
		}

		fits(t, w, win, size, adding(func(p *state.AddPage) { p.Registering = true }))
		if !a.register.button.Disabled() || !a.save.Disabled() || a.register.button.Text() != "Registering…" {
			t.Error("it can be started twice, or added meanwhile")
		}

		fits(t, w, win, size, adding(func(p *state.AddPage) { p.RegisterError = strings.Repeat("It is not open. ", 30) }))
		if s := texts(win); !strings.Contains(s, "It is not open.") || a.register.button.Disabled() || a.save.Disabled() {
			t.Error("the error is not told, or it cannot be tried again")
		}
	}
}

func TestARegistrationIsFilledIn(t *testing.T) {
	reg := &register.Registration{
		Registered: providers.Registered{ClientID: "given-" + strings.Repeat("x", 80)},
		Secret:     providers.NewSecret("canary-of-the-registration"),
		Changes:    []string{"It issued a client secret, which is sent with each token request.", "The redirect URI uses fixed ports: " + strings.Repeat("51789, ", 20)},
		Access:     register.Access{URI: "https://login.example/register/1", Token: providers.NewSecret("canary-key")},
	}
	for _, size := range sizes() {
		w, win := open(t, size)
		fits(t, w, win, size, adding(func(*state.AddPage) {}))
		a := w.pages[state.RouteAdd].(*add)
		fits(t, w, win, size, adding(func(p *state.AddPage) { p.Registered = reg }))
		if a.clientID.Text != reg.ClientID || a.register.button.Text() != "Registered" || !a.register.button.Disabled() || a.save.Disabled() {
			t.Errorf("client id %q, button %q", a.clientID.Text, a.register.button.Text())
		}
		s := texts(win)
		if !strings.Contains(s, "It issued a client secret") || strings.Contains(s, "canary") {
			t.Error("the changes are not told, or a secret is")
		}
		if strings.Contains(s, "Register this redirect URI") || strings.Contains(s, "if the provider gave one") {
			t.Error("it asks for what is done already")
		}
		// What the person types afterwards stays.
		setEntry(a.clientID, "my-own")
		w.Render(adding(func(p *state.AddPage) { p.Registered = reg }))
		if a.clientID.Text != "my-own" {
			t.Error("what was typed is overwritten")
		}
	}
}

func TestRegistrationIsOfferedOnlyWhereThereIsOne(t *testing.T) {
	w, win := open(t, fyne.NewSize(1000, 680))
	w.Render(adding(func(p *state.AddPage) { p.Found.RegistrationEndpoint = "" }))
	if strings.Contains(texts(win), "Register automatically") {
		t.Error("an issuer without registration offers it")
	}
	st := sample()
	st.Route = state.RouteAdd
	st.Add.Form = 10
	w.Render(st)
	if strings.Contains(texts(win), "Register automatically") {
		t.Error("a built-in provider offers it")
	}
}

func TestTheTestOfAProviderIsShown(t *testing.T) {
	checks := []probe.Check{
		{Name: "settings", Title: "Settings", Outcome: idtoken.Passed, Reason: "Nothing is missing."},
		{Name: "client", Title: "Client", Outcome: idtoken.Failed, Reason: strings.Repeat("The client id is wrong. ", 8), Next: "Compare it with the registration."},
		{Name: "device", Title: "Sign-in with a code", Outcome: idtoken.Skipped, Reason: "Not supported."},
	}
	for _, size := range sizes() {
		w, win := open(t, size)
		page := func(v state.Test) state.State {
			st := sample()
			st.Route, st.Setup.Test = state.RouteSetup, v
			return st
		}
		fits(t, w, win, size, page(state.Test{}))
		p := w.pages[state.RouteSetup].(*setup).test
		if p.button.Disabled() || p.list.Visible() || p.summary.Visible() {
			t.Error("something is told before a test")
		}
		fits(t, w, win, size, page(state.Test{Busy: true, Checks: checks[:1]}))
		if !p.button.Disabled() || p.button.Text() != "Testing…" || !p.list.Visible() || p.summary.Visible() {
			t.Error("a test under way is not told as such")
		}
		fits(t, w, win, size, page(state.Test{Done: true, Checks: checks, Failed: 1, Untold: 1}))
		if at := w.driver.AbsolutePositionForObject(p.list); at.Y+p.list.Size().Height > size.Height {
			t.Errorf("the list lies at %v, below what is seen", at)
		}
		win.Resize(fyne.NewSize(size.Width, 2600)) // all of the page
		s := texts(win)
		for _, want := range []string{"1 problem found.", "Nothing is missing.", "Compare it with", "Not supported."} {
			if !strings.Contains(s, want) {
				t.Errorf("not told: %q", want)
			}
		}
		fits(t, w, win, size, page(state.Test{Error: "Stopped."}))
		if p.button.Disabled() || !p.summary.Visible() || p.list.Visible() {
			t.Error("a test that broke off is not told as such")
		}
	}
}
