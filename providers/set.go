package providers

import (
	"cmp"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/claviger/claviger/internal/order"
)

// Set is the providers known to this process. It is safe for concurrent use.
type Set struct {
	dir string
	env map[string]string

	mu sync.Mutex
	// known are the providers as their files say, before the environment.
	// Built-in ones are read when they are looked up.
	known    map[string]*Provider
	problems []error
	// seen is how the files were when they were read.
	seen string
	// put are those of [Set.Put].
	put    map[string]*Provider
	shared *shared
}

// raw returns the provider as its file says. s.mu is held.
func (s *Set) raw(id string) (*Provider, bool) {
	p, ok := s.known[id]
	if !ok || p != nil {
		return p, ok
	}
	p, err := preset(id)
	if err != nil {
		s.problem(err)
		delete(s.known, id)
		return nil, false
	}
	s.known[id] = p
	return p, true
}

// Lookup returns a copy of the provider with that id, its addresses filled
// from its variables as far as these have values.
func (s *Set) Lookup(id string) (*Provider, bool) {
	s.lock()
	defer s.mu.Unlock()
	p, ok := s.raw(id)
	if !ok {
		return nil, false
	}
	return s.finish(p), true
}

// OnFile is [Set.Lookup] without what the environment says, which may be for one
// command only.
func (s *Set) OnFile(id string) (*Provider, bool) {
	s.lock()
	raw, ok := s.raw(id)
	s.mu.Unlock()
	if !ok {
		return nil, false
	}
	p := raw.Clone()
	p.shared = s.shared
	p.fill()
	return p, true
}

// finish makes the copy of a provider that the set hands out. s.mu is held.
func (s *Set) finish(raw *Provider) *Provider {
	p := s.configured(raw)
	p.shares = s.sharing(p)
	return p
}

// All returns copies of all providers, the demo first, then by name.
func (s *Set) All() []*Provider {
	s.lock()
	out := make([]*Provider, 0, len(s.known))
	for _, id := range sortedKeys(s.known) {
		if p, ok := s.raw(id); ok {
			out = append(out, s.finish(p))
		}
	}
	s.mu.Unlock()
	slices.SortFunc(out, func(a, b *Provider) int {
		if (a.ID == "demo") != (b.ID == "demo") {
			if a.ID == "demo" {
				return -1
			}
			return 1
		}
		return cmp.Or(order.Compare(a.Name, b.Name), strings.Compare(a.ID, b.ID))
	})
	return out
}

// Problems lists the files and keys that could not be used; most are
// [*FileError].
func (s *Set) Problems() []error {
	s.lock()
	defer s.mu.Unlock()
	return slices.Clone(s.problems)
}

// ProblemsOf lists those of [Set.Problems] that are about the file of one
// provider, providers.d/<id>.toml.
func (s *Set) ProblemsOf(id string) []error {
	var out []error
	for _, err := range s.Problems() {
		var fe *FileError
		if errors.As(err, &fe) && filepath.Base(fe.File) == id+".toml" {
			out = append(out, err)
		}
	}
	return out
}

// Put adds or replaces a provider in this set only. The environment still
// comes first for what it names.
func (s *Set) Put(p *Provider) {
	c := p.Clone()
	c.defaults()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known[c.ID], s.put[c.ID] = c, c
}
