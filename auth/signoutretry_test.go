package auth

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/auth/internal/ledger"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/internal/coded"
	"github.com/claviger/claviger/providers"
)

// broken lets an endpoint answer with a server error.
func broken(endpoints ...string) authtest.Behaviour {
	b := authtest.Behaviour{Faults: map[string]authtest.Fault{}}
	for _, e := range endpoints {
		b.Faults[e] = authtest.ServerError
	}
	return b
}

// leave signs an account out whose revocation has to wait.
func leave(t *testing.T, a *Agent, p *authtest.Provider, acc *Account) *Receipt {
	t.Helper()
	p.Behave(broken(authtest.Revoke))
	r, err := a.SignOut(t.Context(), acc.ID, SignOutOptions{Revoke: true})
	if err != nil || !r.Pending() || r.Forgotten.Outcome != OutcomeDone || r.Revoked.Outcome != OutcomePending || r.Proof.Outcome != OutcomePending {
		t.Fatalf("receipt = %+v, %v", r, err)
	}
	p.Behave(authtest.Behaviour{})
	return r
}

// theReceipt is the only one that there is.
func theReceipt(t *testing.T, a *Agent) *Receipt {
	t.Helper()
	list, err := a.Receipts(t.Context())
	if err != nil || len(list) != 1 {
		t.Fatalf("%d receipts, %v", len(list), err)
	}
	return list[0]
}

// TestPendingRevocation is finished by another process.
func TestPendingRevocation(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	a := storeAgent(t, p, store)
	acc := enroll(t, a, p, time.Hour)
	rec, _ := a.accounts.load(t.Context(), acc.ID)
	r := leave(t, a, p, acc)
	b := storeAgent(t, p, store)
	othersSee(t, b, r)
	ended, err := b.RetrySignOuts(t.Context())
	if err != nil || len(ended) != 1 || ended[0].Revoked.Outcome != OutcomeDone || ended[0].Proof.Outcome != OutcomeDone {
		t.Fatalf("%+v, %v", ended, err)
	}
	if p.Good(rec.Tokens.Access.Reveal()) || p.Renewable(rec.Tokens.Refresh.Reveal()) {
		t.Error("the tokens live")
	}
	if got := theReceipt(t, a); got.Pending() || got.EndedAt.IsZero() || got.Who != authtest.Mira.Name {
		t.Errorf("afterwards: %+v", got)
	}
	noTokensIn(t, store, p)
	if w, err := a.Waiting(t.Context()); err != nil || len(w) != 0 {
		t.Errorf("waiting: %+v, %v", w, err)
	}
}

// othersSee checks that an account is gone and what waits of it is told.
func othersSee(t *testing.T, b *Agent, r *Receipt) {
	t.Helper()
	if r.Retry.Failure != problem.FailureServer || r.Retry.Reason == "" || r.Retry.Tries != 1 || !r.Stored || r.Who != authtest.Mira.Name || r.ProviderName != "Authtest" {
		t.Errorf("%+v, %+v", r, r.Retry)
	}
	if wait := r.Retry.Next.Sub(r.Retry.Last); wait < retryFirst || wait > 2*retryFirst {
		t.Errorf("tried again after %v", wait)
	}
	if list, err := b.Accounts(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("the account is listed: %v, %v", list, err)
	}
	want := Waiting{
		Kind: WaitingRevocation, Account: r.Account, Provider: r.Provider, ProviderName: r.ProviderName, Who: r.Who,
		Since: r.At, Next: r.Retry.Next, Failure: r.Retry.Failure, Reason: r.Retry.Reason, Stored: true,
	}
	w, err := b.Waiting(t.Context())
	if diff := cmp.Diff([]Waiting{want}, w); diff != "" || err != nil {
		t.Errorf("waiting: %s, %v", diff, err)
	}
	if ended, err := b.RetryDueSignOuts(t.Context()); err != nil || len(ended) != 0 {
		t.Errorf("tried before its time: %+v, %v", ended, err)
	}
}

// The key of tokens that are bound to one waits with them.
func TestPendingRevocationOfBoundTokens(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	p.Behave(authtest.Behaviour{DPoP: true})
	a := boundAgent(t, p, &authtest.Browser{}, store, "auto")
	acc := signInBound(t, a)
	rec, _ := a.accounts.load(t.Context(), acc.ID)
	leave(t, a, p, acc)
	p.Behave(authtest.Behaviour{DPoP: true})
	b := boundAgent(t, p, &authtest.Browser{}, store, "auto")
	ended, err := b.RetrySignOuts(t.Context())
	if err != nil || len(ended) != 1 || ended[0].Proof.Outcome != OutcomeDone || !strings.Contains(ended[0].Proof.Detail, "invalid_grant") {
		t.Fatalf("%+v, %v", ended, err)
	}
	if p.Good(rec.Tokens.Access.Reveal()) || bytes.Contains(store.records[acc.ID+signOutSuffix], []byte("crv")) {
		t.Error("the token or its key lives")
	}
}

