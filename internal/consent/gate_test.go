package consent

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// memory is a store in memory.
type memory struct {
	hold sync.Mutex
	mu   sync.Mutex
	data map[string][]byte
	fail error
}

func (m *memory) Get(_ context.Context, name string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return nil, m.fail
	}
	data, ok := m.data[name]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return data, nil
}

func (m *memory) Put(_ context.Context, name string, data []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.data == nil {
		m.data = map[string][]byte{}
	}
	m.data[name] = data
	return nil
}

func (m *memory) LockRecord(context.Context, string) (func(), error) {
	m.hold.Lock()
	return m.hold.Unlock, nil
}

// person answers as told, and counts how often they were asked.
type person struct {
	answer func(ctx context.Context, q Question) (Answer, error)
	asked  atomic.Int32
}

func (p *person) Ask(ctx context.Context, q Question) (Answer, error) {
	p.asked.Add(1)
	return p.answer(ctx, q)
}

func says(a Answer) *person {
	return &person{answer: func(context.Context, Question) (Answer, error) { return a, nil }}
}

func question() Question {
	return Question{Program: Program{Path: "/usr/bin/curl", Hash: "aa", Title: "curl"}, Account: "k3v9x2m7q1ab"}
}

func gate(s Store, a Asker) *Gate { return NewGate(Book{s, time.Now}, a) }

func allowed(t *testing.T, g *Gate, q Question, want error) {
	t.Helper()
	if _, err := g.Allow(t.Context(), q); !errors.Is(err, want) {
		t.Errorf("%v, want %v", err, want)
	}
}

func TestGrantsLast(t *testing.T) {
	for answer, again := range map[Answer][2]int32{Once: {2, 3}, Hour: {1, 2}, Forever: {1, 1}} {
		t.Run(string(answer), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := says(answer)
				g := gate(&memory{}, p)
				allowed(t, g, question(), nil)
				time.Sleep(59 * time.Minute) // of the test's own clock
				allowed(t, g, question(), nil)
				if got := p.asked.Load(); got != again[0] {
					t.Errorf("asked %d times within the hour, want %d", got, again[0])
				}
				time.Sleep(2 * time.Minute)
				allowed(t, g, question(), nil)
				if got := p.asked.Load(); got != again[1] {
					t.Errorf("asked %d times, want %d", got, again[1])
				}
			})
		})
	}
}

// A grant is for one account, one path and one content.
func TestGrantsAreForOneProgram(t *testing.T) {
	s := &memory{}
	allowed(t, gate(s, says(Forever)), question(), nil)
	g := gate(s, nil)
	allowed(t, g, question(), nil)
	for name, change := range map[string]func(*Question){
		"account":  func(q *Question) { q.Account = "another" },
		"path":     func(q *Question) { q.Program.Path = "/tmp/curl" },
		"content":  func(q *Question) { q.Program.Hash = "bb" },
		"unknown":  func(q *Question) { q.Program.Hash = "" },
		"ID token": func(q *Question) { q.IDToken = true },
	} {
		t.Run(name, func(t *testing.T) {
			q := question()
			change(&q)
			allowed(t, g, q, ErrNobody)
		})
	}
}

// What is allowed for an hour with the ID token takes nothing from what is allowed for
// ever without it, and a new content takes both.
func TestGrantWithTheIDToken(t *testing.T) {
	s := &memory{}
	b := gate(s, nil).book
	give := func(hash string, idToken bool, d time.Duration, want int) {
		t.Helper()
		if err := b.Give(t.Context(), "a", Program{Path: "/p", Hash: hash}, idToken, d); err != nil {
			t.Fatal(err)
		}
		if list, err := b.Grants(t.Context()); err != nil || len(list) != want {
			t.Errorf("%+v, %v", list, err)
		}
	}
	give("aa", false, 0, 1)
	give("aa", true, time.Hour, 2)
	give("aa", true, 0, 2)
	give("bb", false, 0, 1)
}

