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

// Register asks the issuer that was looked up to register this app.
func (x *Add) Register() {
	a := x.st.Add
	if !a.CanRegister() || a.Registering || a.Registered != nil || a.Busy {
		return
	}
	x.update(func(st *State) { st.Add.Registering, st.Add.RegisterError = true, "" })
	x.run(slotRegister, func(j *job) {
		// It is not cut off if the page is left: what comes back is taken
		// back, and a registration that no one knows of cannot be.
		ctx, cancel := context.WithTimeout(x.ctx, registerTimeout)
		defer cancel()
		reg, err := x.sv.Register(ctx, a.Found, register.Request{CAFile: a.CAFile})
		x.post(func() {
			if x.ctx.Err() != nil || x.gens[slotRegister] != j.gen {
				x.takeBack(reg)
				return
			}
			x.update(func(st *State) {
				st.Add.Registering = false
				if err != nil {
					st.Add.RegisterError = words.OneLine(x.explain(err, nil, ""))
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
func (x *Add) leaveRegistration() {
	x.drop(slotRegister)
	x.park()
	reg := x.st.Add.Registered
	kept := x.parked[x.st.Add.form()].Registered
	x.st.Add.Registering, x.st.Add.Registered, x.st.Add.RegisterError = false, nil, ""
	if reg != kept {
		x.takeBack(reg)
	}
}

// forget is leaveRegistration: all else was typed or found out here.
func (x *Add) forget(*State) { x.leaveRegistration() }

// takeBack deletes a registration at the provider, if it lets it.
func (x *Add) takeBack(reg *register.Registration) {
	if reg == nil || reg.Access.IsZero() {
		return
	}
	x.spawn(func(ctx context.Context) {
		ctx, cancel := context.WithTimeout(ctx, registerTimeout)
		defer cancel()
		_ = x.sv.Deregister(ctx, reg.Access) // no one waits for it, and it does no harm
	})
}

// registeredProvider makes a provider of a registration. Without its secret it is
// worth nothing; without the key to the registration it is worth as much, and
// problem shows it.
func (x *Add) registeredProvider(ctx context.Context, a AddPage, n NewProvider) (p *providers.Provider, problem, err error) {
	data, err := providers.FromRegistration(n.ID, n.Name, a.Registered.Registered, a.Found)
	if err == nil && a.CAFile != "" {
		data, err = providers.WithCAFile(data, a.CAFile)
	}
	if err != nil {
		return nil, nil, err
	}
	p, err = x.sv.Own.Add(data)
	if err != nil {
		return nil, nil, err
	}
	if secret := a.Registered.Secret; !secret.IsZero() {
		if err := x.sv.SaveSecret(ctx, p.ID, secret); err != nil {
			return nil, nil, errors.Join(err, x.sv.Own.Remove(p.ID))
		}
	}
	// Also without access: an earlier one is of another registration.
	return p, x.sv.SaveRegistration(ctx, p.ID, a.Registered.Access), nil
}

// uses reports whether the new provider is the one that was registered.
func (a AddPage) uses(n NewProvider) bool {
	return a.Registered != nil && strings.TrimSpace(n.ClientID) == a.Registered.ClientID
}
