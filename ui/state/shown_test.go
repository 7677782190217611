package state

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/claviger/claviger/auth/problem"
)

// An error that the browser shows is explained while the sign-in waits on, and
// is gone with it.
func TestErrorThatTheBrowserShows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := inRealWords(t)
		r.sv.ExplainPage = problem.Page
		r.SignIn.ExplainPage("no sign-in is under way")
		if got := r.State().Flow.Explained.Title; got != "" {
			t.Errorf("without a sign-in: %q", got)
		}
		signingIn(t, r)
		r.SignIn.ExplainPage(" \n")
		if got := r.State().Flow.Explained; got.Title == "" || got.Next == "" {
			t.Errorf("of nothing: %+v", got)
		}
		r.SignIn.ExplainPage("Error 400: redirect_uri_mismatch")
		if got := r.State().Flow.Explained; !strings.Contains(got.Title, "redirect URI is not registered") {
			t.Errorf("%+v", got)
		}
		r.mustRoute(t, RouteWaiting)
		r.Cancel()
		r.q.settle()
		a := newAttempt(account("new"))
		r.attempts <- a
		r.SignIn.Start("", nil, false)
		r.q.settle()
		if got := r.State().Flow.Explained.Title; got != "" {
			t.Errorf("the next sign-in shows %q", got)
		}
	})
}
