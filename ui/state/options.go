package state

import (
	"cmp"
	"slices"
	"strings"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/ui/words"
)

// Options is the page before a sign-in, on which one chooses what is asked for.
type Options struct{ *base }

// OptionsPage is what it shows.
type OptionsPage struct {
	Form     uint64
	Provider *providers.Provider
	Scopes   []Scope
	// GroupScopes are added with Groups.
	GroupScopes []string
	CanGroups   bool
	Groups      bool
	Remember    bool
	CanDevice   bool
	// Account is the account that signs in again, or "".
	Account string
	Hint    string
	// MoreOpen unfolds what else can be asked for, Prompt is one of [Prompts],
	// and Error says which wish cannot be asked for.
	MoreOpen bool
	Prompt   string
	Error    string
	ErrorAt  ErrorAt
}

// Scope is a permission to ask for.
type Scope struct {
	Name    string
	Meaning string
	On      bool
	// Needed reports that the sign-in does not work without it.
	Needed bool
	// Own reports that the person added it.
	Own bool
}

// show fills the page before a sign-in; again, if not nil, is the
// account that signs in again.
func (x *Options) show(st *State, p *providers.Provider, again *auth.Account) {
	o := OptionsPage{
		Form:        x.nextForm(),
		Provider:    p,
		Scopes:      DefaultScopes(p),
		GroupScopes: p.Scopes.Groups,
		CanGroups:   len(p.Groups) > 0,
		Remember:    st.Settings.Remember,
		CanDevice:   p.Endpoints.DeviceAuthorization != "",
	}
	if again != nil {
		o.Account = again.ID
		o.Hint = cmp.Or(again.User.Login, again.User.Email)
		o.Groups = again.GroupsAsked && o.CanGroups
		o.Remember = again.Remembered
		for _, name := range again.ExtraScopes(p) {
			o.Scopes = append(o.Scopes, Scope{Name: name, Meaning: words.ScopeMeaning(p, name), On: true, Own: true})
		}
	}
	st.Options = o.with(st.Drafts[o.form()])
	x.goTo(st, RouteOptions)
	x.warm(p.ID)
}

// warm fetches endpoints while the person reads, and learns whether the
// provider offers sign-in with a code.
func (x *Options) warm(id string) {
	if x.sv.Metadata == nil {
		return
	}
	x.run(slotWarm, func(j *job) {
		m, err := x.sv.Metadata(j, id)
		if err != nil || m == nil || m.DeviceAuthorizationEndpoint == "" {
			return // a failure is reported when it matters: at the sign-in
		}
		j.commit(func(st *State) {
			if st.Options.Provider != nil && st.Options.Provider.ID == id {
				st.Options.CanDevice = true
			}
			if st.Flow.Provider != nil && st.Flow.Provider.ID == id {
				st.Flow.CanDevice = true
			}
		})
	})
}

// left ends what the page had under way.
func (x *Options) left() { x.drop(slotWarm) }

// forget drops what was chosen, which can be about an account.
func (x *Options) forget(st *State) {
	x.left()
	st.Options = OptionsPage{}
}

// DefaultScopes are the scopes of a sign-in without groups.
func DefaultScopes(p *providers.Provider) []Scope {
	var out []Scope
	add := func(names []string, needed bool) {
		for _, n := range names {
			if slices.ContainsFunc(out, func(s Scope) bool { return s.Name == n }) {
				continue
			}
			out = append(out, Scope{Name: n, Meaning: words.ScopeMeaning(p, n), On: true, Needed: needed})
		}
	}
	add(p.Scopes.Base, true)
	add(p.Scopes.Profile, false)
	add(p.Scopes.Offline, false)
	return out
}

// ToggleScope switches a scope on or off.
func (x *Options) ToggleScope(name string) {
	x.choose(func(st *State) {
		scopes := slices.Clone(st.Options.Scopes)
		for i, sc := range scopes {
			if sc.Name != name || sc.Needed {
				continue
			}
			if sc.Own {
				scopes = slices.Delete(scopes, i, i+1)
			} else {
				scopes[i].On = !sc.On
			}
			break
		}
		st.Options.Scopes = scopes
	})
}

// AddScope asks for one or more further scopes, separated by spaces.
func (x *Options) AddScope(text string) {
	x.choose(func(st *State) {
		scopes := slices.Clone(st.Options.Scopes)
		for _, n := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == ',' }) {
			i := slices.IndexFunc(scopes, func(sc Scope) bool { return sc.Name == n })
			if i >= 0 {
				scopes[i].On = true
				continue
			}
			scopes = append(scopes, Scope{Name: n, Meaning: words.ScopeMeaning(st.Options.Provider, n), On: true, Own: true})
		}
		st.Options.Scopes = scopes
	})
}

// SetGroups asks for groups or not.
func (x *Options) SetGroups(on bool) {
	x.choose(func(st *State) { st.Options.Groups = on && st.Options.CanGroups })
}

// SetRemember keeps the account for next time or not.
func (x *Options) SetRemember(on bool) {
	x.choose(func(st *State) { st.Options.Remember = on })
}

// request is the sign-in that the options page stands for.
func (o OptionsPage) request(hint string, device bool) auth.SignInRequest {
	r := auth.SignInRequest{
		Provider:  o.Provider.ID,
		Groups:    o.Groups,
		Remember:  o.Remember,
		LoginHint: strings.TrimSpace(hint),
		Account:   o.Account,
		Device:    device,
	}
	changed := false
	var on []string
	for _, sc := range o.Scopes {
		switch {
		case sc.Own:
			r.ExtraScopes = append(r.ExtraScopes, sc.Name)
		case sc.On:
			on = append(on, sc.Name)
		default:
			changed = true
		}
	}
	if changed {
		r.Scopes = append([]string{}, on...)
		if o.Groups {
			r.Scopes = append(r.Scopes, o.GroupScopes...)
		}
	}
	return r
}
