package oauth

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
)

// Attempt is one authorization request that waits for its response: what ties the two
// together, so that whoever holds it can finish the sign-in, in another process too.
// It is a secret; [Attempt.Seal] makes it one that can be kept elsewhere, such as in a
// cookie.
type Attempt struct {
	Provider    string
	RedirectURI string
	// Scopes are those asked for.
	Scopes []string
	// Expires is when the sign-in gives up.
	Expires time.Time
	// Home is who gets the code.
	Home Home

	binding Binding
	key     providers.Secret // that tokens are to be bound to (RFC 9449), or none
}

// Attempt is an attempt at a request that waits until it expires.
func (c *Client) Attempt(q *AuthorizationRequest, b Binding, expires time.Time) Attempt {
	return Attempt{
		Provider: c.Provider.ID, RedirectURI: q.RedirectURI, Scopes: slices.Clone(q.Scopes), Expires: expires, Home: c.Home,
		binding: b, key: q.Key.private(),
	}
}

// Resume goes on with an attempt that was begun before: q becomes its request. An error
// is a [*ParameterError], a [*MovedError] or [ErrProofKey].
func (c *Client) Resume(t *Attempt, q *AuthorizationRequest) (Binding, error) {
	switch {
	case t.binding.state.IsZero() || t.Provider != c.Provider.ID:
		return Binding{}, &ParameterError{"That attempt is of another provider"}
	case t.RedirectURI != q.RedirectURI:
		return Binding{}, &ParameterError{phrase.Say("The response to that attempt comes back to {address}", plain.Short(t.RedirectURI))}
	}
	if moved := t.Home.Moved(c.Provider); moved != nil {
		return Binding{}, moved // else another server would get the code
	}
	q.Scopes = slices.Clone(t.Scopes)
	if t.key.IsZero() {
		return t.binding, nil
	}
	var err error
	q.Key, err = readProofKey(t.key)
	return t.binding, err
}

// sealedAttempt is what is inside the seal.
type sealedAttempt struct {
	Provider    string    `json:"provider"`
	RedirectURI string    `json:"redirect_uri"`
	Scopes      []string  `json:"scopes"`
	Expires     time.Time `json:"expires"`
	Home        Home      `json:"home"`
	State       string    `json:"state"`
	Nonce       string    `json:"nonce,omitempty"`
	Verifier    string    `json:"code_verifier"`
	Key         string    `json:"dpop_key,omitempty"`
}

// errSealed never says more: whoever made the text would learn from it.
var errSealed = errors.New("the attempt is not one that was sealed with this key")

// Seal encrypts the attempt with a key of 16, 24 or 32 bytes (AES-GCM, NIST SP
// 800-38D): who has no key can neither read nor change it.
func (t Attempt) Seal(key []byte) ([]byte, error) {
	box, err := sealWith(key)
	if err != nil {
		return nil, err
	}
	data, err := json.Marshal(sealedAttempt{
		t.Provider, t.RedirectURI, t.Scopes, t.Expires, t.Home,
		t.binding.state.Reveal(), t.binding.nonce.Reveal(), t.binding.verifier.Reveal(), t.key.Reveal(),
	})
	if err != nil {
		return nil, fmt.Errorf("sealing an attempt: %w", err)
	}
	return box.Seal(nil, nil, data, nil), nil //nolint:gosec // the box draws its nonce itself
}

// OpenAttempt opens what [Attempt.Seal] made with the same key.
func OpenAttempt(sealed, key []byte) (Attempt, error) {
	box, err := sealWith(key)
	if err != nil {
		return Attempt{}, err
	}
	data, err := box.Open(nil, nil, sealed, nil)
	if err != nil {
		return Attempt{}, errSealed
	}
	var s sealedAttempt
	if json.Unmarshal(data, &s) != nil {
		return Attempt{}, errSealed
	}
	return Attempt{
		Provider: s.Provider, RedirectURI: s.RedirectURI, Scopes: s.Scopes, Expires: s.Expires, Home: s.Home,
		binding: Binding{providers.NewSecret(s.State), providers.NewSecret(s.Nonce), providers.NewSecret(s.Verifier)}, key: providers.NewSecret(s.Key),
	}, nil
}

// Format implements [fmt.Formatter]: whatever the verb, an attempt shows no secret.
func (t Attempt) Format(s fmt.State, _ rune) { _, _ = fmt.Fprintf(s, "attempt at %q", t.Provider) }

func sealWith(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("key of the seal: %w", err)
	}
	return cipher.NewGCMWithRandomNonce(block)
}
