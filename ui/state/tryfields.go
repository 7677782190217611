package state

import (
	"strings"

	"github.com/claviger/claviger/auth/tryit"
)

// TryFields are what a person fills in.
type TryFields struct {
	Method, URL, HeaderText, Body string
}

// SetTry takes what was typed.
func (s *Store) SetTry(f TryFields) {
	if s.st.Try.TryFields == f || s.st.Try.Account == "" {
		return
	}
	s.update(func(st *State) { st.Try.edit(f) })
}

// edit changes the fields; what was said of them before is no longer true.
func (p *TryPage) edit(f TryFields) {
	p.TryFields = f
	p.Mistake, p.Ask, p.Problem = nil, nil, ""
	var missing []string
	for _, name := range p.Missing {
		if strings.Contains(strings.ToLower(f.HeaderText)+"\n", strings.ToLower(name)+": \n") {
			missing = append(missing, name)
		}
	}
	p.Missing = missing
}

func (p *TryPage) suggest(s *Store, g tryit.Suggestion) {
	p.Missing = nil
	p.edit(TryFields{Method: g.Method, URL: g.URL, HeaderText: tryit.FormatHeaders(g.Headers)})
	p.Form = s.nextForm()
}

// SuggestTry fills in one of the requests that the provider answers.
func (s *Store) SuggestTry(i int) {
	if k := s.st.Try.Known; k != nil && i < len(k.Suggestions) {
		s.update(func(st *State) { st.Try.suggest(s, k.Suggestions[i]) })
	}
}

// RepeatTry fills in one of the requests that were sent before.
func (s *Store) RepeatTry(i int) {
	k := s.st.Try.Known
	if k == nil || i >= len(k.Requests) {
		return
	}
	sent := k.Requests[i]
	s.update(func(st *State) {
		var missing []string
		for _, h := range sent.Headers {
			if h.Secret {
				missing = append(missing, h.Name)
			}
		}
		st.Try.Missing = missing
		st.Try.edit(TryFields{Method: sent.Method, URL: sent.URL, HeaderText: tryit.FormatHeaders(sent.Headers), Body: sent.Body})
		st.Try.Form = s.nextForm()
	})
}

// request is what the fields say.
func (p *TryPage) request() (tryit.Request, error) {
	headers, err := tryit.ParseHeaders(p.HeaderText)
	r := tryit.Request{Method: p.Method, URL: strings.TrimSpace(p.URL), Headers: headers, Body: p.Body}
	if err != nil {
		return r, err
	}
	return r, r.Check()
}
