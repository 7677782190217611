package auth

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/internal/coded"
	"github.com/claviger/claviger/providers"
)

func TestGoodTokenNeedsNoLockAndNoNetwork(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	a := storeAgent(t, p, store)
	acc := enroll(t, a, p, time.Hour)
	locks := store.lockCount()
	tok, err := a.Token(t.Context(), acc.ID, 0)
	if err != nil {
		t.Fatal(err)
	}
	if !p.Good(tok.AccessToken.Reveal()) || tok.AccountID != acc.ID || tok.TokenType != "Bearer" {
		t.Errorf("token = %+v", tok)
	}
	if n := len(p.Requests()); n != 0 {
		t.Errorf("%d requests", n)
	}
	if n := store.lockCount() - locks; n != 0 {
		t.Errorf("%d locks", n)
	}
}

func TestFiftyGoroutinesRefreshOnce(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	p.Behave(authtest.Behaviour{Latency: 20 * time.Millisecond})
	a := storeAgent(t, p, store)
	acc := enroll(t, a, p, -time.Minute)
	askAll(t, p, acc.ID, a)
	if n := p.Refreshes(); n != 1 {
		t.Errorf("%d refresh requests, want 1", n)
	}
}

func TestAgentsOfOneStoreRefreshOnce(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	agents := make([]*Agent, 10)
	for i := range agents {
		agents[i] = storeAgent(t, p, store)
	}
	acc := enroll(t, agents[0], p, -time.Minute)
	// Each round ends all access tokens; a refresh token used twice would end
	// the grant, and the next round would fail.
	for round := range 5 {
		p.Forget()
		askAll(t, p, acc.ID, agents...)
		if n := p.Refreshes(); n != 1 {
			t.Fatalf("round %d: %d refresh requests, want 1", round, n)
		}
		expireStored(t, agents[0], acc.ID)
	}
}

// askAll asks 50 times at once and checks every token.
func askAll(t *testing.T, p *authtest.Provider, id string, agents ...*Agent) {
	t.Helper()
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			tok, err := agents[i%len(agents)].Token(t.Context(), id, 0)
			if err != nil {
				t.Errorf("Token: %v", err)
			} else if !p.Good(tok.AccessToken.Reveal()) {
				t.Error("token is not accepted by the provider")
			}
		})
	}
	wg.Wait()
}

