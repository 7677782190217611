package tour

import (
	"context"
	"net/http"
	"strings"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/internal/plain"
)

// signOut signs out the last person everywhere, and shows the receipt.
func (s *stage) signOut(ctx context.Context) error {
	s.visitor.next(nil)
	s.tell.doing("signing out")
	token, err := s.agent.Stored(ctx, s.account.ID)
	if err != nil {
		return failed("Sign-out", err)
	}
	receipt, err := s.agent.SignOut(ctx, s.account.ID, auth.SignOutOptions{Revoke: true, EndSession: true})
	if err != nil {
		return failed("Sign-out", err)
	}
	if err := s.forgotten(ctx, receipt); err != nil {
		return err
	}
	for _, part := range []struct {
		label  string
		result auth.Result
	}{
		{"Revoked", receipt.Revoked},
		{"Proof", receipt.Proof},
	} {
		if part.result.Outcome != auth.OutcomeDone {
			return unlike(part.label, "%s: %s", part.result.Outcome, part.result.Detail)
		}
		first, _, _ := strings.Cut(part.result.Detail, ". ") // receipts have it all
		if err := s.fact(ctx, part.label, "%s", strings.TrimSuffix(first, ".")); err != nil {
			return err
		}
	}
	if err := s.browserSignedOut(ctx, receipt.Session); err != nil {
		return err
	}
	status, _, err := s.ask(ctx, token)
	if err != nil {
		return failed("Old token", err)
	}
	if status != http.StatusUnauthorized {
		return unlike("Old token", "GET /userinfo: %d; 401 would be right", status)
	}
	if err := s.fact(ctx, "Old token", "GET /userinfo: %d", status); err != nil {
		return err
	}
	kept, err := s.agent.Receipts(ctx)
	if err != nil || len(kept) != 1 || kept[0].Account != s.account.ID {
		return unlike("Receipt", "%s kept: %v", plain.Count(len(kept), "receipt"), err)
	}
	return s.fact(ctx, "Receipt", "kept, without tokens")
}

// forgotten shows who is gone here, and who stays.
func (s *stage) forgotten(ctx context.Context, receipt *auth.Receipt) error {
	if receipt.Forgotten.Outcome != auth.OutcomeDone {
		return unlike("Forgotten", "%s: %s", receipt.Forgotten.Outcome, receipt.Forgotten.Detail)
	}
	list, err := s.agent.Accounts(ctx)
	if err != nil {
		return failed("Forgotten", err)
	}
	var stay []string
	for _, a := range list {
		if a.ID == s.account.ID {
			return unlike("Forgotten", "%s is still there", a.User.Name)
		}
		stay = append(stay, a.User.Name)
	}
	text := receipt.Who
	if len(stay) > 0 {
		text += "; " + strings.Join(stay, ", ") + " stays"
	}
	return s.fact(ctx, "Forgotten", "%s", text)
}

// browserSignedOut shows the final address of the browser.
func (s *stage) browserSignedOut(ctx context.Context, session auth.Result) error {
	if session.Outcome != auth.OutcomeDone {
		return unlike("Browser", "%s: %s", session.Outcome, session.Detail)
	}
	seen, err := s.visitor.seen(ctx)
	if err != nil {
		return failed("Browser", err)
	}
	if seen.Status != http.StatusOK {
		return unlike("Browser", "it ended at “%s”, status %d", seen.Title, seen.Status)
	}
	return s.fact(ctx, "Browser", "“%s”", seen.Title)
}
