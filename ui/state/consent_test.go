package state

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/claviger/claviger/internal/agent"
	"github.com/claviger/claviger/internal/consent"
	"github.com/claviger/claviger/vault"
)

// fakeRecords keeps what the gate knows.
type fakeRecords struct {
	hold, mu sync.Mutex
	data     map[string][]byte
	fail     error
}

func (f *fakeRecords) Get(_ context.Context, name string) ([]byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if data, ok := f.data[name]; ok || f.fail != nil {
		return data, f.fail
	}
	return nil, fs.ErrNotExist
}

func (f *fakeRecords) Put(_ context.Context, name string, data []byte) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.data[name] = data
	return f.fail
}

func (f *fakeRecords) LockRecord(context.Context, string) (func(), error) {
	f.hold.Lock()
	return f.hold.Unlock, nil
}

// asked is a store with a gate, a signed-in account, and what became of calls.
type asked struct {
	*rig
	records *fakeRecords
	called  int
}

func newAsked(t *testing.T, change ...func(*rig)) *asked {
	t.Helper()
	a := &asked{rig: newRig(t, append(change, withAccounts("a"))...), records: &fakeRecords{data: map[string][]byte{}}}
	a.sv.CallBack = func(string, string) { a.called++ }
	a.Programs.book = consent.Book{Store: a.records, Now: time.Now}
	a.Programs.gate = consent.NewGate(a.Programs.book, a.Consent)
	a.Start()
	a.q.settle()
	return a
}

func programNamed(name string) consent.Question {
	return consent.Question{
		Program: consent.Program{Path: "/usr/bin/" + name, Hash: "aa", Title: name},
		Account: "a", AccountName: "mira", Provider: "Demo", Form: "token",
	}
}

// wants asks for a program; the channel gets the answer.
func (a *asked) wants(ctx context.Context, name string) <-chan error {
	got := make(chan error, 1)
	go func() {
		_, err := a.Programs.gate.Allow(ctx, programNamed(name))
		got <- err
	}()
	a.q.settle()
	return got
}

// says answers once the question takes an answer.
func (a *asked) says(answer consent.Answer) {
	waits(a.rig, readyAfter)
	a.Consent.Answer(answer)
	a.q.settle()
}

func TestConsentIsAnswered(t *testing.T) {
	for answer, want := range map[consent.Answer]error{consent.Once: nil, consent.Hour: nil, consent.Forever: nil, consent.Deny: consent.ErrDenied} {
		t.Run(string(answer), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a := newAsked(t)
				got := a.wants(t.Context(), "curl")
				q := a.State().Consent.First()
				if q == nil || q.Program.Title != "curl" || !a.State().AsksConsent() || a.called != 1 {
					t.Fatalf("asked %+v, called %d times", q, a.called)
				}
				a.mustRoute(t, RouteAccount)
				a.says(answer)
				if err := <-got; !errors.Is(err, want) {
					t.Errorf("%v, want %v", err, want)
				}
				if a.State().AsksConsent() {
					t.Error("still asked")
				}
			})
		})
	}
}

// Whoever types or clicks on as the question appears has not answered it, and so with
// the next one in line.
func TestConsentTakesNoAnswerAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAsked(t)
		one := a.wants(t.Context(), "one")
		two := a.wants(t.Context(), "two")
		early := func() {
			t.Helper()
			before := a.State().Consent.First()
			for _, answer := range []consent.Answer{consent.Once, consent.Hour, consent.Forever, consent.Deny} {
				a.Consent.Answer(answer)
			}
			a.Cancel()
			a.q.settle()
			if a.State().Consent.First() != before {
				t.Error("answered before it could be read")
			}
		}
		early()
		a.says(consent.Once)
		early()
		a.says("nonsense")
		a.says(consent.Deny)
		if err := <-one; err != nil {
			t.Error(err)
		}
		if err := <-two; !errors.Is(err, consent.ErrDenied) {
			t.Error(err)
		}
	})
}

