package doctor

import (
	"context"
	"errors"

	"github.com/claviger/claviger/vault"
)

// keyring looks at the system's keyring. Without one there are other ways, so it is a
// failure only if the vault's key is in it.
func (e *examination) keyring(ctx context.Context) finding {
	v, err := e.Vault()
	if err != nil {
		return skipped("The vault cannot be opened: see Folder.")
	}
	st, err := v.Look(ctx)
	needed := err == nil && st.Protection.UsesKeyring() && !st.KeptOpen
	k := v.Keyring(ctx)
	switch {
	case k.Asleep:
		return good("%s starts when it is needed. It was not started for this.", k.Name)
	case k.Err == nil:
		return good("%s is available.", k.Name)
	case ctx.Err() != nil:
		return bad("The keyring did not answer in time.").mend("Log in to the desktop again, or restart the keyring.")
	}
	f := explained(Warn, k.Err)
	if needed {
		f.verdict = Fail
		return f
	}
	if errors.Is(k.Err, vault.ErrKeyringLocked) {
		f.verdict = OK
	}
	if err == nil && st.Protection != vault.None {
		// The words for it speak of a vault that needs it.
		f.verdict, f.fix, f.commands = OK, "", nil
		f.found = sentences(f.found, "The vault does not need it")
		return f
	}
	return f.mend("A vault can have a passphrase or a key file instead.", "claviger vault passphrase", "claviger vault key-file ~/.claviger-key")
}
