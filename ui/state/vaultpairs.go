package state

import "github.com/claviger/claviger/vault"

// VaultPairs are the lines about the vault.
func VaultPairs(v vault.Status) []Pair {
	var out []Pair
	switch v.Protection {
	case vault.Keyring:
		out = append(out, Pair{Label: "Key", Value: "in " + firstOf(v.Keyring, "the keyring")})
	case vault.Passphrase:
		out = append(out, Pair{Label: "Key", Value: "protected by your passphrase"})
	case vault.Both:
		out = append(out, Pair{Label: "Key", Value: "in " + firstOf(v.Keyring, "the keyring") + ", wrapped with your passphrase"})
	case vault.File:
		out = append(out, Pair{Label: "Key", Value: "in the key file " + firstOf(v.KeyFile, "that CLAVIGER_KEY_FILE names")})
	case vault.None:
		text := "not needed yet; will be stored in " + firstOf(v.KeyFile, v.Keyring)
		if v.Keyring == "" && v.KeyFile == "" {
			text = "not needed yet; you will choose a passphrase"
		}
		out = append(out, Pair{Label: "Key", Value: text})
	}
	if v.KeyFileProblem != "" {
		out = append(out, Pair{Label: "Key file", Value: v.KeyFileProblem})
	}
	if v.KeptOpen {
		out = append(out, Pair{Label: "Open", Value: "for all your programs until the time set by `claviger vault unlock --for`"})
	}
	if v.KeyringProblem != "" && v.Protection != vault.Passphrase && v.Protection != vault.File {
		out = append(out, Pair{Label: "Keyring", Value: v.KeyringProblem})
	}
	if v.Dir != "" {
		out = append(out, Pair{Label: "Folder", Value: v.Dir, Mono: true})
	}
	out = append(out, Pair{Label: "Records", Value: countOf(v.Records, "record")})
	if v.SetAside > 0 {
		out = append(out, Pair{Label: "Set aside", Value: countOf(v.SetAside, "damaged record") + ", kept for rescue"})
	}
	return out
}
