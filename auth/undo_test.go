package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/auth/history"
	"github.com/claviger/claviger/auth/internal/tasks"
)

const undoTime = 10 * time.Second

// regretted is an account with picture and history that is signed out so that it can be
// undone.
func regretted(t *testing.T, a *Agent, p *authtest.Provider, revoke bool) (*Account, *Receipt) {
	t.Helper()
	acc := enroll(t, a, p, time.Hour)
	describe(t, a, acc.ID, "Work")
	acc, err := a.Account(t.Context(), acc.ID)
	if err != nil {
		t.Fatal(err)
	}
	if pic, err := a.Picture(t.Context(), acc.ID); err != nil || len(pic) == 0 {
		t.Fatalf("picture: %v", err)
	}
	r, err := a.SignOut(t.Context(), acc.ID, SignOutOptions{Revoke: revoke, Undo: undoTime})
	if err != nil || r.Undo.Sub(r.At) != undoTime || r.Forgotten.Outcome != OutcomeDone {
		t.Fatalf("receipt %+v, %v", r, err)
	}
	return acc, r
}

// A sign-out that is undone leaves nothing behind, here or at the provider.
func TestUndoASignOut(t *testing.T) {
	for name, revoke := range map[string]bool{"with revocation": true, "here only": false} {
		t.Run(name, func(t *testing.T) {
			p, store := authtest.NewProvider(t), newMemStore()
			a, other := storeAgent(t, p, store), storeAgent(t, p, store)
			acc, r := regretted(t, a, p, revoke)
			if revoke != r.HeldBack() {
				t.Errorf("receipt %+v", r)
			}
			isGone(t, other)
			got, err := a.UndoSignOut(t.Context(), acc.ID)
			if err != nil || got.Label != "Work" || !got.Remembered {
				t.Fatalf("undone: %+v, %v", got, err)
			}
			back, err := other.Account(t.Context(), acc.ID)
			if diff := cmp.Diff(acc, back); diff != "" || err != nil {
				t.Errorf("it is back otherwise: %s, %v", diff, err)
			}
			if store.records[acc.ID+pictureSuffix] == nil || store.records[acc.ID+signOutSuffix] != nil {
				t.Error("the picture is gone, or the receipt is not")
			}
			if list := historyOf(t, a, acc.ID); len(list) != 1 || list[0].Kind != history.SignedIn {
				t.Errorf("history %+v", list)
			}
			if _, err := other.Refresh(t.Context(), acc.ID); err != nil || p.Count(authtest.Revoke) != 0 {
				t.Errorf("its tokens: %v, after %d revocations", err, p.Count(authtest.Revoke))
			}
			if _, err := a.UndoSignOut(t.Context(), acc.ID); !errors.Is(err, ErrTooLate) {
				t.Errorf("twice: %v", err)
			}
		})
	}
}

// isGone checks that nobody has an account any more, and that nothing is said to wait for
// the network.
func isGone(t *testing.T, a *Agent) {
	t.Helper()
	if list, err := a.Accounts(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("others still have %v, %v", list, err)
	}
	if w, err := a.Waiting(t.Context()); err != nil || len(w) != 0 {
		t.Errorf("it is said to wait for the network: %+v, %v", w, err)
	}
}

// Nothing is sent while a sign-out can be undone, whoever asks for it; then any program
// does it.
func TestNothingIsSentWhileASignOutCanBeUndone(t *testing.T) {
	p, store, clock := authtest.NewProvider(t), newMemStore(), &testClock{}
	a, other := storeAgent(t, p, store, clock.set), storeAgent(t, p, store, clock.set)
	acc, _ := regretted(t, a, p, true)
	for name, retry := range map[string]func(context.Context) ([]*Receipt, error){"all": other.RetrySignOuts, "due": a.RetryDueSignOuts} {
		if ended, err := retry(t.Context()); err != nil || len(ended) != 0 || p.Count(authtest.Revoke) != 0 {
			t.Errorf("%s: %v, %v, %d revocations", name, ended, err, p.Count(authtest.Revoke))
		}
	}
	clock.pass(undoTime)
	ended, err := other.RetryDueSignOuts(t.Context())
	if err != nil || len(ended) != 1 || ended[0].Revoked.Outcome != OutcomeDone || ended[0].Proof.Outcome != OutcomeDone {
		t.Fatalf("afterwards: %+v, %v", ended, err)
	}
	if _, err := a.UndoSignOut(t.Context(), acc.ID); !errors.Is(err, ErrTooLate) {
		t.Errorf("undone after the tokens were revoked: %v", err)
	}
	if list, err := a.Accounts(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("accounts: %v, %v", list, err)
	}
}

