package state

import (
	"slices"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/ui/words"
)

// Over is what lies over the page: the palette, or the sheet of shortcuts.
type Over struct {
	*base
	// entries are what the palette has beside the groups, index is what it looks through
	// while it is open.
	entries func() []PaletteEntry
	index   index
}

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
	// English is the title in English, if it has one: that is looked through, too.
	English string
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
func (x *Over) OpenPalette() {
	if !x.st.Free() {
		return
	}
	x.index = newIndex(x.entries())
	x.update(func(st *State) {
		st.Shortcuts = false
		st.Palette = &Palette{}
		x.find(st, "")
	})
	x.readGroups()
}

// readGroups adds the groups of all accounts, which can be ten thousands.
func (x *Over) readGroups() {
	accounts := slices.Clone(x.st.Accounts)
	names := make([]string, len(accounts))
	groups := 0
	for i, a := range accounts {
		names[i] = lang.L("Group of {{.Account}}", map[string]any{"Account": words.DisplayName(a)})
		groups += len(a.Groups)
	}
	if groups == 0 {
		return
	}
	x.update(func(st *State) { st.Palette = st.Palette.with(func(p *Palette) { p.Reading = true }) })
	x.run(slotPalette, func(j *job) {
		read := newIndex(groupEntries(accounts, names))
		j.do(func() {
			if x.st.Palette == nil {
				return
			}
			x.index = append(x.index, read...)
			x.update(func(st *State) {
				at := st.Palette.At
				x.find(st, st.Palette.Query)
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
func (x *Over) find(st *State, query string) {
	found, all := x.index.best(query, paletteMost)
	st.Palette = st.Palette.with(func(p *Palette) { p.Query, p.Found, p.All, p.At = query, found, all, 0 })
}

// SetQuery narrows the palette to what has all words of the text.
func (x *Over) SetQuery(text string) {
	if x.st.Palette != nil {
		x.update(func(st *State) { x.find(st, text) })
	}
}

// Move chooses the entry so many lines below; the list is a ring.
func (x *Over) Move(by int) {
	p := x.st.Palette
	if p == nil || len(p.Found) == 0 {
		return
	}
	n := len(p.Found)
	x.update(func(st *State) {
		st.Palette = p.with(func(p *Palette) { p.At = ((p.At+by)%n + n) % n })
	})
}

// OpenShortcuts shows the sheet of shortcuts over the page.
func (x *Over) OpenShortcuts() {
	if x.st.Free() {
		x.update(func(st *State) { st.Palette, st.Shortcuts = nil, true })
	}
}

// close takes away what lies over the page: the palette, or the sheet of shortcuts.
// It reports whether there was something.
func (x *Over) close() bool {
	if x.st.Palette == nil && !x.st.Shortcuts {
		return false
	}
	x.update(func(st *State) { x.went(st, st.Route) })
	return true
}

// went takes away what lies over a page that is left, or closed.
func (x *Over) went(st *State, _ Route) {
	x.drop(slotPalette)
	x.index = nil
	st.Palette, st.Shortcuts = nil, false
}
