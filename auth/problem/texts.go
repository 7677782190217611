package problem

import "slices"

// Texts are all words that a [Tongue] is asked for, but those of providers' files.
func Texts() []string {
	out := []string{"the provider", "{title}.", registerThat, notThisApps}
	t := problemWords()
	for _, table := range []map[string]words{t.Sentinel, t.Other, t.OAuth, t.Store, t.Connection, t.CAFile} {
		for _, w := range table {
			out = append(out, w.Title, w.Detail, w.Next)
		}
	}
	slices.Sort(out)
	out = slices.Compact(out)
	return slices.DeleteFunc(out, func(s string) bool { return s == "" || s == "{reason}" || s == "{description}" })
}