// Who does not want to wait need not.
func TestFinishASignOut(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	a := storeAgent(t, p, store)
	acc, _ := regretted(t, a, p, true)
	r, err := a.FinishSignOut(t.Context(), acc.ID)
	if err != nil || r.Pending() || r.Revoked.Outcome != OutcomeDone || p.Count(authtest.Revoke) == 0 {
		t.Fatalf("%+v, %v", r, err)
	}
	if again, err := a.FinishSignOut(t.Context(), acc.ID); err != nil || again.Revoked != r.Revoked {
		t.Errorf("again: %+v, %v", again, err)
	}
	if _, err := a.UndoSignOut(t.Context(), acc.ID); !errors.Is(err, ErrTooLate) {
		t.Errorf("undone: %v", err)
	}
	noTokensIn(t, store, p)
}

// A provider that cannot be asked when the time is over is asked later, as after any
// sign-out; a revocation that never had a way says so.
func TestFinishASignOutWithoutANetwork(t *testing.T) {
	p, store, clock := authtest.NewProvider(t), newMemStore(), &testClock{}
	a := storeAgent(t, p, store, clock.set)
	acc, _ := regretted(t, a, p, true)
	p.Behave(broken(authtest.Revoke))
	r, err := a.FinishSignOut(t.Context(), acc.ID)
	if err != nil || !r.Pending() || r.Retry.Tries != 1 || r.Retry.Reason == "" {
		t.Fatalf("%+v, %v", r, err)
	}
	if w, err := a.Waiting(t.Context()); err != nil || len(w) != 1 {
		t.Errorf("waiting: %+v, %v", w, err)
	}
	p.Behave(authtest.Behaviour{})
	clock.pass(time.Hour)
	if ended, err := a.RetryDueSignOuts(t.Context()); err != nil || len(ended) != 1 || ended[0].Revoked.Outcome != OutcomeDone {
		t.Errorf("later: %+v, %v", ended, err)
	}
}

// What cannot be undone is not promised.
func TestWhatCannotBeUndone(t *testing.T) {
	t.Run("the browser", func(t *testing.T) {
		p, store := authtest.NewProvider(t), newMemStore()
		browser := &authtest.Browser{}
		a := storeAgent(t, p, store, func(o *Options) { o.Browser = browser.Open })
		acc := enroll(t, a, p, time.Hour)
		r, err := a.SignOut(t.Context(), acc.ID, SignOutOptions{Revoke: true, EndSession: true, Undo: undoTime})
		browser.Wait()
		if err != nil || !r.Undo.IsZero() || r.Revoked.Outcome != OutcomeDone {
			t.Errorf("%+v, %v", r, err)
		}
		if _, err := a.UndoSignOut(t.Context(), acc.ID); !errors.Is(err, ErrTooLate) {
			t.Errorf("undone: %v", err)
		}
	})
	t.Run("another agent's", func(t *testing.T) {
		p, store := authtest.NewProvider(t), newMemStore()
		acc, _ := regretted(t, storeAgent(t, p, store), p, true)
		if _, err := storeAgent(t, p, store).UndoSignOut(t.Context(), acc.ID); !errors.Is(err, ErrTooLate) {
			t.Errorf("undone: %v", err)
		}
	})
	t.Run("signed in again", func(t *testing.T) {
		p, store := authtest.NewProvider(t), newMemStore()
		a := storeAgent(t, p, store)
		acc, _ := regretted(t, a, p, true)
		again := enroll(t, a, p, time.Hour)
		if _, err := a.UndoSignOut(t.Context(), acc.ID); !errors.Is(err, ErrTooLate) {
			t.Errorf("undone: %v", err)
		}
		if list, err := a.Accounts(t.Context()); err != nil || len(list) != 1 || list[0].ID != again.ID {
			t.Errorf("accounts: %v, %v", list, err)
		}
	})
	t.Run("a damaged account", func(t *testing.T) {
		p, store := authtest.NewProvider(t), newMemStore()
		store.records["damaged00000"] = []byte("?")
		r, err := storeAgent(t, p, store).SignOut(t.Context(), "damaged00000", SignOutOptions{Undo: undoTime})
		if err != nil || !r.Undo.IsZero() {
			t.Errorf("%+v, %v", r, err)
		}
	})
	t.Run("an account that cannot be removed", func(t *testing.T) {
		p, store := authtest.NewProvider(t), &undeleting{memStore: newMemStore()}
		a := storeAgent(t, p, store)
		acc := enroll(t, a, p, time.Hour)
		store.name = acc.ID
		r, err := a.SignOut(t.Context(), acc.ID, SignOutOptions{Revoke: true, Undo: undoTime})
		if err == nil || !r.Undo.IsZero() {
			t.Errorf("%+v, %v", r, err)
		}
	})
}

