package state

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/auth/register"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/ui/words"
)

// Add is the page of a new provider: by its issuer, like another one, or from a file.
type Add struct {
	*base
	// goOn shows what comes after a provider was added.
	goOn func(st *State, p *providers.Provider)
	// parked are the pages that are filled in half, last is the one that was shown last.
	parked map[Form]AddPage
	last   Form
}

// AddPage asks for a new provider: first where it comes from, then what is
// still missing.
type AddPage struct {
	// Form changes with each step, so that its fields are filled once.
	Form uint64
	// Issuer is the address that is looked up.
	Issuer  string
	Busy    bool
	Error   string
	ErrorAt ErrorAt
	// Untrusted reports that no known authority vouches for the issuer's server;
	// CAFile, if not "", is a file of certificates that the person trusts
	// there.
	Untrusted bool
	CAFile    string
	// Found is what the issuer publishes; nil until it was looked up.
	Found *providers.Metadata
	// Preset is the built-in provider to extend; nil for one by its issuer.
	Preset *providers.Provider
	// ID and Name are proposals.
	ID, Name string
	// Registering reports that the issuer is asked for a registration,
	// Registered what came of it, RegisterError why nothing did.
	Registering   bool
	Registered    *register.Registration
	RegisterError string
	// Agree is what is asked before a file is added; nil for nothing.
	Agree *Agreement
}

// RedirectURIs are those to register by hand for the new provider under an id, as
// it stands in the form; "" is the one that was suggested.
func (a AddPage) RedirectURIs(id string) []string {
	id = cmp.Or(strings.TrimSpace(id), a.ID)
	if a.Preset != nil {
		return a.Preset.Renamed(id).Redirect.RegisterURIs()
	}
	p := providers.Provider{ID: id}
	return []string{"http://127.0.0.1" + p.RedirectPath()}
}

// Chosen reports whether it is known where the provider comes from.
func (a AddPage) Chosen() bool { return a.Found != nil || a.Preset != nil }

// NewProvider is what the person entered about a new provider.
type NewProvider struct {
	ID, Name, ClientID string
	Secret             providers.Secret
	Variables          map[string]string
}

// Open shows the page that adds a provider.
func (x *Add) Open() {
	if x.st.Route == RouteLocked || x.st.Route == RouteStart {
		return
	}
	x.leave()
	x.update(func(st *State) {
		st.Selected = ""
		st.Add = AddPage{Form: x.nextForm()}
		if a, there := x.resume(x.last); there {
			st.Add = a
		} else if d := st.Drafts[formAdd]; len(d) > 0 {
			st.Add.Issuer = d.Value("issuer", "")
		}
		x.goTo(st, RouteAdd)
	})
}

// stepBack goes a step back.
func (x *Add) stepBack() {
	if !x.st.Add.Chosen() {
		x.back()
		return
	}
	x.drop(slotSetup)
	x.leaveRegistration()
	x.last = "" // the step before is what the person wants to see
	x.update(func(st *State) { st.Add = AddPage{Form: x.nextForm(), Issuer: st.Add.Issuer, CAFile: st.Add.CAFile} })
}

// LookUp asks an issuer what it can do.
func (x *Add) LookUp(issuer string) { x.lookUp(issuer, x.st.Add.CAFile) }

// TrustFile asks the issuer again, trusting the certificates in a PEM file.
func (x *Add) TrustFile(path string) {
	if path != "" && x.st.Route == RouteAdd && x.st.Add.Untrusted {
		x.lookUp(x.st.Add.Issuer, path)
	}
}

func (x *Add) lookUp(issuer, caFile string) {
	issuer = strings.TrimSpace(issuer)
	if x.st.Add.Busy {
		return
	}
	if issuer == "" {
		x.update(func(st *State) {
			st.Add.Error, st.Add.ErrorAt = lang.L("Enter the issuer URL. It is in the provider's documentation, often as the part before “/.well-known”."), x.at("issuer")
		})
		return
	}
	// People paste the address of the document, too.
	issuer, _, _ = strings.Cut(issuer, "/.well-known/")
	x.update(func(st *State) { st.Add.Issuer, st.Add.Busy, st.Add.Error = issuer, true, "" })
	x.run(slotSetup, func(j *job) {
		m, err := x.sv.Discover(j, issuer, caFile)
		j.commit(func(st *State) {
			st.Add.Busy = false
			if err != nil {
				why := x.explain(err, nil, "")
				st.Add.Error, st.Add.Untrusted, st.Add.ErrorAt = words.OneLine(why), untrusted(why, err), x.at("issuer")
				return
			}
			saved(st, formAdd)
			if a, there := x.resume(formIssuer + Form(m.Issuer)); there {
				a.Issuer, a.CAFile, a.Found = issuer, caFile, m
				st.Add = a
				return
			}
			id := x.freeID(providers.SuggestID(m.Issuer))
			st.Add = AddPage{Form: x.nextForm(), Issuer: issuer, CAFile: caFile, Found: m, ID: id, Name: plain.Upper(id)}
		})
	})
}

