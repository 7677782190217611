package state

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/ui/words"
)

// loadProviders takes over what the catalog has.
func (b *base) loadProviders() {
	b.st.Providers = readyFirst(b.sv.Catalog.All())
	b.st.ProviderProblems = nil
	for _, err := range b.sv.Catalog.Problems() {
		text := words.Said(err.Error())
		if fe, ok := errors.AsType[*providers.FileError](err); ok {
			text = fe.In(words.Said)
		}
		b.st.ProviderProblems = append(b.st.ProviderProblems, text)
	}
}

// readyFirst puts the demo first, then the providers with which a sign-in can
// start: among the many built-in ones these are the few that were chosen. Those
// that most people look for come next, and those that no desktop program can use
// last.
func readyFirst(all []*providers.Provider) []*providers.Provider {
	rank := func(p *providers.Provider) int {
		switch {
		case p.ID == "demo":
			return 0
		case p.Ready() == nil:
			return 1
		case p.Unusable != "":
			return 4
		case p.Popular:
			return 2
		}
		return 3
	}
	out := slices.Clone(all)
	slices.SortStableFunc(out, func(a, b *providers.Provider) int { return rank(a) - rank(b) })
	return out
}

// freeID is an id that no provider has yet, made of a wished one.
func (b *base) freeID(wish string) string {
	id := wish
	for i := 2; ; i++ {
		if _, taken := b.sv.Catalog.Lookup(id); !taken {
			return id
		}
		id = fmt.Sprintf("%s-%d", strings.TrimRight(strings.TrimSuffix(wish, "-2"), "-"), i)
	}
}
