package auth

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/internal/tasks"
	"github.com/claviger/claviger/providers"
)

// asker asks providers: it knows where they are, as which client, and what their
// servers said of proofs before.
type asker struct {
	o       Options
	tasks   *tasks.Tasks
	clients *clients // for every request to a provider
	// origins is what servers told for proofs.
	origins  origins
	idTokens *idtoken.Verifier
}

func newAsker(o Options, work *tasks.Tasks) *asker {
	a := &asker{o: o, tasks: work, clients: newClients(o.Transport)}
	a.idTokens = idtoken.New(a.fetchKeys, func() time.Time { return a.o.Now() })
	return a
}

// now is the wall clock.
func (a *asker) now() time.Time { return a.o.wallClock() }

// wallClock is the time without the monotonic reading: that stands still
// while the machine sleeps, and a token does not.
func (o Options) wallClock() time.Time { return o.Now().Round(0) }

// provider returns a provider ready for requests, with its client secret.
func (a *asker) provider(ctx context.Context, id string) (*providers.Provider, error) {
	found, ok := a.o.Lookup(id)
	if !ok {
		return nil, fmt.Errorf("%q: %w", id, providers.ErrUnknown)
	}
	p := *found
	if err := a.addSecret(ctx, &p); err != nil {
		return nil, err
	}
	if a.o.Prepare != nil {
		if err := a.o.Prepare(ctx, &p); err != nil {
			return nil, fmt.Errorf("preparing %s: %w", id, err)
		}
	}
	if err := p.Ready(); err != nil {
		return nil, fmt.Errorf("%s: %w", id, err)
	}
	if _, err := a.client(&p); err != nil {
		return nil, fmt.Errorf("%s: %w", id, err)
	}
	return &p, nil
}

// addSecret completes a provider with its client secret, where there is one. One
// that its file rules out is an error: whoever configured it thinks that it is sent.
func (a *asker) addSecret(ctx context.Context, p *providers.Provider) error {
	ruledOut := p.Client.NoSecret()
	switch {
	case !p.Client.Secret.IsZero() && ruledOut != "":
		return &secretUnusedError{setting: ruledOut}
	case a.o.Secret == nil || !p.Client.Secret.IsZero():
		return nil
	}
	s, err := a.o.Secret(ctx, p)
	switch {
	case err != nil && (ruledOut != "" || p.Client.SecretUse != "required" && errCode(err) == "damaged"):
		// A secret that may not exist stops nobody who has none.
		a.o.Log.Warn("client secrets could not be read", "provider", p.ID, "error", err)
		return nil
	case ruledOut != "" && !s.Secret.IsZero():
		return &secretUnusedError{setting: ruledOut, kept: true}
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("client secret of %s: %w", p.ID, err)
	}
	if moved := s.Home.moved(p); moved != nil && !s.Secret.IsZero() {
		moved.Secret = true
		return moved
	}
	p.Client.Secret = s.Secret
	return nil
}

// KeptSecret is a client secret with its home: it is sent to nobody else. A zero
// home is good wherever the provider is.
type KeptSecret struct {
	Secret Secret
	Home   Home
}

// homeOf returns the provider of an account, what it publishes, and a context in
// which the account's secrets may be sent. There is none where the provider is
// not where they belong: a [*MovedError].
func (a *asker) homeOf(ctx context.Context, rec *record) (context.Context, *providers.Provider, *providers.Metadata, error) {
	if moved := a.moved(rec); moved != nil { // before a client secret is, which says less
		return ctx, nil, nil, moved
	}
	p, err := a.provider(ctx, rec.Provider)
	if err != nil {
		return ctx, nil, nil, err
	}
	if moved := rec.movedFrom(p); moved != nil {
		return ctx, p, nil, moved
	}
	md, err := a.metadata(ctx, p)
	if err != nil {
		return ctx, p, nil, unreachable(err)
	}
	return reaching(ctx, p, rec.home(p), md), p, md, nil
}

// moved says that the provider of an account is not where the account is from,
// as far as that can be told without asking anybody.
func (a *asker) moved(rec *record) *MovedError {
	p, ok := a.o.Lookup(rec.Provider)
	if !ok {
		return nil
	}
	return rec.movedFrom(p)
}
