package auth

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/claviger/claviger/auth/receive"
	"github.com/claviger/claviger/providers"
)

// SignOutOptions choose what else happens beside forgetting here.
type SignOutOptions struct {
	// Revoke the tokens at the provider.
	Revoke bool
	// EndSession opens the browser to end its session.
	EndSession bool
}

// lockPatience is how long a sign-out waits for a refresh under way, whose
// tokens it would rather revoke than leave behind.
const lockPatience = 5 * time.Second

// SignOut forgets the account here, always, and does the rest as asked. Only
// failing to forget is an error; the receipt comes also then. A damaged
// account can be forgotten too; one that cannot be read for another reason, such
// as a locked vault, stays. A revocation that does not reach the provider
// is pending and goes on by itself: see [Receipt.Retry].
func (a *Agent) SignOut(ctx context.Context, id string, o SignOutOptions) (*Receipt, error) {
	return a.upkeep.signOuts.signOut(ctx, id, o)
}

// signOuts ends accounts: here, and at the provider for as long as that takes.
type signOuts struct {
	ask      *asker
	revoker  *revoker
	accounts *accounts
	receipts *receipts
	now      func() time.Time
	log      *slog.Logger

	mu       sync.Mutex
	entering map[string]int // sign-ins that get their tokens, by provider
}

func newSignOuts(ask *asker, accounts *accounts) *signOuts {
	return &signOuts{
		ask: ask, revoker: &revoker{ask}, accounts: accounts, receipts: newReceipts(accounts, ask.tasks),
		now: ask.now, log: ask.o.Log, entering: map[string]int{},
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
	return s.told(), err
}

// signOutHeld forgets the account and revokes its tokens. The account's id is held
// all the while: nobody else takes what is kept of it for a sign-out that
// waits. The record is nil where it could not be read; there is no sign-out
// where there is no account.
func (o *signOuts) signOutHeld(ctx context.Context, id string, wish SignOutOptions) (*signOut, *record, error) {
	wait, cancel := context.WithTimeout(ctx, lockPatience)
	defer cancel()
	if release, err := o.accounts.hold(wait, id); err == nil {
		defer release()
	} else if ctx.Err() != nil {
		return nil, nil, ctx.Err()
	}
	rec, err := o.accounts.load(ctx, id)
	switch {
	case errors.Is(err, ErrNoAccount):
		return nil, nil, err
	case errCode(err) == codeDamaged:
		return o.forgetDamaged(ctx, id)
	case err != nil:
		// Nobody should throw away what only cannot be read now: it has to be
		// unlocked, say, or the person stopped waiting.
		s := newSignOut(&record{ID: id}, o.now())
		s.receipt.Forgotten = came(OutcomeFailed, fact{Code: factNotForgotten})
		return s, nil, err
	}
	s := newSignOut(rec, o.now())
	if p, known := o.accounts.lookup(rec.Provider); wish.Revoke && known && p.SignOut.Method == "" {
		s.receipt.Revoked = o.revoker.revokedResult(p, errNotOffered)
	} else if wish.Revoke {
		s.wait(rec)
		o.receipts.keep(ctx, s) // before the account goes, which has the tokens
	}
	err = o.accounts.forget(context.WithoutCancel(ctx), id)
	s.receipt.Forgotten = came(OutcomeDone, fact{Code: factForgotten})
	if err != nil {
		s.receipt.Forgotten = came(OutcomeFailed, fact{Code: factNotForgotten})
	}
	switch {
	case s.receipt.Pending():
		o.attempt(ctx, s, false)
	default:
		s.end(o.now())
		o.receipts.keep(ctx, s)
		o.receipts.dropOld(ctx)
	}
	if err != nil {
		o.stay(ctx, s)
	}
	return s, rec, err
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
	s.receipt.Stored = false
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
	ctx, p, md, err := o.ask.homeOf(ctx, rec)
	if err != nil {
		return came(OutcomeFailed, notAsked(err, p))
	}
	return o.endSession(ctx, p, md, rec)
}

// endSession opens the browser at the provider's end of session (OpenID
// Connect RP-Initiated Logout 1.0 §2), where the person confirms it. The address
// holds the ID token, so the browser's opener is not told of it.
func (o *signOuts) endSession(ctx context.Context, p *providers.Provider, md *providers.Metadata, rec *record) Result {
	address, ok := endSessionURL(p, md, rec)
	if !ok {
		return came(OutcomeNotOffered, fact{Code: factNoSignOutPage})
	}
	if u, err := url.Parse(address); err != nil || mayReach(ctx, u, false) != nil {
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
		if err != nil || md.EndSessionEndpoint == "" || !safeForToken(u) {
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
		if err != nil || !safeForToken(u) {
			return "", false
		}
		return u.String(), true
	}
}

// fillAddress fills the {placeholders} of an address: {client_id}, the
// provider's variables, and string claims of the ID token.
func fillAddress(address string, p *providers.Provider, rec *record) string {
	pairs := []string{"{client_id}", url.QueryEscape(p.Client.ID)}
	for name, v := range p.Variables {
		pairs = append(pairs, "{"+name+"}", v.Value)
	}
	for name, v := range rec.IDClaims {
		if s, ok := v.(string); ok {
			pairs = append(pairs, "{"+name+"}", url.QueryEscape(s))
		}
	}
	return strings.NewReplacer(pairs...).Replace(address)
}
