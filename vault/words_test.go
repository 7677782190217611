package vault

import (
	"bytes"
	"errors"
	"testing"

	"filippo.io/age"
)

// The same words open a vault, however the keyboard or the editor writes them;
// so do those of a vault that was made before they were put into one form.
func TestPassphraseInOtherForms(t *testing.T) {
	const composed, decomposed = "caf\u00e9 words here", "cafe\u0301 words here"
	c := &copies{workFactor: 2}
	k, err := newKey()
	if err != nil {
		t.Fatal(err)
	}
	old := func(passphrase string) []byte {
		r, err := age.NewScryptRecipient(passphrase)
		if err != nil {
			t.Fatal(err)
		}
		r.SetWorkFactor(2)
		sealed, err := seal(k.text(), r)
		if err != nil {
			t.Fatal(err)
		}
		return sealed
	}
	for name, sealedWith := range map[string]string{"composed": composed, "decomposed": decomposed, "with a mark": "\ufeff" + composed} {
		fresh, err := c.wrapKey(k, sealedWith)
		if err != nil {
			t.Fatal(err)
		}
		for _, sealed := range [][]byte{fresh, old(sealedWith)} {
			for _, typed := range []string{composed, decomposed, sealedWith} {
				if sealedWith[0] == 0xef && typed != sealedWith && !bytes.Equal(sealed, fresh) {
					continue // an old one with a mark opens with the same file
				}
				got, err := unwrapKey(sealed, typed, "here")
				if err != nil || !bytes.Equal(got.text(), k.text()) {
					t.Errorf("%s, opened with %+q: %v", name, typed, err)
				}
			}
			if _, err := unwrapKey(sealed, "cafe words here", "here"); !errors.Is(err, ErrWrongPassphrase) {
				t.Errorf("%s: other words: %v", name, err)
			}
		}
	}
}
