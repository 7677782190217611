package auth

import (
	"context"
	"errors"

	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/providers"
)

// revokeTokens ends the tokens of an account at its provider.
func revokeTokens(ctx context.Context, c *oauth.Client, rec *record) error {
	return c.Revoke(ctx, rec.Tokens, rec.fill(c.Provider))
}

// revokedResult is what a revocation came to that is not tried again.
func (o *signOuts) revokedResult(p *providers.Provider, err error) Result {
	switch {
	case err == nil:
		return came(OutcomeDone, fact{Code: factRevoked})
	case errors.Is(err, oauth.ErrNotOffered):
		return came(OutcomeNotOffered, fact{Code: factNoRevocation, Page: pageOf(p)})
	}
	o.ask.log.Info("revocation failed", "provider", p.ID, "error", err)
	f := fact{Code: factRefused, Cause: problem.Explain(err, p, "").Title, Status: oauth.StatusOf(err), Page: pageOf(p)}
	if refused, ok := errors.AsType[*oauth.ProviderError](err); ok {
		f.Words = refused.Description
	}
	return came(OutcomeFailed, f)
}
