package auth

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/auth/receive"
)

// The opener's arguments can be read by every program of the computer: they
// name this computer and nothing else, and what leads on does so once.
func TestEndOfSessionIsNotToldToTheOpener(t *testing.T) {
	p := authtest.NewProvider(t)
	var told string
	visits := make(chan authtest.Visit, 1)
	a := storeAgent(t, p, newMemStore(), func(o *Options) {
		o.Browser = func(ctx context.Context, link string) error {
			told = link
			visits <- authtest.Get(context.WithoutCancel(ctx), link)
			return nil
		}
	})
	acc := enroll(t, a, p, time.Hour)
	rec, err := a.accounts.load(t.Context(), acc.ID)
	if err != nil {
		t.Fatal(err)
	}
	receipt, err := a.SignOut(t.Context(), acc.ID, SignOutOptions{EndSession: true})
	if err != nil || receipt.Session.Outcome != OutcomeDone {
		t.Fatalf("receipt %+v, %v", receipt, err)
	}
	u, err := url.Parse(told)
	if err != nil || u.Hostname() != "127.0.0.1" || u.RawQuery != "" || len(u.Path) < 40 {
		t.Errorf("the opener was given %q", told)
	}
	first := <-visits
	checkEndSession(t, first.Header.Get("Location"), rec)
	if first.Status != http.StatusSeeOther || first.Body != "" {
		t.Errorf("answer %d %q", first.Status, first.Body)
	}
	for name, want := range map[string]string{
		"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff",
	} {
		if got := first.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if csp := first.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") {
		t.Errorf("policy %q", csp)
	}
	if late := authtest.Get(t.Context(), told); late.Err == nil {
		t.Errorf("it still listens after the sign-out: %d", late.Status)
	}
}

// A browser that never comes, and an opener that stays, hold nobody up.
func TestHandoffEnds(t *testing.T) {
	p := authtest.NewProvider(t)
	a := storeAgent(t, p, nil, func(o *Options) {
		o.Browser = func(context.Context, string) error { return ErrNoBrowser }
	})
	if err := a.openUnseen(t.Context(), p.URL); !errors.Is(err, ErrNoBrowser) {
		t.Errorf("no browser: %v", err)
	}
	stays := make(chan struct{})
	a.browser = func(ctx context.Context, link string) error {
		if v := authtest.Get(context.WithoutCancel(ctx), link); v.Header.Get("Location") != p.URL {
			t.Errorf("visit %+v", v)
		}
		<-stays
		return nil
	}
	if err := a.openUnseen(t.Context(), p.URL); err != nil {
		t.Errorf("an opener that stays: %v", err)
	}
	close(stays)
	a.browser = func(context.Context, string) error { return nil }
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := a.openUnseen(ctx, p.URL); err == nil {
		t.Error("a cancelled one succeeded")
	}
}

// TestHandoffIsGivenUp has the end of the wait come soon: a listener has no
// place in a bubble.
func TestHandoffIsGivenUp(t *testing.T) {
	p := authtest.NewProvider(t)
	a := storeAgent(t, p, nil, func(o *Options) {
		o.Browser = func(context.Context, string) error { return nil }
	})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := a.openUnseen(ctx, p.URL); !errors.Is(err, receive.ErrNotFetched) {
		t.Errorf("%v", err)
	}
}
