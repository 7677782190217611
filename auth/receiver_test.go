package auth

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/claviger/claviger/auth/receive"
	"github.com/claviger/claviger/auth/trace"
)

// site is a web server of its own that receives a response at one of its paths, as a
// hosted app does.
type site struct {
	*httptest.Server
	in     chan *receive.SignIn
	closed sync.WaitGroup
}

func newSite(t *testing.T) *site {
	s := &site{in: make(chan *receive.SignIn, 1)}
	s.closed.Add(1)
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		signIn := <-s.in
		s.in <- signIn
		take, reason := signIn.Judge(r.URL.RawQuery)
		if reason != "" {
			signIn.Ignored(reason)
			http.Error(w, reason, http.StatusBadRequest)
			return
		}
		take()
		<-signIn.Done
		receive.WritePage(w, http.StatusOK, signIn.Outcome())
	}))
	t.Cleanup(s.Server.Close)
	return s
}

func (s *site) RedirectURI() string         { return s.URL + "/signed-in" }
func (s *site) Receive(in *receive.SignIn)  { s.in <- in }
func (s *site) Offer(link string) string    { return link }
func (s *site) Close(context.Context, bool) { s.closed.Done() }

var (
	_ receive.Receiver = (*site)(nil)
	_ receive.Receiver = (*receive.Loopback)(nil)
)

// The response may come back to any receiver: what is not for the sign-in leaves it
// waiting there too, and the browser gets the page with the outcome.
func TestAnotherReceiver(t *testing.T) {
	op := newFakeOP(t)
	s := newSite(t)
	pages := make(chan string, 1)
	a := newTestAgent(t, op, nil, func(ctx context.Context, link string) error {
		if strange, err := http.Get(s.RedirectURI() + "?state=other&code=x"); err != nil || strange.StatusCode != http.StatusBadRequest {
			t.Errorf("%+v, %v", strange, err)
		}
		go func() {
			resp, err := http.Get(op.authorize(link))
			if err != nil {
				pages <- err.Error()
				return
			}
			body, err := io.ReadAll(resp.Body)
			pages <- string(body)
			if err := errors.Join(err, resp.Body.Close()); err != nil {
				t.Error(err)
			}
		}()
		return nil
	})
	ignored := 0
	account, err := a.SignIn(t.Context(), SignInRequest{Provider: "fake", Receiver: s, Observe: func(ev trace.Event) {
		if ev.Phase == trace.Ignored {
			ignored++
		}
	}})
	if err != nil || account.User.ID != "user-1" || ignored != 1 {
		t.Fatalf("%+v, %v, %d ignored", account, err, ignored)
	}
	if page := <-pages; !strings.Contains(page, "You are signed in") {
		t.Errorf("the browser was shown %s", page)
	}
	s.closed.Wait()
}
