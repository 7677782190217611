package auth

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/receive"
)

// carried is a response that another process received and handed on.
type carried struct{ redirect, query string }

func (c carried) RedirectURI() string { return c.redirect }
func (c carried) Receive(s *receive.SignIn) {
	if take, reason := s.Judge(c.query); reason != "" {
		s.Ignored(reason)
	} else {
		take()
	}
}
func (c carried) Offer(link string) string    { return link }
func (c carried) Close(context.Context, bool) {}

// Another agent, as in another process, finishes what one began and sealed, also when
// the first one has ended.
func TestAnAttemptIsFinishedElsewhere(t *testing.T) {
	op := newFakeOP(t)
	first, second := newTestAgent(t, op, nil, nil), newTestAgent(t, op, nil, nil)
	f, err := first.Start(t.Context(), SignInRequest{Provider: "fake", NoBrowser: true})
	if err != nil {
		t.Fatal(err)
	}
	key := bytes.Repeat([]byte{7}, 32)
	sealed, err := f.Attempt().Seal(key)
	if err != nil {
		t.Fatal(err)
	}
	link := f.URL()
	f.Cancel()
	if _, err := f.Wait(t.Context()); !errors.Is(err, ErrCanceled) {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	attempt, err := oauth.OpenAttempt(sealed, key)
	if err != nil {
		t.Fatal(err)
	}
	_, query, _ := strings.Cut(op.authorize(link), "?")
	request := SignInRequest{Provider: "fake", Attempt: &attempt, Receiver: carried{attempt.RedirectURI, query}}
	account, err := second.SignIn(t.Context(), request)
	if err != nil || account.User.ID != "user-1" {
		t.Fatalf("%+v, %v", account, err)
	}
	if c := checkOf(t, account.Checks, "nonce"); c.Outcome != idtoken.Passed {
		t.Errorf("%+v", c)
	}
	for name, change := range map[string]func(*oauth.Attempt, *SignInRequest){
		"another redirect URI": func(_ *oauth.Attempt, r *SignInRequest) { r.Receiver = carried{"https://app.example/in", query} },
		"another provider":     func(a *oauth.Attempt, _ *SignInRequest) { a.Provider = "other" },
		"moved":                func(a *oauth.Attempt, _ *SignInRequest) { a.Home = oauth.Home{Issuer: "https://evil.example"} },
		"nothing":              func(a *oauth.Attempt, _ *SignInRequest) { *a = oauth.Attempt{} },
		"with a code":          func(_ *oauth.Attempt, r *SignInRequest) { r.Device = true },
		"too late": func(a *oauth.Attempt, r *SignInRequest) {
			a.Expires, r.Receiver = time.Now(), carried{a.RedirectURI, ""}
		},
	} {
		a, r := attempt, request
		r.Attempt = &a
		change(&a, &r)
		before := tokenRequests(op)
		if account, err := second.SignIn(t.Context(), r); account != nil || err == nil {
			t.Errorf("%s: %+v, %v", name, account, err)
		}
		if tokenRequests(op) != before {
			t.Errorf("%s: the code was sent", name)
		}
	}
}

// tokenRequests is how often the token endpoint was asked.
func tokenRequests(op *fakeOP) (n int) {
	op.mu.Lock()
	defer op.mu.Unlock()
	for _, path := range op.requests {
		if path == "/token" {
			n++
		}
	}
	return n
}