// Who types on as it appears, however long, answers nothing until they pause.
func TestTypingOnAnswersNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAsked(t)
		got := a.wants(t.Context(), "curl")
		for range 20 {
			waits(a.rig, readyAfter/2)
			a.Consent.TypingOn()
			a.Consent.Answer(consent.Once)
		}
		if !a.State().AsksConsent() {
			t.Fatal("answered")
		}
		waits(a.rig, readyAfter)
		a.Consent.TypingOn() // the answer's own key
		a.Consent.Answer(consent.Once)
		if err := <-got; err != nil {
			t.Error(err)
		}
	})
}

// A question counts as shown when it can be seen: not at the start, not below another
// question and not while the window is hidden.
func TestConsentIsReadyOnceItIsSeen(t *testing.T) {
	for name, hide := range map[string]func(a *asked, hidden bool){
		"hidden": func(a *asked, hidden bool) { a.SetHidden(hidden) },
		"quitting": func(a *asked, hidden bool) {
			a.update(func(st *State) { st.Quit = map[bool]*QuitQuestion{true: {}}[hidden] })
		},
		"starting": func(a *asked, hidden bool) {
			a.update(func(st *State) { st.Route = map[bool]Route{true: RouteStart, false: RouteWelcome}[hidden] })
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a := newAsked(t)
				hide(a, true)
				got := a.wants(t.Context(), "curl")
				waits(a.rig, time.Minute)
				a.Consent.Answer(consent.Once)
				hide(a, false)
				a.q.settle()
				a.Consent.Answer(consent.Once)
				a.q.settle()
				select {
				case err := <-got:
					t.Fatalf("answered before it was seen: %v", err)
				default:
				}
				a.says(consent.Once)
				if err := <-got; err != nil {
					t.Error(err)
				}
			})
		})
	}
}

func TestQuestionsWaitInLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAsked(t)
		one := a.wants(t.Context(), "one")
		waits(a.rig, time.Second)
		two := a.wants(t.Context(), "two")
		three := a.wants(t.Context(), "three")
		place := func(title string, at, of int) {
			t.Helper()
			gotAt, gotOf := a.State().Consent.Place()
			if q := a.State().Consent.First(); q == nil || q.Program.Title != title || gotAt != at || gotOf != of {
				t.Errorf("%+v is %d of %d, want %s, %d of %d", q, gotAt, gotOf, title, at, of)
			}
		}
		place("one", 1, 3)
		a.says(consent.Once)
		place("two", 2, 3)
		a.says(consent.Deny)
		place("three", 3, 3)
		a.says(consent.Once)
		for i, got := range []<-chan error{one, two, three} {
			if err := <-got; (err == nil) != (i != 1) {
				t.Errorf("%d: %v", i, err)
			}
		}
		a.wants(t.Context(), "four")
		place("four", 1, 1)
	})
}

func TestConsentThatNobodyAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAsked(t)
		got := a.wants(t.Context(), "curl")
		waits(a.rig, consent.Patience)
		if err := <-got; !errors.Is(err, consent.ErrUnanswered) {
			t.Error(err)
		}
		if a.State().AsksConsent() {
			t.Error("still asked")
		}
		a.Consent.Answer(consent.Once) // too late
	})
}

// A lock takes the questions away, and their programs hear that the vault is locked.
// Under a lock nobody is asked.
func TestLockEndsConsent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAsked(t, withPassphrase)
		one := a.wants(t.Context(), "one")
		two := a.wants(t.Context(), "two")
		a.Lock()
		a.q.settle()
		for _, got := range []<-chan error{one, two, a.wants(t.Context(), "three")} {
			if err := <-got; !errors.Is(err, vault.ErrLocked) {
				t.Error(err)
			}
		}
		if st := a.State(); st.AsksConsent() || len(st.Consent.Asked) != 0 || a.called != 1 {
			t.Errorf("%+v, called %d times", st.Consent, a.called)
		}
		a.vault.mu.Lock()
		a.vault.passphrase = "p"
		a.vault.mu.Unlock()
		a.Unlock("p")
		a.q.settle()
		// It was no denial.
		got := a.wants(t.Context(), "one")
		a.says(consent.Once)
		if err := <-got; err != nil {
			t.Error(err)
		}
	})
}

