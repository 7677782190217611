package problem

import (
	"slices"

	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/providers"
)

// Texts are all words that a [Tongue] is asked for, but those of providers' files.
func Texts() []string {
	out := []phrase.Text{phrase.Nameless, "{title}.", registerThat, notThisApps, providers.ErrNoVariable.Error()}
	for _, table := range problemWords().tables() {
		for _, w := range table {
			out = append(out, w.Title, w.Detail, w.Next)
		}
	}
	slices.Sort(out)
	out = slices.Compact(out)
	return slices.DeleteFunc(out, func(s string) bool { return s == "" || s == "{reason}" || s == "{description}" })
}

// tables are those that have words of their own.
func (t wordTable) tables() []map[string]words {
	return []map[string]words{t.Sentinel, t.Other, t.OAuth, t.Store, t.Connection, t.CAFile}
}
