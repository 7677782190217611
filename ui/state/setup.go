package state

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/ui/words"
)

// Setup is the page for a provider that is not ready.
type Setup struct {
	// Form changes each time the page is opened, so that its fields are
	// filled once.
	Form     uint64
	Provider *providers.Provider
	Busy     bool
	Error    string
	ErrorAt  ErrorAt
	Test     Test
}

// RedirectURIs are redirect URIs to register, each by itself.
func RedirectURIs(register string) []string {
	return providers.Redirect{Register: register}.RegisterURIs()
}

// SaveSetup keeps the registration of the provider on the setup page and goes
// on to its sign-in. An empty secret leaves the one that is there.
func (s *Store) SaveSetup(clientID string, secret providers.Secret, variables map[string]string) {
	p := s.st.Setup.Provider
	if p == nil || s.st.Setup.Busy {
		return
	}
	clientID = strings.TrimSpace(clientID)
	if field, problem := checkSetup(p, clientID, variables); problem != "" {
		s.update(func(st *State) { st.Setup.Error, st.Setup.ErrorAt = problem, s.at(field) })
		return
	}
	s.update(func(st *State) { st.Setup.Busy, st.Setup.Error = true, "" })
	s.run(slotSetup, func(j *job) {
		// The addresses first: a secret is kept for where the provider is.
		err := s.sv.Catalog.Configure(p.ID, clientID, variables)
		if err == nil && !secret.IsZero() {
			err = s.sv.SaveSecret(j, p.ID, secret)
		}
		j.commit(func(st *State) {
			st.Setup.Busy = false
			s.loadProviders()
			if isLocked(err) {
				s.lockedNow(st)
				return
			}
			if err != nil {
				st.Setup.Error, st.Setup.ErrorAt = words.OneLine(s.explain(err, p, "")), s.at(fieldOf(err))
				return
			}
			now, ok := s.sv.Catalog.Lookup(p.ID)
			if !ok {
				st.Setup.Error, st.Setup.ErrorAt = lang.L("The provider could not be read back."), s.at("")
				return
			}
			if err := now.Ready(); err != nil {
				st.Setup.Error, st.Setup.ErrorAt = words.OneLine(s.explain(err, now, "")), s.at(fieldOf(err))
				return
			}
			saved(st, formSetup+Form(p.ID))
			s.showOptions(st, now, nil)
		})
	})
}

// The fields of the forms that register an app.
const (
	FieldClientID = "client_id"
	FieldSecret   = "secret"
)

// VariableField is the field of a provider's blank.
func VariableField(key string) string { return "variables." + key }

// checkSetup says in words what is missing and in which field, or "".
func checkSetup(p *providers.Provider, clientID string, variables map[string]string) (field, problem string) {
	for _, v := range Variables(p) {
		if strings.TrimSpace(variables[v.Key]) == "" && v.Value == "" {
			return VariableField(v.Key), lang.L("Fill in “{{.Field}}”.", map[string]any{"Field": v.Label})
		}
	}
	if clientID == "" && p.Client.ID == "" {
		return FieldClientID, lang.L("Fill in the client ID. The provider shows it after you register an app.")
	}
	return "", ""
}

// OpenRegistration opens the page where an app is registered with the provider on
// the setup page; variables are its blanks as they are typed.
func (s *Store) OpenRegistration(variables map[string]string) {
	p := s.st.Setup.Provider
	if p == nil {
		return
	}
	page, blank := p.RegistrationPage(variables)
	if blank == "" {
		s.OpenURL(page)
		return
	}
	field := map[string]any{"Field": cmp.Or(p.Variables[blank].Label, blank)}
	problem := lang.L("Fill in “{{.Field}}” first. The registration page is at that address.", field)
	if strings.TrimSpace(variables[blank]) != "" {
		problem = lang.L("“{{.Field}}” does not make a web address, so there is no registration page to open. Check it.", field)
	}
	s.update(func(st *State) { st.Setup.Error, st.Setup.ErrorAt = problem, s.at(VariableField(blank)) })
}

// NamedVariable is a blank of a provider with its key.
type NamedVariable struct {
	Key string
	providers.Variable
}

// Variables are a provider's blanks that can be filled, in a fixed order.
func Variables(p *providers.Provider) []NamedVariable {
	var out []NamedVariable
	for _, key := range slices.Sorted(maps.Keys(p.Variables)) {
		if !p.Open(key) {
			continue
		}
		v := p.Variables[key]
		if v.Label == "" {
			v.Label = key
		}
		out = append(out, NamedVariable{key, v})
	}
	return out
}

// HelpSteps are the lines of a provider's registration help.
func HelpSteps(p *providers.Provider) []string {
	var out []string
	for line := range strings.Lines(p.Client.Help) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// goOn shows the page before a sign-in, or what is still needed for one.
func (s *Store) goOn(st *State, p *providers.Provider) {
	if now, ok := s.sv.Catalog.Lookup(p.ID); ok {
		p = now
	}
	if p.Ready() != nil {
		st.Setup = Setup{Form: s.nextForm(), Provider: p}
		s.goTo(st, RouteSetup)
		return
	}
	s.showOptions(st, p, nil)
}
