package state

import (
	"context"
	"errors"
	"image"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/auth/tryit"
	"github.com/claviger/claviger/vault"
)

// fakeDesk answers requests when the test says so.
type fakeDesk struct {
	mu      sync.Mutex
	sent    []string // account, method and address
	page    tryit.Page
	pageErr error
	allowed []string
	cleared int
	answer  func(ctx context.Context, r tryit.Request) (*tryit.Answer, error)
}

func (f *fakeDesk) Page(context.Context, string) (*tryit.Page, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	p := f.page
	return &p, f.pageErr
}

func (f *fakeDesk) Send(ctx context.Context, id string, r tryit.Request) (*tryit.Answer, error) {
	f.mu.Lock()
	f.sent = append(f.sent, id+" "+r.Method+" "+r.URL)
	answer := f.answer
	f.mu.Unlock()
	return answer(ctx, r)
}

func (f *fakeDesk) Allow(_ context.Context, id, origin string, yes bool) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if yes {
		f.allowed = append(f.allowed, id+" "+origin)
	} else {
		f.allowed = nil
	}
	return nil
}

func (f *fakeDesk) Clear(context.Context, string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.cleared++
	return nil
}

func ok(context.Context, tryit.Request) (*tryit.Answer, error) {
	return &tryit.Answer{Status: 200, Kind: tryit.Picture, Picture: image.NewGray(image.Rect(0, 0, 1, 1))}, nil
}

// onTryIt is a window on the Try it tab of the account "a".
func onTryIt(t *testing.T, change ...func(*rig)) (*rig, *fakeDesk) {
	t.Helper()
	desk := &fakeDesk{answer: ok, page: tryit.Page{Own: []string{"https://a.example"}, Suggestions: []tryit.Suggestion{{Title: "Userinfo", Method: "GET", URL: "https://a.example/userinfo"}}}}
	r := newRig(t, append([]func(*rig){withAccounts("a", "b"), func(r *rig) { r.desk = desk }}, change...)...)
	r.Start()
	r.q.settle()
	r.SelectAccount("a")
	r.SelectTab(TabTry)
	r.q.settle()
	return r, desk
}

func TestTryItBeginsWithWhatTheProviderAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, desk := onTryIt(t)
		if p := r.State().Try; p.URL != "https://a.example/userinfo" || p.Method != "GET" || p.Account != "a" {
			t.Fatalf("%+v", p)
		}
		r.Try.Send()
		if !r.State().Try.Sending {
			t.Error("it does not say that it sends")
		}
		r.q.settle()
		if p := r.State().Try; p.Answer == nil || p.Answer.Status != 200 || p.Sending || p.Answers != 1 {
			t.Errorf("%+v", p)
		}
		if len(desk.sent) != 1 || desk.sent[0] != "a GET https://a.example/userinfo" {
			t.Errorf("sent %q", desk.sent)
		}
	})
}

// TestTryItSendsOnce: a second click while the first is under way does nothing, and
// Escape ends it at once.
func TestTryItSendsOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, desk := onTryIt(t)
		ended := 0
		desk.answer = func(ctx context.Context, _ tryit.Request) (*tryit.Answer, error) {
			<-ctx.Done()
			ended++
			return ok(ctx, tryit.Request{}) // too late
		}
		r.Try.Send()
		r.Try.Send()
		synctest.Wait()
		r.Try.Send()
		synctest.Wait()
		if len(desk.sent) != 1 {
			t.Errorf("sent %q", desk.sent)
		}
		r.Cancel()
		r.q.settle()
		if p := r.State().Try; p.Sending || p.Answer != nil || p.Problem != "" || ended != 1 {
			t.Errorf("%+v", p)
		}
	})
}

// TestALateAnswerIsDropped: neither another account, nor the lock, nor the window that
// goes sees an answer that was asked for before.
func TestALateAnswerIsDropped(t *testing.T) {
	for name, leave := range map[string]func(*rig){
		"another account": func(r *rig) { r.SelectAccount("b") },
		"locked":          func(r *rig) { r.Lock() },
		"signed out":      func(r *rig) { r.agent.list = nil; r.agent.changes <- struct{}{} },
		"closed":          func(r *rig) { r.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r, desk := onTryIt(t, func(r *rig) { r.vault.status.Protection = vault.Passphrase })
				desk.answer = func(ctx context.Context, req tryit.Request) (*tryit.Answer, error) {
					<-ctx.Done()
					return ok(ctx, req)
				}
				r.Try.Set(TryFields{Method: "POST", URL: "https://a.example/x", HeaderText: "X-Key: canary", Body: "canary"})
				r.Try.Send()
				synctest.Wait()
				leave(r)
				r.q.settle()
				p := r.State().Try
				if p.Answer != nil || name != "closed" && (p.Sending || strings.Contains(p.HeaderText+p.Body, "canary")) {
					t.Errorf("%+v", p)
				}
			})
		})
	}
}

func TestTheLockTakesTheAnswerAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, _ := onTryIt(t, func(r *rig) { r.vault.status.Protection = vault.Passphrase })
		r.Try.Send()
		r.q.settle()
		r.Lock()
		r.q.settle()
		if p := r.State().Try; p.Answer != nil || p.URL != "" || p.Known != nil || p.Account != "" {
			t.Errorf("%+v", p)
		}
	})
}

func TestAMistakeIsSaidAndNothingIsSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, desk := onTryIt(t)
		for _, c := range []struct {
			f    TryFields
			code tryit.MistakeCode
		}{
			{TryFields{Method: "POST", URL: "https://a.example", Body: `{"a": }`}, tryit.BadJSON},
			{TryFields{Method: "GET", URL: "https://a.example", HeaderText: "Host: b"}, tryit.OwnHeader},
			{TryFields{Method: "GET", URL: "a.example"}, tryit.BadURL},
			{TryFields{Method: "GET"}, tryit.NoURL},
		} {
			r.Try.Set(c.f)
			r.Try.Send()
			r.q.settle()
			if m := r.State().Try.Mistake; m == nil || m.Code != c.code {
				t.Errorf("%+v: %+v", c.f, m)
			}
			r.Try.Set(TryFields{Method: "GET", URL: "https://a.example/" + string(c.code)})
			if r.State().Try.Mistake != nil {
				t.Error("a mistake that was mended is still said")
			}
		}
		if len(desk.sent) != 0 {
			t.Errorf("sent %q", desk.sent)
		}
	})
}

// TestAnotherServerNeedsAYes: nothing is sent without it, and with it at once.
func TestAnotherServerNeedsAYes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, desk := onTryIt(t)
		desk.answer = func(ctx context.Context, req tryit.Request) (*tryit.Answer, error) {
			if len(desk.allowed) == 0 {
				return nil, &tryit.ElsewhereError{Origin: "https://b.example", Place: tryit.Outside}
			}
			return ok(ctx, req)
		}
		r.Try.Set(TryFields{Method: "GET", URL: "https://b.example/x"})
		r.Try.Send()
		r.q.settle()
		if p := r.State().Try; p.Ask == nil || p.Ask.Origin != "https://b.example" || p.Answer != nil {
			t.Fatalf("%+v", p)
		}
		r.Try.Allow(false)
		r.q.settle()
		if p := r.State().Try; p.Ask != nil || len(desk.allowed) != 0 || len(desk.sent) != 1 {
			t.Fatalf("%+v", p)
		}
		r.Try.Send()
		r.q.settle()
		// Another address is another question.
		r.Try.Set(TryFields{Method: "GET", URL: "https://c.example/x"})
		r.Try.Allow(true)
		r.q.settle()
		if len(desk.allowed) != 0 {
			t.Fatalf("allowed %q", desk.allowed)
		}
		r.Try.Set(TryFields{Method: "GET", URL: "https://b.example/x"})
		r.Try.Send()
		r.q.settle()
		r.Try.Allow(true)
		r.Try.Allow(true)
		r.q.settle()
		if p := r.State().Try; p.Answer == nil || len(desk.allowed) != 1 || desk.allowed[0] != "a https://b.example" {
			t.Errorf("%+v, allowed %q", p, desk.allowed)
		}
		r.Try.TakeBack("https://b.example")
		r.q.settle()
		if len(desk.allowed) != 0 {
			t.Errorf("allowed %q", desk.allowed)
		}
	})
}

// What is sent after a yes is what was asked about, whatever is typed meanwhile.
func TestAYesIsForWhatWasAsked(t *testing.T) {
	for name, when := range map[string]func(r *rig){
		"while it is kept": func(r *rig) {
			r.q.settle()
			r.Try.Allow(true)
			r.Try.Set(TryFields{Method: "POST", URL: "https://b.example/other", Body: "half a wo"})
		},
		"while the first one is sent": func(r *rig) {
			r.Try.Set(TryFields{Method: "POST", URL: "https://b.example/other", Body: "half a wo"})
			r.q.settle()
			r.Try.Allow(true)
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r, desk := onTryIt(t)
				desk.answer = func(ctx context.Context, req tryit.Request) (*tryit.Answer, error) {
					if len(desk.allowed) == 0 {
						return nil, &tryit.ElsewhereError{Origin: "https://b.example", Place: tryit.Outside}
					}
					return ok(ctx, req)
				}
				r.Try.Set(TryFields{Method: "GET", URL: "https://b.example/x"})
				r.Try.Send()
				when(r)
				r.q.settle()
				if n := len(desk.sent); n != 2 || desk.sent[1] != "a GET https://b.example/x" {
					t.Errorf("sent %q", desk.sent)
				}
			})
		})
	}
}

func TestWithoutANetworkTheRequestStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, desk := onTryIt(t)
		desk.answer = func(context.Context, tryit.Request) (*tryit.Answer, error) { return nil, oauth.ErrOffline }
		r.Try.Send()
		r.q.settle()
		if p := r.State().Try; !strings.Contains(p.Problem, oauth.ErrOffline.Error()) || p.URL == "" || p.Sending {
			t.Errorf("%+v", p)
		}
	})
}

func TestTheServerThatCannotBeReachedIsNamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, desk := onTryIt(t)
		r.sv.Explain = problem.Explain
		desk.answer = func(context.Context, tryit.Request) (*tryit.Answer, error) {
			return nil, &tryit.UnreachedError{Host: "api.example:8443", Err: oauth.ErrOffline}
		}
		r.Try.Send()
		r.q.settle()
		if p := r.State().Try; !strings.HasPrefix(p.Problem, "api.example:8443 could not be reached.") {
			t.Errorf("%q", p.Problem)
		}
	})
}

func TestARequestFromBeforeIsUsedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, desk := onTryIt(t)
		desk.page.Requests = []tryit.Sent{{Request: tryit.Request{
			Method: "PUT", URL: "https://a.example/1", Body: "{}", Headers: []tryit.Header{{Name: "X-Key", Secret: true}, {Name: "Accept", Value: "a/b"}},
		}}}
		r.SelectTab(TabTry)
		r.q.settle()
		form := r.State().Try.Form
		r.Try.Repeat(0)
		r.Try.Repeat(7)
		p := r.State().Try
		if p.Method != "PUT" || p.HeaderText != "X-Key: \nAccept: a/b" || p.Body != "{}" || p.Form == form || len(p.Missing) != 1 {
			t.Errorf("%+v", p)
		}
		f := p.TryFields
		f.HeaderText = "X-Key: new\nAccept: a/b"
		r.Try.Set(f)
		if m := r.State().Try.Missing; len(m) != 0 {
			t.Errorf("still missing %q", m)
		}
		r.Try.Clear()
		r.q.settle()
		if desk.cleared != 1 {
			t.Error("nothing was cleared")
		}
	})
}

func TestWhatIsCopiedHasNoToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, _ := onTryIt(t)
		for form, want := range map[tryit.Form]string{tryit.Curl: "claviger token 'a' --for", tryit.Go: "agent.Client(ctx, \"a\")", tryit.Python: `"claviger", "token", "a"`} {
			r.Try.Copy(form, "Command")
			if text := r.clip.Content(); !strings.Contains(text, want) {
				t.Errorf("%s: %s", form, text)
			}
		}
		// A request that came with an import could name any server.
		r.clip.SetContent("")
		r.Try.Set(TryFields{Method: "GET", URL: "https://b.example/x"})
		r.Try.Copy(tryit.Curl, "Command")
		if text := r.clip.Content(); text != "" || !strings.Contains(r.State().Try.Problem, "not allowed yet") {
			t.Errorf("copied for a server that is not allowed: %s", text)
		}
		r.Try.Set(TryFields{Method: "GET", URL: "https://a.example/x"})
		if p := r.State().Try.Problem; p != "" {
			t.Errorf("still said: %s", p)
		}
	})
}

func TestAnAnswerIsSaved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, _ := onTryIt(t)
		r.Try.Send()
		r.q.settle()
		file := filepath.Join(t.TempDir(), "answer")
		r.Try.Save(file)
		r.Try.Save(file)
		r.q.settle()
		if fi, err := os.Stat(file); err != nil || fi.Mode().Perm()&0o077 != 0 || r.State().Try.Save.Saved != file {
			t.Errorf("%v, %+v", err, r.State().Try.Save)
		}
		r.Try.Send()
		r.q.settle()
		r.Try.Save(filepath.Join(t.TempDir(), "no", "such", "folder"))
		r.q.settle()
		if s := r.State().Try.Save; s.Error != TryNotWritten {
			t.Errorf("%+v", s)
		}
	})
}

func TestALockedVaultIsShownByTryIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, desk := onTryIt(t)
		desk.answer = func(context.Context, tryit.Request) (*tryit.Answer, error) {
			return nil, errors.Join(errors.New("x"), vault.ErrLocked)
		}
		r.Try.Send()
		r.q.settle()
		if st := r.State(); st.Route != RouteLocked || st.Try.URL != "" {
			t.Errorf("%s, %+v", st.Route, st.Try)
		}
	})
}

// slowDesk lets a server have the token, or not, only when it is told to.
type slowDesk struct {
	*fakeDesk
	do   chan struct{}
	done []string
}

func (d *slowDesk) Allow(ctx context.Context, _, origin string, _ bool) error {
	select {
	case <-d.do:
		d.done = append(d.done, origin)
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Each server that is to have the token no more is taken back, however soon the next.
func TestEveryServerIsTakenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, desk := onTryIt(t)
		slow := &slowDesk{fakeDesk: desk, do: make(chan struct{})}
		r.sv.Try = slow
		r.Try.TakeBack("https://b.example")
		r.q.settle()
		r.Try.TakeBack("https://c.example")
		r.q.settle()
		close(slow.do)
		r.q.settle()
		if len(slow.done) != 2 {
			t.Errorf("taken back: %q", slow.done)
		}
	})
}