// A store that does not take the account back leaves it signed out, and it can be tried
// again.
func TestUndoWithAFullDisk(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	a := storeAgent(t, p, store)
	acc, _ := regretted(t, a, p, true)
	store.breakPuts(errors.New("disk"))
	if got, err := a.UndoSignOut(t.Context(), acc.ID); err == nil {
		t.Fatalf("undone: %+v", got)
	}
	if list, err := a.Accounts(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("accounts: %v, %v", list, err)
	}
	if r := theReceipt(t, a); !r.Pending() {
		t.Errorf("its tokens would live: %+v", r)
	}
	store.breakPuts(nil)
	if _, err := a.UndoSignOut(t.Context(), acc.ID); err != nil {
		t.Errorf("again: %v", err)
	}
}

// An account that was not to be remembered comes back into memory.
func TestUndoOfAnAccountInMemory(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	a := storeAgent(t, p, store)
	acc := enroll(t, a, p, time.Hour, func(_ *signInResult, r *SignInRequest) { r.Remember = false })
	if _, err := a.SignOut(t.Context(), acc.ID, SignOutOptions{Revoke: true, Undo: undoTime}); err != nil {
		t.Fatal(err)
	}
	if got, err := a.UndoSignOut(t.Context(), acc.ID); err != nil || got.Remembered {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := a.Refresh(t.Context(), acc.ID); err != nil {
		t.Error(err)
	}
	if list := historyOf(t, a, acc.ID); !slices.ContainsFunc(list, func(e history.Entry) bool { return e.Kind == history.SignedIn }) {
		t.Errorf("history %+v", list)
	}
	if len(store.records) != 0 {
		t.Errorf("stored: %d records", len(store.records))
	}
}

// Tokens of a sign-out that nobody undoes are not kept in memory.
func TestRegretsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		work := tasks.New()
		defer work.Close()
		r := newRegrets(work)
		for _, id := range []string{"a", "b"} {
			r.keep(&regret{rec: &record{ID: id}}, undoTime)
		}
		r.drop("b")
		if r.get("a") == nil || r.get("b") != nil {
			t.Error("not as kept")
		}
		time.Sleep(undoTime + lockPatience)
		synctest.Wait()
		if r.get("a") != nil {
			t.Error("it is kept for ever")
		}
	})
}

// TestKilledUndo cuts a sign-out and what follows it off before each thing that is done to
// the store and before each request: the account is there and works, or it is gone and its
// tokens end.
func TestKilledUndo(t *testing.T) {
	for name, then := range map[string]func(*Agent, context.Context, string){
		"undone":   func(a *Agent, ctx context.Context, id string) { _, _ = a.UndoSignOut(ctx, id) },
		"finished": func(a *Agent, ctx context.Context, id string) { _, _ = a.FinishSignOut(ctx, id) },
	} {
		steps := 0
		for cut := 0; cut == 0 || cut < steps; cut++ {
			t.Run(fmt.Sprint(name, " ", cut), func(t *testing.T) {
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
				_, _ = dying.SignOut(t.Context(), acc.ID, SignOutOptions{Revoke: true, Undo: undoTime})
				then(dying, t.Context(), acc.ID)
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
		if steps < 6 {
			t.Errorf("%s: only %d steps", name, steps)
		}
	}
}

// A history that was cleared comes back as it was, beside what came meanwhile.
func TestUndoTheClearingOfAHistory(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	a := storeAgent(t, p, store)
	acc := enroll(t, a, p, time.Hour)
	if _, err := a.Refresh(t.Context(), acc.ID); err != nil {
		t.Fatal(err)
	}
	before := historyOf(t, a, acc.ID)
	taken, err := a.TakeHistory(t.Context(), acc.ID)
	if err != nil || len(taken) != 2 || len(historyOf(t, a, acc.ID)) != 0 || store.records[acc.ID+history.Suffix] != nil {
		t.Fatalf("taken %+v, %v", taken, err)
	}
	if _, err := a.Refresh(t.Context(), acc.ID); err != nil {
		t.Fatal(err)
	}
	if err := a.RestoreHistory(t.Context(), acc.ID, taken); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	after := historyOf(t, storeAgent(t, p, store), acc.ID)
	if len(after) != 3 {
		t.Fatalf("afterwards %+v", after)
	}
	if diff := cmp.Diff(before, after[1:]); diff != "" {
		t.Errorf("it came back otherwise: %s", diff)
	}
}
