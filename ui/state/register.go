package state

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/claviger/claviger/auth/register"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/ui/words"
)

// registerTimeout bounds a registration, and the deletion of one that is not used.
const registerTimeout = time.Minute

// CanRegister reports whether the issuer that was looked up registers apps by
// request.
func (a AddPage) CanRegister() bool { return a.Found != nil && a.Found.RegistrationEndpoint != "" }

// RegisterApp asks the issuer that was looked up to register this app.
func (s *Store) RegisterApp() {
	a := s.st.Add
	if !a.CanRegister() || a.Registering || a.Registered != nil || a.Busy {
		return
	}
	s.update(func(st *State) { st.Add.Registering, st.Add.RegisterError = true, "" })
	s.run(slotRegister, func(j *job) {
		// It is not cut off if the page is left: what comes back is taken
		// back, and a registration that no one knows of cannot be.
		ctx, cancel := context.WithTimeout(s.ctx, registerTimeout)
		defer cancel()
		reg, err := s.sv.Register(ctx, a.Found, register.Request{CAFile: a.CAFile})
		s.post(func() {
			if s.ctx.Err() != nil || s.gens[slotRegister] != j.gen {
				s.takeBack(reg)
				return
			}
			s.update(func(st *State) {
				st.Add.Registering = false
				if err != nil {
					st.Add.RegisterError = words.OneLine(s.explain(err, nil, ""))
					return
				}
				st.Add.Registered = reg
				keep(st, st.Add.form(), FieldClientID, reg.ClientID, "")
			})
		})
	})
}

// leaveRegistration leaves the page of a new provider. A registration is kept
// with the draft; one under way is taken back as soon as it is there.
func (s *Store) leaveRegistration() {
	s.drop(slotRegister)
	s.park()
	reg := s.st.Add.Registered
	kept := s.parked[s.st.Add.form()].Registered
	s.st.Add.Registering, s.st.Add.Registered, s.st.Add.RegisterError = false, nil, ""
	if reg != kept {
		s.takeBack(reg)
	}
}

// takeBack deletes a registration at the provider, if it lets it.
func (s *Store) takeBack(reg *register.Registration) {
	if reg == nil || reg.Access.IsZero() {
		return
	}
	s.spawn(func(ctx context.Context) {
		ctx, cancel := context.WithTimeout(ctx, registerTimeout)
		defer cancel()
		_ = s.sv.Deregister(ctx, reg.Access) // no one waits for it, and it does no harm
	})
}

// addRegistered makes a provider of a registration. Without its secret it is
// worth nothing; without the key to the registration it is worth as much, and
// problem shows it.
func (s *Store) addRegistered(ctx context.Context, a AddPage, n NewProvider) (p *providers.Provider, problem, err error) {
	data, err := providers.FromRegistration(n.ID, n.Name, a.Registered.Registered, a.Found)
	if err == nil && a.CAFile != "" {
		data, err = providers.WithCAFile(data, a.CAFile)
	}
	if err != nil {
		return nil, nil, err
	}
	p, err = s.sv.Own.Add(data)
	if err != nil {
		return nil, nil, err
	}
	if secret := a.Registered.Secret; !secret.IsZero() {
		if err := s.sv.SaveSecret(ctx, p.ID, secret); err != nil {
			return nil, nil, errors.Join(err, s.sv.Own.Remove(p.ID))
		}
	}
	// Also without access: an earlier one is of another registration.
	return p, s.sv.SaveRegistration(ctx, p.ID, a.Registered.Access), nil
}

// uses reports whether the new provider is the one that was registered.
func (a AddPage) uses(n NewProvider) bool {
	return a.Registered != nil && strings.TrimSpace(n.ClientID) == a.Registered.ClientID
}

// deregister ends the registration of a provider that was removed, and says in
// words what came of it; "" if this program did not make it.
func (s *Store) deregister(ctx context.Context, p *providers.Provider, access register.Access) (text string, kind NoticeKind) {
	says, done := register.Leaving{
		Provider: p, Others: s.sv.Catalog.All(), Access: access, Deregister: s.sv.Deregister, Save: s.sv.SaveRegistration,
	}.Leave(ctx)
	if !done {
		return strings.Join(says, " "), NoticeWarn
	}
	return strings.Join(says, " "), NoticeGood
}
