package auth

import (
	"context"
	"slices"

	"golang.org/x/oauth2"

	"github.com/claviger/claviger/providers"
)

// attempt holds what ties one authorization request to its answer. None of it
// is used twice (RFC 9700 §4.7, RFC 7636 §4.1, OIDC Core §15.5.2).
type attempt struct {
	state string // 256 bits
	// nonce is empty if no ID token is asked for.
	nonce    string
	verifier Secret
}

func newAttempt(withNonce bool) attempt {
	a := attempt{state: randomText(), verifier: providers.NewSecret(oauth2.GenerateVerifier())}
	if withNonce {
		a.nonce = randomText()
	}
	return a
}

// nonceFor reports whether an ID token with a nonce is asked for.
func nonceFor(p *providers.Provider, scopes []string) bool {
	return slices.Contains(scopes, "openid") && !p.IDToken.WithoutNonce
}

// current is the attempt whose answer counts.
func (c *frontChannel) current() attempt {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.attempt
}

// renew replaces the attempt, since somebody else may hold its state: what comes
// back with the old one is ignored. It reports false after the answer, when
// nothing can be replaced any more.
func (c *frontChannel) renew() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.answered {
		return false
	}
	c.attempt = newAttempt(c.attempt.nonce != "")
	c.pushed = ""
	c.url, _ = authorizationURL(c.req.md, c.req.params(c.attempt)) // the endpoint was good before
	return true
}

// tellRenewed says that the link is another one. A provider that takes pushed
// requests only gets a new one first, so that the link can be opened by hand.
func (c *frontChannel) tellRenewed(ctx context.Context) {
	if c.req.parUse() == parRequired {
		if link, err := c.pushedLink(ctx, nil); err == nil {
			c.mu.Lock()
			c.url = link
			c.mu.Unlock()
		}
	}
	c.ev.Emit(Event{Step: StepBrowser, Phase: Renewed, Detail: "its address was used twice; there is a new link"})
}
