package state

import (
	"slices"
	"strings"

	"github.com/claviger/claviger/internal/plain"
)

// The palette finds as the search of the accounts does: every word that was typed, in any
// order, accents and case as they come. Matching by scattered letters, as libraries for
// palettes do, is left out on purpose: among thousands of groups nearly all fit some
// letters, and what is chosen here can be to hand out a token.

// index is the palette's entries, ready to be searched.
type index []indexed

type indexed struct {
	entry PaletteEntry
	// All are folded; text has the titles and the detail.
	title, english, text string
}

func newIndex(entries []PaletteEntry) index {
	out := make(index, len(entries))
	for i, e := range entries {
		x := indexed{entry: e, title: plain.Fold(e.Title)}
		x.text = x.title + "\n" + plain.Fold(e.Detail)
		if e.English != "" && e.English != e.Title {
			x.english = plain.Fold(e.English)
			x.text += "\n" + x.english
		}
		out[i] = x
	}
	return out
}

// How well an entry fits, the best first.
const (
	fitsWhole = iota
	fitsStart
	fitsWords
	fitsTitle
	fitsText
	fitsNot
)

// fit says how well an entry fits the words of a query, which are folded.
func (x indexed) fit(query string, words []string) int {
	for _, w := range words {
		if !strings.Contains(x.text, w) {
			return fitsNot
		}
	}
	if x.english == "" {
		return fitTitle(x.title, query, words)
	}
	return min(fitTitle(x.title, query, words), fitTitle(x.english, query, words))
}

// fitTitle says how well a title fits a query whose words are in the entry.
func fitTitle(title, query string, words []string) int {
	inTitle, starts := true, true
	for _, w := range words {
		inTitle = inTitle && strings.Contains(title, w)
		starts = starts && inTitle && startsWord(title, w)
	}
	switch {
	case title == query:
		return fitsWhole
	case strings.HasPrefix(title, query):
		return fitsStart
	case starts:
		return fitsWords
	case inTitle:
		return fitsTitle
	}
	return fitsText
}

// startsWord reports whether a word of text begins with prefix.
func startsWord(text, prefix string) bool {
	for at := 0; ; {
		i := strings.Index(text[at:], prefix)
		if i < 0 {
			return false
		}
		at += i
		if at == 0 || strings.IndexByte(" -_/.@:\n", text[at-1]) >= 0 {
			return true
		}
		at++
	}
}

// kindRank is the order of equals.
func kindRank(k EntryKind) int {
	return slices.Index([]EntryKind{EntryAccount, EntryCommand, EntrySetting, EntryCopy, EntryProvider, EntryGroup}, k)
}

// best are the entries that fit best, at most so many, and how many fit at all. Without a
// query these are the accounts and the commands.
func (x index) best(query string, most int) (found []PaletteEntry, all int) {
	query = strings.TrimSpace(plain.Fold(query))
	words := strings.Fields(query)
	type ranked struct{ at, fit, kind, length int }
	worse := func(a, b ranked) int {
		for _, d := range []int{a.fit - b.fit, a.kind - b.kind, a.length - b.length, a.at - b.at} {
			if d != 0 {
				return d
			}
		}
		return 0
	}
	var top []ranked
	for i, e := range x {
		r := ranked{at: i, fit: e.fit(query, words), kind: kindRank(e.entry.Kind)}
		if e.entry.Kind == EntryGroup { // the others have an order of their own
			r.length = len(e.title)
		}
		if len(words) == 0 {
			r.fit = fitsWhole
			if k := e.entry.Kind; k != EntryAccount && k != EntryCommand {
				continue
			}
		}
		if r.fit == fitsNot {
			continue
		}
		all++
		if len(top) == most && worse(r, top[most-1]) > 0 {
			continue
		}
		to, _ := slices.BinarySearchFunc(top, r, worse)
		top = slices.Insert(top, to, r)
		top = top[:min(len(top), most)]
	}
	for _, r := range top {
		found = append(found, x[r.at].entry)
	}
	return found, all
}
