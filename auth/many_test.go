package auth

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/auth/trace"
)

// indexedStore is a store with a faster way of reading many records, and counts what
// is read in it.
type indexedStore struct {
	*memStore
	read, ended int
}

func (s *indexedStore) Many() (get func(context.Context, string) ([]byte, error), done func()) {
	get = func(ctx context.Context, name string) ([]byte, error) {
		data, err := s.Get(ctx, name)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.read++
		return data, err
	}
	return get, func() { s.ended++ }
}

// TestOnlyListsReadManyRecords: what a token, a refresh and a sign-out decide on is
// read by itself.
func TestOnlyListsReadManyRecords(t *testing.T) {
	p, store := authtest.NewProvider(t), &indexedStore{memStore: newMemStore()}
	a := storeAgent(t, p, store)
	first := enroll(t, a, p, time.Hour)
	p.SignsIn(authtest.Jonas)
	enroll(t, a, p, time.Hour)
	store.read, store.ended = 0, 0
	if list, err := a.Accounts(t.Context()); err != nil || len(list) != 2 || store.read != 2 || store.ended != 1 {
		t.Errorf("%d accounts, %v; %d were read, %d times to the end", len(list), err, store.read, store.ended)
	}
	store.read = 0
	if _, err := a.Token(t.Context(), first.ID, 0); err != nil {
		t.Error(err)
	}
	if _, err := a.Refresh(t.Context(), first.ID); err != nil {
		t.Error(err)
	}
	if _, err := a.SignOut(t.Context(), first.ID, SignOutOptions{}); err != nil {
		t.Error(err)
	}
	if store.read != 0 {
		t.Errorf("%d records were read as of a list", store.read)
	}
}

// TestSummariesAreTheAccounts in short: what they have is the same, also of a record that
// a newer program wrote, and of one that is damaged they say the same.
func TestSummariesAreTheAccounts(t *testing.T) {
	p, store := authtest.NewProvider(t), newMemStore()
	a := storeAgent(t, p, store)
	withSteps := func(res *signInResult, _ *SignInRequest) {
		res.Events = []trace.Event{{Step: trace.StepVerify, Phase: trace.Done, At: time.Now(), Detail: "RS256"}}
	}
	enroll(t, a, p, time.Hour, withSteps)
	p.SignsIn(authtest.Jonas)
	second := enroll(t, a, p, time.Hour, withSteps)
	data, err := store.Get(t.Context(), second.ID)
	if err != nil {
		t.Fatal(err)
	}
	newer := append([]byte(`{"a_newer_field": [1, {"b": "}"}], `), data[1:]...)
	if err := store.Put(t.Context(), second.ID, newer); err != nil {
		t.Fatal(err)
	}
	for name, record := range map[string]string{
		"damagedaaaaa": "{", "otheraaaaaaa": string(data), "laterversion": `{"version": 1000}`,
	} {
		if err := store.Put(t.Context(), name, []byte(record)); err != nil {
			t.Fatal(err)
		}
	}
	want, wantErr := a.Accounts(t.Context())
	got, err := a.Summaries(t.Context())
	if len(want) != 2 || len(want[0].Steps) == 0 || len(want[0].Checks) == 0 {
		t.Fatalf("accounts: %+v", want)
	}
	for _, acc := range want {
		acc.Steps, acc.Checks = nil, nil
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
	if err == nil || wantErr == nil || err.Error() != wantErr.Error() {
		t.Errorf("the error is\n%v\nof the accounts it is\n%v", err, wantErr)
	}
}
