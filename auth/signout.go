package auth

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"claviger/providers"
)

// SignOutOptions choose what else happens beside forgetting here.
type SignOutOptions struct {
	// Revoke the tokens at the provider.
	Revoke bool
	// EndSession opens the browser to end its session.
	EndSession bool
}

// Receipt says what a sign-out did; each part has its result.
type Receipt struct {
	Forgotten Result `json:"forgotten"`
	Revoked   Result `json:"revoked"`
	Session   Result `json:"session"`
}

// Result of one part of a sign-out.
type Result struct {
	// Outcome is "done", "failed", "not_asked" or "not_offered".
	Outcome string `json:"outcome"`
	// Detail is a plain sentence.
	Detail string `json:"detail,omitempty"`
}

// The outcomes of a [Result].
const (
	OutcomeDone       = "done"
	OutcomeFailed     = "failed"
	OutcomeNotAsked   = "not_asked"
	OutcomeNotOffered = "not_offered"
)

const (
	// lockPatience is how long a sign-out waits for a refresh under way, whose
	// tokens it would rather revoke than leave behind.
	lockPatience = 5 * time.Second
	// revokePatience bounds all requests of a revocation.
	revokePatience = 15 * time.Second
)

// SignOut forgets the account here, always, and does the rest as asked. Only
// failing to forget is an error; the receipt comes also then. A damaged
// account can be forgotten too.
func (a *Agent) SignOut(ctx context.Context, id string, o SignOutOptions) (*Receipt, error) {
	receipt := &Receipt{Revoked: Result{Outcome: OutcomeNotAsked}, Session: Result{Outcome: OutcomeNotAsked}}
	rec, err := a.forgetHeld(ctx, id)
	if errors.Is(err, ErrNoAccount) {
		return nil, err
	}
	receipt.Forgotten = Result{OutcomeDone, "The account and its tokens are gone from this computer."}
	if err != nil {
		receipt.Forgotten = Result{OutcomeFailed, "The account could not be removed from this computer."}
	}
	if rec == nil {
		if err == nil {
			receipt.Forgotten.Detail = "The account could not be read; its record is gone from this computer."
		}
		return receipt, err
	}
	if !o.Revoke && !o.EndSession {
		return receipt, err
	}
	p, md, askErr := a.endpoints(ctx, rec)
	if askErr != nil {
		failed := Result{OutcomeFailed, "The provider could not be asked: " + Explain(askErr, p, "").Title + "."}
		if o.Revoke {
			receipt.Revoked = failed
		}
		if o.EndSession {
			receipt.Session = failed
		}
		return receipt, err
	}
	if o.Revoke {
		receipt.Revoked = a.revoke(ctx, p, md, rec)
	}
	if o.EndSession {
		receipt.Session = a.endSession(ctx, p, md, rec)
	}
	return receipt, err
}

// forgetHeld removes the account and returns what it was; nil where it could
// not be read. It waits a little for a refresh under way.
func (a *Agent) forgetHeld(ctx context.Context, id string) (*record, error) {
	wait, cancel := context.WithTimeout(ctx, lockPatience)
	defer cancel()
	if release, err := a.hold(wait, id); err == nil {
		defer release()
	} else if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	rec, err := a.load(ctx, id)
	switch {
	case errors.Is(err, ErrNoAccount):
		return nil, err
	case errCode(err) == codeLocked, errCode(err) == "keyring-locked", errCode(err) == "keyring-hangs", errCode(err) == "keyring-gone":
		return nil, err // nobody should throw away what only has to be unlocked
	}
	return rec, a.forget(context.WithoutCancel(ctx), id)
}

// endpoints returns the provider and what it publishes.
func (a *Agent) endpoints(ctx context.Context, rec *record) (*providers.Provider, *providers.Metadata, error) {
	p, err := a.provider(ctx, rec.Provider)
	if err != nil {
		return nil, nil, err
	}
	md, err := a.metadata(ctx, p)
	if err != nil {
		return p, nil, unreachable(err)
	}
	return p, md, nil
}

// endSession opens the browser at the provider's end of session (OpenID
// Connect RP-Initiated Logout 1.0 §2), where the person confirms it. The address
// holds the ID token, so the browser's opener is not told of it.
func (a *Agent) endSession(ctx context.Context, p *providers.Provider, md *providers.Metadata, rec *record) Result {
	address, ok := endSessionURL(p, md, rec)
	if !ok {
		return Result{OutcomeNotOffered, "The provider has no address to end the browser's session."}
	}
	switch err := a.openUnseen(ctx, address); {
	case errors.Is(err, errNotFetched):
		return Result{OutcomeFailed, "The browser was opened and did not come for the provider's sign-out page."}
	case err != nil:
		return Result{OutcomeFailed, "The browser could not be opened."}
	}
	return Result{OutcomeDone, "The browser was opened to sign out there."}
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

// revoke ends the tokens at the provider, in the provider's own way.
func (a *Agent) revoke(ctx context.Context, p *providers.Provider, md *providers.Metadata, rec *record) Result {
	ctx, cancel := context.WithTimeout(ctx, revokePatience)
	defer cancel()
	var err error
	switch p.SignOut.Method {
	case "rfc7009":
		err = a.revokeStandard(ctx, p, md, rec)
	case "form":
		err = a.revokeForm(ctx, p, md, rec)
	default:
		err = a.revokeRequests(ctx, p, rec)
	}
	switch {
	case err == nil:
		return Result{OutcomeDone, "The tokens are dead at the provider."}
	case errors.Is(err, errNotOffered):
		return Result{OutcomeNotOffered, withPage("The provider has no way for a program to end its tokens", p)}
	default:
		a.o.Log.Info("revocation failed", "provider", p.ID, "error", err)
		return Result{OutcomeFailed, withPage(fmt.Sprintf("The tokens could not be ended at the provider: %s", Explain(err, p, "").Title), p)}
	}
}

// withPage ends a sentence with where the person can do it by hand.
func withPage(s string, p *providers.Provider) string {
	if p.SignOut.Page == "" {
		return s + "."
	}
	return s + "; you can do it at " + strings.ReplaceAll(p.SignOut.Page, "{client_id}", url.PathEscape(p.Client.ID)) + "."
}
