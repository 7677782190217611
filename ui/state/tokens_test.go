package state

import (
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/providers"
)

func TestTokensTab(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, withAccounts("a"), func(r *rig) {
			r.agent.token = auth.Token{AccessToken: providers.NewSecret("opaque"), IDToken: providers.NewSecret("eyJ.x.y")}
		})
		r.Start()
		r.q.settle()
		r.SelectTab(TabTokens)
		r.q.settle()
		p := r.State().TokenPage
		if p.ID == nil || !p.ID.JWT || p.Access == nil || p.Access.JWT || p.ID.Shown {
			t.Fatalf("tokens %+v", p)
		}
		r.Tokens.Show(IDToken)
		if !r.State().TokenPage.ID.Shown {
			t.Error("not shown")
		}
		r.agent.changes <- struct{}{}
		r.q.settle()
		if !r.State().TokenPage.ID.Shown {
			t.Error("a change of the list hides the same token")
		}
		if s := fmt.Sprintf("%+v", r.State()); containsAny(s, "opaque", "eyJ.x.y") {
			t.Error("the state prints a token")
		}
	})
}

// Whether a token can be checked now or not, what is in it can be read.
func TestTokenThatCannotBeChecked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, withAccounts("a"), func(r *rig) {
			r.agent.token = auth.Token{AccessToken: providers.NewSecret("eyJ.a.b"), IDToken: providers.NewSecret("eyJ.x.y")}
			r.agent.inspectErr = auth.ErrOffline
		})
		r.Start()
		r.q.settle()
		r.SelectTab(TabTokens)
		r.q.settle()
		if p := r.State().TokenPage; p.ID == nil || !p.ID.JWT || p.Access == nil || !p.Access.JWT || p.Access.Claims["sub"] != "42" {
			t.Errorf("tokens %+v", p)
		}
	})
}

// Permission to show one token is not permission to show the next.
func TestNewTokenIsHidden(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, withAccounts("a"), func(r *rig) {
			r.agent.token = auth.Token{AccessToken: providers.NewSecret("one"), IDToken: providers.NewSecret("eyJ.x.y")}
		})
		r.Start()
		r.q.settle()
		r.SelectTab(TabTokens)
		r.q.settle()
		r.Tokens.Show(IDToken)
		r.Tokens.Show(AccessToken)
		if p := r.State().TokenPage; !p.ID.Shown || !p.Access.Shown {
			t.Fatalf("not shown: %+v", p)
		}
		r.agent.token.AccessToken = providers.NewSecret("two")
		r.agent.changes <- struct{}{}
		r.q.settle()
		p := r.State().TokenPage
		if p.Access.Raw.Reveal() != "two" || p.Access.Shown {
			t.Errorf("the new access token is shown: %+v", p.Access)
		}
		if !p.ID.Shown {
			t.Error("the ID token, which is the same, is hidden")
		}
	})
}
