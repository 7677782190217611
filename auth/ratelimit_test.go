package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/providers"
)

// limiting is a provider that wants to be left alone for that long.
func limiting(after string) authtest.Behaviour {
	return authtest.Behaviour{Faults: map[string]authtest.Fault{authtest.Token: {
		Status: 429, Header: map[string]string{"Retry-After": after}, Body: `{"error":"temporarily_unavailable"}`,
	}}}
}

// Nobody asks a provider again before the time that it named: not another
// process, not a person who insists.
func TestRetryAfterIsHonoured(t *testing.T) {
	p := authtest.NewProvider(t)
	synctest.Test(t, func(t *testing.T) {
		store := newMemStore()
		a, b := storeAgent(t, p, store, inBubble(p)), storeAgent(t, p, store, inBubble(p))
		acc := enroll(t, a, p, -time.Minute)
		p.Behave(limiting("120"))
		_, err := a.Token(t.Context(), acc.ID, 0)
		var limit *oauth.RateLimitError
		if !errors.As(err, &limit) || !errors.Is(err, oauth.ErrRateLimited) || !errors.Is(err, oauth.ErrOffline) || errors.Is(err, oauth.ErrNeedsSignIn) {
			t.Fatalf("err = %v", err)
		}
		if left := time.Until(limit.Until); left != 2*time.Minute {
			t.Errorf("to be left alone for %v", left)
		}
		if got, _ := b.Account(t.Context(), acc.ID); got.State != StateOffline || !got.RetryAt.Equal(limit.Until) || !strings.Contains(got.Reason, oauth.Clock(limit.Until)) {
			t.Errorf("account %+v", got)
		}
		p.Behave(authtest.Behaviour{})
		time.Sleep(119 * time.Second)
		for range 5 {
			_, err := b.Token(t.Context(), acc.ID, 0)
			saysUntil(t, err, limit.Until)
			_, err = a.Refresh(t.Context(), acc.ID)
			saysUntil(t, err, limit.Until)
		}
		if n := p.Refreshes(); n != 1 {
			t.Fatalf("%d refresh requests before the time, want the first one only", n)
		}
		time.Sleep(2 * time.Second)
		isGoodAgain(t, p, a, b, acc.ID)
	})
}

// isGoodAgain fails unless b has a token of the account, and a knows of it.
func isGoodAgain(t *testing.T, p *authtest.Provider, a, b *Agent, id string) {
	t.Helper()
	if tok, err := b.Token(t.Context(), id, 0); err != nil || !p.Good(tok.AccessToken.Reveal()) {
		t.Errorf("after the time: %v", err)
	}
	if got, _ := a.Account(t.Context(), id); got.State != StateActive || got.Reason != "" || !got.RetryAt.IsZero() {
		t.Errorf("account %+v", got)
	}
}

// saysUntil fails unless an error and its words name the time to wait for.
func saysUntil(t *testing.T, err error, until time.Time) {
	t.Helper()
	if !errors.Is(err, oauth.ErrRateLimited) || !errors.Is(err, oauth.ErrOffline) {
		t.Errorf("before the time: %v", err)
	}
	if w := problem.Explain(err, nil, ""); w.Kind != problem.KindOffline || w.Code != "rate-limited" || !strings.Contains(w.Detail, oauth.Clock(until)) {
		t.Errorf("words %+v", w)
	}
}

// A token that is still good is handed out meanwhile, and a clock that is set
// does not make the wait endless.
func TestRetryAfterKeepsNobodyFromAGoodToken(t *testing.T) {
	p := authtest.NewProvider(t)
	synctest.Test(t, func(t *testing.T) {
		var set atomic.Int64
		a := storeAgent(t, p, newMemStore(), inBubble(p), func(o *Options) {
			o.Now = func() time.Time { return time.Now().Add(time.Duration(set.Load())) }
		})
		acc := enroll(t, a, p, 30*time.Second)
		p.Behave(limiting("99999999"))
		if _, err := a.Token(t.Context(), acc.ID, 0); err != nil {
			t.Errorf("a good token: %v", err)
		}
		p.Behave(authtest.Behaviour{})
		if _, err := a.Refresh(t.Context(), acc.ID); !errors.Is(err, oauth.ErrRateLimited) {
			t.Errorf("err = %v", err)
		}
		set.Store(int64(-48 * time.Hour))
		if _, err := a.Refresh(t.Context(), acc.ID); err != nil {
			t.Errorf("with the clock set back: %v", err)
		}
	})
}

