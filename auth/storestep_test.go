package auth

import (
	"errors"
	"testing"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/auth/trace"
)

// The steps of a sign-in say how the storing ended, at once and when they are
// read again.
func TestStepOfStoring(t *testing.T) {
	for name, c := range map[string]struct {
		remember   bool
		broken     error
		now, again trace.Phase
	}{
		"stored":         {true, nil, trace.Done, trace.Done},
		"not remembered": {false, nil, trace.Bypassed, trace.Bypassed},
		"disk is full":   {true, codedErr{"disk-full"}, trace.Broken, trace.Started},
	} {
		t.Run(name, func(t *testing.T) {
			p, store, person := authtest.NewProvider(t), newMemStore(), &authtest.Browser{}
			store.breakPuts(c.broken)
			a := storeAgent(t, p, store, func(o *Options) { o.Browser = person.Open })
			acc, err := a.SignIn(t.Context(), SignInRequest{Provider: "authtest", Remember: c.remember})
			if acc == nil || errors.Is(err, ErrNotStored) != (c.broken != nil) {
				t.Fatalf("SignIn = %v, %v", acc, err)
			}
			if got := phaseOfStoring(acc); got != c.now {
				t.Errorf("storing is %q, want %q", got, c.now)
			}
			read, err := a.Account(t.Context(), acc.ID)
			if err != nil {
				t.Fatal(err)
			}
			if got := phaseOfStoring(read); got != c.again {
				t.Errorf("storing, read again, is %q, want %q", got, c.again)
			}
		})
	}
}

// phaseOfStoring is the last that the account's steps tell of it.
func phaseOfStoring(acc *Account) trace.Phase {
	var p trace.Phase
	for _, e := range acc.Steps {
		if e.Step == trace.StepStore {
			p = e.Phase
		}
	}
	return p
}
