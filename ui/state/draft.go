package state

import (
	"maps"
	"slices"
	"strings"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/providers"
)

// Form names a form whose unsaved text is kept: one for each provider, and for
// each way to add one.
type Form string

// Draft is what a person typed into a form and did not save yet, by field. It
// stays in memory until it is saved or discarded, whatever page is shown, and
// never reaches the disk: a client secret is often shown only once.
type Draft map[string]providers.Secret

// Value is the text of a field, or what is saved.
func (d Draft) Value(field, saved string) string {
	if v, typed := d[field]; typed {
		return v.Reveal()
	}
	return saved
}

// The forms that stand alone, and the beginnings of those for a provider.
const (
	formAdd     Form = "add"
	formPreset  Form = "add like "
	formIssuer  Form = "add by "
	formSetup   Form = "setup "
	formFile    Form = "file "
	formOptions Form = "options "
)

// ErrorAt says where in a form an error belongs.
type ErrorAt struct {
	// Field is the field's name; "" is the form as a whole.
	Field string
	// N is new with each error, so that it is brought into view once.
	N uint64
}

// Form is the form of the page that is shown; "" if it has none.
func (s State) Form() Form {
	switch s.Route {
	case RouteAdd:
		return s.Add.form()
	case RouteSetup:
		if s.Setup.Provider != nil {
			return formSetup + Form(s.Setup.Provider.ID)
		}
	case RouteFile:
		if s.File.Provider != nil {
			return formFile + Form(s.File.Provider.ID)
		}
	case RouteOptions:
		return s.Options.form()
	case RouteVaultSetup, RouteProtect, RouteMove:
		return Form(s.Route)
	default:
	}
	return ""
}

func (a AddPage) form() Form {
	switch {
	case a.Preset != nil:
		return formPreset + Form(a.Preset.ID)
	case a.Found != nil:
		return formIssuer + Form(a.Found.Issuer)
	}
	return formAdd
}

func (o OptionsPage) form() Form {
	if o.Provider == nil {
		return ""
	}
	return formOptions + Form(o.Provider.ID+" "+o.Account)
}

// Draft is what was typed on the page that is shown.
func (s State) Draft() Draft { return s.Drafts[s.Form()] }

// SetupDraft reports whether a provider's registration is filled in half.
func (s State) SetupDraft(providerID string) bool {
	return len(s.Drafts[formSetup+Form(providerID)]) > 0
}

// AddDraft reports whether a new provider is filled in half.
func (s State) AddDraft() bool {
	for f := range s.Drafts {
		if f.asks() && strings.HasPrefix(string(f), string(formAdd)) {
			return true
		}
	}
	return false
}

// Saves reports whether the form's text itself is what gets saved. A passphrase is
// only used.
func (f Form) Saves() bool { return f.asks() }

// asks reports whether a form is worth a question before the program ends. A
// passphrase is known to the person; what a sign-in asks for is quickly chosen.
func (f Form) asks() bool {
	for _, kind := range []Form{formPreset, formIssuer, formSetup, formFile} {
		if strings.HasPrefix(string(f), string(kind)) {
			return true
		}
	}
	return false
}

// Unsaved names the forms that would be lost with the program.
func (s State) Unsaved() []string {
	var out []string
	for _, f := range slices.Sorted(maps.Keys(s.Drafts)) {
		if f.asks() {
			out = append(out, s.formName(f))
		}
	}
	return out
}

func (s State) formName(f Form) string {
	for _, kind := range []Form{formPreset, formIssuer, formSetup, formFile} {
		id, is := strings.CutPrefix(string(f), string(kind))
		if !is {
			continue
		}
		if p := s.Provider(id); p != nil {
			id = p.Name
		}
		of := map[string]any{"Provider": id}
		switch kind {
		case formPreset:
			return lang.L("New provider, based on {{.Provider}}", of)
		case formIssuer:
			return lang.L("New provider, {{.Provider}}", of)
		case formSetup:
			return lang.L("Setup of {{.Provider}}", of)
		default:
			return lang.L("{{.Provider}}'s provider file", of)
		}
	}
	return string(f)
}

// Typed keeps what was typed into a field of the form that is shown; saved is
// what stands there without it.
func (s *Store) Typed(field, text, saved string) {
	s.update(func(st *State) {
		keep(st, st.Form(), field, text, saved)
		s.clearError(st, field)
	})
}

// keep changes a draft; one that says what is saved is removed.
func keep(st *State, f Form, field, text, saved string) {
	if f == "" {
		return
	}
	d := maps.Clone(st.Drafts[f])
	if d == nil {
		d = Draft{}
	}
	if text == saved {
		delete(d, field)
	} else {
		d[field] = providers.NewSecret(text)
	}
	st.Drafts = without(st.Drafts, f)
	if len(d) > 0 {
		st.Drafts[f] = d
	} else {
		st.Discarding = false
	}
}

// clearError takes an error away whose field was changed since.
func (s *Store) clearError(st *State, field string) {
	settled := func(at ErrorAt) bool { return at.Field == "" || at.Field == field }
	switch st.Route {
	case RouteAdd:
		if settled(st.Add.ErrorAt) {
			st.Add.Error = ""
		}
	case RouteSetup:
		if settled(st.Setup.ErrorAt) {
			st.Setup.Error = ""
		}
	case RouteOptions:
		st.Options.Error = ""
	case RouteProtect:
		st.Protect.Error = ""
	case RouteLocked, RouteVaultSetup:
		st.VaultForm.Error = ""
	case RouteMove:
		st.Move.ExportError, st.Move.ImportError = "", ""
	case RouteFile:
		st.File.Error = ""
	default:
	}
}

// saved takes the draft of a form away.
func saved(st *State, forms ...Form) {
	for _, f := range forms {
		st.Drafts = without(st.Drafts, f)
	}
	st.Discarding = false
}

// AskDiscard asks whether what was typed shall be thrown away.
func (s *Store) AskDiscard() {
	s.update(func(st *State) { st.Discarding = len(st.Draft()) > 0 })
}

// Discard throws away what was typed on the page that is shown, and fills it
// anew.
func (s *Store) Discard() {
	form := s.st.Form()
	if form == "" {
		return
	}
	s.update(func(st *State) {
		saved(st, form)
		switch st.Route {
		case RouteAdd:
			s.Add.discard(st)
		case RouteSetup:
			st.Setup.Form, st.Setup.Error = s.nextForm(), ""
		case RouteOptions:
			s.Options.show(st, st.Options.Provider, st.AccountByID(st.Options.Account))
		case RouteProtect:
			st.Protect.Form, st.Protect.Error = s.nextForm(), ""
		case RouteMove:
			st.Move.Form, st.Move.ExportError, st.Move.ImportError = s.nextForm(), "", ""
		case RouteVaultSetup:
			st.VaultForm.Form, st.VaultForm.Error = s.nextForm(), ""
		default: // the file is read anew, below
		}
	})
	if s.st.Route == RouteFile && s.st.File.Provider != nil {
		s.File.Edit(s.st.File.Provider.ID)
	}
}
