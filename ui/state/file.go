package state

import (
	"context"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/internal/durable"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/identity"
)

// File is the page of a provider's file.
type File struct {
	*base
	// setUp shows the provider's page, from where the person came.
	setUp func(id string)
}

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

// Edit shows a provider's file.
func (x *File) Edit(id string) {
	p, ok := x.sv.Catalog.Lookup(id)
	if !ok {
		return
	}
	x.leave()
	x.update(func(st *State) {
		n := 0
		for _, a := range st.Accounts {
			if a.Provider == id {
				n++
			}
		}
		st.File = FilePage{Form: x.nextForm(), Provider: p, Busy: true, Accounts: n}
		x.goTo(st, RouteFile)
	})
	x.run(slotFile, func(j *job) {
		text, err := x.sv.Own.Text(id)
		j.commit(func(st *State) {
			st.File.Busy = false
			if err != nil {
				st.File.Error = x.fileWords(err)
				return
			}
			d := st.Drafts[formFile+Form(id)]
			st.File.Form = x.nextForm()
			// A draft was typed over a text that may have changed since, which
			// saving it shows.
			st.File.Was, st.File.Text = d.Value("was", string(text)), d.Value("text", string(text))
			x.parse()
		})
	})
}

// left ends what the page had under way.
func (x *File) left() {
	x.drop(slotFile)
	x.drop(slotDraft)
}

// stepBack answers the question or goes back to the provider's page.
func (x *File) stepBack() {
	f := x.st.File
	if f.Removing {
		x.update(func(st *State) { st.File.Removing = false })
		return
	}
	if f.Provider == nil {
		x.back()
		return
	}
	x.setUp(f.Provider.ID)
}

// Type takes the text as it is typed.
func (x *File) Type(text string) {
	x.update(func(st *State) {
		st.File.Text, st.File.Error, st.File.Agree = text, "", nil
		form := st.Form()
		keep(st, form, "text", text, st.File.Was)
		if st.File.Changed() {
			keep(st, form, "was", st.File.Was, "")
		} else {
			keep(st, form, "was", "", "")
		}
	})
	x.parse()
}

// parse reads what is typed, away from the UI goroutine.
func (x *File) parse() {
	f := x.st.File
	x.run(slotDraft, func(j *job) {
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

// Save stores the text.
func (x *File) Save() {
	f := x.st.File
	if f.Provider == nil || f.Busy {
		return
	}
	if ask := agreement(f.Was, f.Text); ask != nil {
		x.update(func(st *State) { st.File.Agree = ask })
		return
	}
	x.store()
}

// store stores the text, whatever it says.
func (x *File) store() {
	f := x.st.File
	if f.Provider == nil || f.Busy {
		return
	}
	x.update(func(st *State) { st.File.Busy, st.File.Error, st.File.Agree = true, "", nil })
	x.run(slotFile, func(j *job) {
		p, err := x.sv.Own.Replace(f.Provider.ID, []byte(f.Was), []byte(f.Text))
		j.commit(func(st *State) {
			st.File.Busy = false
			if err != nil {
				st.File.Error = x.fileWords(err)
				return
			}
			x.loadProviders()
			st.File.Provider, st.File.Was = p, f.Text
			saved(st, formFile+Form(p.ID))
			x.setNotice(st, NoticeGood, lang.L("Saved."))
		})
	})
}

// Duplicate makes a copy of the provider under another id and shows its file.
func (x *File) Duplicate() {
	f := x.st.File
	if f.Provider == nil || f.Busy {
		return
	}
	id := x.freeID(f.Provider.ID + "-2")
	x.update(func(st *State) { st.File.Busy, st.File.Error = true, "" })
	x.run(slotFile, func(j *job) {
		data, err := providers.Copy([]byte(f.Text), id, lang.L("{{.Provider}} (copy)", map[string]any{"Provider": f.Provider.Name}))
		if err == nil {
			_, err = x.sv.Own.Add(data)
		}
		j.do(func() {
			if err != nil {
				x.update(func(st *State) { st.File.Busy, st.File.Error = false, x.fileWords(err) })
				return
			}
			x.loadProviders()
			x.Edit(id)
			x.notify(NoticeGood, lang.L("This is the copy. Client secrets are not copied."))
		})
	})
}

// Export writes the text to a file of the person's choice.
func (x *File) Export(path string) {
	f := x.st.File
	if f.Provider == nil || path == "" {
		return
	}
	x.spawn(func(context.Context) {
		err := durable.Replace(path, []byte(f.Text))
		x.post(func() {
			if err != nil {
				x.notify(NoticeWarn, lang.L("The file could not be written: {{.Path}}", map[string]any{"Path": path}))
				return
			}
			x.notify(NoticeGood, lang.L("Written to {{.Path}}. It contains no secrets.", map[string]any{"Path": path}))
		})
	})
}

// Agree saves the text that the person was asked about.
func (x *File) Agree() {
	f := x.st.File
	if f.Agree != nil && f.Agree.data == f.Text {
		x.store()
	}
}
