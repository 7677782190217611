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

// Setup is the page of a provider's registration: what it needs before a sign-in.
type Setup struct {
	*base
	options *Options
}

// SetupPage is what it shows.
type SetupPage struct {
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

// Save keeps the registration of the provider on the setup page and goes
// on to its sign-in. An empty secret leaves the one that is there.
func (x *Setup) Save(clientID string, secret providers.Secret, variables map[string]string) {
	p := x.st.Setup.Provider
	if p == nil || x.st.Setup.Busy {
		return
	}
	clientID = strings.TrimSpace(clientID)
	if field, problem := checkSetup(p, clientID, variables); problem != "" {
		x.update(func(st *State) { st.Setup.Error, st.Setup.ErrorAt = problem, x.at(field) })
		return
	}
	x.update(func(st *State) { st.Setup.Busy, st.Setup.Error = true, "" })
	x.run(slotSetup, func(j *job) {
		// The addresses first: a secret is kept for where the provider is.
		err := x.sv.Catalog.Configure(p.ID, clientID, variables)
		if err == nil && !secret.IsZero() {
			err = x.sv.SaveSecret(j, p.ID, secret)
		}
		j.commit(func(st *State) {
			st.Setup.Busy = false
			x.loadProviders()
			if isLocked(err) {
				x.lockedNow(st)
				return
			}
			if err != nil {
				st.Setup.Error, st.Setup.ErrorAt = words.OneLine(x.explain(err, p, "")), x.at(fieldOf(err))
				return
			}
			now, ok := x.sv.Catalog.Lookup(p.ID)
			if !ok {
				st.Setup.Error, st.Setup.ErrorAt = lang.L("The saved provider could not be read."), x.at("")
				return
			}
			if err := now.Ready(); err != nil {
				st.Setup.Error, st.Setup.ErrorAt = words.OneLine(x.explain(err, now, "")), x.at(fieldOf(err))
				return
			}
			saved(st, formSetup+Form(p.ID))
			x.options.show(st, now, nil)
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
func (x *Setup) OpenRegistration(variables map[string]string) {
	p := x.st.Setup.Provider
	if p == nil {
		return
	}
	page, blank := p.RegistrationPage(variables)
	if blank == "" {
		x.OpenURL(page)
		return
	}
	field := map[string]any{"Field": cmp.Or(p.Variables[blank].Label, blank)}
	problem := lang.L("Fill in “{{.Field}}” first. The registration page is at that address.", field)
	if strings.TrimSpace(variables[blank]) != "" {
		problem = lang.L("“{{.Field}}” does not make a web address, so there is no registration page to open. Check it.", field)
	}
	x.update(func(st *State) { st.Setup.Error, st.Setup.ErrorAt = problem, x.at(VariableField(blank)) })
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
func (x *Setup) goOn(st *State, p *providers.Provider) {
	if now, ok := x.sv.Catalog.Lookup(p.ID); ok {
		p = now
	}
	if p.Ready() != nil {
		x.show(st, p)
		return
	}
	x.options.show(st, p, nil)
}

// Edit shows a provider's registration, also if it is ready.
func (x *Setup) Edit(id string) {
	p, ok := x.sv.Catalog.Lookup(id)
	if !ok {
		return
	}
	x.leave()
	x.update(func(st *State) { x.show(st, p) })
}

// show fills the page.
func (x *Setup) show(st *State, p *providers.Provider) {
	st.Setup = SetupPage{Form: x.nextForm(), Provider: p}
	x.goTo(st, RouteSetup)
}

// left ends what the page had under way.
func (x *Setup) left() {
	x.drop(slotSetup)
	x.drop(slotTest)
}
