package state

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/ui/words"
)

func TestNameAnAccount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, withAccounts("a", "b"))
		r.Start()
		r.q.settle()
		r.Describe.Ask()
		r.Describe.TypeLabel("Work")
		r.Describe.ChooseColor("teal")
		r.Describe.Save()
		r.Describe.Save()
		r.q.settle()
		st := r.State()
		a := st.Account()
		if st.Describe != nil || a.Label != "Work" || a.Color != "teal" || words.DisplayName(a) != "Work" || !strings.Contains(words.WhoLine(a), "User a") {
			t.Errorf("%+v, %q, %q", a.Description, words.DisplayName(a), words.WhoLine(a))
		}
		if !slices.Equal(r.agent.described, []string{"a"}) {
			t.Errorf("a second press saves again: %q", r.agent.described)
		}
		r.SetSearch("work")
		if list := r.State().VisibleAccounts(); len(list) != 1 || list[0].ID != "a" {
			t.Errorf("the search finds %d", len(list))
		}
	})
}

// What cannot be kept stays in the panel, with the reason; what was not saved is dropped
// with it.
func TestANameThatIsNotKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, withAccounts("a", "b"), withPassphrase)
		r.Start()
		r.q.settle()
		r.Describe.Ask()
		r.Describe.TypeLabel(strings.Repeat("é", auth.MaxLabel+1))
		r.Describe.Save()
		r.q.settle()
		if p := r.State().Describe; p == nil || p.Error == "" || p.Busy || len(r.agent.described) != 0 {
			t.Fatalf("too long: %+v", p)
		}
		r.Describe.TypeLabel("Work")
		r.agent.describeErr = errors.New("disk")
		r.Describe.Save()
		r.q.settle()
		if p := r.State().Describe; p == nil || p.Error == "" || p.Busy || p.Label != "Work" {
			t.Fatalf("not stored: %+v", p)
		}
		r.Cancel()
		if r.State().Describe != nil {
			t.Error("Escape does not close it")
		}
		r.Describe.Ask()
		r.SelectAccount("b")
		if p := r.State().Describe; p != nil {
			t.Errorf("on another page: %+v", p)
		}
		r.Describe.Ask()
		r.AskSignOut()
		if st := r.State(); st.Describe != nil || st.SignOut == nil {
			t.Error("two panels are open")
		}
		r.Describe.Ask()
		r.Describe.TypeLabel("canary")
		r.Lock()
		r.q.settle()
		if r.State().Describe != nil {
			t.Error("a locked window knows what was typed")
		}
	})
}

// names are the accounts of the list.
func names(st State) string {
	var out []string
	for _, a := range st.ListedAccounts() {
		out = append(out, a.ID)
	}
	return strings.Join(out, "")
}

func TestMoveAccounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, withAccounts("a", "b", "c", "d"))
		r.Start()
		r.q.settle()
		step := func(id string, by int, want string) {
			t.Helper()
			r.SelectAccount(id)
			r.Order.Move(by)
			if got := names(r.State()); got != want {
				t.Errorf("%s by %d: %s at once, want %s", id, by, got, want)
			}
			r.q.settle()
			r.agent.mu.Lock()
			slices.SortStableFunc(r.agent.list, comparePlaces) // as the agent lists them
			r.agent.mu.Unlock()
			r.reload(nil)
			r.q.settle()
			if got := names(r.State()); got != want {
				t.Errorf("%s by %d: %s, want %s", id, by, got, want)
			}
		}
		step("c", -1, "acbd")
		step("c", -1, "cabd")
		step("c", -1, "cabd") // at the edge
		step("d", 1, "cabd")
		step("a", 1, "cbad")
		step("a", 1, "cbda")
		step("b", -1, "bcda")
		n := len(r.agent.described)
		step("b", 1, "cbda")
		if len(r.agent.described)-n != 1 {
			t.Errorf("%d accounts are written to move one between two", len(r.agent.described)-n)
		}
		r.SetSearch("user")
		step("b", 1, "cbda")
		if r.State().Notice.Text == "" {
			t.Error("nothing says why it does not move while a part is shown")
		}
		r.SetSearch("")
		r.sv.Pointed = func() string { return "d" }
		step("b", -1, "cdba") // the one that the keyboard is on
	})
}

