package state

import (
	"cmp"
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/claviger/claviger/internal/durable"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/identity"
	"github.com/claviger/claviger/ui/words"
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

// Preview is what a mapping makes of the sample.
type Preview struct {
	// Lines are the fields of the user, or the groups.
	Lines []words.Pair
	// Error says why there are none.
	Error string
}

// Changed reports whether the text differs from what is stored.
func (f FilePage) Changed() bool { return f.Text != f.Was }

// maxShownGroups bounds the lines of a preview.
const maxShownGroups = 50

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
			// saving it tells.
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

// TypeSample takes a sample answer to try a mapping on.
func (s *Store) TypeSample(sample string) {
	s.update(func(st *State) { st.File.Sample = sample })
	s.preview()
}

// ChooseMapping tries another mapping.
func (s *Store) ChooseMapping(i int) {
	s.update(func(st *State) { st.File.Mapping = i })
	s.preview()
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

// preview tries the chosen mapping on the sample.
func (s *Store) preview() {
	f := s.st.File
	if f.draft == nil {
		return
	}
	s.run(slotDraft, func(j *job) {
		p := tryMapping(j, f.draft, f.Mappings, f.Mapping, f.Sample)
		j.commit(func(st *State) { st.File.Preview = p })
	})
}

func tryMapping(ctx context.Context, p *providers.Provider, list []identity.Mapping, index int, sample string) Preview {
	if strings.TrimSpace(sample) == "" || index < 0 || index >= len(list) {
		return Preview{}
	}
	m := list[index]
	got, err := identity.Preview(ctx, p, m, []byte(sample))
	if err != nil {
		return Preview{Error: previewWords(err)}
	}
	if m.Groups {
		return Preview{Lines: groupLines(got.Groups)}
	}
	u := got.User
	verified := ""
	if u.EmailVerified {
		verified = "yes"
	}
	var lines []words.Pair
	for _, l := range []words.Pair{
		{Label: "id", Value: u.ID},
		{Label: "login", Value: u.Login},
		{Label: "name", Value: u.Name},
		{Label: "email", Value: u.Email},
		{Label: "email_verified", Value: verified},
		{Label: "picture", Value: u.Picture},
	} {
		l.Value = cmp.Or(l.Value, "(nothing)")
		lines = append(lines, l)
	}
	return Preview{Lines: lines}
}

func groupLines(groups []identity.Group) []words.Pair {
	if len(groups) == 0 {
		return []words.Pair{{Label: "Groups", Value: "none"}}
	}
	var out []words.Pair
	for _, g := range groups[:min(len(groups), maxShownGroups)] {
		value := g.Name
		if g.ID != g.Name {
			value += "  (" + g.ID + ")"
		}
		out = append(out, words.Pair{Label: g.Kind, Value: value})
	}
	if more := len(groups) - maxShownGroups; more > 0 {
		out = append(out, words.Pair{Label: "", Value: "and " + strconv.Itoa(more) + " more"})
	}
	return out
}

// previewWords says why a mapping gives nothing, without the sentinel's words.
func previewWords(err error) string {
	text := err.Error()
	if errors.Is(err, providers.ErrMapping) {
		text = strings.Replace(text, providers.ErrMapping.Error()+": ", "", 1)
	}
	return words.Capital(text) + "."
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
			s.setNotice(st, NoticeGood, "Saved.")
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
		data, err := providers.Copy([]byte(f.Text), id, f.Provider.Name+" (copy)")
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
			s.notify(NoticeGood, "This is the copy. Client secrets are not copied.")
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
				s.notify(NoticeWarn, "The file could not be written: "+path)
				return
			}
			s.notify(NoticeGood, "Written to "+path+". It contains no secrets.")
		})
	})
}
