package demo_test

import (
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/claviger/claviger/providers/demo"
)

// TestTimes moves the provider's clock.
func TestTimes(t *testing.T) {
	var ahead atomic.Int64
	s := start(t, demo.Options{Now: func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }})
	move := func(d time.Duration) { ahead.Add(int64(d)) }
	a, b := newApp(t, s), newBrowser(t, s.Issuer())

	// A code is good for a minute.
	b.get(a.link()).press("user-tess", nil).press("allow", nil)
	code := a.code(b)
	move(61 * time.Second)
	_, err := a.exchange(code)
	eq(t, "an old code", errorCode(err), "invalid_grant")

	// A person may take a quarter of an hour.
	b.get(a.link())
	move(14 * time.Minute)
	b.press("allow", nil)
	if _, err := a.exchange(a.code(b)); err != nil {
		t.Error(err)
	}
	b.get(a.link())
	move(16 * time.Minute)
	b.press("allow", nil)
	eq(t, "a sign-in that waited too long", b.status, http.StatusGone)

	// The access token ends, the refresh token lives on.
	tok := a.signIn(b, "tess")
	move(5 * time.Minute)
	status, _ := a.userinfo(tok.AccessToken)
	eq(t, "userinfo after five minutes", status, http.StatusUnauthorized)
	move(100 * 24 * time.Hour)
	tok, err = a.refresh(tok.RefreshToken)
	must(t, err)
	// The browser's sign-in ended long before.
	b.get(a.link(oauth2.SetAuthURLParam("prompt", "none")))
	eq(t, "prompt=none after 100 days", b.back.Query().Get("error"), "login_required")
	move(181 * 24 * time.Hour)
	_, err = a.refresh(tok.RefreshToken)
	eq(t, "a refresh token unused for half a year", errorCode(err), "invalid_grant")
}

// TestRefreshAtOnce uses one refresh token from many sides: only one may win,
// and since two had it, in the end no one keeps anything.
func TestRefreshAtOnce(t *testing.T) {
	s := start(t, demo.Options{Dir: t.TempDir()})
	a := newApp(t, s)
	tok := a.signIn(newBrowser(t, s.Issuer()), "tess")
	var won atomic.Pointer[oauth2.Token]
	var wins atomic.Int32
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if next, err := a.refresh(tok.RefreshToken); err == nil {
				wins.Add(1)
				won.Store(next)
			}
		})
	}
	wg.Wait()
	eq(t, "winners", wins.Load(), 1)
	_, err := a.refresh(won.Load().RefreshToken)
	eq(t, "the winner's next refresh", errorCode(err), "invalid_grant")
}
