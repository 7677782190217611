package state

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/ui/words"
)

// Agreement is what a person is asked before a provider file is taken in that
// sends codes, secrets or tokens to servers that are not the provider's own, or an
// export that brings what nothing here vouches for.
type Agreement struct {
	// Question is what is asked, Lines what about: "api.example.com gets access
	// tokens".
	Question string
	Lines    []string

	data    string // the file of a provider
	path    string // of an export
	replace bool
}

// A question has no more lines than can be read, in characters that a host's name
// has at most with what it gets (RFC 1035 §2.3.4): the window cuts off long texts
// without a mark.
const (
	maxQuestions = 20
	maxQuestion  = 900
)

// Text lists what it is about, each in a line of its own.
func (a Agreement) Text() string {
	lines := slices.Clone(plain.Lines(a.Lines, maxQuestions))
	for i, line := range lines {
		lines[i] = plain.Line(line, maxQuestion)
	}
	return strings.Join(lines, "\n")
}

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
	a := &Agreement{Question: lang.L("{{.Provider}} uses servers that are not its own. Do you trust them?", map[string]any{"Provider": p.Name}), data: data}
	for _, to := range p.Filled().Questionable() {
		if !slices.Contains(known, to.Origin) {
			a.Lines = append(a.Lines, lang.L("{{.Host}} gets {{.What}}", map[string]any{"Host": to.Host(), "What": words.RecipientGets(to)}))
		}
	}
	if len(a.Lines) == 0 {
		return nil
	}
	return a
}

// Disagree adds and saves nothing.
func (s *Store) Disagree() {
	s.update(func(st *State) { st.Add.Agree, st.File.Agree, st.Move.Agree = nil, nil, nil })
}
