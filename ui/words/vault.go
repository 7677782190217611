package words

import (
	"cmp"
	"slices"
	"strings"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/vault"
)

// VaultPairs are the lines about the vault.
func VaultPairs(v vault.Status) []Pair {
	var out []Pair
	keyring := map[string]any{"Keyring": cmp.Or(v.Keyring, lang.L("the keyring"))}
	switch v.Protection {
	case vault.Keyring:
		out = append(out, Pair{Label: lang.L("Key"), Value: lang.L("in {{.Keyring}}", keyring)})
	case vault.Passphrase:
		out = append(out, Pair{Label: lang.L("Key"), Value: lang.L("protected by your passphrase")})
	case vault.Both:
		out = append(out, Pair{Label: lang.L("Key"), Value: lang.L("in {{.Keyring}}, wrapped with your passphrase", keyring)})
	case vault.File:
		out = append(out, Pair{Label: lang.L("Key"), Value: keyFileText(v)})
	case vault.None:
		text := lang.L("not needed yet; will be stored in {{.Place}}", map[string]any{"Place": cmp.Or(v.KeyFile, v.Keyring)})
		if v.Keyring == "" && v.KeyFile == "" {
			text = lang.L("not needed yet; you will choose a passphrase")
		}
		out = append(out, Pair{Label: lang.L("Key"), Value: text})
	}
	out = append(out, vaultTroubles(v)...)
	if v.Dir != "" {
		out = append(out, Pair{Label: lang.L("Folder"), Value: v.Dir, Mono: true})
	}
	out = append(out, Pair{Label: lang.L("Records"), Value: lang.N("{{.Count}} records", v.Records, map[string]any{"Count": v.Records})})
	if v.SetAside > 0 {
		out = append(out, Pair{Label: lang.L("Set aside"), Value: lang.N("{{.Count}} damaged records, kept for rescue", v.SetAside, map[string]any{"Count": v.SetAside})})
	}
	return out
}

// keyFileText says where the key file is.
func keyFileText(v vault.Status) string {
	if v.KeyFile == "" {
		return lang.L("in the key file that CLAVIGER_KEY_FILE names")
	}
	return lang.L("in the key file {{.File}}", map[string]any{"File": v.KeyFile})
}

// vaultTroubles are the lines about what is unusual.
func vaultTroubles(v vault.Status) []Pair {
	var out []Pair
	if v.KeyFileProblem != "" {
		out = append(out, Pair{Label: lang.L("Key file"), Value: v.KeyFileProblem})
	}
	if v.KeptOpen {
		out = append(out, Pair{Label: lang.X("vault.open", "Open"), Value: lang.L("for all your programs until the time set by `claviger vault unlock --for`")})
	}
	if v.KeyringProblem != "" && v.Protection != vault.Passphrase && v.Protection != vault.File {
		out = append(out, Pair{Label: lang.L("Keyring"), Value: v.KeyringProblem})
	}
	if v.OldKey != "" {
		out = append(out, Pair{Label: lang.L("Old key"), Value: lang.L("the keyring's item {{.Item}} may be an old copy of the key", map[string]any{"Item": v.OldKey})})
	}
	return out
}

// Exported says what an export wrote.
func Exported(r vault.ExportReport, path string) string {
	text := lang.N("{{.Count}} records written to {{.Path}}. Only the passphrase opens it; keep the two apart.", r.Records, map[string]any{"Count": r.Records, "Path": path})
	if n := len(r.LeftOut); n > 0 {
		text += " " + lang.N("Skipped, damaged: {{.Count}} records.", n, map[string]any{"Count": n})
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
	n := len(r.Added)
	parts := []string{lang.N("{{.Count}} records added", n, map[string]any{"Count": n})}
	if n := len(r.Replaced); n > 0 {
		parts = append(parts, lang.N("{{.Count}} records replaced", n, map[string]any{"Count": n}))
	}
	if n := len(r.Same); n > 0 {
		parts = append(parts, lang.N("{{.Count}} records already here", n, map[string]any{"Count": n}))
	}
	text := lang.X("sentence", "{{.Text}}.", map[string]any{"Text": strings.Join(parts, lang.X("list.comma", ", "))})
	if n := len(r.Kept); n > 0 {
		text += " " + lang.N("{{.Count}} records already here with different contents, kept.", n, map[string]any{"Count": n})
	}
	return text
}

// Protected says what it takes to open the vault from now on.
func Protected(choice vault.Protection, byFile bool, keyFile string) string {
	text := lang.L("The keyring now unlocks the vault, without a passphrase.")
	switch choice {
	case vault.Both:
		text = lang.L("Your passphrase and the keyring are now both required.")
	case vault.Passphrase:
		text = lang.L("Your passphrase is now required.")
	case vault.Keyring, vault.File, vault.None:
	}
	if byFile && keyFile != "" {
		text += " " + lang.L("The old key file still has the key. Delete it if nothing else needs it: {{.File}}", map[string]any{"File": keyFile})
	}
	return text
}