// expireStored lets an account's token end.
func expireStored(t *testing.T, a *Agent, id string) {
	t.Helper()
	_, err := a.accounts.update(t.Context(), id, func(r *record) (bool, error) {
		r.Tokens.Issued, r.Tokens.Expires = a.now().Add(-time.Hour), a.now().Add(-time.Second)
		return true, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestRejectedRefreshKeepsTheAccount(t *testing.T) {
	for _, code := range []string{
		"invalid_grant", "bad_refresh_token", "interaction_required", "login_required", "consent_required", "mfa_required",
	} {
		t.Run(code, func(t *testing.T) {
			p, store := authtest.NewProvider(t), newMemStore()
			a := storeAgent(t, p, store)
			acc := enroll(t, a, p, -time.Minute)
			p.Behave(authtest.Behaviour{TokenError: code, TokenError200: code == "bad_refresh_token"})
			_, err := a.Token(t.Context(), acc.ID, 0)
			if !errors.Is(err, oauth.ErrNeedsSignIn) {
				t.Fatalf("err = %v, want ErrNeedsSignIn", err)
			}
			if k := problem.Explain(err, p.Config(), "").Kind; k != problem.KindNeedsSignIn {
				t.Errorf("kind = %s", k)
			}
			got, err := a.Account(t.Context(), acc.ID)
			if err != nil {
				t.Fatal(err)
			}
			if got.State != StateNeedsSignIn || got.Reason == "" || got.User.Name != "Mira Okonkwo" || len(got.Groups) != 1 || !got.CanRefresh {
				t.Errorf("account = %+v", got)
			}
			// Nobody asks again for what is known.
			if _, err := a.Token(t.Context(), acc.ID, 0); !errors.Is(err, oauth.ErrNeedsSignIn) {
				t.Errorf("second err = %v", err)
			}
			if n := p.Refreshes(); n != 1 {
				t.Errorf("%d refresh requests, want 1", n)
			}
			// A person who asks is believed: it may have been a mistake.
			p.Behave(authtest.Behaviour{})
			if got, err := a.Refresh(t.Context(), acc.ID); err != nil || got.State != StateActive {
				t.Errorf("Refresh = %+v, %v", got, err)
			}
		})
	}
}

// Some providers do not say invalid_grant of a dead refresh token; their files
// know what they say. The same words of anybody else mean nothing.
func TestSessionEndedInTheProvidersOwnWords(t *testing.T) {
	for name, want := range map[string]State{"none": StateActive, "words": StateActive, "ended": StateNeedsSignIn} {
		t.Run(name, func(t *testing.T) {
			p := authtest.NewProvider(t)
			lookup := func(id string) (*providers.Provider, bool) {
				cfg, ok := p.Lookup(id)
				if ok && name != "none" {
					cfg.Errors = []providers.ErrorHelp{{Match: "^invalid_request: ", Title: "Over", Next: "Come in again.", SessionEnded: name == "ended"}}
				}
				return cfg, ok
			}
			a := storeAgent(t, p, newMemStore(), func(o *Options) { o.Lookup = lookup })
			acc := enroll(t, a, p, -time.Minute)
			p.Behave(authtest.Behaviour{TokenError: "invalid_request"})
			_, err := a.Token(t.Context(), acc.ID, 0)
			if err == nil || errors.Is(err, oauth.ErrNeedsSignIn) != (want == StateNeedsSignIn) {
				t.Errorf("err = %v", err)
			}
			if got, err := a.Account(t.Context(), acc.ID); err != nil || got.State != want {
				t.Errorf("account = %+v, %v", got, err)
			}
		})
	}
}

// Glewlwyd says nothing at all when a refresh token is not good any more: 400
// with an empty body. A sign-in is what helps, and the person is told. But that
// is no OAuth error: the account stays one that is asked for again, and is active
// where it was somebody on the way who answered.
func TestWordlessRefusalOfARefresh(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	a := storeAgent(t, p, store)
	acc := enroll(t, a, p, -time.Minute)
	p.Behave(authtest.Behaviour{Faults: map[string]authtest.Fault{authtest.Token: {Status: http.StatusBadRequest}}})
	_, err := a.Token(t.Context(), acc.ID, 0)
	if !errors.Is(err, oauth.ErrNeedsSignIn) || errors.Is(err, oauth.ErrOffline) {
		t.Fatalf("err = %v, want ErrNeedsSignIn", err)
	}
	if got, _ := a.Account(t.Context(), acc.ID); got.State != StateOffline || !strings.Contains(got.Reason, "without saying why") || !got.CanRefresh {
		t.Errorf("account = %+v", got)
	}
	if k := problem.Explain(err, p.Config(), "").Kind; k != problem.KindNeedsSignIn {
		t.Errorf("kind = %s", k)
	}
	p.Behave(authtest.Behaviour{})
	if tok, err := a.Token(t.Context(), acc.ID, 0); err != nil || !p.Good(tok.AccessToken.Reveal()) {
		t.Errorf("when it was a gateway: %v", err)
	}
	if got, _ := a.Account(t.Context(), acc.ID); got.State != StateActive || got.Reason != "" {
		t.Errorf("when it was a gateway: %+v", got)
	}
}

// A refresh that is refused in other words than the standard's is a refusal, and
// no trouble of the network or of a device code.
func TestRefreshRefusedInOtherWords(t *testing.T) {
	for body, status := range map[string]int{
		`{"ErrorCode":"invalid_grant","Error":"Invalid refresh token"}`:   401,
		`{"error":{"code":400,"message":"invalid_grant"}}`:                400,
		`{"message":"refresh token expired"}`:                             401,
		`{"errorCode":"E0000021","errorSummary":"Refresh token revoked"}`: 400,
		`{"error":"expired_token"}`:                                       400,
		`{"error":"token_expired"}`:                                       400,
		`{"error":"invalid_token"}`:                                       400,
	} {
		p, store := authtest.NewProvider(t), newMemStore()
		a := storeAgent(t, p, store)
		acc := enroll(t, a, p, -time.Minute)
		p.Behave(authtest.Behaviour{Faults: map[string]authtest.Fault{authtest.Token: {
			Status: status, Body: body, Header: map[string]string{"Content-Type": "application/json"},
		}}})
		_, err := a.Token(t.Context(), acc.ID, 0)
		words := problem.Explain(err, p.Config(), "")
		if !errors.Is(err, oauth.ErrNeedsSignIn) || words.Kind != problem.KindNeedsSignIn || strings.Contains(words.Title+words.Detail+words.Next, "code") {
			t.Errorf("%d %s: %v, %+v", status, body, err, words)
		}
		got, _ := a.Account(t.Context(), acc.ID)
		if got.State == StateActive || !got.CanRefresh {
			t.Errorf("%s: account = %+v", body, got)
		}
		// What came is said, as it came.
		for _, came := range []string{"refresh token expired"} {
			if strings.Contains(body, came) && (!strings.Contains(got.Reason, came) || !strings.Contains(words.Title+words.Detail, came)) {
				t.Errorf("%s: account says %q, words %+v", body, got.Reason, words)
			}
		}
	}
}

// invalid_request is about the request (RFC 6749 §5.2), whatever its words are: the
// session has not ended, unless the provider's file knows better. What came is said.
func TestRefreshRefusedAsAnInvalidRequest(t *testing.T) {
	for _, came := range []string{"refresh token is bad", "scope is missing", ""} {
		p, store := authtest.NewProvider(t), newMemStore()
		a := storeAgent(t, p, store)
		acc := enroll(t, a, p, -time.Minute)
		p.Behave(authtest.Behaviour{TokenError: "invalid_request", TokenDescription: came})
		_, err := a.Token(t.Context(), acc.ID, 0)
		words := problem.Explain(err, p.Config(), "")
		if errors.Is(err, oauth.ErrNeedsSignIn) || words.Kind != problem.KindRefused || words.Code != "invalid_request" ||
			!strings.Contains(words.Title+words.Detail, came) || !strings.Contains(words.Next, "sign in again") {
			t.Errorf("%q: %v, %+v", came, err, words)
		}
		if got, _ := a.Account(t.Context(), acc.ID); got.State != StateActive || !got.CanRefresh {
			t.Errorf("%q: account = %+v", came, got)
		}
	}
}

func TestUnreachableProviderKeepsTheAccount(t *testing.T) {
	for name, fault := range map[string]authtest.Fault{
		"500": authtest.ServerError, "429": {Status: 429, Body: `{"error":"temporarily_unavailable"}`}, "html": authtest.HTML,
		"empty": authtest.Empty, "cut": authtest.CutOff,
	} {
		t.Run(name, func(t *testing.T) {
			p, store := authtest.NewProvider(t), newMemStore()
			a := storeAgent(t, p, store)
			acc := enroll(t, a, p, -time.Minute)
			before, _ := a.Stored(t.Context(), acc.ID)
			p.Behave(authtest.Behaviour{Faults: map[string]authtest.Fault{authtest.Token: fault}})
			_, err := a.Token(t.Context(), acc.ID, 0)
			if !errors.Is(err, oauth.ErrOffline) || errors.Is(err, oauth.ErrNeedsSignIn) {
				t.Fatalf("err = %v, want ErrOffline", err)
			}
			if k := problem.Explain(err, p.Config(), "").Kind; k != problem.KindOffline {
				t.Errorf("kind = %s", k)
			}
			got, _ := a.Account(t.Context(), acc.ID)
			after, _ := a.Stored(t.Context(), acc.ID)
			if got.State != StateOffline || got.Reason == "" || *before.copyTokens() != *after.copyTokens() {
				t.Errorf("account = %+v", got)
			}
			p.Behave(authtest.Behaviour{})
			if _, err := a.Token(t.Context(), acc.ID, 0); err != nil {
				t.Fatalf("when it is back: %v", err)
			}
			if got, _ := a.Account(t.Context(), acc.ID); got.State != StateActive || got.Reason != "" {
				t.Errorf("when it is back: %s %q", got.State, got.Reason)
			}
		})
	}
}

// copyTokens is what can be compared of a token set.
func (t *Token) copyTokens() *[2]providers.Secret {
	return &[2]providers.Secret{t.AccessToken, t.IDToken}
}

func TestGoodTokenIsServedOffline(t *testing.T) {
	p := authtest.NewProvider(t)
	a := storeAgent(t, p, newMemStore())
	acc := enroll(t, a, p, 30*time.Second) // less than the minute that is promised
	p.Close()
	if _, err := a.Token(t.Context(), acc.ID, 0); err != nil {
		t.Errorf("Token: %v", err)
	}
	if _, err := a.Token(t.Context(), acc.ID, 10*time.Minute); !errors.Is(err, oauth.ErrOffline) {
		t.Errorf("with ten minutes asked: %v, want ErrOffline", err)
	}
}

func TestNoRefreshToken(t *testing.T) {
	p := authtest.NewProvider(t)
	a := storeAgent(t, p, newMemStore())
	acc := enroll(t, a, p, -time.Minute, func(res *signInResult, _ *SignInRequest) { res.Tokens.Refresh = providers.Secret{} })
	_, err := a.Token(t.Context(), acc.ID, 0)
	if !errors.Is(err, oauth.ErrNeedsSignIn) || !errors.Is(err, ErrNoRefresh) {
		t.Errorf("err = %v", err)
	}
	if got, _ := a.Account(t.Context(), acc.ID); got.State != StateNeedsSignIn {
		t.Errorf("state = %s", got.State)
	}
	if n := len(p.Requests()); n != 0 {
		t.Errorf("%d requests", n)
	}
}

func TestRefreshAnswerThatOmits(t *testing.T) {
	p := authtest.NewProvider(t)
	a := storeAgent(t, p, newMemStore())
	acc := enroll(t, a, p, -time.Minute)
	before, err := a.accounts.load(t.Context(), acc.ID)
	if err != nil {
		t.Fatal(err)
	}
	p.Behave(authtest.Behaviour{KeepRefresh: true, NoIDToken: true, NoScope: true})
	if _, err := a.Refresh(t.Context(), acc.ID); err != nil {
		t.Fatal(err)
	}
	after, _ := a.accounts.load(t.Context(), acc.ID)
	if after.Tokens.Refresh != before.Tokens.Refresh || after.Tokens.ID != before.Tokens.ID || len(after.Tokens.Scopes) != 3 {
		t.Error("what the answer left out was lost")
	}
	if after.Tokens.Access == before.Tokens.Access {
		t.Error("no new access token")
	}
	p.Behave(authtest.Behaviour{GrantScopes: []string{"openid"}})
	got, err := a.Refresh(t.Context(), acc.ID)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Scopes) != 1 || len(got.Requested) != 3 {
		t.Errorf("scopes %v of %v: a shrunken scope is not shown", got.Scopes, got.Requested)
	}
	if len(got.Steps) == 0 {
		t.Error("no steps of the refresh")
	}
}

func TestRefreshedIDTokenOfAnotherUser(t *testing.T) {
	p := authtest.NewProvider(t)
	a := storeAgent(t, p, newMemStore())
	acc := enroll(t, a, p, -time.Minute)
	before, _ := a.accounts.load(t.Context(), acc.ID)
	p.Behave(authtest.Behaviour{IDToken: func(c map[string]any) { c["sub"] = "somebody-else" }})
	_, err := a.Token(t.Context(), acc.ID, 0)
	if !errors.Is(err, ErrIDToken) || !errors.Is(err, oauth.ErrNeedsSignIn) {
		t.Fatalf("err = %v", err)
	}
	if words := problem.Explain(err, p.Config(), ""); words.Kind != problem.KindNeedsSignIn || !strings.Contains(words.Next, "Sign in again") || !strings.Contains(words.Detail, "different person") {
		t.Errorf("%+v", words)
	}
	after, _ := a.accounts.load(t.Context(), acc.ID)
	if after.Tokens.Access != before.Tokens.Access || after.Tokens.Refresh == before.Tokens.Refresh || after.State != StateNeedsSignIn {
		t.Errorf("state %s: somebody else's token was taken, or the rotated one lost", after.State)
	}
}

func TestRotatedTokensOutliveAFullDisk(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	a := storeAgent(t, p, store)
	acc := enroll(t, a, p, -time.Minute)
	store.breakPutsAfter(1, codedErr{"disk-full"})
	tok, err := a.Token(t.Context(), acc.ID, 0)
	if err != nil || !p.Good(tok.AccessToken.Reveal()) {
		t.Fatalf("Token = %v, %v", tok, err)
	}
	got, err := a.Account(t.Context(), acc.ID)
	if err != nil || got.Reason == "" {
		t.Errorf("account = %+v, %v: nobody is told", got, err)
	}
	again, err := a.Refresh(t.Context(), acc.ID)
	if !errors.Is(err, ErrNotStored) || again == nil || again.State != StateActive {
		t.Errorf("Refresh = %v, %v", again, err)
	}
	if found := problem.Explain(err, nil, ""); found.Code != "disk-full" {
		t.Errorf("problem = %+v", found)
	}
	store.breakPuts(nil)
	if err := a.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	b := storeAgent(t, p, store)
	if _, err := b.Refresh(t.Context(), acc.ID); err != nil {
		t.Errorf("the next process: %v", err)
	}
}

// A refresh token is not spent where the one that replaces it has no place.
func TestNoRefreshWithAFullDisk(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	a := storeAgent(t, p, store)
	acc := enroll(t, a, p, -time.Minute)
	store.breakPuts(codedErr{"disk-full"})
	tok, err := a.Token(t.Context(), acc.ID, 0)
	if tok != nil || coded.Of(err) != "disk-full" || p.Refreshes() != 0 {
		t.Fatalf("Token = %v, %v after %d refreshes", tok, err, p.Refreshes())
	}
	if err := a.Close(); err != nil {
		t.Errorf("something is lost: %v", err)
	}
	store.breakPuts(nil)
	b := storeAgent(t, p, store)
	if tok, err := b.Token(t.Context(), acc.ID, 0); err != nil || !p.Good(tok.AccessToken.Reveal()) {
		t.Errorf("with room again: %v, %v", tok, err)
	}
}

func TestCloseTellsWhatIsLost(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	a := storeAgent(t, p, store)
	acc := enroll(t, a, p, -time.Minute)
	store.breakPutsAfter(1, codedErr{"disk-full"})
	if _, err := a.Token(t.Context(), acc.ID, 0); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); !errors.Is(err, ErrNotStored) {
		t.Errorf("Close: %v, want ErrNotStored", err)
	}
}

func TestSignOutIsNotUndoneByARefresh(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	slow := newSlowTransport(http.DefaultTransport)
	a := storeAgent(t, p, store, func(o *Options) { o.Transport = slow })
	acc := enroll(t, a, p, -time.Minute)
	done := make(chan error, 1)
	go func() { _, err := a.Token(t.Context(), acc.ID, 0); done <- err }()
	<-slow.reached
	// A process that does not wait for the lock takes the record away.
	_ = store.Delete(t.Context(), acc.ID)
	close(slow.let)
	if err := <-done; !errors.Is(err, ErrNoAccount) {
		t.Errorf("err = %v, want ErrNoAccount", err)
	}
	if list, _ := a.Accounts(t.Context()); len(list) != 0 {
		t.Errorf("%d accounts came back", len(list))
	}
}

// Who signs in again does not wait for a refresh: the newer tokens stay, and are
// what the refresh gives.
func TestRefreshYieldsToANewerSignIn(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	slow := newSlowTransport(http.DefaultTransport)
	a := storeAgent(t, p, store, func(o *Options) { o.Transport = slow })
	acc := enroll(t, a, p, -time.Minute)
	rec, err := a.accounts.load(t.Context(), acc.ID)
	if err != nil {
		t.Fatal(err)
	}
	var tok *Token
	done := make(chan error, 1)
	go func() {
		var err error
		tok, err = a.Token(t.Context(), acc.ID, 0)
		done <- err
	}()
	<-slow.reached
	again := rec.copy()
	fresh := p.Issue(time.Hour, "openid")
	again.SignedInAt = rec.SignedInAt.Add(time.Second)
	again.Tokens.Access, again.Tokens.Refresh = providers.NewSecret(fresh.Access), providers.NewSecret(fresh.Refresh)
	again.Tokens.Issued, again.Tokens.Expires = time.Now(), fresh.Expires
	data, err := again.encode()
	if err == nil {
		err = store.Put(t.Context(), acc.ID, data)
	}
	if err != nil {
		t.Fatal(err)
	}
	close(slow.let)
	if err := <-done; err != nil || tok.AccessToken != again.Tokens.Access {
		t.Errorf("Token: %v; it is not that of the newer sign-in", err)
	}
	if now, err := storeAgent(t, p, store).accounts.load(t.Context(), acc.ID); err != nil || now.Tokens.Refresh != again.Tokens.Refresh {
		t.Errorf("the newer sign-in was replaced: %v", err)
	}
}

// An account that is not remembered is this program's alone: no other is asked for
// a lock, which may be on a disk that cannot be written.
func TestSessionAccountNeedsNoLockOfTheStore(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	a := storeAgent(t, p, store)
	acc := enroll(t, a, p, -time.Minute, func(_ *signInResult, r *SignInRequest) { r.Remember = false })
	locks := store.lockCount()
	if tok, err := a.Token(t.Context(), acc.ID, 0); err != nil || !p.Good(tok.AccessToken.Reveal()) {
		t.Errorf("Token: %v", err)
	}
	if n := store.lockCount() - locks; n != 0 || p.Refreshes() != 1 {
		t.Errorf("%d locks, %d refreshes", n, p.Refreshes())
	}
}

func TestGoodFor(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	set := func(issued, expires time.Duration) oauth.Tokens {
		return oauth.Tokens{Access: providers.NewSecret("x"), Issued: now.Add(issued), Expires: now.Add(expires)}
	}
	for name, c := range map[string]struct {
		set  oauth.Tokens
		ttl  time.Duration
		want bool
	}{
		"fresh":                   {set(0, time.Hour), time.Minute, true},
		"nearly over":             {set(-59*time.Minute, 30*time.Second), time.Minute, false},
		"over":                    {set(-2*time.Hour, -time.Hour), 0, false},
		"nothing wished":          {set(-time.Hour, 11*time.Second), 0, true},
		"too little to travel":    {set(-time.Hour, 9*time.Second), 0, false},
		"short life, fresh":       {set(0, 30*time.Second), time.Minute, true},
		"short life, half over":   {set(-16*time.Second, 14*time.Second), time.Minute, false},
		"wish beyond the life":    {set(0, time.Hour), 24 * time.Hour, true},
		"wish beyond, not fresh":  {set(-10*time.Minute, 50*time.Minute), 24 * time.Hour, false},
		"clock set back":          {set(10*time.Minute, time.Hour), time.Minute, false},
		"clock set back a little": {set(30*time.Second, time.Hour), time.Minute, true},
		"no end known":            {oauth.Tokens{Access: providers.NewSecret("x")}, time.Hour, true},
		"no token":                {oauth.Tokens{}, 0, false},
	} {
		if got := goodFor(c.set, c.ttl, now); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// A refresh that cannot be, of a token that is still good, says that this provider
// gives no refresh tokens and until when the token is good: no session has ended.
func TestRefreshWithoutRefreshToken(t *testing.T) {
	now := time.Date(2026, 3, 4, 12, 0, 0, 0, time.Local)
	acme := &providers.Provider{Name: "Acme"}
	for name, c := range map[string]struct {
		tokens        oauth.Tokens
		title, detail string
	}{
		"good":            {oauth.Tokens{Access: providers.NewSecret("a"), Expires: now.Add(time.Hour)}, "Acme issued no refresh token", "The current token is good until Wed 13:00:00, and cannot be renewed before or after that."},
		"good, end open":  {oauth.Tokens{Access: providers.NewSecret("a")}, "Acme issued no refresh token", "It does not say when the current token ends, and it cannot be renewed."},
		"ended":           {oauth.Tokens{Access: providers.NewSecret("a"), Expires: now.Add(-time.Second)}, "The session ended and cannot be renewed", "Acme issued no refresh token"},
		"no access token": {oauth.Tokens{}, "The session ended and cannot be renewed", "Acme issued no refresh token"},
	} {
		err := needsSignIn(&record{Tokens: c.tokens}, now)
		if !errors.Is(err, oauth.ErrNeedsSignIn) || !errors.Is(err, ErrNoRefresh) {
			t.Errorf("%s: %v", name, err)
		}
		p := problem.Explain(err, acme, "")
		if p.Title != c.title || !strings.HasPrefix(p.Detail, c.detail) || p.Kind != problem.KindNeedsSignIn || p.Code != "no-refresh-token" {
			t.Errorf("%s: %+v", name, p)
		}
	}
}
