package screen

import (
	"strings"
	"testing"

	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/ui/state"
)

// The question about servers is shown where the file is added or saved, fits, and
// goes away with the answer; so does the way to a provider that moved.
func TestQuestionsAboutServers(t *testing.T) {
	ask := &state.Agreement{Question: "Acme uses servers that are not its own. Do you trust them?", Lines: []string{"elsewhere.example gets access tokens", "tokens.example gets sign-in codes, the client secret and refresh tokens"}}
	for _, size := range sizes() {
		w, win := open(t, size)
		st := sample()
		st.Route, st.Add = state.RouteAdd, state.AddPage{Form: 3, Agree: ask}
		fits(t, w, win, size, st)
		if s := texts(win); !strings.Contains(s, "Acme uses servers that are not its own") || !strings.Contains(s, "elsewhere.example gets access tokens") || !strings.Contains(s, "Add") {
			t.Errorf("not asked: %s", s)
		}
		st.Add.Agree = nil
		fits(t, w, win, size, st)
		if s := texts(win); strings.Contains(s, "not its own") {
			t.Error("still asked")
		}
		st.Route, st.Move = state.RouteMove, state.MovePage{Form: 4, Agree: ask}
		fits(t, w, win, size, st)
		if s := texts(win); !strings.Contains(s, "elsewhere.example gets access tokens") {
			t.Errorf("not asked: %s", s)
		}
		st.Route, st.Problem = state.RouteProblem, state.Problem{CanRetry: true, Moved: true, Problem: problem.Explain(&oauth.MovedError{Provider: "Work", Was: "https://a.example", Now: "https://b.example"}, nil, "")}
		fits(t, w, win, size, st)
		if s := texts(win); !strings.Contains(s, "Sign in at the new address") || !strings.Contains(s, "https://b.example") {
			t.Errorf("no way there: %s", s)
		}
		st.Problem.Moved = false
		fits(t, w, win, size, st)
		if s := texts(win); strings.Contains(s, "Sign in at the new address") {
			t.Error("a way to nowhere")
		}
	}
}
