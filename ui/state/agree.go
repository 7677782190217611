package state

import (
	"slices"
	"strings"

	"claviger/providers"
)

// Agreement is what a person is asked before a provider file is taken in that
// sends codes, secrets or tokens to servers that are not the provider's own.
type Agreement struct {
	// Name is the provider's.
	Name string
	// Servers say of each what it gets: "api.example.com gets access tokens".
	Servers []string

	data string // the file
}

// Text lists the servers, each in a line of its own.
func (a Agreement) Text() string { return strings.Join(a.Servers, "\n") }

// agreement is what is to be asked about a file; nil for nothing, and for what
// cannot be used, which others say. was is the text that it replaces, or "":
// what goes there already is no question.
func agreement(was, data string) *Agreement {
	p, err := providers.Parse("the provider", []byte(data))
	if err != nil {
		return nil
	}
	var known []string
	if old, err := providers.Parse("the provider", []byte(was)); err == nil {
		for _, to := range old.Filled().Recipients(nil) {
			known = append(known, to.Origin)
		}
	}
	a := &Agreement{Name: p.Name, data: data}
	for _, to := range p.Filled().Questionable() {
		if !slices.Contains(known, to.Origin) {
			a.Servers = append(a.Servers, to.Host()+" gets "+to.Words())
		}
	}
	if len(a.Servers) == 0 {
		return nil
	}
	return a
}

// AgreeImport adds the file that the person was asked about.
func (s *Store) AgreeImport() {
	if a := s.st.Add.Agree; a != nil && !s.st.Add.Busy {
		s.update(func(st *State) { st.Add.Agree = nil })
		s.addFile(func() ([]byte, error) { return []byte(a.data), nil }, true)
	}
}

// AgreeFile saves the text that the person was asked about.
func (s *Store) AgreeFile() {
	f := s.st.File
	if f.Agree != nil && f.Agree.data == f.Text {
		s.storeFile()
	}
}

// Disagree adds and saves nothing.
func (s *Store) Disagree() {
	s.update(func(st *State) { st.Add.Agree, st.File.Agree = nil, nil })
}

// ConfirmMove starts the sign-in that stopped once more, at the place where the
// provider is now: the person was shown it.
func (s *Store) ConfirmMove() {
	if p := s.st.Flow.Provider; p != nil && s.st.Problem.Moved {
		r := s.st.Flow.Request
		r.Moved = true
		s.begin(p, r)
	}
}