// KeepFresh is ready at the time, and not before.
func TestKeepFreshWaitsAsTold(t *testing.T) {
	p := authtest.NewProvider(t)
	synctest.Test(t, func(t *testing.T) {
		a := storeAgent(t, p, newMemStore(), inBubble(p))
		enroll(t, a, p, time.Minute)
		p.Behave(limiting("3600"))
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { a.KeepFresh(ctx); close(done) }()
		time.Sleep(55 * time.Minute)
		synctest.Wait()
		if n := p.Refreshes(); n != 1 {
			t.Errorf("%d refresh requests within the time, want 1", n)
		}
		p.Behave(authtest.Behaviour{})
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		if n := p.Refreshes(); n != 2 {
			t.Errorf("%d refresh requests after the time, want 2", n)
		}
		cancel()
		<-done
	})
}

// Each way to fail has its class, and only an OAuth error means a sign-in.
func TestFailuresOfARefresh(t *testing.T) {
	at := func(f authtest.Fault) authtest.Behaviour {
		return authtest.Behaviour{Faults: map[string]authtest.Fault{authtest.Token: f}}
	}
	down := func(p *authtest.Provider) { p.Close() }
	kind := func(of string) map[string]string { return map[string]string{"Content-Type": of} }
	for name, c := range map[string]struct {
		b     authtest.Behaviour
		do    func(*authtest.Provider)
		class problem.Failure
		state State
	}{
		"invalid_grant":       {authtest.Behaviour{TokenError: "invalid_grant"}, nil, problem.FailureRejected, StateNeedsSignIn},
		"invalid_client":      {authtest.Behaviour{TokenError: "invalid_client"}, nil, problem.FailureRejected, StateActive},
		"down":                {authtest.Behaviour{}, down, problem.FailureOffline, StateOffline},
		"500":                 {at(authtest.ServerError), nil, problem.FailureServer, StateOffline},
		"503, Retry-After":    {at(authtest.Fault{Status: 503, Header: map[string]string{"Retry-After": "60"}}), nil, problem.FailureLimited, StateOffline},
		"429":                 {at(authtest.Fault{Status: 429}), nil, problem.FailureLimited, StateOffline},
		"429, Retry-After":    {limiting("60"), nil, problem.FailureLimited, StateOffline},
		"500, invalid_grant":  {at(authtest.Fault{Status: 500, Body: `{"error":"invalid_grant"}`}), nil, problem.FailureServer, StateOffline},
		"401 without a body":  {at(authtest.Fault{Status: 401}), nil, problem.FailureOther, StateOffline},
		"400 of a proxy":      {at(authtest.Fault{Status: 400, Body: "<html>invalid_grant"}), nil, problem.FailureOther, StateOffline},
		"400 without a body":  {at(authtest.Fault{Status: 400}), nil, problem.FailureRejected, StateOffline},
		"400, only text":      {at(authtest.Fault{Status: 400, Body: "invalid_grant", Header: kind("text/plain")}), nil, problem.FailureOther, StateOffline},
		"400, other JSON":     {at(authtest.Fault{Status: 400, Body: `{"message":"Bad Request"}`, Header: kind("application/json")}), nil, problem.FailureRejected, StateOffline},
		"400, error object":   {at(authtest.Fault{Status: 400, Body: `{"error":{"code":"invalid_grant"}}`, Header: kind("application/json")}), nil, problem.FailureRejected, StateOffline},
		"400, in a list":      {at(authtest.Fault{Status: 400, Body: `[{"error":"invalid_grant"}]`, Header: kind("application/json")}), nil, problem.FailureOther, StateOffline},
		"400, cut JSON":       {at(authtest.Fault{Status: 400, Body: `{"error":"invalid_grant"`, Header: kind("application/json")}), nil, problem.FailureOther, StateOffline},
		"400, JSON and more":  {at(authtest.Fault{Status: 400, Body: `{"error":"invalid_grant"}<html>`, Header: kind("application/json")}), nil, problem.FailureOther, StateOffline},
		"403 of a gateway":    {at(authtest.Fault{Status: 403, Body: "Forbidden", Header: kind("text/plain")}), nil, problem.FailureOther, StateOffline},
		"captive portal":      {at(authtest.Fault{Status: 200, Body: "<!doctype html>error=invalid_grant", Header: kind("text/html")}), nil, problem.FailureOther, StateOffline},
		"portal as JSON":      {at(authtest.Fault{Status: 200, Body: `{"login":"https://portal.example/"}`, Header: kind("application/json")}), nil, problem.FailureOther, StateOffline},
		"portal's redirect":   {at(authtest.Fault{Status: 302, Header: map[string]string{"Location": "/portal?error=invalid_grant"}}), nil, problem.FailureOther, StateOffline},
		"503, invalid_grant":  {at(authtest.Fault{Status: 503, Body: `{"error":"invalid_grant"}`, Header: kind("application/json")}), nil, problem.FailureServer, StateOffline},
		"429, invalid_grant":  {at(authtest.Fault{Status: 429, Body: `{"error":"invalid_grant"}`, Header: kind("application/json")}), nil, problem.FailureLimited, StateOffline},
		"200, half an answer": {at(authtest.CutOff), nil, problem.FailureOther, StateOffline},
		// These are OAuth errors, though in the wrong clothes.
		"200, bad_refresh_token": {at(authtest.Fault{Status: 200, Body: `{"error":"bad_refresh_token"}`, Header: kind("application/json")}), nil, problem.FailureRejected, StateNeedsSignIn},
		"400 as text/html":       {at(authtest.Fault{Status: 400, Body: `{"error":"invalid_grant"}`, Header: kind("text/html")}), nil, problem.FailureRejected, StateNeedsSignIn},
		"401, invalid_grant":     {at(authtest.Fault{Status: 401, Body: `{"error":"invalid_grant"}`, Header: kind("application/json")}), nil, problem.FailureRejected, StateNeedsSignIn},
	} {
		t.Run(name, func(t *testing.T) {
			p := authtest.NewProvider(t)
			a := storeAgent(t, p, newMemStore())
			acc := enroll(t, a, p, -time.Minute)
			before, _ := a.accounts.load(t.Context(), acc.ID)
			p.Behave(c.b)
			if c.do != nil {
				c.do(p)
			}
			_, err := a.Token(t.Context(), acc.ID, 0)
			if got := problem.FailureOf(err); err == nil || got != c.class {
				t.Errorf("%v is of class %q, want %q", err, got, c.class)
			}
			after, loadErr := a.accounts.load(t.Context(), acc.ID)
			if loadErr != nil || after.State != c.state || after.Tokens.Refresh != before.Tokens.Refresh || after.Tokens.Access != before.Tokens.Access || after.User.Login != "mira" {
				t.Errorf("state %v, %v: want %v with everything kept", after.State, loadErr, c.state)
			}
		})
	}
	if problem.FailureOf(nil) != "" || problem.FailureOf(fmt.Errorf("x")) != problem.FailureOther {
		t.Error("nil or an unknown error has a class of its own")
	}
}