// A provider's Retry-After is honoured by everybody, whoever asks.
func TestRevocationThatIsLimited(t *testing.T) {
	p, store, clock := authtest.NewProvider(t), newMemStore(), &testClock{}
	a := storeAgent(t, p, store, clock.set)
	acc := enroll(t, a, p, time.Hour)
	limit := authtest.Fault{Status: http.StatusTooManyRequests, Header: map[string]string{"Retry-After": "600"}}
	p.Behave(authtest.Behaviour{Faults: map[string]authtest.Fault{authtest.Revoke: limit}})
	r, err := a.SignOut(t.Context(), acc.ID, SignOutOptions{Revoke: true})
	if err != nil || !r.Pending() || r.Retry.Failure != problem.FailureLimited || r.Retry.Next.Sub(r.At) < 10*time.Minute {
		t.Fatalf("%+v, %+v, %v", r, r.Retry, err)
	}
	p.Behave(authtest.Behaviour{})
	p.Forget()
	b := storeAgent(t, p, store, clock.set)
	if err := b.RetryNow(t.Context()); err != nil || len(p.Requests()) != 0 {
		t.Errorf("%v; %d requests before the provider's time", err, len(p.Requests()))
	}
	clock.pass(11 * time.Minute)
	if ended, err := b.RetryDueSignOuts(t.Context()); err != nil || len(ended) != 1 || ended[0].Proof.Outcome != OutcomeDone {
		t.Errorf("%+v, %v", ended, err)
	}
}

// Of many that try at once only one asks the provider, whether that gets through
// or not.
func TestRevocationByMany(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	a := storeAgent(t, p, store)
	leave(t, a, p, enroll(t, a, p, time.Hour))
	for _, c := range []struct {
		behaviour authtest.Behaviour
		revokes   int
		proofs    int
	}{{broken(authtest.Revoke), 1, 0}, {authtest.Behaviour{}, 2, 1}} {
		p.Behave(c.behaviour)
		p.Forget()
		seen, err := a.upkeep.signOuts.receipts.all(t.Context())
		if err != nil || len(seen) != 1 {
			t.Fatalf("%d sign-outs, %v", len(seen), err)
		}
		var all sync.WaitGroup
		for range 8 {
			b := storeAgent(t, p, store)
			all.Go(func() { b.upkeep.signOuts.retry(t.Context(), seen[0]) })
		}
		all.Wait()
		if n := p.Count(authtest.Revoke); n != c.revokes || p.Refreshes() != c.proofs {
			t.Errorf("%d revocations and %d proofs, want %d and %d", n, p.Refreshes(), c.revokes, c.proofs)
		}
	}
}

// dropsTo checks how a wait ended that no revocation ended.
func dropsTo(t *testing.T, a *Agent, outcome, words string) {
	t.Helper()
	if _, err := a.RetrySignOuts(t.Context()); err != nil {
		t.Fatal(err)
	}
	r := theReceipt(t, a)
	if r.Pending() || r.Revoked.Outcome != outcome || !strings.Contains(r.Revoked.Detail, words) || r.Proof.Outcome != OutcomeNotAsked {
		t.Errorf("%+v, %+v", r, r.Retry)
	}
}

func TestRevocationIsGivenUp(t *testing.T) {
	p, store, clock := authtest.NewProvider(t), newMemStore(), &testClock{}
	a := storeAgent(t, p, store, clock.set)
	leave(t, a, p, enroll(t, a, p, time.Hour))
	clock.pass(revokeFor + time.Hour)
	before := p.Count(authtest.Revoke)
	dropsTo(t, a, OutcomeFailed, "for 30 days")
	if p.Count(authtest.Revoke) != before {
		t.Error("it was asked all the same")
	}
	noTokensIn(t, store, p)
}

func TestRevocationOfATokenThatEnded(t *testing.T) {
	p, store, clock := authtest.NewProvider(t), newMemStore(), &testClock{}
	a := storeAgent(t, p, store, clock.set)
	leave(t, a, p, enroll(t, a, p, time.Hour, withoutRefresh))
	clock.pass(2 * time.Hour)
	dropsTo(t, a, OutcomeDropped, "expired before")
	noTokensIn(t, store, p)
}

