package ui

import (
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/ui/tongue"
)

// spoken is the catalogue of providers in the person's language.
type spoken struct{ *providers.Set }

// All implements [state.Catalog].
func (s spoken) All() []*providers.Provider {
	all := s.Set.All()
	for _, p := range all {
		p.In(tongue.Text)
	}
	return all
}

// Lookup implements [state.Catalog].
func (s spoken) Lookup(id string) (*providers.Provider, bool) {
	p, ok := s.Set.Lookup(id)
	if ok {
		p.In(tongue.Text)
	}
	return p, ok
}
