package cli

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/register"
	"github.com/claviger/claviger/providers"
)

// takeBackTimeout limits the deletion of a registration.
const takeBackTimeout = 20 * time.Second

// addRegistered lets the issuer register this app and adds a provider with
// that registration. Everything that can fail here is tried before the issuer
// is asked, and a registration that could not be kept is taken back.
func (r *runner) addRegistered(ctx context.Context, set *providers.Set, n newProvider) (*providers.Provider, error) {
	if !n.register || n.issuer == "" {
		return nil, usage(errors.New("--register requires --issuer, and --registration-token-file requires --register"))
	}
	agent, err := r.Agent()
	if err != nil {
		return nil, err
	}
	m, err := discover(ctx, n.issuer, n.caFile)
	if err != nil {
		return nil, err
	}
	if n.id == "" {
		n.id = providers.SuggestID(m.Issuer)
	}
	about := &providers.Provider{ID: n.id, Name: hostOf(m.Issuer)}
	if err := r.canAdd(set, n, m); err != nil {
		return nil, err
	}
	request := register.Request{CAFile: n.caFile}
	if n.tokenFile != "" {
		if request.InitialToken, err = r.secretFrom(ctx, n.tokenFile, "The initial access token file cannot be used", "Nothing was added. Its first line must be the token."); err != nil {
			return nil, err
		}
	}
	// The answer may hold a secret, and surely a key: have a place for it.
	if err := r.prepareVault(ctx); err != nil {
		return nil, err
	}
	reg, err := register.New(agent.Tester()).Register(ctx, m, request)
	if err != nil {
		return nil, &contextError{err: err, provider: about}
	}
	p, err := r.keepRegistered(ctx, set, n, m, reg)
	if err != nil {
		r.takeBack(ctx, agent, reg)
		return nil, err
	}
	r.say("Registered at %s. Client ID: %s", about.Name, reg.ClientID)
	for _, change := range reg.Changes {
		r.say("  %s", change)
	}
	return p, nil
}

// hostOf names an issuer for people.
func hostOf(issuer string) string {
	if u, err := url.Parse(issuer); err == nil && u.Host != "" {
		return u.Host
	}
	return issuer
}

// canAdd makes sure that a provider could be added.
func (r *runner) canAdd(set *providers.Set, n newProvider, m *providers.Metadata) error {
	data, err := providers.FromIssuer(n.id, n.name, "to-be-registered", m)
	if err != nil {
		return err
	}
	p, err := providers.Parse("the new provider", data)
	if err != nil {
		return unusableProvider(err.Error())
	}
	if _, err := n.trust(p, data); err != nil {
		return err
	}
	if _, taken := set.Lookup(n.id); taken {
		return fmt.Errorf("%w: %q", providers.ErrInUse, n.id)
	}
	return nil
}

// keepRegistered adds the provider and keeps its secrets, all or nothing.
func (r *runner) keepRegistered(ctx context.Context, set *providers.Set, n newProvider, m *providers.Metadata, reg *register.Registration) (*providers.Provider, error) {
	data, err := providers.FromRegistration(n.id, n.name, reg.Registered, m)
	if err != nil {
		return nil, err
	}
	if n.caFile != "" {
		if data, err = providers.WithCAFile(data, n.caFile); err != nil {
			return nil, err
		}
	}
	p, err := set.Add(data)
	if err != nil {
		return nil, err
	}
	if !reg.Secret.IsZero() {
		err = r.SaveSecret(ctx, p.ID, reg.Secret)
	}
	if err == nil { // also without access: an earlier one belongs to another registration
		err = r.SaveRegistration(ctx, p.ID, reg.Access)
	}
	if err != nil {
		return nil, errors.Join(err, r.SaveSecret(ctx, p.ID, providers.Secret{}), set.Remove(p.ID))
	}
	return p, nil
}

// takeBack deletes a registration that will not be used.
func (r *runner) takeBack(ctx context.Context, agent *auth.Agent, reg *register.Registration) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), takeBackTimeout)
	defer cancel()
	if err := register.New(agent.Tester()).Deregister(ctx, reg.Access); err != nil || reg.Access.IsZero() {
		r.say("claviger: the app registration with client ID %s remains at the provider, unused.", reg.ClientID)
	}
}

// deregister ends the registration of a removed provider, and reports the
// result.
func (r *runner) deregister(ctx context.Context, p *providers.Provider, access register.Access, others []*providers.Provider) error {
	agent, err := r.Agent()
	if err != nil {
		return err
	}
	says, _ := register.Leaving{Provider: p, Others: others, Access: access, Deregister: register.New(agent.Tester()).Deregister, Save: r.SaveRegistration}.Leave(ctx)
	for _, line := range says {
		r.say("%s", line)
	}
	return nil
}
