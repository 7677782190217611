package tour

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/history"
	"github.com/claviger/claviger/internal/plain"
)

const (
	// shortLife is the lifetime of the token that is to expire.
	shortLife = 3 * time.Second
	// endPatience is how long after its end a token may still work.
	endPatience = 10 * time.Second
	// shells are those that want a token at once.
	shells = 20
)

// curl uses a token as curl does: a header, and nothing else from the program.
func (s *stage) curl(ctx context.Context) error {
	token, err := s.agent.Token(ctx, s.account.ID, 0)
	if err != nil {
		return failed("Token", err)
	}
	if err := s.fact(ctx, "Token", "Authorization: %s [redacted], valid for %s", token.TokenType, plain.Duration(time.Until(token.ExpiresAt))); err != nil {
		return err
	}
	status, who, err := s.ask(ctx, token)
	if err != nil {
		return failed("Request", err)
	}
	if status != http.StatusOK || who != s.account.User.Email {
		return unlike("Request", "GET /userinfo: %d, for %q", status, who)
	}
	if err := s.fact(ctx, "With it", "GET /userinfo: %d, for %s", status, who); err != nil {
		return err
	}
	status, _, err = s.ask(ctx, nil)
	if err != nil {
		return failed("Request", err)
	}
	if status != http.StatusUnauthorized {
		return unlike("Without it", "GET /userinfo: %d; 401 would be right", status)
	}
	return s.fact(ctx, "Without it", "GET /userinfo: %d", status)
}

// ask asks the demo's API who a token is for. It is a client of its own that
// knows the token alone.
func (s *stage) ask(ctx context.Context, token *auth.Token) (status int, email string, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.server.Issuer()+"/userinfo", nil)
	if err != nil {
		return 0, "", err
	}
	if token != nil {
		req.Header.Set("Authorization", token.TokenType+" "+token.AccessToken.Reveal())
	}
	resp, err := s.visitor.http.Do(req)
	if failure, ok := errors.AsType[*url.Error](err); ok {
		return 0, "", fmt.Errorf("%s: %w", req.URL.Host, failure.Err)
	}
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = resp.Body.Close() }() // only read from
	var who struct {
		Email string `json:"email"`
	}
	if resp.StatusCode == http.StatusOK {
		if err := json.NewDecoder(io.LimitReader(resp.Body, maxPage)).Decode(&who); err != nil {
			return resp.StatusCode, "", errors.New("the answer is not JSON")
		}
	}
	return resp.StatusCode, who.Email, nil
}

// expiry lets a token end and asks for one as many shells do.
func (s *stage) expiry(ctx context.Context) error {
	s.server.SetAccessTTL(shortLife)
	_, err := s.agent.Refresh(ctx, s.account.ID)
	s.server.SetAccessTTL(0)
	if err != nil {
		return failed("Short token", err)
	}
	old, err := s.agent.Stored(ctx, s.account.ID)
	if err != nil {
		return failed("Short token", err)
	}
	life := time.Until(old.ExpiresAt)
	if life > shortLife {
		return unlike("Short token", "it is valid for %s", plain.Duration(life))
	}
	if err := s.fact(ctx, "Short token", "valid for %s", plain.Duration(life)); err != nil {
		return err
	}
	if err := s.tell.count(ctx, "waiting for it to expire", old.ExpiresAt.Add(time.Second)); err != nil {
		return err
	}
	status, err := s.refused(ctx, old)
	if err != nil {
		return failed("Expired", err)
	}
	if status != http.StatusUnauthorized {
		return unlike("Expired", "the API still accepts it: %d", status)
	}
	if err := s.fact(ctx, "Expired", "the API rejects it: %d", status); err != nil {
		return err
	}
	return s.renewal(ctx, old)
}

// refused asks until the API rejects the token, or the wait is too long. The
// token ends at the provider later than the answer said: by the rest of a second,
// and by the time that the answer took.
func (s *stage) refused(ctx context.Context, old *auth.Token) (status int, err error) {
	for end := old.ExpiresAt.Add(endPatience); ; {
		status, _, err = s.ask(ctx, old)
		if err != nil || status != http.StatusOK || time.Now().After(end) {
			return status, err
		}
		if err := wait(ctx, tick); err != nil {
			return status, err
		}
	}
}

// renewal asks for a token in many places at once, and uses what comes.
func (s *stage) renewal(ctx context.Context, old *auth.Token) error {
	before, err := s.refreshes(ctx)
	if err != nil {
		return failed("Refreshed", err)
	}
	begun := time.Now()
	tokens, err := s.askAtOnce(ctx)
	if err != nil {
		return failed("Refreshed", err)
	}
	passed := time.Since(begun)
	after, err := s.refreshes(ctx)
	if err != nil {
		return failed("Refreshed", err)
	}
	first := tokens[0]
	for _, t := range tokens {
		if t.AccessToken != first.AccessToken || t.AccessToken == old.AccessToken {
			return unlike("Refreshed", "%d callers did not get one new token", shells)
		}
	}
	if after != before+1 {
		return unlike("Refreshed", "%d callers made %s", shells, plain.Count(after-before, "refresh request"))
	}
	if err := s.fact(ctx, "Refreshed", "%d callers at once: 1 refresh, 1 new token, in %s", shells, plain.Took(passed)); err != nil {
		return err
	}
	status, who, err := s.ask(ctx, first)
	if err != nil {
		return failed("New token", err)
	}
	if status != http.StatusOK || who != s.account.User.Email {
		return unlike("New token", "GET /userinfo: %d, for %q", status, who)
	}
	return s.fact(ctx, "New token", "GET /userinfo: %d, valid for %s", status, plain.Duration(time.Until(first.ExpiresAt)))
}

// askAtOnce asks for a token as many shells do.
func (s *stage) askAtOnce(ctx context.Context) ([]*auth.Token, error) {
	tokens, errs := make([]*auth.Token, shells), make([]error, shells)
	var all sync.WaitGroup
	for i := range shells {
		all.Go(func() { tokens[i], errs[i] = s.agent.Token(ctx, s.account.ID, 0) })
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return tokens, nil
}

// refreshes counts those that the account's history has.
func (s *stage) refreshes(ctx context.Context) (int, error) {
	list, err := s.agent.History(ctx, s.account.ID)
	n := 0
	for _, e := range list {
		if e.Kind == history.Refreshed {
			n++
		}
	}
	return n, err
}
