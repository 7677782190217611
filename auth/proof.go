package auth

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/providers"
)

const (
	// provePatience bounds the requests of a proof.
	provePatience = 15 * time.Second
	// proveFor is how long a proof is tried that the network prevents.
	proveFor = 24 * time.Hour
)

// prove finds out whether the provider accepts the tokens of s no more, after it
// said so, and notes it in the receipt. The error is that of a provider which
// cannot be asked now.
func (o *signOuts) prove(ctx context.Context, c *oauth.Client, s *signOut) error {
	ctx, cancel := context.WithTimeout(ctx, provePatience)
	defer cancel()
	p := c.Provider
	var err error
	if s.rec.Tokens.Refresh.IsZero() {
		if s.receipt.Proof, err = o.proveByAccess(ctx, c, s.rec); s.receipt.Proof.Outcome == OutcomeFailed {
			s.receipt.Revoked = stillAccepted(p)
		}
	} else {
		err = o.proveByRefresh(ctx, c, s)
	}
	switch {
	case err == nil:
		return nil
	case comesBack(err) && !answered(err) && o.now().Sub(s.receipt.At) < proveFor:
		return err
	}
	if r, byAccess := o.proveByAccess(ctx, c, s.rec); byAccess == nil && r.Outcome == OutcomeDone && !s.rec.Tokens.Expired(o.now()) {
		s.receipt.Proof = r // the refresh token had an answer that proves nothing
		return nil
	}
	s.receipt.Proof = came(OutcomeUnknown, fact{Code: factSilent, Cause: problem.Explain(err, p, "").Title})
	return nil
}

// answered reports a refusal without an OAuth error (RFC 6749 §5.2), which some
// servers have for a refresh token that is dead, and so have gateways for
// everything. It proves nothing, and asking again changes nothing.
func answered(err error) bool {
	var answer *oauth.AnswerError
	return errors.As(err, &answer) && answer.Status >= 400 && !oauth.Busy(answer.Status)
}

// proveByRefresh asks for new tokens (RFC 6749 §6), which has to fail. If it
// does not, the new tokens are revoked as well and it is tried once more.
func (o *signOuts) proveByRefresh(ctx context.Context, c *oauth.Client, s *signOut) error {
	p := c.Provider
	for range 2 {
		answer, err := c.Refresh(ctx, s.rec.Tokens, s.rec.Asked, nil)
		if err != nil {
			var refused *oauth.ProviderError
			if !errors.As(err, &refused) || refused.Guessed || !o.ask.ended(ctx, s.rec, refused) && !deadToken(refused.Code) {
				return err
			}
			s.receipt.Proof = withEnd(p, s.rec, o.now(), came(OutcomeDone, fact{Code: factRejectsRefresh, Error: refused.Code}))
			return nil
		}
		s.rec = s.rec.withAnswer(answer)
		o.receipts.keep(ctx, s) // these tokens live, and nobody else has them
		if err := revokeTokens(ctx, c, s.rec); comesBack(err) {
			s.receipt.Revoked = Result{Outcome: OutcomePending}
			return err
		}
	}
	s.receipt.Revoked = stillAccepted(p)
	s.receipt.Proof = came(OutcomeFailed, fact{Code: factGivesTokens})
	return nil
}

// stillAccepted is the outcome of a revocation that was none.
func stillAccepted(p *providers.Provider) Result {
	return came(OutcomeFailed, fact{Code: factStillAccepted, Page: pageOf(p)})
}

// deadToken reports an error that is about the token although RFC 6749 §5.2 has
// another for it.
func deadToken(code string) bool {
	switch code {
	case "invalid_token", "token_revoked", "token_expired", "expired_token", "invalid_refresh_token":
		return true
	}
	return false
}

// withAnswer is the record with the tokens of an answer to a refresh.
func (r *record) withAnswer(answer *oauth.TokenResponse) *record {
	c := r.copy()
	c.Tokens.Access, c.Tokens.Issued, c.Tokens.Expires = answer.Access, answer.Issued.Round(0), answer.Expires.Round(0)
	c.Tokens.Type = cmp.Or(answer.Type, c.Tokens.Type)
	if !answer.Refresh.IsZero() {
		c.Tokens.Refresh = answer.Refresh
	}
	return c
}

// proveByAccess asks once who the account is, which has to be refused with 401
// (RFC 6750 §3.1).
func (o *signOuts) proveByAccess(ctx context.Context, c *oauth.Client, rec *record) (Result, error) {
	if rec.Tokens.Expired(o.now()) {
		return came(OutcomeDone, fact{Code: factExpired}), nil
	}
	status, err := c.TestAccess(ctx, rec.Tokens, rec.fill(c.Provider))
	switch {
	case err != nil:
		return Result{}, err
	case status == 0:
		return came(OutcomeNotOffered, fact{Code: factNotVerifiable}), nil
	case status == http.StatusUnauthorized:
		return withEnd(c.Provider, rec, o.now(), came(OutcomeDone, fact{Code: factRejectsAccess})), nil
	case status < 200 || status > 299:
		return came(OutcomeUnknown, fact{Code: factProvesNothing, Status: status}), nil
	case selfContained(rec.Tokens.Access) && !rec.Tokens.Expires.IsZero():
		r := Result{Outcome: OutcomeUntilEnd, Until: rec.Tokens.Expires, fact: fact{Code: factSelfContained}}
		return r.inWords(), nil
	}
	return came(OutcomeFailed, fact{Code: factAcceptsAccess}), nil
}

// isDead reports whether the provider refuses the access token before its end.
// Some answer the revocation of a token that they do not know with an error.
func (o *signOuts) isDead(ctx context.Context, c *oauth.Client, rec *record) bool {
	if rec.Tokens.Expired(o.now()) {
		return false
	}
	status, err := c.TestAccess(ctx, rec.Tokens, rec.fill(c.Provider))
	return err == nil && status == http.StatusUnauthorized
}

// withEnd adds to a proof until when an access token may be good elsewhere: at
// APIs that ask nobody (RFC 7009 §3), or because the provider says so.
func withEnd(p *providers.Provider, rec *record, now time.Time, r Result) Result {
	if rec.Tokens.Expired(now) || rec.Tokens.Expires.IsZero() || !p.SignOut.RefreshOnly && !selfContained(rec.Tokens.Access) {
		return r
	}
	r.Until, r.fact.Elsewhere = rec.Tokens.Expires, true
	return r.inWords()
}

// selfContained reports whether a token is a JWT (RFC 7519 §3), which can be
// checked without its issuer.
func selfContained(token providers.Secret) bool {
	head, rest, _ := strings.Cut(token.Reveal(), ".")
	if strings.Count(rest, ".") != 1 {
		return false
	}
	data, err := base64.RawURLEncoding.DecodeString(head)
	var header struct {
		Alg string `json:"alg"`
	}
	return err == nil && json.Unmarshal(data, &header) == nil && header.Alg != ""
}
