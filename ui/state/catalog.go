package state

import (
	"slices"

	"github.com/claviger/claviger/providers"
)

func (s *Store) loadProviders() {
	s.st.Providers = readyFirst(s.sv.Catalog.All())
	s.st.ProviderProblems = nil
	for _, err := range s.sv.Catalog.Problems() {
		s.st.ProviderProblems = append(s.st.ProviderProblems, err.Error())
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
