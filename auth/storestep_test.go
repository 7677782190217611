package auth

import (
	"errors"
	"testing"

	"github.com/claviger/claviger/auth/authtest"
)

// The steps of a sign-in say how the storing ended, at once and when they are
// read again.
func TestStepOfStoring(t *testing.T) {
	for name, c := range map[string]struct {
		remember   bool
		broken     error
		now, again Phase
	}{
		"stored":         {true, nil, Done, Done},
		"not remembered": {false, nil, Bypassed, Bypassed},
		"disk is full":   {true, codedErr{"disk-full"}, Broken, Started},
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
func phaseOfStoring(acc *Account) Phase {
	var p Phase
	for _, e := range acc.Steps {
		if e.Step == StepStore {
			p = e.Phase
		}
	}
	return p
}
