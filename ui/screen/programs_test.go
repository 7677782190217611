package screen

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"github.com/claviger/claviger/internal/consent"
	"github.com/claviger/claviger/ui/state"
)

func someGrants(st state.State, n int) state.ProgramsPage {
	p := state.ProgramsPage{Read: true}
	for i := range n {
		p.Grants = append(p.Grants, consent.Grant{ID: fmt.Sprint(i), Account: "a", Path: fmt.Sprintf("/usr/bin/%sprogram%d", strings.Repeat("very-", i%40), i), Given: st.Now.Add(-time.Hour)})
	}
	return p
}

func TestProgramsAreListed(t *testing.T) {
	for _, size := range sizes() {
		w, win := open(t, size)
		st := sample()
		st.Route, st.Notice = state.RoutePrograms, state.Notice{}
		st.Agent.Socket = "/run/user/1000/claviger/agent.sock"
		w.Render(st)
		if s := inOneLine(texts(win)); !strings.Contains(s, "No program is allowed") || !strings.Contains(s, st.Agent.Socket) || strings.Contains(s, "A denied program") {
			t.Errorf("with none:\n%s", s)
		}
		st.Programs = someGrants(st, 3)
		st.Programs.Grants[1].Until = st.Now.Add(30 * time.Minute)
		st.Programs.Taken = map[string]bool{"2": true}
		st.Programs.Denials = []consent.Denial{{Question: consent.Question{Account: "b", Program: consent.Program{Title: "intruder", Path: "/tmp/intruder"}}, At: st.Now, Until: st.Now.Add(time.Minute)}}
		w.Render(st)
		win.Resize(size)
		s := inOneLine(texts(win))
		for _, want := range []string{"program0", "/usr/bin/program0", "at Demo · Allowed", "always", "until", "Take back", "Undo", "intruder", "Ask again"} {
			if !strings.Contains(s, want) {
				t.Errorf("%q is not drawn:\n%s", want, s)
			}
		}
		if m := w.Content().MinSize(); m.Width > size.Width || m.Height > size.Height {
			t.Errorf("%v is needed", m)
		}
		// What ended goes by itself.
		st.Now, st.Ticked = st.Now.Add(time.Hour), true
		w.Render(st)
		if s := inOneLine(texts(win)); strings.Contains(s, "program1") || strings.Contains(s, "intruder") {
			t.Errorf("an hour later:\n%s", s)
		}
		st.Programs, st.Ticked = someGrants(st, 500), false
		w.Render(st)
		if s := inOneLine(texts(win)); !strings.Contains(s, "400 more: claviger agent grants") {
			t.Error("it is not said how many more there are")
		}
		w.Render(state.State{Route: state.RouteLocked, Now: st.Now})
		if strings.Contains(texts(win), "program") {
			t.Error("a lock leaves programs")
		}
	}
}

func TestWhereProgramsAsk(t *testing.T) {
	for want, here := range map[string]state.AgentHere{
		"it asks you, not this window": {Other: true},
		"you are asked here":           {Other: true, Asks: true},
		"No room for a socket.":        {Problem: "No room for a socket."},
		"One moment":                   {},
	} {
		w, win := open(t, fyne.NewSize(720, 520))
		st := sample()
		st.Route, st.Agent = state.RoutePrograms, here
		w.Render(st)
		if s := inOneLine(texts(win)); !strings.Contains(s, want) {
			t.Errorf("%q is not drawn:\n%s", want, s)
		}
	}
}

// The rule is said in the words of the command.
func TestRuleOfAnAccount(t *testing.T) {
	for rule, want := range map[consent.Rule]string{
		"": "You are asked about each new program.", consent.Always: "Every program of yours gets tokens.",
		consent.Never: "No program gets tokens by itself.", "newer": "You are asked about each new program.",
	} {
		w, win := open(t, fyne.NewSize(720, 520))
		st := sample()
		st.Route, st.Tab, st.SignOut = state.RouteAccount, state.TabPrograms, nil
		st.Programs = someGrants(st, 2)
		st.Programs.Grants[1].Account = "b"
		st.Programs.Rules = map[string]consent.AccountRule{"a": {Rule: rule, Commands: true}}
		w.Render(st)
		s := inOneLine(texts(win))
		if !strings.Contains(s, want) || !strings.Contains(s, "program0") || strings.Contains(s, "program1") {
			t.Errorf("%q:\n%s", rule, s)
		}
		if tab := w.pages[state.RouteAccount].(*account).tabs[state.TabPrograms].(*programsTab); !tab.commands.Checked {
			t.Error("that it holds for commands is not drawn")
		}
	}
}