func TestRules(t *testing.T) {
	command, forwarded := question(), question()
	command.Command = true
	forwarded.Program.Forwarded = true
	for _, c := range []struct {
		rule AccountRule
		q    Question
		want error
	}{
		{AccountRule{}, question(), ErrNobody},
		{AccountRule{}, command, nil},
		{AccountRule{Rule: Always}, question(), nil},
		{AccountRule{Rule: Always}, forwarded, ErrNobody},
		{AccountRule{Rule: Never}, question(), ErrDenied},
		{AccountRule{Rule: Never}, forwarded, ErrDenied},
		{AccountRule{Rule: Never}, command, nil},
		{AccountRule{Rule: Never, Commands: true}, command, ErrDenied},
		{AccountRule{Commands: true}, command, ErrNobody},
		{AccountRule{Rule: "newer"}, question(), ErrNobody},
	} {
		t.Run(fmt.Sprint(c.rule, c.q.Command, c.q.Program.Forwarded), func(t *testing.T) {
			g := gate(&memory{}, nil)
			if err := g.book.SetRule(t.Context(), c.q.Account, c.rule); err != nil {
				t.Fatal(err)
			}
			allowed(t, g, c.q, c.want)
		})
	}
}

// What cannot be read allows nothing: the rule may have been never.
func TestUnreadableAllowsNothing(t *testing.T) {
	locked := errors.New("locked")
	allowed(t, gate(&memory{fail: locked}, says(Once)), question(), locked)
	g := gate(&memory{data: map[string][]byte{Record: []byte("{")}}, says(Once))
	if _, err := g.Allow(t.Context(), question()); err == nil {
		t.Error("allowed")
	}
}

func TestNobodyAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &person{answer: func(ctx context.Context, _ Question) (Answer, error) {
			<-ctx.Done()
			return "", ctx.Err()
		}}
		g := gate(&memory{}, p)
		before := time.Now()
		allowed(t, g, question(), ErrUnanswered)
		if waited := time.Since(before); waited != Patience {
			t.Errorf("waited %v", waited)
		}
		// Whoever tries again at once does not ask again.
		allowed(t, g, question(), ErrDenied)
		time.Sleep(coolDown)
		allowed(t, g, question(), ErrUnanswered)
		if got := p.asked.Load(); got != 2 {
			t.Errorf("asked %d times, want 2", got)
		}
	})
}

func TestManyWishesAreOneQuestion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		p := &person{answer: func(context.Context, Question) (Answer, error) { <-release; return Once, nil }}
		g := gate(&memory{}, p)
		var all sync.WaitGroup
		gone, leave := context.WithCancel(t.Context())
		all.Go(func() {
			if _, err := g.Allow(gone, question()); !errors.Is(err, context.Canceled) {
				t.Errorf("whoever left: %v", err)
			}
		})
		for range 1000 {
			all.Go(func() { allowed(t, g, question(), nil) })
		}
		synctest.Wait()
		leave()
		synctest.Wait()
		close(release)
		all.Wait()
		if got := p.asked.Load(); got != 1 {
			t.Errorf("asked %d times", got)
		}
	})
}

// A program chooses its own name. If that is all that is known, a "once" for one is none
// for another of that name.
func TestUnknownProgramsAreAskedAboutOneByOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var first atomic.Bool
		p := &person{answer: func(context.Context, Question) (Answer, error) {
			time.Sleep(time.Second) // the other one asks meanwhile
			if first.CompareAndSwap(false, true) {
				return Once, nil
			}
			return Deny, nil
		}}
		g, q := gate(&memory{}, p), question()
		q.Program.Path, q.Program.Hash = "", ""
		var got [2]error
		var work sync.WaitGroup
		for i := range got {
			work.Go(func() { _, got[i] = g.Allow(t.Context(), q) })
		}
		work.Wait()
		if p.asked.Load() != 2 || (got[0] == nil) == (got[1] == nil) {
			t.Errorf("asked %d times: %v", p.asked.Load(), got)
		}
	})
}

func TestCrowdIsTurnedAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		p := &person{answer: func(context.Context, Question) (Answer, error) { <-release; return Once, nil }}
		g := gate(&memory{}, p)
		var all sync.WaitGroup
		for i := range maxWaiting {
			q := question()
			q.Account = fmt.Sprint(i)
			all.Go(func() { allowed(t, g, q, nil) })
		}
		synctest.Wait()
		allowed(t, g, question(), ErrCrowd)
		close(release)
		all.Wait()
	})
}

// An answer that the question does not offer is no yes.
func TestForwardedIsNeverForever(t *testing.T) {
	q := question()
	q.Program.Forwarded = true
	s := &memory{}
	allowed(t, gate(s, says(Forever)), q, ErrDenied)
	if len(s.data) != 0 {
		t.Error("a grant was kept")
	}
	q = question()
	q.Program.Hash = ""
	allowed(t, gate(s, says(Hour)), q, ErrDenied)
}

func TestTakeBack(t *testing.T) {
	s := &memory{}
	b := Book{s, time.Now}
	allowed(t, gate(s, says(Forever)), question(), nil)
	list, err := b.Grants(t.Context())
	if err != nil || len(list) != 1 || list[0].Path != "/usr/bin/curl" || len(list[0].ID) != 8 {
		t.Fatalf("%+v, %v", list, err)
	}
	if n, err := b.TakeBack(t.Context(), []string{"none"}, false); n != 0 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if n, err := b.TakeBack(t.Context(), []string{list[0].ID}, false); n != 1 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	allowed(t, gate(s, nil), question(), ErrNobody)
}

// An asker learns whether its answer is still waited for.
func TestQuestionKnowsWhoWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		var wanted func() bool
		p := &person{answer: func(_ context.Context, q Question) (Answer, error) {
			wanted = q.Wanted
			<-release
			return Forever, nil
		}}
		s := &memory{}
		g := gate(s, p)
		ask := func() context.CancelFunc {
			ctx, cancel := context.WithCancel(t.Context())
			go func() { _, _ = g.Allow(ctx, question()) }()
			synctest.Wait()
			return cancel
		}
		first, second := ask(), ask()
		first()
		synctest.Wait()
		if !wanted() {
			t.Error("the second one is forgotten")
		}
		second()
		synctest.Wait()
		if wanted() {
			t.Error("nobody waits, and it is not known")
		}
		ask()
		if !wanted() {
			t.Error("who comes back is not known")
		}
		close(release)
		synctest.Wait()
		allowed(t, gate(s, nil), question(), nil) // it holds all the same
	})
}

func TestDenialsAreListedAndTakenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := says(Deny)
		g := gate(&memory{}, p)
		allowed(t, g, question(), ErrDenied)
		time.Sleep(time.Second)
		other := question()
		other.Account = "another"
		allowed(t, g, other, ErrDenied)
		list := g.Denials()
		if len(list) != 2 || list[0].Account != "another" || list[1].Program.Path != "/usr/bin/curl" || list[0].Until.Sub(list[0].At) != coolDown {
			t.Fatalf("%+v", list)
		}
		g.AskAgain(list[1])
		p.answer = says(Once).answer
		allowed(t, g, question(), nil)
		allowed(t, g, other, ErrDenied)
		time.Sleep(coolDown)
		if list := g.Denials(); len(list) != 0 {
			t.Errorf("over: %+v", list)
		}
	})
}

