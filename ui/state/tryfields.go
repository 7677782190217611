package state

import (
	"strings"

	"github.com/claviger/claviger/auth/tryit"
)

// TryFields are what a person fills in.
type TryFields struct {
	Method, URL, HeaderText, Body string
}

// Set takes what was typed.
func (t *Try) Set(f TryFields) {
	if t.st.Try.TryFields == f || t.st.Try.Account == "" {
		return
	}
	t.update(func(st *State) { st.Try.edit(f) })
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

// suggest fills in a request that the provider answers.
func (t *Try) suggest(st *State, g tryit.Suggestion) {
	p := &st.Try
	p.Missing = nil
	p.edit(TryFields{Method: g.Method, URL: g.URL, HeaderText: tryit.FormatHeaders(g.Headers)})
	p.Form = t.nextForm()
}

// Suggest fills in one of the requests that the provider answers.
func (t *Try) Suggest(i int) {
	if k := t.st.Try.Known; k != nil && i < len(k.Suggestions) {
		t.update(func(st *State) { t.suggest(st, k.Suggestions[i]) })
	}
}

// Repeat fills in one of the requests that were sent before.
func (t *Try) Repeat(i int) {
	k := t.st.Try.Known
	if k == nil || i >= len(k.Requests) {
		return
	}
	sent := k.Requests[i]
	t.update(func(st *State) {
		var missing []string
		for _, h := range sent.Headers {
			if h.Secret {
				missing = append(missing, h.Name)
			}
		}
		st.Try.Missing = missing
		st.Try.edit(TryFields{Method: sent.Method, URL: sent.URL, HeaderText: tryit.FormatHeaders(sent.Headers), Body: sent.Body})
		st.Try.Form = t.nextForm()
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
