package oauth

import (
	"crypto/rand"
	"encoding/base64"
	"slices"

	"golang.org/x/oauth2"

	"github.com/claviger/claviger/providers"
)

// Binding is what ties one authorization request to its response: state, nonce and the
// PKCE verifier. None of it is used twice (RFC 9700 §4.7, RFC 7636 §4.1, OIDC Core
// §15.5.2).
type Binding struct {
	state providers.Secret // 256 bits
	// nonce is empty if no ID token is asked for.
	nonce    providers.Secret
	verifier providers.Secret
}

// NewBinding makes a binding for a request that asks for these scopes.
func (c *Client) NewBinding(scopes []string) Binding {
	return newBinding(slices.Contains(scopes, "openid") && !c.Provider.IDToken.WithoutNonce)
}

func newBinding(withNonce bool) Binding {
	b := Binding{state: providers.NewSecret(randomText()), verifier: newVerifier()}
	if withNonce {
		b.nonce = providers.NewSecret(randomText())
	}
	return b
}

// newVerifier makes a code verifier (RFC 7636 §4.1).
func newVerifier() providers.Secret { return providers.NewSecret(oauth2.GenerateVerifier()) }

// Next is a new binding for the same request.
func (b Binding) Next() Binding { return newBinding(!b.nonce.IsZero()) }

// State is what the response is known by (RFC 6749 §4.1.1): whoever knows it can answer
// in the person's place.
func (b Binding) State() string { return b.state.Reveal() }

// Verifier is the code verifier (RFC 7636 §4.1).
func (b Binding) Verifier() providers.Secret { return b.verifier }

// randomText is 256 bits of randomness for a query.
func randomText() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	return base64.RawURLEncoding.EncodeToString(b)
}
