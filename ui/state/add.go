package state

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/auth/register"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/ui/words"
)

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

// OpenAdd shows the page that adds a provider.
func (s *Store) OpenAdd() {
	if s.st.Route == RouteLocked || s.st.Route == RouteStart {
		return
	}
	s.leave()
	s.update(func(st *State) {
		st.Selected = ""
		st.Add = AddPage{Form: s.nextForm()}
		if a, there := s.resume(s.lastAdd); there {
			st.Add = a
		} else if d := st.Drafts[formAdd]; len(d) > 0 {
			st.Add.Issuer = d.Value("issuer", "")
		}
		s.goTo(st, RouteAdd)
	})
}

// leaveAdd goes a step back.
func (s *Store) leaveAdd() {
	if !s.st.Add.Chosen() {
		s.back()
		return
	}
	s.drop(slotSetup)
	s.leaveRegistration()
	s.lastAdd = "" // the step before is what the person wants to see
	s.update(func(st *State) { st.Add = AddPage{Form: s.nextForm(), Issuer: st.Add.Issuer, CAFile: st.Add.CAFile} })
}

// LookUp asks an issuer what it can do.
func (s *Store) LookUp(issuer string) { s.lookUp(issuer, s.st.Add.CAFile) }

// TrustFile asks the issuer again, trusting the certificates in a PEM file.
func (s *Store) TrustFile(path string) {
	if path != "" && s.st.Route == RouteAdd && s.st.Add.Untrusted {
		s.lookUp(s.st.Add.Issuer, path)
	}
}

func (s *Store) lookUp(issuer, caFile string) {
	issuer = strings.TrimSpace(issuer)
	if s.st.Add.Busy {
		return
	}
	if issuer == "" {
		s.update(func(st *State) {
			st.Add.Error, st.Add.ErrorAt = lang.L("Enter the issuer URL. It is in the provider's documentation, often as the part before “/.well-known”."), s.at("issuer")
		})
		return
	}
	// People paste the address of the document, too.
	issuer, _, _ = strings.Cut(issuer, "/.well-known/")
	s.update(func(st *State) { st.Add.Issuer, st.Add.Busy, st.Add.Error = issuer, true, "" })
	s.run(slotSetup, func(j *job) {
		m, err := s.sv.Discover(j, issuer, caFile)
		j.commit(func(st *State) {
			st.Add.Busy = false
			if err != nil {
				why := s.explain(err, nil, "")
				st.Add.Error, st.Add.Untrusted, st.Add.ErrorAt = words.OneLine(why), untrusted(why, err), s.at("issuer")
				return
			}
			saved(st, formAdd)
			if a, there := s.resume(formIssuer + Form(m.Issuer)); there {
				a.Issuer, a.CAFile, a.Found = issuer, caFile, m
				st.Add = a
				return
			}
			id := s.freeID(providers.SuggestID(m.Issuer))
			st.Add = AddPage{Form: s.nextForm(), Issuer: issuer, CAFile: caFile, Found: m, ID: id, Name: plain.Upper(id)}
		})
	})
}

// untrusted reports whether a file of certificates could help.
func untrusted(why problem.Problem, err error) bool {
	return why.Code == "unknown-authority" || why.Code == "self-signed" || errors.Is(err, providers.ErrCAFile)
}

// AddOn chooses a built-in provider to extend.
func (s *Store) AddOn(id string) {
	p, ok := s.sv.Catalog.Lookup(id)
	if !ok {
		return
	}
	s.drop(slotSetup)
	s.update(func(st *State) {
		if a, there := s.resume(formPreset + Form(id)); there {
			a.Preset = p
			st.Add = a
			return
		}
		st.Add = AddPage{Form: s.nextForm(), Preset: p, ID: s.freeID(id + "-2"), Name: p.Name + " (2)"}
	})
}

// Presets are the built-in providers that a new one can extend.
func (s State) Presets() []*providers.Provider {
	return slices.DeleteFunc(slices.Clone(s.Providers), func(p *providers.Provider) bool {
		return p.Origin != providers.BuiltIn || p.ID == "demo" || p.Unusable != ""
	})
}

// AddProvider keeps the new provider and goes on to its sign-in.
func (s *Store) AddProvider(n NewProvider) {
	a := s.st.Add
	if !a.Chosen() || a.Busy || a.Registering {
		return
	}
	n.ID = strings.TrimSpace(n.ID)
	s.update(func(st *State) { st.Add.Busy, st.Add.Error = true, "" })
	s.run(slotSetup, func(j *job) {
		var p *providers.Provider
		var problem, err error
		if a.uses(n) {
			p, problem, err = s.addRegistered(j, a, n)
		} else {
			p, err = s.addNew(j, a, n)
		}
		j.commit(func(st *State) {
			st.Add.Busy = false
			s.loadProviders()
			if err != nil {
				st.Add.Error, st.Add.ErrorAt = s.fileWords(err), s.at(fieldOf(err))
				return
			}
			delete(s.parked, a.form())
			saved(st, a.form())
			if !a.uses(n) {
				s.takeBack(st.Add.Registered)
			}
			st.Add.Registered = nil // it is the provider's now
			s.goOn(st, p)
			if problem != nil {
				s.setNotice(st, NoticeWarn, lang.L("{{.Provider}} was added. The key for deleting its registration could not be saved.", map[string]any{"Provider": p.Name})+" "+words.OneLine(s.explain(problem, p, "")))
			}
		})
	})
}

// addNew makes the provider's file, then keeps its secret: one without its
// secret is worth less than none.
func (s *Store) addNew(ctx context.Context, a AddPage, n NewProvider) (*providers.Provider, error) {
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
	p, err := s.sv.Own.Add(data)
	if err != nil || n.Secret.IsZero() {
		return p, err
	}
	if err := s.sv.SaveSecret(ctx, p.ID, n.Secret); err != nil {
		return nil, errors.Join(err, s.sv.Own.Remove(p.ID))
	}
	return p, nil
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

// freeID is an id that no provider has yet, made of a wished one.
func (s *Store) freeID(wish string) string {
	id := wish
	for i := 2; ; i++ {
		if _, taken := s.sv.Catalog.Lookup(id); !taken {
			return id
		}
		id = fmt.Sprintf("%s-%d", strings.TrimRight(strings.TrimSuffix(wish, "-2"), "-"), i)
	}
}
