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
func (f *Flow) current() attempt {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.attempt
}

// renew replaces the attempt, since somebody else may hold its state: what comes
// back with the old one is ignored. It reports false after the answer, when
// nothing can be replaced any more.
func (f *Flow) renew() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.answered {
		return false
	}
	f.attempt = newAttempt(f.attempt.nonce != "")
	f.pushed = ""
	f.url, _ = authorizationURL(f.req.md, f.req.params(f.attempt)) // the endpoint was good before
	return true
}

// tellRenewed says that the link is another one. A provider that takes pushed
// requests only gets a new one first, so that the link can be opened by hand.
func (f *Flow) tellRenewed(ctx context.Context) {
	if f.req.parUse() == parRequired {
		if link, err := f.pushedLink(ctx, nil); err == nil {
			f.mu.Lock()
			f.url = link
			f.mu.Unlock()
		}
	}
	f.ev.Emit(Event{Step: StepBrowser, Phase: Renewed, Detail: "its address was used twice; there is a new link"})
}
