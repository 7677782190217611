package state

import (
	"strings"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/ui/tongue"
	"github.com/claviger/claviger/ui/words"
)

// What the palette leads to, and how one gets there.

// entries are all but the groups.
func (s *Store) entries() []PaletteEntry {
	var out, copies []PaletteEntry
	copyOf := func(account string) string {
		return lang.L("Copy token of {{.Account}}", map[string]any{"Account": account})
	}
	signIn := func(provider string) string {
		return lang.L("Sign in to {{.Provider}}", map[string]any{"Provider": provider})
	}
	// The blanks stay open in what English is asked of.
	copyEnglish, signInEnglish := tongue.English(copyOf("{{.Account}}")), tongue.English(signIn("{{.Provider}}"))
	for _, a := range s.st.Accounts {
		name := words.DisplayName(a)
		out = append(out, PaletteEntry{Kind: EntryAccount, Title: name, Detail: s.st.RailLine(a), Account: a.ID})
		if a.State != auth.StateNeedsSignIn {
			copies = append(copies, PaletteEntry{
				Kind: EntryCopy, Title: copyOf(name), English: strings.ReplaceAll(copyEnglish, "{{.Account}}", name), Detail: s.st.RailLine(a), Account: a.ID,
			})
		}
	}
	for _, c := range Commands() {
		if c.ID != CommandPalette && c.In(s.st) {
			out = append(out, PaletteEntry{Kind: EntryCommand, Title: c.Title, English: tongue.English(c.Title), Shortcut: c.Shortcut(), Command: c.ID})
		}
	}
	out = append(out, copies...)
	for _, p := range s.st.Providers {
		status, _ := s.st.ProviderStatus(p)
		out = append(out, PaletteEntry{
			Kind: EntryProvider, Title: signIn(p.Name), English: strings.ReplaceAll(signInEnglish, "{{.Provider}}", p.Name), Detail: status, Provider: p.ID,
		})
	}
	return append(out, s.settingEntries()...)
}

// RunPalette does what an entry stands for; the palette goes.
func (s *Store) RunPalette(at int) {
	p := s.st.Palette
	if p == nil || at < 0 || at >= len(p.Found) {
		return
	}
	e := p.Found[at]
	s.Over.close()
	switch e.Kind {
	case EntryCommand:
		s.Do(e.Command)
	case EntryAccount:
		s.SelectAccount(e.Account)
	case EntryCopy:
		s.Tokens.CopyOf(e.Account)
	case EntryProvider:
		s.SignIn.Choose(e.Provider)
	case EntrySetting:
		s.ShowSettings(e.Settings)
	case EntryGroup:
		s.SelectAccount(e.Account)
		if s.st.Selected == e.Account {
			s.SelectTab(TabGroups)
			s.Groups.SetFilter(e.Title)
		}
	}
}