// A provider that refuses has decided.
func TestRevocationThatIsRefused(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	a := storeAgent(t, p, store)
	leave(t, a, p, enroll(t, a, p, time.Hour))
	refusal := authtest.Fault{Status: http.StatusBadRequest, Body: `{"error":"unsupported_token_type"}`}
	p.Behave(authtest.Behaviour{Faults: map[string]authtest.Fault{authtest.Revoke: refusal}})
	dropsTo(t, a, OutcomeFailed, "could not be revoked")
	noTokensIn(t, store, p)
}

// A refusal that is about tokens which the try before ended is none.
func TestRevocationThatHadGotThrough(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	a := storeAgent(t, p, store)
	leave(t, a, p, enroll(t, a, p, time.Hour))
	p.Behave(authtest.Behaviour{Faults: map[string]authtest.Fault{authtest.Revoke: {Status: http.StatusNotFound}}})
	p.RevokeAll()
	if ended, err := a.RetrySignOuts(t.Context()); err != nil || len(ended) != 1 || ended[0].Revoked.Outcome != OutcomeDone || ended[0].Proof.Outcome != OutcomeDone {
		t.Errorf("%+v, %v", ended, err)
	}
}

// TestSignedInAgainMeanwhile must not harm the newer sign-in.
func TestSignedInAgainMeanwhile(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*providers.Provider)
		same   bool // the new sign-in got the old refresh token
		want   string
	}{
		"tokens of their own":                     {func(*providers.Provider) {}, false, OutcomeDone},
		"a revocation ends all":                   {func(p *providers.Provider) { p.SignOut.EndsGrant = true }, false, OutcomeDropped},
		"by a way that may end all":               {func(p *providers.Provider) { p.SignOut.Method, p.SignOut.URL = "form", p.Issuer+"/revoke" }, false, OutcomeDropped},
		"the same refresh token for both of them": {func(*providers.Provider) {}, true, OutcomeDropped},
	} {
		t.Run(name, func(t *testing.T) {
			p, store := authtest.NewProvider(t), newMemStore()
			a := storeAgent(t, p, store, func(o *Options) {
				o.Lookup = func(id string) (*providers.Provider, bool) {
					config, ok := p.Lookup(id)
					c.change(config)
					return config, ok
				}
			})
			acc := enroll(t, a, p, time.Hour)
			old, _ := a.accounts.load(t.Context(), acc.ID)
			leave(t, a, p, acc)
			again := enroll(t, a, p, time.Hour, func(res *signInResult, _ *SignInRequest) {
				if c.same {
					res.Tokens.Refresh = old.Tokens.Refresh
				}
			})
			if again.ID == acc.ID {
				t.Fatal("the id came again")
			}
			if _, err := a.RetrySignOuts(t.Context()); err != nil {
				t.Fatal(err)
			}
			r := theReceipt(t, a)
			if r.Pending() || r.Revoked.Outcome != c.want || c.want == OutcomeDropped && !strings.Contains(r.Revoked.Detail, "signed in again") {
				t.Errorf("%+v", r)
			}
			if _, err := a.Refresh(t.Context(), again.ID); err != nil {
				t.Errorf("the newer sign-in was harmed: %v", err)
			}
			if c.want == OutcomeDone && p.Good(old.Tokens.Access.Reveal()) {
				t.Error("the old token lives")
			}
		})
	}
}

// A sign-in that is about to get its tokens is waited for.
func TestRevocationWaitsForASignIn(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	a := storeAgent(t, p, store)
	leave(t, a, p, enroll(t, a, p, time.Hour))
	done := a.upkeep.signOuts.enter("authtest")
	p.Forget()
	if ended, err := a.RetrySignOuts(t.Context()); err != nil || len(ended) != 0 || len(p.Requests()) != 0 {
		t.Errorf("%+v, %v, %d requests", ended, err, len(p.Requests()))
	}
	done()
	if ended, err := a.RetrySignOuts(t.Context()); err != nil || len(ended) != 1 {
		t.Errorf("%+v, %v", ended, err)
	}
}

