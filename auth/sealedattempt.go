package auth

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
)

// Attempt is one authorization request that waits for its response: what ties the two
// together, so that whoever holds it can finish the sign-in, in another process too
// ([SignInRequest.Attempt]). It is a secret; [Attempt.Seal] makes it one that can be
// kept elsewhere, such as in a cookie.
type Attempt struct {
	Provider    string
	RedirectURI string
	// Scopes are those asked for.
	Scopes []string
	// Expires is when the sign-in gives up.
	Expires time.Time
	// Home is who gets the code.
	Home Home

	attempt
	key Secret // that tokens are to be bound to (RFC 9449), or none
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
		t.state, t.nonce, t.verifier.Reveal(), t.key.Reveal(),
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
		attempt: attempt{s.State, s.Nonce, providers.NewSecret(s.Verifier)}, key: providers.NewSecret(s.Key),
	}, nil
}

// Format implements [fmt.Formatter]: whatever the verb, an attempt shows no secret.
func (t Attempt) Format(s fmt.State, _ rune) { _, _ = fmt.Fprintf(s, "attempt at %q", t.Provider) }

// Attempt is that whose response counts now. It is the zero value in a device flow.
func (f *Flow) Attempt() Attempt {
	if f.device != nil || f.joined {
		return Attempt{}
	}
	return Attempt{
		Provider: f.req.p.ID, RedirectURI: f.req.redirect, Scopes: slices.Clone(f.req.scopes), Expires: f.deadline, Home: HomeOf(f.req.p),
		attempt: f.front.current(), key: f.req.key.private(),
	}
}

// takeUp goes on with an attempt that was begun before.
func (f *Flow) takeUp(t *Attempt) error {
	switch {
	case t.state == "" || t.Provider != f.req.p.ID:
		return &parameterError{"That attempt is of another provider"}
	case t.RedirectURI != f.req.redirect:
		return &parameterError{"The response to that attempt comes back to " + plain.Short(t.RedirectURI)}
	}
	if moved := t.Home.Moved(f.req.p); moved != nil {
		return moved // else another server would get the code
	}
	f.front.attempt, f.req.scopes, f.deadline = t.attempt, slices.Clone(t.Scopes), t.Expires
	if t.key.IsZero() {
		return nil
	}
	var err error
	f.req.key, err = readProofKey(t.key)
	return err
}

func sealWith(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("key of the seal: %w", err)
	}
	return cipher.NewGCMWithRandomNonce(block)
}
