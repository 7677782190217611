package auth

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"sync"
	"time"

	"github.com/claviger/claviger/auth/internal/ledger"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/receive"
	"github.com/claviger/claviger/internal/ask"
	"github.com/claviger/claviger/internal/coded"
	"github.com/claviger/claviger/providers"
)

// SignOutOptions choose what else happens beside forgetting here.
type SignOutOptions struct {
	// Revoke the tokens at the provider.
	Revoke bool
	// EndSession opens the browser to end its session.
	EndSession bool
	// Undo is how long the sign-out can be undone ([Agent.UndoSignOut]): the account is
	// forgotten at once, and nothing is sent to the provider before. What opens the
	// browser cannot be undone: it is ignored with EndSession.
	Undo time.Duration
}

// lockPatience is how long a sign-out waits for a refresh under way, whose
// tokens it would rather revoke than leave behind.
const lockPatience = 5 * time.Second

// signOuts ends accounts: here, and at the provider for as long as that takes.
type signOuts struct {
	ask      *asker
	accounts *accounts
	receipts *receipts
	regrets  *regrets
	now      func() time.Time
	log      *slog.Logger

	mu       sync.Mutex
	entering map[string]int // sign-ins that get their tokens, by provider
}

func newSignOuts(ask *asker, accounts *accounts) *signOuts {
	return &signOuts{
		ask: ask, accounts: accounts, receipts: newReceipts(accounts, ask.tasks), regrets: newRegrets(ask.tasks),
		now: ask.now, log: ask.log, entering: map[string]int{},
	}
}

func (o *signOuts) signOut(ctx context.Context, id string, wish SignOutOptions) (*Receipt, error) {
	s, rec, err := o.signOutHeld(ctx, id, wish)
	if s == nil {
		return nil, err
	}
	if wish.EndSession && rec != nil {
		s.receipt.Session = o.endSessionOf(ctx, rec)
		if err == nil {
			o.amendReceipt(ctx, s.receipt.Account, s.receipt.Session)
		}
	}
	return s.copied(), err
}

// signOutHeld forgets the account and revokes its tokens. The account's id is held
// all the while: nobody else takes what is kept of it for a sign-out that
// waits. The record is nil if it could not be read; there is no sign-out
// if there is no account.
func (o *signOuts) signOutHeld(ctx context.Context, id string, wish SignOutOptions) (*signOut, *record, error) {
	wait, cancel := context.WithTimeout(ctx, lockPatience)
	defer cancel()
	if release, err := o.accounts.hold(wait, id); err == nil {
		defer release()
	} else if ctx.Err() != nil {
		return nil, nil, ctx.Err()
	} else {
		wish.Undo = 0 // whoever holds it may be getting other tokens
	}
	rec, err := o.accounts.load(ctx, id)
	switch {
	case errors.Is(err, ErrNoAccount):
		return nil, nil, err
	case coded.Of(err) == ledger.CodeDamaged:
		return o.forgetDamaged(ctx, id)
	case err != nil:
		// Nobody should throw away what only cannot be read now: it has to be
		// unlocked, say, or the person stopped waiting.
		s := newSignOut(&record{ID: id}, o.now())
		s.receipt.Forgotten = came(OutcomeFailed, fact{Code: factNotForgotten})
		return s, nil, err
	}
	s := newSignOut(rec, o.now())
	s.receipt.Undo = o.regret(ctx, rec, wish, s.receipt.At)
	if p, known := o.accounts.lookup(rec.Provider); wish.Revoke && known && p.SignOut.Method == "" {
		s.receipt.Revoked = o.revokedResult(p, oauth.ErrNotOffered)
	} else if wish.Revoke {
		s.wait(rec)
		s.holdBack(s.receipt.Undo)
		o.receipts.keep(ctx, s) // before the account goes, which has the tokens
	}
	err = o.accounts.forget(context.WithoutCancel(ctx), id)
	s.receipt.Forgotten = came(OutcomeDone, fact{Code: factForgotten})
	if err != nil {
		s.receipt.Forgotten = came(OutcomeFailed, fact{Code: factNotForgotten})
	}
	o.begin(ctx, s)
	if err != nil {
		o.stay(ctx, s)
	}
	return s, rec, err
}

// begin does what is to be done at the provider, unless it is held back.
func (o *signOuts) begin(ctx context.Context, s *signOut) {
	switch {
	case s.heldBack():
		o.receipts.keep(ctx, s) // that the account is gone
	case s.receipt.Pending():
		o.attempt(ctx, s, false)
	default:
		s.end(o.now())
		o.receipts.keep(ctx, s)
		o.receipts.dropOld(ctx)
	}
}