func TestClosingTheWindowDenies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAsked(t)
		one := a.wants(t.Context(), "one")
		two := a.wants(t.Context(), "two")
		a.Consent.DenyAll() // into the tray
		a.q.settle()
		three := a.wants(t.Context(), "three")
		a.Close()
		for _, got := range []<-chan error{one, two, three} {
			if err := <-got; !errors.Is(err, consent.ErrDenied) {
				t.Error(err)
			}
		}
	})
}

// A program that ends leaves its question, whose answer counts when it asks again.
func TestAskerThatLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAsked(t)
		ctx, leave := context.WithCancel(t.Context())
		got := a.wants(ctx, "curl")
		if !a.State().Consent.First().Wanted() {
			t.Error("it is said not to wait")
		}
		leave()
		a.q.settle()
		if err := <-got; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if q := a.State().Consent.First(); q == nil || q.Wanted() {
			t.Errorf("%+v", q)
		}
		a.says(consent.Hour)
		if err := <-a.wants(t.Context(), "curl"); err != nil {
			t.Error(err)
		}
	})
}

// A program that unlocks the vault of this process opens the window too.
func TestUnlockedByACommand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAsked(t, withPassphrase)
		a.Lock()
		a.q.settle()
		a.agent.changes <- struct{}{} // something else changed
		a.q.settle()
		a.mustRoute(t, RouteLocked)
		a.vault.mu.Lock()
		a.vault.status.Locked = false
		a.vault.mu.Unlock()
		a.agent.changes <- struct{}{}
		a.q.settle()
		a.mustRoute(t, RouteAccount)
		// With a passphrase, nothing in its folder changes.
		a.Lock()
		a.q.settle()
		a.Unlocked() // it is not
		a.q.settle()
		a.mustRoute(t, RouteLocked)
		a.vault.mu.Lock()
		a.vault.status.Locked = false
		a.vault.mu.Unlock()
		a.Unlocked()
		a.q.settle()
		a.mustRoute(t, RouteAccount)
	})
}

func paths(list []consent.Grant) (out []string) {
	for _, g := range list {
		out = append(out, g.Path)
	}
	return out
}

func TestGrantsAreTakenBackAndRestored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAsked(t)
		for _, name := range []string{"one", "two"} {
			if err := a.Programs.book.Give(t.Context(), "a", programNamed(name).Program, false, time.Hour); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second) // of the test's own clock
		}
		if err := a.Programs.book.Give(t.Context(), "another", programNamed("one").Program, false, 0); err != nil {
			t.Fatal(err)
		}
		a.Programs.Open()
		a.q.settle()
		a.mustRoute(t, RoutePrograms)
		want := []string{"/usr/bin/one", "/usr/bin/two", "/usr/bin/one"}
		page := a.State().Programs
		if got := paths(page.Grants); !slices.Equal(got, want) || len(page.Of("a").Grants) != 2 {
			t.Fatalf("%v", got)
		}
		two := page.Grants[1].ID
		inForce := func() int {
			t.Helper()
			list, err := a.Programs.book.Grants(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return len(list)
		}
		a.Programs.ToggleGrant(two)
		a.q.settle()
		if n := inForce(); n != 2 || !a.State().Programs.Taken[two] || !slices.Equal(paths(a.State().Programs.Grants), want) {
			t.Errorf("taken back: %d in force, %+v", n, a.State().Programs)
		}
		a.Programs.ToggleGrant(two) // undone
		a.q.settle()
		if n := inForce(); n != 3 || a.State().Programs.Taken[two] {
			t.Errorf("undone: %d in force", n)
		}
		a.Programs.ToggleGrant(two)
		a.OpenSettings()
		a.Programs.Open()
		a.q.settle()
		if got := paths(a.State().Programs.Grants); len(got) != 2 {
			t.Errorf("after the page was left: %v", got)
		}
		// An hour later the page says so by itself.
		waits(a.rig, time.Hour)
		if grants, _ := a.State().Programs.InForce(a.State().Now); len(grants) != 1 {
			t.Errorf("after their hour: %v", paths(grants))
		}
	})
}

func TestAGrantThatCannotBeTakenBackStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAsked(t)
		if err := a.Programs.book.Give(t.Context(), "a", programNamed("one").Program, false, 0); err != nil {
			t.Fatal(err)
		}
		a.Programs.Open()
		a.q.settle()
		a.records.fail = errTest
		still := a.State().Programs.Grants[0].ID
		a.Programs.ToggleGrant(still)
		a.q.settle()
		if page := a.State().Programs; page.Unread == "" || page.Taken[still] {
			t.Errorf("it is not said that nothing was taken back: %+v", page)
		}
	})
}

func TestDenialsAreTakenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAsked(t)
		a.Programs.Open()
		got := a.wants(t.Context(), "curl")
		a.says(consent.Deny)
		if err := <-got; !errors.Is(err, consent.ErrDenied) {
			t.Error(err)
		}
		a.q.settle()
		list := a.State().Programs.Denials
		if len(list) != 1 || list[0].Program.Title != "curl" {
			t.Fatalf("%+v", list)
		}
		a.Programs.AskAgain(list[0])
		got = a.wants(t.Context(), "curl")
		a.says(consent.Once)
		if err := <-got; err != nil {
			t.Error(err)
		}
	})
}

func TestRulesAreSet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAsked(t)
		a.SelectAccount("a")
		a.SelectTab(TabPrograms)
		a.q.settle()
		want := consent.AccountRule{Rule: consent.Never, Commands: true}
		a.Programs.SetRule("a", consent.Never)
		a.Programs.SetRuleForCommands("a", true)
		a.q.settle()
		if got := a.State().Programs.Rules["a"]; got != want {
			t.Errorf("%+v", got)
		}
		if err := <-a.wants(t.Context(), "curl"); !errors.Is(err, consent.ErrDenied) || a.called != 0 {
			t.Errorf("%v, asked %d times", err, a.called)
		}
	})
}

// What the page has not read yet, or another process set since, stays as it is.
func TestARuleIsChangedInOnePart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAsked(t)
		a.SelectAccount("a")
		a.SelectTab(TabPrograms)
		a.q.settle()
		if err := a.Programs.book.SetRule(t.Context(), "a", consent.AccountRule{Rule: consent.Never}); err != nil {
			t.Fatal(err)
		}
		a.Programs.SetRuleForCommands("a", true)
		a.q.settle()
		if got, err := a.Programs.book.Rule(t.Context(), "a"); err != nil || got != (consent.AccountRule{Rule: consent.Never, Commands: true}) {
			t.Errorf("%+v, %v", got, err)
		}
		a.Programs.SetRule("a", consent.Ask)
		a.q.settle()
		if got, err := a.Programs.book.Rule(t.Context(), "a"); err != nil || got != (consent.AccountRule{Rule: consent.Ask, Commands: true}) {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

func TestWhoServesPrograms(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAsked(t)
		a.Programs.Serving("/run/agent.sock")
		a.q.settle()
		if p := a.State().Agent; p.Socket != "/run/agent.sock" || p.Other || p.Problem != "" {
			t.Errorf("%+v", p)
		}
		a.Programs.NotServing(errTest)
		a.q.settle()
		if p := a.State().Agent; p.Socket != "" || p.Other || p.Problem == "" {
			t.Errorf("%+v", p)
		}
		a.Programs.NotServing(errors.Join(agent.ErrRunning))
		a.q.settle()
		if p := a.State().Agent; p.Socket != "" || !p.Other || p.Problem != "" {
			t.Errorf("%+v", p)
		}
	})
}