// untrusted reports whether a file of certificates could help.
func untrusted(why problem.Problem, err error) bool {
	return why.Code == "unknown-authority" || why.Code == "self-signed" || errors.Is(err, providers.ErrCAFile)
}

// ChoosePreset chooses a built-in provider to extend.
func (x *Add) ChoosePreset(id string) {
	p, ok := x.sv.Catalog.Lookup(id)
	if !ok {
		return
	}
	x.drop(slotSetup)
	x.update(func(st *State) {
		if a, there := x.resume(formPreset + Form(id)); there {
			a.Preset = p
			st.Add = a
			return
		}
		st.Add = AddPage{Form: x.nextForm(), Preset: p, ID: x.freeID(id + "-2"), Name: p.Name + " (2)"}
	})
}

// Presets are the built-in providers that a new one can extend.
func (s State) Presets() []*providers.Provider {
	return slices.DeleteFunc(slices.Clone(s.Providers), func(p *providers.Provider) bool {
		return p.Origin != providers.BuiltIn || p.ID == "demo" || p.Unusable != ""
	})
}

// Save keeps the new provider and goes on to its sign-in.
func (x *Add) Save(n NewProvider) {
	a := x.st.Add
	if !a.Chosen() || a.Busy || a.Registering {
		return
	}
	n.ID = strings.TrimSpace(n.ID)
	x.update(func(st *State) { st.Add.Busy, st.Add.Error = true, "" })
	x.run(slotSetup, func(j *job) {
		var p *providers.Provider
		var problem, err error
		if a.uses(n) {
			p, problem, err = x.registeredProvider(j, a, n)
		} else {
			p, err = x.newProvider(j, a, n)
		}
		j.commit(func(st *State) {
			st.Add.Busy = false
			x.loadProviders()
			if err != nil {
				st.Add.Error, st.Add.ErrorAt = x.fileWords(err), x.at(fieldOf(err))
				return
			}
			delete(x.parked, a.form())
			saved(st, a.form())
			if !a.uses(n) {
				x.takeBack(st.Add.Registered)
			}
			st.Add.Registered = nil // it is the provider's now
			x.goOn(st, p)
			if problem != nil {
				x.setNotice(st, NoticeWarn, lang.L("{{.Provider}} was added. The key for deleting its registration could not be saved.", map[string]any{"Provider": p.Name})+" "+words.OneLine(x.explain(problem, p, "")))
			}
		})
	})
}

// newProvider makes the provider's file, then keeps its secret: one without its
// secret is worth less than none.
func (x *Add) newProvider(ctx context.Context, a AddPage, n NewProvider) (*providers.Provider, error) {
	var data []byte
	var err error
	if a.Preset != nil {
		variables := map[string]string{}
		for name, v := range n.Variables {
			if strings.TrimSpace(v) != "" {
				variables[name] = v
			}
		}
		data, err = providers.FromPreset(n.ID, a.Preset.ID, n.Name, n.ClientID, variables)
	} else {
		data, err = providers.FromIssuer(n.ID, n.Name, n.ClientID, a.Found)
	}
	if err == nil && a.CAFile != "" {
		data, err = providers.WithCAFile(data, a.CAFile)
	}
	if err == nil && !n.Secret.IsZero() {
		data, err = providers.WithSecret(data)
	}
	if err != nil {
		return nil, err
	}
	p, err := x.sv.Own.Add(data)
	if err != nil || n.Secret.IsZero() {
		return p, err
	}
	if err := x.sv.SaveSecret(ctx, p.ID, n.Secret); err != nil {
		return nil, errors.Join(err, x.sv.Own.Remove(p.ID))
	}
	return p, nil
}
