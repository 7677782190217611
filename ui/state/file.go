package state

import (
	"context"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/internal/durable"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/identity"
)

// FilePage shows a provider's file: it is edited, tried on sample answers,
// copied and removed here.
type FilePage struct {
	// Form changes when the text is to be shown anew.
	Form     uint64
	Provider *providers.Provider
	// Was is the text as it is stored, Text as it is typed.
	Was, Text string
	// Problems are what is wrong in the text.
	Problems []string
	// Mappings are those of the text as it is typed.
	Mappings []identity.Mapping
	// Mapping is the index of the one that is tried.
	Mapping int
	Sample  string
	Preview Preview
	Busy    bool
	Error   string
	// Removing asks whether the provider shall be removed.
	Removing bool
	// Accounts is how many accounts of the provider there are.
	Accounts int
	// Agree is what is asked before the text is saved; nil for nothing.
	Agree *Agreement

	draft *providers.Provider
}

// Changed reports whether the text differs from what is stored.
func (f FilePage) Changed() bool { return f.Text != f.Was }

// EditFile shows a provider's file.
func (s *Store) EditFile(id string) {
	p, ok := s.sv.Catalog.Lookup(id)
	if !ok {
		return
	}
	s.leave()
	s.update(func(st *State) {
		n := 0
		for _, a := range st.Accounts {
			if a.Provider == id {
				n++
			}
		}
		st.File = FilePage{Form: s.nextForm(), Provider: p, Busy: true, Accounts: n}
		s.goTo(st, RouteFile)
	})
	s.run(slotFile, func(j *job) {
		text, err := s.sv.Own.Text(id)
		j.commit(func(st *State) {
			st.File.Busy = false
			if err != nil {
				st.File.Error = s.fileWords(err)
				return
			}
			d := st.Drafts[formFile+Form(id)]
			st.File.Form = s.nextForm()
			// A draft was typed over a text that may have changed since, which
			// saving it shows.
			st.File.Was, st.File.Text = d.Value("was", string(text)), d.Value("text", string(text))
			s.draft()
		})
	})
}

// leaveFile answers the question or goes back to the provider's page.
func (s *Store) leaveFile() {
	f := s.st.File
	if f.Removing {
		s.update(func(st *State) { st.File.Removing = false })
		return
	}
	if f.Provider == nil {
		s.back()
		return
	}
	s.EditSetup(f.Provider.ID)
}

// TypeFile takes the text as it is typed.
func (s *Store) TypeFile(text string) {
	s.update(func(st *State) {
		st.File.Text, st.File.Error, st.File.Agree = text, "", nil
		form := st.Form()
		keep(st, form, "text", text, st.File.Was)
		if st.File.Changed() {
			keep(st, form, "was", st.File.Was, "")
		} else {
			keep(st, form, "was", "", "")
		}
	})
	s.draft()
}

// draft reads what is typed, away from the UI goroutine.
func (s *Store) draft() {
	f := s.st.File
	s.run(slotDraft, func(j *job) {
		p, err := providers.Parse(f.Provider.ID+".toml", []byte(f.Text))
		preview := Preview{}
		index := f.Mapping
		var mappings []identity.Mapping
		if err == nil {
			mappings = identity.Mappings(p)
			index = min(index, max(0, len(mappings)-1))
			preview = tryMapping(j, p, mappings, index, f.Sample)
		}
		j.commit(func(st *State) {
			st.File.Problems = nil
			if err != nil {
				st.File.Problems = fileProblems(err)
				return // the mappings of the last good text stay
			}
			st.File.draft, st.File.Mappings, st.File.Mapping, st.File.Preview = p, mappings, index, preview
		})
	})
}

// SaveFile stores the text.
func (s *Store) SaveFile() {
	f := s.st.File
	if f.Provider == nil || f.Busy {
		return
	}
	if ask := agreement(f.Was, f.Text); ask != nil {
		s.update(func(st *State) { st.File.Agree = ask })
		return
	}
	s.storeFile()
}

// storeFile stores the text, whatever it says.
func (s *Store) storeFile() {
	f := s.st.File
	if f.Provider == nil || f.Busy {
		return
	}
	s.update(func(st *State) { st.File.Busy, st.File.Error, st.File.Agree = true, "", nil })
	s.run(slotFile, func(j *job) {
		p, err := s.sv.Own.Replace(f.Provider.ID, []byte(f.Was), []byte(f.Text))
		j.commit(func(st *State) {
			st.File.Busy = false
			if err != nil {
				st.File.Error = s.fileWords(err)
				return
			}
			s.loadProviders()
			st.File.Provider, st.File.Was = p, f.Text
			saved(st, formFile+Form(p.ID))
			s.setNotice(st, NoticeGood, lang.L("Saved."))
		})
	})
}

// Duplicate makes a copy of the provider under another id and shows its file.
func (s *Store) Duplicate() {
	f := s.st.File
	if f.Provider == nil || f.Busy {
		return
	}
	id := s.freeID(f.Provider.ID + "-2")
	s.update(func(st *State) { st.File.Busy, st.File.Error = true, "" })
	s.run(slotFile, func(j *job) {
		data, err := providers.Copy([]byte(f.Text), id, lang.L("{{.Provider}} (copy)", map[string]any{"Provider": f.Provider.Name}))
		if err == nil {
			_, err = s.sv.Own.Add(data)
		}
		j.do(func() {
			if err != nil {
				s.update(func(st *State) { st.File.Busy, st.File.Error = false, s.fileWords(err) })
				return
			}
			s.loadProviders()
			s.EditFile(id)
			s.notify(NoticeGood, lang.L("This is the copy. Client secrets are not copied."))
		})
	})
}

// Export writes the text to a file of the person's choice.
func (s *Store) Export(path string) {
	f := s.st.File
	if f.Provider == nil || path == "" {
		return
	}
	s.spawn(func(context.Context) {
		err := durable.Replace(path, []byte(f.Text))
		s.post(func() {
			if err != nil {
				s.notify(NoticeWarn, lang.L("The file could not be written: {{.Path}}", map[string]any{"Path": path}))
				return
			}
			s.notify(NoticeGood, lang.L("Written to {{.Path}}. It contains no secrets.", map[string]any{"Path": path}))
		})
	})
}
