package auth

import (
	"errors"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/authtest"
	"github.com/claviger/claviger/auth/oauth"
)

func TestCheckTakesOverWhatChanged(t *testing.T) {
	p := authtest.NewProvider(t)
	clock := time.Now()
	a := storeAgent(t, p, newMemStore(), func(o *Options) { o.Now = func() time.Time { return clock } })
	acc := enroll(t, a, p, 2*time.Hour, func(res *signInResult, _ *SignInRequest) { res.Identity.User.Name = "Mira Before" })
	clock = clock.Add(time.Hour)
	got, err := a.Check(t.Context(), acc.ID)
	if err != nil {
		t.Fatal(err)
	}
	if got.User.Name != "Mira Okonkwo" || got.User.ID != acc.User.ID || got.State != StateActive || !got.VerifiedAt.After(acc.VerifiedAt) {
		t.Errorf("account = %+v", got)
	}
	stored, _ := a.Account(t.Context(), acc.ID)
	if stored.User.Name != got.User.Name {
		t.Error("it was not stored")
	}
}

func TestCheckRefreshesATokenThatWasEnded(t *testing.T) {
	p := authtest.NewProvider(t)
	a := storeAgent(t, p, newMemStore())
	acc := enroll(t, a, p, time.Hour)
	p.ExpireNow()
	if got, err := a.Check(t.Context(), acc.ID); err != nil || got.User.Name != "Mira Okonkwo" {
		t.Errorf("Check = %+v, %v", got, err)
	}
	if n := p.Refreshes(); n != 1 {
		t.Errorf("%d refreshes", n)
	}
}

func TestCheckOfflineKeepsEverything(t *testing.T) {
	p := authtest.NewProvider(t)
	a := storeAgent(t, p, newMemStore())
	acc := enroll(t, a, p, time.Hour)
	p.Close()
	if _, err := a.Check(t.Context(), acc.ID); !errors.Is(err, oauth.ErrOffline) {
		t.Errorf("err = %v", err)
	}
	got, err := a.Account(t.Context(), acc.ID)
	if err != nil || got.State != StateOffline || got.User.Name != acc.User.Name || len(got.Groups) != 1 || !got.VerifiedAt.Equal(acc.VerifiedAt) {
		t.Errorf("account = %+v, %v", got, err)
	}
	if err := a.CheckAll(t.Context()); !errors.Is(err, oauth.ErrOffline) {
		t.Errorf("CheckAll: %v", err)
	}
}

func TestCheckRefusesAnotherUser(t *testing.T) {
	p := authtest.NewProvider(t)
	a := storeAgent(t, p, newMemStore())
	acc := enroll(t, a, p, time.Hour)
	p.Behave(authtest.Behaviour{UserinfoSubject: "somebody-else"})
	if _, err := a.Check(t.Context(), acc.ID); err == nil {
		t.Error("no error")
	}
	if got, _ := a.Account(t.Context(), acc.ID); got.User.ID != acc.User.ID || got.User.Name != acc.User.Name {
		t.Errorf("account = %+v", got)
	}
}