// A process without a lock may have been quicker: its tokens are read again
// before the session is said to have ended.
func TestRefusedRefreshReadsOnceMore(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	slow := newSlowTransport(http.DefaultTransport)
	a := storeAgent(t, p, store, func(o *Options) { o.Transport = slow })
	acc := enroll(t, a, p, -time.Minute)
	rec, err := a.accounts.load(t.Context(), acc.ID)
	if err != nil {
		t.Fatal(err)
	}
	p.Behave(authtest.Behaviour{TokenError: "invalid_grant"})
	done := make(chan error, 1)
	var tok *Token
	go func() {
		var err error
		tok, err = a.Token(t.Context(), acc.ID, 0)
		done <- err
	}()
	<-slow.reached
	fresh := p.Issue(time.Hour, "openid")
	rec.Tokens.Access, rec.Tokens.Refresh = providers.NewSecret(fresh.Access), providers.NewSecret(fresh.Refresh)
	rec.Tokens.Issued, rec.Tokens.Expires = time.Now(), fresh.Expires
	data, err := rec.encode()
	if err == nil {
		err = store.Put(t.Context(), acc.ID, data)
	}
	if err != nil {
		t.Fatal(err)
	}
	close(slow.let)
	if err := <-done; err != nil || tok.AccessToken.Reveal() != fresh.Access {
		t.Errorf("Token: %v; the quicker one's token was not adopted", err)
	}
	if got, _ := a.Account(t.Context(), acc.ID); got.State != StateActive {
		t.Errorf("state %s", got.State)
	}
}
