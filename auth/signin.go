package auth

import (
	"context"

	"github.com/claviger/claviger/auth/internal/tasks"
)

// signIns signs people in.
type signIns struct {
	ask      *asker
	accounts *accounts
	signOuts *signOuts
	shared   *tasks.Shared[*sharedSignIn] // those of known accounts under way
}

func newSignIns(ask *asker, accounts *accounts, signOuts *signOuts) *signIns {
	return &signIns{ask: ask, accounts: accounts, signOuts: signOuts, shared: tasks.NewShared[*sharedSignIn](ask.tasks)}
}

// signIn is [Agent.SignIn].
func (s *signIns) signIn(ctx context.Context, r SignInRequest) (*Account, error) {
	if r.Account != "" && !r.Alone {
		return s.once(ctx, r)
	}
	f, err := s.start(ctx, r)
	if err != nil {
		return nil, err
	}
	return f.Wait(ctx)
}