// A provider that is not set up any more may be so again.
func TestRevocationAtAProviderThatWasRemoved(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	a := storeAgent(t, p, store)
	leave(t, a, p, enroll(t, a, p, time.Hour))
	nobody := storeAgent(t, p, store, func(o *Options) {
		o.Lookup = func(string) (*providers.Provider, bool) { return nil, false }
	})
	if ended, err := nobody.RetrySignOuts(t.Context()); err != nil || len(ended) != 0 {
		t.Errorf("%+v, %v", ended, err)
	}
	if r := theReceipt(t, nobody); !r.Pending() || !strings.Contains(r.Revoked.Detail, "Authtest is no longer set up here") {
		t.Errorf("%+v", r)
	}
	if ended, err := a.RetrySignOuts(t.Context()); err != nil || len(ended) != 1 || ended[0].Proof.Outcome != OutcomeDone {
		t.Errorf("%+v, %v", ended, err)
	}
}

// An account that is not remembered waits in memory, and says so.
func TestPendingRevocationInMemory(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	a := storeAgent(t, p, store)
	acc := enroll(t, a, p, time.Hour, func(_ *signInResult, r *SignInRequest) { r.Remember = false })
	r := leave(t, a, p, acc)
	if r.Stored || !strings.Contains(r.Revoked.Detail, "until this program ends") || len(store.records) != 0 {
		t.Errorf("%+v, %d records", r, len(store.records))
	}
	if ended, err := a.RetrySignOuts(t.Context()); err != nil || len(ended) != 1 || ended[0].Proof.Outcome != OutcomeDone {
		t.Errorf("%+v, %v", ended, err)
	}
	if theReceipt(t, a).Stored || len(store.records) != 0 {
		t.Error("something was stored")
	}
}

// A store that takes nothing keeps nobody from being forgotten; what waits is
// stored as soon as it can be, and at the latest when the program ends.
func TestPendingRevocationThatCannotBeStored(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	a := storeAgent(t, p, store)
	acc := enroll(t, a, p, time.Hour)
	store.breakPuts(codedErr{"disk-full"})
	if r := leave(t, a, p, acc); r.Stored || store.records[acc.ID] != nil {
		t.Errorf("%+v", r)
	}
	store.breakPuts(nil)
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	b := storeAgent(t, p, store)
	if ended, err := b.RetrySignOuts(t.Context()); err != nil || len(ended) != 1 || ended[0].Proof.Outcome != OutcomeDone {
		t.Errorf("%+v, %v", ended, err)
	}
}

// Of what is signed out of here only, nothing waits and no token is kept.
func TestSignOutHereOnlyLeavesNoTokens(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	a := storeAgent(t, p, store)
	acc := enroll(t, a, p, time.Hour)
	rec, _ := a.accounts.load(t.Context(), acc.ID)
	p.Forget()
	r, err := a.SignOut(t.Context(), acc.ID, SignOutOptions{})
	if err != nil || r.Pending() || r.Revoked.Outcome != OutcomeNotAsked || len(p.Requests()) != 0 {
		t.Errorf("%+v, %v", r, err)
	}
	for name, data := range store.records {
		if bytes.Contains(data, []byte(rec.Tokens.Refresh.Reveal())) || bytes.Contains(data, []byte(rec.Tokens.Access.Reveal())) {
			t.Errorf("%s holds a token", name)
		}
	}
}

// A locked store is told, and nothing is lost in it.
func TestRetryWithALockedStore(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	a := storeAgent(t, p, store)
	leave(t, a, p, enroll(t, a, p, time.Hour))
	store.getErr = codedErr{ledger.CodeLocked}
	_, retryErr := a.RetrySignOuts(t.Context())
	_, listErr := a.Receipts(t.Context())
	_, waitErr := a.Waiting(t.Context())
	for _, err := range []error{retryErr, listErr, waitErr} {
		if coded.Of(err) != ledger.CodeLocked {
			t.Errorf("err = %v", err)
		}
	}
	store.getErr = nil
	if !theReceipt(t, a).Pending() {
		t.Error("it waits no more")
	}
}

// A sign-out without a provider's way to end tokens has nothing to wait for.
func TestSignOutWithoutAWay(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	a := storeAgent(t, p, store, func(o *Options) {
		o.Lookup = func(id string) (*providers.Provider, bool) {
			config, ok := p.Lookup(id)
			config.SignOut.Method = ""
			return config, ok
		}
	})
	acc := enroll(t, a, p, time.Hour)
	p.Close()
	if r, err := a.SignOut(t.Context(), acc.ID, SignOutOptions{Revoke: true}); err != nil || r.Pending() || r.Revoked.Outcome != OutcomeNotOffered {
		t.Errorf("%+v, %v", r, err)
	}
}

