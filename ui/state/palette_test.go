package state

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/internal/consent"
	"github.com/claviger/claviger/providers/identity"
)

func titles(list []PaletteEntry) []string {
	out := make([]string, len(list))
	for i, e := range list {
		out[i] = string(e.Kind) + ": " + e.Title
	}
	return out
}

func paletteRig(t *testing.T) *rig {
	r := newRig(t, withAccounts("ada", "bob"), withPassphrase, func(r *rig) {
		r.agent.list[0].Groups = []identity.Group{{ID: "1", Name: "Café crew"}, {ID: "2", Name: "admins"}}
		r.agent.list[1].State = auth.StateNeedsSignIn
	})
	r.Start()
	r.q.settle()
	r.Over.OpenPalette()
	r.q.settle()
	return r
}

func TestThePaletteBeginsWithAccountsAndActions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := paletteRig(t).State().Palette
		got := titles(p.Found)
		if diff := cmp.Diff([]string{"account: User ada", "account: User bob", "command: Sign in to…"}, got[:3]); diff != "" {
			t.Error(diff)
		}
		for _, e := range p.Found {
			if e.Kind == EntryGroup || e.Kind == EntryProvider || e.Command == CommandPalette {
				t.Errorf("%+v comes unasked", e)
			}
		}
	})
}

func TestThePaletteFindsEveryKind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := paletteRig(t)
		for query, want := range map[string]string{
			"user ADA":     "account: User ada",
			"bob user":     "account: User bob",
			"copy ada":     "copy: Copy token of User ada",
			"demo":         "provider: Sign in to Demo provider",
			"cafe\u0301":   "group: Café crew",
			"CAFÉ":         "group: Café crew",
			"keyboard":     "command: Keyboard shortcuts",
			"admins":       "group: admins",
			"  settings  ": "command: Settings",
		} {
			r.Over.SetQuery(query)
			found := titles(r.State().Palette.Found)
			if !slices.Contains(found, want) || query != "demo" && found[0] != want {
				t.Errorf("%q finds %q, not first %q", query, found, want)
			}
		}
		r.Over.SetQuery("copy bob")
		if n := len(r.State().Palette.Found); n != 0 {
			t.Errorf("a token can be copied of an account that needs a sign-in: %d", n)
		}
		r.Over.SetQuery("nothing at all")
		r.Over.Move(1)
		r.RunPalette(0)
		if p := r.State().Palette; p == nil || p.All != 0 || p.At != 0 {
			t.Errorf("%+v", p)
		}
	})
}

func TestBetterFitsComeFirst(t *testing.T) {
	var list []PaletteEntry
	for _, title := range []string{"the dev of all", "undevoted", "devs", "dev", "x"} {
		list = append(list, PaletteEntry{Kind: EntryGroup, Title: title, Detail: "in dev"})
	}
	found, all := newIndex(list).best("dev", 4)
	if diff := cmp.Diff([]string{"group: dev", "group: devs", "group: the dev of all", "group: undevoted"}, titles(found)); diff != "" || all != 5 {
		t.Error(diff, all)
	}
}

func TestThePaletteDoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := paletteRig(t)
		do := func(query string) {
			t.Helper()
			r.Over.OpenPalette()
			r.q.settle()
			r.Over.SetQuery(query)
			if len(r.State().Palette.Found) == 0 {
				t.Fatalf("%q finds nothing", query)
			}
			r.RunPalette(0)
			r.q.settle()
			if r.State().Palette != nil {
				t.Fatalf("%q leaves the palette open", query)
			}
		}
		do("café")
		if st := r.State(); st.Route != RouteAccount || st.Selected != "ada" || st.Tab != TabGroups || len(st.Groups) != 1 {
			t.Errorf("a group leads to %s, %s, %d groups", st.Route, st.Tab, len(st.Groups))
		}
		do("user bob")
		if st := r.State(); st.Selected != "bob" {
			t.Errorf("an account leads to %q", st.Selected)
		}
		r.agent.token = auth.Token{AccountID: "ada"}
		do("copy ada")
		if got := fmt.Sprint(r.agent.handed); got != "[ada access clipboard]" && len(r.agent.handed) != 1 {
			t.Errorf("the history notes %s", got)
		}
		do("allowed programs")
		r.mustRoute(t, RoutePrograms)
		do("demo provider")
		r.mustRoute(t, RouteOptions)
	})
}

func TestArrowsChooseInARing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := paletteRig(t)
		r.Over.SetQuery("user")
		n := len(r.State().Palette.Found)
		r.Over.Move(-1)
		if at := r.State().Palette.At; at != n-1 {
			t.Errorf("up from the first of %d is %d", n, at)
		}
		r.Over.Move(1)
		if at := r.State().Palette.At; at != 0 {
			t.Errorf("down from the last is %d", at)
		}
	})
}

func TestThePaletteGivesWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := paletteRig(t)
		r.Cancel()
		if st := r.State(); st.Palette != nil || st.Route != RouteAccount {
			t.Fatal("Escape leaves it, or leaves more")
		}
		r.Over.OpenPalette()
		r.Over.SetQuery("ada")
		r.Lock()
		r.q.settle()
		if r.State().Palette != nil || r.Over.index != nil {
			t.Error("a locked window knows what the palette found")
		}
		r.Over.OpenPalette()
		r.Over.OpenShortcuts()
		if st := r.State(); st.Palette != nil || st.Shortcuts {
			t.Error("it opens over the lock")
		}
	})
}

func TestNothingOpensOverAProgramsQuestion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := paletteRig(t)
		r.Cancel()
		r.Consent.putInLine(&ConsentQuestion{Question: consent.Question{Until: time.Now().Add(time.Minute)}, reply: make(chan consentReply, 1)})
		for _, c := range Commands() {
			if c.always {
				continue
			}
			r.Do(c.ID)
			if st := r.State(); st.Palette != nil || st.Shortcuts || st.Route != RouteAccount || !st.AsksConsent() {
				t.Errorf("%s does something", c.ID)
			}
		}
	})
}

// What a second copy takes the place of is over.
func TestCopyingAnotherTokenEndsTheFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, withAccounts("a", "b"))
		r.Start()
		r.q.settle()
		r.Tokens.CopyOf("a")
		r.Tokens.CopyOf("b")
		r.q.settle()
		if busy := r.State().Busy; len(busy) > 0 {
			t.Errorf("still busy: %v", busy)
		}
	})
}