// Who signs in again is asked again; what was forbidden stays so.
func TestSignedOutAllowsNothingMore(t *testing.T) {
	b := Book{Store: &memory{}, Now: time.Now}
	of := question().Program
	for _, id := range []string{"one", "two", "three"} {
		if err := b.Give(t.Context(), id, of, false, 0); err != nil {
			t.Fatal(err)
		}
	}
	for id, r := range map[string]AccountRule{"one": {Rule: Always, Commands: true}, "two": {Rule: Always}, "three": {Rule: Never}} {
		if err := b.SetRule(t.Context(), id, r); err != nil {
			t.Fatal(err)
		}
		if err := b.SignedOut(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	rules, err := b.Rules(t.Context())
	if diff := cmp.Diff(map[string]AccountRule{"one": {Rule: Ask, Commands: true}, "three": {Rule: Never}}, rules); err != nil || diff != "" {
		t.Error(err, diff)
	}
	if list, err := b.Grants(t.Context()); err != nil || len(list) != 0 {
		t.Error(list, err)
	}
}

// Signing out of what nothing was allowed for writes nothing.
func TestSignedOutWritesNothingForNothing(t *testing.T) {
	m := &memory{}
	if err := (Book{Store: m, Now: time.Now}).SignedOut(t.Context(), "one"); err != nil || len(m.data) != 0 {
		t.Error(m.data, err)
	}
}

func TestRestore(t *testing.T) {
	now := time.Now()
	b := Book{&memory{}, func() time.Time { return now }}
	give := func(path string) {
		t.Helper()
		now = now.Add(time.Second) // the clock of some systems stands still for milliseconds
		if err := b.Give(t.Context(), "k3v9x2m7q1ab", Program{Path: path, Hash: "aa"}, false, 0); err != nil {
			t.Fatal(err)
		}
	}
	give("/usr/bin/one")
	give("/usr/bin/two")
	before, err := b.Grants(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.TakeBack(t.Context(), []string{before[1].ID}, false); err != nil {
		t.Fatal(err)
	}
	if err := b.Restore(t.Context(), before[1]); err != nil {
		t.Fatal(err)
	}
	if after, err := b.Grants(t.Context()); err != nil || !slices.Equal(after, before) {
		t.Errorf("%+v, %v, want %+v", after, err, before)
	}
	// What was given anew stays.
	give("/usr/bin/one")
	if err := b.Restore(t.Context(), before[1]); err != nil {
		t.Fatal(err)
	}
	if after, err := b.Grants(t.Context()); err != nil || len(after) != 2 || after[0].ID == before[1].ID {
		t.Errorf("%+v, %v", after, err)
	}
}

func TestLoadersRunAnyProgram(t *testing.T) {
	for path, want := range map[string]bool{
		"/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2": true, "/lib/ld-musl-x86_64.so.1": true, "/usr/bin/luajit-2.1": true,
		"/usr/bin/ld": false, "/usr/bin/ld-backup": false,
	} {
		if got := (Program{Path: path}).Interpreter(); got != want {
			t.Errorf("%s: %v, want %v", path, got, want)
		}
	}
}

// What starts whatever it is told to, such as "timeout 9 claviger token", is allowed for all
// of that: each name that [peer.Caller] looks through is warned of, too.
func TestWhatStartsOthersIsWarnedOf(t *testing.T) {
	for _, name := range []string{
		"ash", "bash", "busybox", "cmd.exe", "csh", "dash", "doas", "elvish", "env", "fish", "flock", "ksh", "make", "mksh", "nohup", "nu", "parallel",
		"powershell.exe", "pwsh.exe", "script", "setsid", "sh", "strace", "sudo", "tcsh", "time", "timeout", "tmux", "watch", "wscript.exe", "xargs", "xonsh", "zsh",
	} {
		if p := (Program{Path: "/usr/bin/" + name}); !p.Interpreter() && !p.Tool() {
			t.Errorf("%s is not", name)
		}
	}
}

func TestWarnings(t *testing.T) {
	for path, want := range map[string]string{
		"/usr/bin/curl": "Any script can run it", "/usr/bin/bash": "It runs scripts", "/memfd:x": "from memory", "elsewhere:/usr/bin/curl": "in a container", "/usr/bin/report": "", "": "only once",
	} {
		q := Question{Program: Program{Path: path, Hash: "aa"}}
		if got := q.Warning(); !strings.Contains(got, want) || (want == "") != (got == "") {
			t.Errorf("%q: %q, want %q", path, got, want)
		}
	}
}
