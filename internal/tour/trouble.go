package tour

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/internal/plain"
)

// offline stops the provider, starts the program again and looks at what is there.
func (s *stage) offline(ctx context.Context) error {
	was := s.server.Issuer()
	if err := errors.Join(s.shut(), s.stopServer()); err != nil { //nolint:contextcheck // they end whatever became of ctx
		return failed("Stopped", err)
	}
	if err := s.fact(ctx, "Stopped", "the provider, and Claviger"); err != nil {
		return err
	}
	if err := s.open(ctx); err != nil {
		return failed("Restart", err)
	}
	if _, err := s.agent.Check(ctx, s.account.ID); !errors.Is(err, auth.ErrOffline) {
		if err == nil {
			return unlike("Restart", "the provider still answers")
		}
		return failed("Restart", err)
	}
	account, err := s.agent.Account(ctx, s.account.ID)
	if err != nil {
		return failed("Restart", err)
	}
	if account.State != auth.StateOffline || account.User.Name != s.account.User.Name || len(account.Groups) != len(s.account.Groups) {
		return unlike("Restart", "%s, with %s, is %s", account.User.Name, membership(account), account.State)
	}
	if err := s.fact(ctx, "Restart", "%s, %s, marked as %s", account.User.Name, membership(account), account.State); err != nil {
		return err
	}
	token, err := s.agent.Token(ctx, s.account.ID, 0)
	if err != nil {
		return failed("Token", err)
	}
	if err := s.fact(ctx, "Token", "still available, valid for %s", plain.Duration(time.Until(token.ExpiresAt))); err != nil {
		return err
	}
	return s.backOnline(ctx, was)
}

// backOnline starts the provider again.
func (s *stage) backOnline(ctx context.Context, was string) error {
	if err := s.startServer(ctx); err != nil {
		return failed("Back", err)
	}
	if s.server.Issuer() != was {
		return unlike("Back", "another program took %s meanwhile", was)
	}
	account, err := s.agent.Check(ctx, s.account.ID)
	if err != nil {
		return failed("Back", err)
	}
	if account.State != auth.StateActive {
		return unlike("Back", "the account is %s: %s", account.State, account.Reason)
	}
	return s.fact(ctx, "Back", "the provider answers again, the account is %s", account.State)
}

// forgery lets a stranger call the callback while a second person signs in.
func (s *stage) forgery(ctx context.Context) error {
	s.tell.doing("a second sign-in, with a stranger at its callback")
	var t stranger
	// The browser is signed in as the first person, so the second is asked for.
	in, err := s.enter(ctx, auth.SignInRequest{Prompt: "select_account"}, secondPerson, t.forge)
	if err != nil {
		return err
	}
	if t.err != nil {
		return failed("Forged", t.err)
	}
	if err := s.showLink(ctx, in); err != nil {
		return err
	}
	ignored := 0
	for _, e := range in.events {
		if e.Step == trace.StepCallback && e.Phase == trace.Ignored {
			ignored++
		}
	}
	for _, got := range t.got {
		if got.status != http.StatusBadRequest || ignored != len(t.got) {
			return unlike("Forged", "%s: %d “%s”; %d of %d were ignored", got.what, got.status, got.title, ignored, len(t.got))
		}
		if err := s.fact(ctx, "Forged", "%s: %d “%s”", got.what, got.status, got.title); err != nil {
			return err
		}
	}
	if err := s.showReturn(ctx, in); err != nil {
		return err
	}
	s.account = in.account
	return s.fact(ctx, "Continued", "%s signed in: %s", in.account.User.Name, membership(in.account))
}

// stranger is another program of this computer that found the callback's port.
type stranger struct {
	mu  sync.Mutex
	got []forged
	err error
}

// forged is a request that the stranger made up, and the answer.
type forged struct {
	what   string
	status int
	title  string
}

// forge calls the callback before its person comes back. The browser's command
// line, which every program can read, gives its host and port away, and the path
// depends on the provider.
func (t *stranger) forge(ctx context.Context, link *url.URL) {
	t.mu.Lock()
	defer t.mu.Unlock()
	back := &url.URL{Scheme: link.Scheme, Host: link.Host, Path: "/callback/" + demoID}
	caller := newVisitor()
	for _, try := range []struct {
		what  string
		query url.Values
	}{
		{"a code, a guessed state", url.Values{"code": {"made-up"}, "state": {"guessed"}}},
		{"an error, no state", url.Values{"error": {"access_denied"}}},
	} {
		back.RawQuery = try.query.Encode()
		p, err := caller.request(ctx, http.MethodGet, back, nil)
		if err != nil {
			t.err = fmt.Errorf("%s: %w", try.what, err)
			return
		}
		t.got = append(t.got, forged{try.what, p.status, p.title})
	}
}
