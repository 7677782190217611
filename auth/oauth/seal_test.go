package oauth

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// Who has no key can neither read nor change a sealed attempt, and printing one shows
// no secret.
func TestASealedAttempt(t *testing.T) {
	attempt := Attempt{Provider: "fake", RedirectURI: "http://127.0.0.1:1/callback", binding: newBinding(true)}
	key := bytes.Repeat([]byte{7}, 32)
	sealed, err := attempt.Seal(key)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(fmt.Sprintf("%v %+v %#v", attempt, attempt, attempt), attempt.binding.verifier.Reveal()) {
		t.Error("the verifier is printed")
	}
	for _, secret := range []string{attempt.binding.state.Reveal(), attempt.binding.verifier.Reveal()} {
		if bytes.Contains(sealed, []byte(secret)) {
			t.Error("a secret can be read")
		}
	}
	if got, err := OpenAttempt(sealed, key); err != nil || got.binding.state != attempt.binding.state || got.binding.verifier != attempt.binding.verifier || got.binding.nonce != attempt.binding.nonce {
		t.Errorf("%v", err)
	}
	if _, err := OpenAttempt(sealed, bytes.Repeat([]byte{8}, 32)); err == nil {
		t.Error("another key opens it")
	}
	for i := range sealed {
		changed := bytes.Clone(sealed)
		changed[i] ^= 1
		if _, err := OpenAttempt(changed, key); err == nil {
			t.Errorf("a change at %d is not noticed", i)
		}
	}
	if _, err := attempt.Seal(nil); err == nil {
		t.Error("sealed without a key")
	}
}
