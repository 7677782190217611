package state

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/identity"
)

func TestTheSearchFindsProviders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		realSet(t, r)
		r.Start()
		r.q.settle()
		if got := r.State().FoundProviders(); len(got) > 0 {
			t.Errorf("without a search: %d", len(got))
		}
		r.SetSearch(" GIT ")
		ids := map[string]bool{}
		for _, p := range r.State().FoundProviders() {
			ids[p.ID] = true
		}
		if !ids["github"] || !ids["gitlab"] || ids["google"] {
			t.Errorf("found %v", ids)
		}
		r.SetSearch("nothing like it")
		if st := r.State(); len(st.FoundProviders())+len(st.VisibleAccounts()) > 0 {
			t.Error("it finds something")
		}
	})
}

// Who asks for groups gets a form that asks for them.
func TestSignInForGroups(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.catalog.list[0].Groups = make([]providers.GroupSource, 1)
		r.agent.list = []*auth.Account{account("a")}
		r.Start()
		r.q.settle()
		r.SelectAccount("a")
		r.SignIn.Again()
		if r.State().Options.Groups {
			t.Error("a sign-in again asks for groups that were not asked for")
		}
		r.SelectAccount("a")
		r.SignIn.ForGroups()
		r.mustRoute(t, RouteOptions)
		if !r.State().Options.Groups {
			t.Error("groups are not asked for")
		}
	})
}

func TestNamesakesDiffer(t *testing.T) {
	named := func(id, name, login, email string) *auth.Account {
		a := account(id)
		a.User = identity.User{ID: "u-" + id, Name: name, Login: login, Email: email}
		return a
	}
	st := State{Accounts: []*auth.Account{
		named("a", "Mira Osei", "mira", ""), named("b", "mira osei", "", "mira@work.example"), named("c", "Ola", "ola", ""),
		named("d", "Sam", "Sam", ""), named("e", "Sam", "Sam", "sam@example.com"),
	}}
	for i, want := range []string{"mira · Demo provider", "mira@work.example · Demo provider", "Demo provider", "u-d · Demo provider", "sam@example.com · Demo provider"} {
		if got := st.RailLine(st.Accounts[i]); got != want {
			t.Errorf("%s: %q, want %q", st.Accounts[i].ID, got, want)
		}
	}
}

func TestTheLastAccountIsOpenedAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "last-account")
	start := func(t *testing.T, ids ...string) *rig {
		r := newRig(t, withAccounts(ids...))
		r.last.path = path
		r.Start()
		r.q.settle()
		return r
	}
	synctest.Test(t, func(t *testing.T) {
		r := start(t, "a", "b", "c")
		if r.State().Selected != "a" {
			t.Errorf("at first: %s", r.State().Selected)
		}
		r.SelectAccount("c")
		r.q.settle()
		r.Home()
	})
	synctest.Test(t, func(t *testing.T) {
		if r := start(t, "a", "b", "c"); r.State().Selected != "c" {
			t.Errorf("after a restart: %s", r.State().Selected)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		if r := start(t, "a", "b"); r.State().Selected != "a" {
			t.Errorf("one that is gone: %s", r.State().Selected)
		}
	})
	if err := os.WriteFile(path, []byte(strings.Repeat("x", maxSettingsSize+1)), 0o600); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		if r := start(t, "a", "b"); r.State().Selected != "a" {
			t.Errorf("of a file that is no id: %s", r.State().Selected)
		}
	})
}

// browserEvent is what a sign-in reports about the browser.
func browserEvent(p trace.Phase) trace.Event { return trace.Event{Step: trace.StepBrowser, Phase: p} }

func TestNoBrowserWasFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := inRealWords(t)
		a := newAttempt(account("new"))
		r.attempts <- a
		r.Start()
		r.q.settle()
		r.SignIn.Choose("demo")
		r.SignIn.Start("", nil, false)
		r.q.settle()
		r.observe(browserEvent(trace.Started))
		r.q.settle()
		if r.State().Flow.NoBrowser() {
			t.Error("while it is opened")
		}
		r.observe(browserEvent(trace.Broken))
		r.q.settle()
		f := r.State().Flow
		if !f.NoBrowser() || WaitingHint(f, f.StartedAt.Add(hintAfter)) {
			t.Error("a page that never opened shows errors")
		}
		a.end <- auth.ErrTimeout
		r.q.settle()
		r.mustRoute(t, RouteProblem)
		if w := r.State().Problem; w.Title != "The link was not opened" || strings.Contains(w.Detail+w.Next, "Check that page") || w.Copy != "" {
			t.Errorf("%+v", w.Problem)
		}

		// Once the link was copied, a page can show what is wrong.
		b := newAttempt(account("new"))
		r.attempts <- b
		r.SignIn.TryAgain()
		r.q.settle()
		r.observe(browserEvent(trace.Broken))
		r.q.settle()
		r.SignIn.CopyLink()
		if f := r.State().Flow; !WaitingHint(f, f.StartedAt.Add(hintAfter)) {
			t.Error("no help with errors of the page")
		}
		b.end <- auth.ErrTimeout
		r.q.settle()
		if w := r.State().Problem; w.Title == "The link was not opened" {
			t.Errorf("%+v", w.Problem)
		}
	})
}

func TestTheRegistrationPageNeedsItsBlanks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, _ := started(t)
		var opened []string
		r.sv.OpenURL = func(_ context.Context, url string) error {
			opened = append(opened, url)
			return nil
		}
		r.Setup.Edit("gitea")
		r.Setup.OpenRegistration(map[string]string{"host": " "})
		r.q.settle()
		s := r.State().Setup
		if len(opened) > 0 || s.ErrorAt.Field != VariableField("host") || !strings.Contains(s.Error, "first") {
			t.Fatalf("opened %q, says %q at %q", opened, s.Error, s.ErrorAt.Field)
		}
		r.Typed(VariableField("host"), "git.example", "")
		r.Setup.OpenRegistration(map[string]string{"host": "git.example"})
		r.q.settle()
		if len(opened) != 1 || opened[0] != "https://git.example/user/settings/applications" || r.State().Setup.Error != "" {
			t.Errorf("opened %q, says %q", opened, r.State().Setup.Error)
		}
	})
}

// The person in the browser is called back, whatever came of the sign-in, but not
// after they gave up themselves.
func TestThePersonIsCalledBack(t *testing.T) {
	for name, c := range map[string]struct {
		end  error
		want string
	}{
		"signed in": {nil, "Signed in to Demo provider"},
		"refused":   {auth.ErrTimeout, "Sign-in to Demo provider stopped"},
		"given up":  {auth.ErrCanceled, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t)
				called := ""
				r.sv.CallBack = func(title, text string) {
					called += title
					if strings.Contains(title+text, "User new") {
						t.Error("it names the account")
					}
				}
				a := newAttempt(account("new"))
				r.attempts <- a
				r.Start()
				r.q.settle()
				r.SignIn.Choose("demo")
				r.SignIn.Start("", nil, false)
				r.q.settle()
				a.end <- c.end
				r.q.settle()
				if called != c.want {
					t.Errorf("called %q, want %q", called, c.want)
				}
			})
		})
	}
}

func TestTheSettingsSayThatThereIsNoTray(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		there := false
		r.sv.Tray = func(context.Context) bool { return there }
		r.Start()
		r.q.settle()
		r.OpenSettings()
		r.q.settle()
		if !r.State().NoTray {
			t.Error("it is not told")
		}
		there = true
		r.OpenSettings()
		r.q.settle()
		if r.State().NoTray {
			t.Error("it is told of a tray")
		}
	})
}

// A search finds a name however its accents were typed.
func TestTheSearchTakesAccentsInAnyForm(t *testing.T) {
	for stored, typed := range map[string]string{"Ren\u00e9": "rene\u0301", "Rene\u0301": "REN\u00c9"} {
		if !(State{Search: typed}).found(stored) {
			t.Errorf("%+q does not find %+q", typed, stored)
		}
		if len(FilterGroups([]identity.Group{{Name: stored}}, typed)) != 1 {
			t.Errorf("%+q does not find the group %+q", typed, stored)
		}
	}
}