// Presses come faster than the disk.
func TestManyMovesAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, withAccounts("a", "b", "c", "d", "e"))
		r.Start()
		r.q.settle()
		r.SelectAccount("e")
		for range 4 {
			r.Order.Move(-1)
		}
		r.Order.Move(1)
		r.q.settle()
		slices.SortStableFunc(r.agent.list, comparePlaces)
		r.reload(nil)
		r.q.settle()
		if got := names(r.State()); got != "aebcd" {
			t.Errorf("in the end %s", got)
		}
	})
}

// A place that cannot be kept is taken back, and said.
func TestAMoveThatIsNotKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, withAccounts("a", "b"))
		r.Start()
		r.q.settle()
		r.agent.describeErr = errors.New("disk")
		r.SelectAccount("b")
		r.Order.Move(-1)
		r.q.settle()
		if st := r.State(); names(st) != "ab" || st.Notice.Kind != NoticeWarn {
			t.Errorf("%s, %+v", names(st), st.Notice)
		}
	})
}

// Groups of a provider stay together, and move as one at their edges.
func TestGroupedAccounts(t *testing.T) {
	list := func(text string) (out []*auth.Account) {
		for i, id := range strings.Fields(text) {
			out = append(out, &auth.Account{ID: id, Provider: id[:1], Description: auth.Description{Place: int64(i+1) * placeGap}})
		}
		return out
	}
	for _, c := range []struct {
		have string
		who  string
		by   int
		want string
	}{
		{"a1 b1 a2 b2 c1", "a2", -1, "a2 a1 b1 b2 c1"},
		{"a1 b1 a2 b2 c1", "a1", 1, "a2 a1 b1 b2 c1"},
		{"a1 b1 a2 b2 c1", "b1", -1, "b1 b2 a1 a2 c1"},
		{"a1 b1 a2 b2 c1", "b2", 1, "a1 a2 c1 b1 b2"},
		{"a1 b1 a2 b2 c1", "a2", 1, "b1 b2 a1 a2 c1"},
		{"a1 b1 a2 b2 c1", "a1", -1, "a1 a2 b1 b2 c1"},
		{"a1 b1 a2 b2 c1", "c1", 1, "a1 a2 b1 b2 c1"},
	} {
		st := State{Accounts: list(c.have), Settings: Settings{GroupAccounts: true}}
		if who, before, ok := st.moved(c.who, c.by); ok {
			next := placesFor(st.Accounts, who, before)
			for _, a := range st.Accounts {
				if place, set := next[a.ID]; set {
					a.Place = place
				}
			}
			slices.SortStableFunc(st.Accounts, comparePlaces)
		}
		var got []string
		for _, a := range st.ListedAccounts() {
			got = append(got, a.ID)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %s by %d becomes %q, want %q", c.have, c.who, c.by, got, c.want)
		}
	}
}

// Whatever the places are, an account lands where it was moved to, and few are written.
func TestPlaces(t *testing.T) {
	for name, places := range map[string][]int64{
		"none": {0, 0, 0, 0}, "all": {1, 2, 3, 4}, "some": {7, 8, 0, 0}, "gaps": {placeGap, 2 * placeGap, 3 * placeGap, 0},
		"one number": {5, 5, 5, 5}, "the largest": {1, 1<<63 - 2, 1<<63 - 1, 0},
	} {
		for from := range places {
			for to := range len(places) + 1 {
				var list, want []*auth.Account
				for i, place := range places {
					list = append(list, &auth.Account{ID: fmt.Sprint(i), Description: auth.Description{Place: place}})
				}
				before := ""
				if to < len(list) {
					before = list[to].ID
				}
				if before == list[from].ID {
					continue
				}
				for i, a := range list {
					if i == to {
						want = append(want, list[from])
					}
					if i != from {
						want = append(want, a)
					}
				}
				if to == len(list) {
					want = append(want, list[from])
				}
				for id, place := range placesFor(list, list[from].ID, before) {
					list[slices.IndexFunc(list, func(a *auth.Account) bool { return a.ID == id })].Place = place
				}
				got := slices.Clone(list)
				slices.SortStableFunc(got, comparePlaces)
				if !slices.Equal(got, want) {
					t.Errorf("%s: %d before %q becomes %v", name, from, before, got)
				}
			}
		}
	}
}