// forgetDamaged forgets an account that cannot be read. Of whom it was, and with
// which tokens, nothing is known.
func (o *signOuts) forgetDamaged(ctx context.Context, id string) (*signOut, *record, error) {
	s := newSignOut(&record{ID: id}, o.now())
	s.end(o.now())
	s.receipt.Forgotten = came(OutcomeDone, fact{Code: factForgotDamaged})
	err := o.accounts.forget(context.WithoutCancel(ctx), id)
	if err != nil {
		s.receipt.Forgotten = came(OutcomeFailed, fact{Code: factNotForgotten})
	}
	return s, nil, err
}

// stay ends a sign-out whose account could not be removed: the person sees it
// and signs out again, and nothing of it goes on meanwhile.
func (o *signOuts) stay(ctx context.Context, s *signOut) {
	if s.receipt.Pending() {
		s.receipt.Revoked = came(OutcomeFailed, fact{Code: factNotRevoked, Cause: s.receipt.Retry.Reason})
		s.receipt.Proof = Result{Outcome: OutcomeNotAsked}
	}
	s.end(o.now())
	s.receipt.Stored, s.receipt.Undo = false, time.Time{}
	o.regrets.drop(s.receipt.Account)
	if err := o.receipts.drop(ctx, s.receipt.Account); err != nil {
		o.log.Warn("a sign-out that did not happen could not be removed", "account", s.receipt.Account, "error", err)
	}
}

// amendReceipt adds the outcome of a browser's session, which may have taken
// long, to a kept receipt.
func (o *signOuts) amendReceipt(ctx context.Context, id string, session Result) {
	ctx = context.WithoutCancel(ctx)
	wait, cancel := context.WithTimeout(ctx, lockPatience)
	defer cancel()
	release, err := o.accounts.hold(wait, id)
	if err != nil {
		return
	}
	defer release()
	s, err := o.receipts.get(ctx, id)
	if err != nil {
		return // cleared meanwhile
	}
	s.receipt.Session = session
	o.receipts.keep(ctx, s)
}

// endSessionOf ends the browser's session at the provider of an account that is
// gone here.
func (o *signOuts) endSessionOf(ctx context.Context, rec *record) Result {
	client, err := o.ask.clientFor(ctx, rec)
	if err != nil {
		return came(OutcomeFailed, notAsked(err, providerOf(client)))
	}
	return o.endSession(ctx, client, rec)
}

// endSession opens the browser at the provider's end of session (OpenID
// Connect RP-Initiated Logout 1.0 §2), where the person confirms it. The address
// holds the ID token, so the program that opens the browser does not see it.
func (o *signOuts) endSession(ctx context.Context, c *oauth.Client, rec *record) Result {
	address, ok := endSessionURL(c.Provider, c.Metadata, rec)
	if !ok {
		return came(OutcomeNotOffered, fact{Code: factNoSignOutPage})
	}
	if u, err := url.Parse(address); err != nil || ask.MayReach(c.Reaching(ctx), u, false) != nil {
		// It may hold the ID token, or whatever else the file puts into it.
		return came(OutcomeFailed, fact{Code: factForeignPage})
	}
	switch err := o.ask.openUnseen(ctx, address); {
	case errors.Is(err, receive.ErrNotFetched):
		return came(OutcomeFailed, fact{Code: factNotLoaded})
	case err != nil:
		return came(OutcomeFailed, fact{Code: factBrowserNotThere})
	}
	return came(OutcomeDone, fact{Code: factOpened})
}

// endSessionURL is the address to open. The ID token in it is only a hint
// (§2): it names the session and gives no access.
func endSessionURL(p *providers.Provider, md *providers.Metadata, rec *record) (string, bool) {
	switch p.SignOut.EndSession {
	case "":
		return "", false
	case "oidc":
		u, err := url.Parse(md.EndSessionEndpoint)
		if err != nil || md.EndSessionEndpoint == "" || !ask.Encrypted(u) {
			return "", false
		}
		q := u.Query()
		q.Set("client_id", p.Client.ID)
		if !rec.Tokens.ID.IsZero() {
			q.Set("id_token_hint", rec.Tokens.ID.Reveal())
		}
		if hint, _ := rec.IDClaims["login_hint"].(string); hint != "" {
			q.Set("logout_hint", hint) // Entra: the optional login_hint claim
		}
		u.RawQuery = q.Encode()
		return u.String(), true
	default:
		u, err := url.Parse(fillAddress(p.SignOut.EndSession, p, rec))
		if err != nil || !ask.Encrypted(u) {
			return "", false
		}
		return u.String(), true
	}
}
