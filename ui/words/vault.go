package words

import (
	"cmp"
	"slices"
	"strings"

	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/vault"
)

// VaultPairs are the lines about the vault.
func VaultPairs(v vault.Status) []Pair {
	var out []Pair
	switch v.Protection {
	case vault.Keyring:
		out = append(out, Pair{Label: "Key", Value: "in " + cmp.Or(v.Keyring, "the keyring")})
	case vault.Passphrase:
		out = append(out, Pair{Label: "Key", Value: "protected by your passphrase"})
	case vault.Both:
		out = append(out, Pair{Label: "Key", Value: "in " + cmp.Or(v.Keyring, "the keyring") + ", wrapped with your passphrase"})
	case vault.File:
		out = append(out, Pair{Label: "Key", Value: "in the key file " + cmp.Or(v.KeyFile, "that CLAVIGER_KEY_FILE names")})
	case vault.None:
		text := "not needed yet; will be stored in " + cmp.Or(v.KeyFile, v.Keyring)
		if v.Keyring == "" && v.KeyFile == "" {
			text = "not needed yet; you will choose a passphrase"
		}
		out = append(out, Pair{Label: "Key", Value: text})
	}
	out = append(out, vaultTroubles(v)...)
	if v.Dir != "" {
		out = append(out, Pair{Label: "Folder", Value: v.Dir, Mono: true})
	}
	out = append(out, Pair{Label: "Records", Value: Count(v.Records, "record")})
	if v.SetAside > 0 {
		out = append(out, Pair{Label: "Set aside", Value: Count(v.SetAside, "damaged record") + ", kept for rescue"})
	}
	return out
}

// vaultTroubles are the lines about what is unusual.
func vaultTroubles(v vault.Status) []Pair {
	var out []Pair
	if v.KeyFileProblem != "" {
		out = append(out, Pair{Label: "Key file", Value: v.KeyFileProblem})
	}
	if v.KeptOpen {
		out = append(out, Pair{Label: "Open", Value: "for all your programs until the time set by `claviger vault unlock --for`"})
	}
	if v.KeyringProblem != "" && v.Protection != vault.Passphrase && v.Protection != vault.File {
		out = append(out, Pair{Label: "Keyring", Value: v.KeyringProblem})
	}
	if v.OldKey != "" {
		out = append(out, Pair{Label: "Old key", Value: "the keyring's item " + v.OldKey + " may be an old copy of the key"})
	}
	return out
}

// Exported says what an export wrote.
func Exported(r vault.ExportReport, path string) string {
	text := Count(r.Records, "record") + " written to " + path + ". Only the passphrase opens it; keep the two apart."
	if len(r.LeftOut) > 0 {
		text += " Skipped, damaged: " + Count(len(r.LeftOut), "record") + "."
	}
	return text
}

// maxBrought bounds how many accounts are named.
const maxBrought = 8

// Brought name what came.
func Brought(r vault.Review) string {
	text := ""
	for _, line := range plain.Lines(slices.Concat(r.Says, r.Asks), maxBrought) {
		text += "\n" + line
	}
	return text
}

// Imported says what an import did.
func Imported(r vault.ImportReport) string {
	parts := []string{Count(len(r.Added), "record") + " added"}
	if n := len(r.Replaced); n > 0 {
		parts = append(parts, Count(n, "record")+" replaced")
	}
	if n := len(r.Same); n > 0 {
		parts = append(parts, Count(n, "record")+" already here")
	}
	text := strings.Join(parts, ", ") + "."
	if n := len(r.Kept); n > 0 {
		text += " " + Count(n, "record") + " already here with different contents, kept."
	}
	return text
}

// Protected says what it takes to open the vault from now on.
func Protected(choice vault.Protection, byFile bool, keyFile string) string {
	text := "The keyring now unlocks the vault, without a passphrase."
	switch choice {
	case vault.Both:
		text = "Your passphrase and the keyring are now both required."
	case vault.Passphrase:
		text = "Your passphrase is now required."
	case vault.Keyring, vault.File, vault.None:
	}
	if byFile && keyFile != "" {
		text += " The old key file still has the key. Delete it if nothing else needs it: " + keyFile
	}
	return text
}
