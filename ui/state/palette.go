package state

import (
	"slices"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/ui/words"
)

// Palette is the list of everything that one can go to or do, narrowed by what was typed.
// It lies over the page.
type Palette struct {
	Query string
	// Found are those that fit, the best first, and not more than can be looked through.
	Found []PaletteEntry
	// All is how many fit.
	All int
	// At is the place of the chosen one in Found.
	At int
	// Reading reports that the groups are still being looked through.
	Reading bool
}

// EntryKind says what an entry of the palette is.
type EntryKind string

// The kinds; kindRank has their order.
const (
	EntryAccount  EntryKind = "account"
	EntryCommand  EntryKind = "command"
	EntryCopy     EntryKind = "copy"
	EntryProvider EntryKind = "provider"
	EntrySetting  EntryKind = "setting"
	EntryGroup    EntryKind = "group"
)

// PaletteEntry is a thing to go to, or to do.
type PaletteEntry struct {
	Kind EntryKind
	// Title is what it is called; Detail tells those of one name apart.
	Title, Detail string
	// Shortcut does the same, "" if none does.
	Shortcut string

	Command  CommandID
	Account  string
	Provider string
	Settings SettingsSection
}

// paletteMost is how many entries are shown: whoever does not find it among these types
// on.
const paletteMost = 20

// OpenPalette shows the palette.
func (s *Store) OpenPalette() {
	if !s.st.Free() {
		return
	}
	s.index = newIndex(s.entries())
	s.update(func(st *State) {
		st.Shortcuts = false
		st.Palette = &Palette{}
		s.find(st, "")
	})
	s.readGroups()
}

// readGroups adds the groups of all accounts, which can be ten thousands.
func (s *Store) readGroups() {
	accounts := slices.Clone(s.st.Accounts)
	names := make([]string, len(accounts))
	groups := 0
	for i, a := range accounts {
		names[i] = lang.L("Group of {{.Account}}", map[string]any{"Account": words.DisplayName(a)})
		groups += len(a.Groups)
	}
	if groups == 0 {
		return
	}
	s.update(func(st *State) { st.Palette = st.Palette.with(func(p *Palette) { p.Reading = true }) })
	s.run(slotPalette, func(j *job) {
		read := newIndex(groupEntries(accounts, names))
		j.do(func() {
			if s.st.Palette == nil {
				return
			}
			s.index = append(s.index, read...)
			s.update(func(st *State) {
				at := st.Palette.At
				s.find(st, st.Palette.Query)
				st.Palette.At, st.Palette.Reading = min(at, max(0, len(st.Palette.Found)-1)), false
			})
		})
	})
}

func groupEntries(accounts []*auth.Account, names []string) []PaletteEntry {
	var out []PaletteEntry
	for i, a := range accounts {
		for _, g := range a.Groups {
			title := g.Name
			if title == "" {
				title = g.ID
			}
			out = append(out, PaletteEntry{Kind: EntryGroup, Title: title, Detail: names[i], Account: a.ID})
		}
	}
	return out
}

// entries are all but the groups.
func (s *Store) entries() []PaletteEntry {
	var out, copies []PaletteEntry
	for _, a := range s.st.Accounts {
		name := words.DisplayName(a)
		out = append(out, PaletteEntry{Kind: EntryAccount, Title: name, Detail: s.st.RailLine(a), Account: a.ID})
		if a.State != auth.StateNeedsSignIn {
			copies = append(copies, PaletteEntry{
				Kind: EntryCopy, Title: lang.L("Copy token of {{.Account}}", map[string]any{"Account": name}), Detail: s.st.RailLine(a), Account: a.ID,
			})
		}
	}
	for _, c := range Commands() {
		if c.ID != CommandPalette && c.In(s.st) {
			out = append(out, PaletteEntry{Kind: EntryCommand, Title: c.Title, Shortcut: c.Shortcut(), Command: c.ID})
		}
	}
	out = append(out, copies...)
	for _, p := range s.st.Providers {
		status, _ := s.st.ProviderStatus(p)
		out = append(out, PaletteEntry{
			Kind: EntryProvider, Title: lang.L("Sign in to {{.Provider}}", map[string]any{"Provider": p.Name}), Detail: status, Provider: p.ID,
		})
	}
	return append(out, s.settingEntries()...)
}

// with returns a copy that was changed.
func (p *Palette) with(change func(*Palette)) *Palette {
	if p == nil {
		return nil
	}
	c := *p
	change(&c)
	return &c
}

// find narrows the palette.
func (s *Store) find(st *State, query string) {
	found, all := s.index.best(query, paletteMost)
	st.Palette = st.Palette.with(func(p *Palette) { p.Query, p.Found, p.All, p.At = query, found, all, 0 })
}

// SetPaletteQuery narrows the palette to what has all words of the text.
func (s *Store) SetPaletteQuery(text string) {
	if s.st.Palette != nil {
		s.update(func(st *State) { s.find(st, text) })
	}
}

// MovePalette chooses the entry so many lines below; the list is a ring.
func (s *Store) MovePalette(by int) {
	p := s.st.Palette
	if p == nil || len(p.Found) == 0 {
		return
	}
	n := len(p.Found)
	s.update(func(st *State) {
		st.Palette = p.with(func(p *Palette) { p.At = ((p.At+by)%n + n) % n })
	})
}

// RunPalette does what an entry stands for; the palette goes.
func (s *Store) RunPalette(at int) {
	p := s.st.Palette
	if p == nil || at < 0 || at >= len(p.Found) {
		return
	}
	e := p.Found[at]
	s.closeOver()
	switch e.Kind {
	case EntryCommand:
		s.Do(e.Command)
	case EntryAccount:
		s.SelectAccount(e.Account)
	case EntryCopy:
		s.CopyTokenOf(e.Account)
	case EntryProvider:
		s.ChooseProvider(e.Provider)
	case EntrySetting:
		s.ShowSettings(e.Settings)
	case EntryGroup:
		s.SelectAccount(e.Account)
		if s.st.Selected == e.Account {
			s.SelectTab(TabGroups)
			s.SetGroupFilter(e.Title)
		}
	}
}
