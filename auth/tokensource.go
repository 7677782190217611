package auth

import (
	"context"
	"errors"

	"golang.org/x/oauth2"
)

// errBound is said of a token that works only with a proof of its key for each
// request (RFC 9449 §4).
var errBound = errors.New("the token is bound to a key; only Agent.Client and Agent.TokenFor can use it")

// TokenSource returns the account's tokens in the type that Go API clients take.
// Each call of Token is one of [Agent.Token] with its errors: a token that is good
// for a minute, refreshed first if needed. Neither the refresh token nor the ID
// token is in it. It fails if the provider bound the token to a key, since a
// [oauth2.Token] has no place for the proof. A client that gets a 401 does not refresh; the one of [Agent.Client] does.
//
// Unlike [Token], an [oauth2.Token] prints its secret in clear: do not log it.
//
// The source works until ctx ends, and may be used by several goroutines at once.
func (a *Agent) TokenSource(ctx context.Context, id string) oauth2.TokenSource {
	return tokenSource{ctx, a, id}
}

// tokenSource holds a context, since [oauth2.TokenSource] takes none.
type tokenSource struct {
	ctx     context.Context
	agent   *Agent
	account string
}

// Token implements [oauth2.TokenSource].
func (s tokenSource) Token() (*oauth2.Token, error) {
	t, err := s.agent.Token(s.ctx, s.account, 0)
	if err != nil {
		return nil, err
	}
	if t.TokenType != "Bearer" {
		return nil, errBound
	}
	return &oauth2.Token{AccessToken: t.AccessToken.Reveal(), TokenType: t.TokenType, Expiry: t.ExpiresAt}, nil
}