// An account that cannot be removed stays whole: nothing waits to revoke it.
func TestSignOutThatCannotForget(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	kept := &undeleting{memStore: store}
	a := storeAgent(t, p, kept)
	acc := enroll(t, a, p, time.Hour)
	kept.name = acc.ID
	p.Behave(broken(authtest.Revoke))
	r, err := a.SignOut(t.Context(), acc.ID, SignOutOptions{Revoke: true})
	if err == nil || r == nil || r.Forgotten.Outcome != OutcomeFailed || r.Pending() || r.Revoked.Outcome != OutcomeFailed {
		t.Errorf("%+v, %v", r, err)
	}
	p.Behave(authtest.Behaviour{})
	if list, err := a.Receipts(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("%v, %v", list, err)
	}
	if _, err := a.Refresh(t.Context(), acc.ID); err != nil {
		t.Errorf("the account that stayed: %v", err)
	}
}

var errReadOnly = errors.New("read-only")

// checkOutcome fails unless a sign-out that was cut off lost nothing: the
// account is there and works, or it is gone and its tokens are dead.
func checkOutcome(t *testing.T, a *Agent, p *authtest.Provider, rec *record) {
	t.Helper()
	switch _, err := a.Account(t.Context(), rec.ID); {
	case err == nil:
		if _, err := a.Refresh(t.Context(), rec.ID); err != nil {
			t.Errorf("the account is there and does not work: %v", err)
		}
	case errors.Is(err, ErrNoAccount):
		if p.Good(rec.Tokens.Access.Reveal()) || p.Renewable(rec.Tokens.Refresh.Reveal()) {
			t.Error("the account is gone and its tokens live")
		}
		if r := theReceipt(t, a); r.Pending() || r.Revoked.Outcome != OutcomeDone || r.Proof.Outcome != OutcomeDone {
			t.Errorf("receipt = %+v", r)
		}
	default:
		t.Error(err)
	}
}

// A sign-out that was cut off before it forgot the account did not happen: its
// record, which has the tokens, goes, but only once nobody can still be at it.
func TestSignOutThatWasCutOffIsDropped(t *testing.T) {
	p, store, clock := authtest.NewProvider(t), newMemStore(), &testClock{}
	a := storeAgent(t, p, store, clock.set)
	acc := enroll(t, a, p, time.Hour)
	life := &lifespan{left: 2} // it keeps what it will do, and dies
	dying := storeAgent(t, p, mortalStore{store, life}, clock.set, func(o *Options) {
		o.Transport = mortalTransport{http.DefaultTransport, life}
	})
	_, _ = dying.SignOut(t.Context(), acc.ID, SignOutOptions{Revoke: true})
	for _, c := range []struct {
		pass time.Duration
		kept bool
	}{{0, true}, {interrupted - time.Second, true}, {2 * time.Second, false}} {
		clock.pass(c.pass)
		if ended, err := a.RetrySignOuts(t.Context()); err != nil || len(ended) != 0 {
			t.Errorf("retried: %+v, %v", ended, err)
		}
		if _, kept := store.records[acc.ID+signOutSuffix]; kept != c.kept {
			t.Errorf("after %v more it is kept: %v, want %v", c.pass, kept, c.kept)
		}
	}
	if n := p.Count(authtest.Revoke); n != 0 {
		t.Errorf("%d revocations of an account that is there", n)
	}
}

// TestKilledSignOut cuts a sign-out off before each thing that it does to the
// store and before each request.
func TestKilledSignOut(t *testing.T) {
	steps := 0
	for cut := 0; cut == 0 || cut < steps; cut++ {
		t.Run(fmt.Sprint(cut), func(t *testing.T) {
			p, store, clock := authtest.NewProvider(t), newMemStore(), &testClock{}
			healthy := storeAgent(t, p, store, clock.set)
			acc := enroll(t, healthy, p, time.Hour)
			rec, _ := healthy.accounts.load(t.Context(), acc.ID)
			if _, err := healthy.Metadata(t.Context(), "authtest"); err != nil {
				t.Fatal(err)
			}
			life := &lifespan{left: cut}
			dying := storeAgent(t, p, mortalStore{store, life}, func(o *Options) {
				o.Transport = mortalTransport{http.DefaultTransport, life}
			})
			_, _ = dying.SignOut(t.Context(), acc.ID, SignOutOptions{Revoke: true})
			if cut == 0 { // count: this one was not cut off
				steps = life.used()
			}
			clock.pass(2 * interrupted)
			next := storeAgent(t, p, store, clock.set)
			if _, err := next.RetrySignOuts(t.Context()); err != nil {
				t.Error(err)
			}
			checkOutcome(t, next, p, rec)
		})
	}
	if steps < 8 {
		t.Errorf("only %d steps", steps)
	}
}
