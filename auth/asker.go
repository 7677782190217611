package auth

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/auth/internal/tasks"
	"github.com/claviger/claviger/auth/oauth"
	"github.com/claviger/claviger/auth/receive"
	"github.com/claviger/claviger/internal/coded"
	"github.com/claviger/claviger/providers"
)

// asker asks providers: it knows where they are, as which client, and what their
// servers said of proofs before.
type asker struct {
	// The first five are those of [Options].
	lookup   func(id string) (*providers.Provider, bool)
	problems func(id string) []error
	secret   func(ctx context.Context, p *providers.Provider) (KeptSecret, error)
	prepare  func(ctx context.Context, p *providers.Provider) error
	browser  func(ctx context.Context, url string) error
	clock    func() time.Time
	log      *slog.Logger

	tasks    *tasks.Tasks
	net      *oauth.Network
	idTokens *idtoken.Verifier
}

func newAsker(o Options, work *tasks.Tasks) *asker {
	a := &asker{
		lookup: o.Lookup, problems: o.Problems, secret: o.Secret, prepare: o.Prepare, browser: o.Browser, clock: o.Now, log: o.Log,
		tasks: work, net: oauth.NewNetwork(o.Transport, o.Now),
	}
	a.idTokens = idtoken.New(a.keys, func() time.Time { return a.clock() })
	return a
}

// now is the wall clock: the time without the monotonic reading, which stands still
// while the machine sleeps, and a token does not.
func (a *asker) now() time.Time { return a.clock().Round(0) }

// provider returns a provider ready for requests, with its client secret.
func (a *asker) provider(ctx context.Context, id string) (*providers.Provider, error) {
	found, ok := a.lookup(id)
	if !ok {
		return nil, a.unknown(id)
	}
	p := *found
	if err := a.addSecret(ctx, &p); err != nil {
		return nil, err
	}
	if a.prepare != nil {
		if err := a.prepare(ctx, &p); err != nil {
			return nil, fmt.Errorf("preparing %s: %w", id, err)
		}
	}
	if err := p.Ready(); err != nil {
		return nil, fmt.Errorf("%s: %w", id, err)
	}
	if _, err := a.net.HTTP(&p); err != nil {
		return nil, fmt.Errorf("%s: %w", id, err)
	}
	return &p, nil
}

// unknown says that there is no such provider, and what is wrong in its file.
func (a *asker) unknown(id string) error {
	err := providers.ErrUnknown
	if a.problems != nil {
		err = errors.Join(append([]error{err}, a.problems(id)...)...)
	}
	return fmt.Errorf("%q: %w", id, err)
}

// addSecret completes a provider with its client secret, if there is one. One
// that its file rules out is an error: whoever configured it thinks that it is sent.
func (a *asker) addSecret(ctx context.Context, p *providers.Provider) error {
	ruledOut := p.Client.NoSecret()
	switch {
	case !p.Client.Secret.IsZero() && ruledOut != "":
		return &secretUnusedError{setting: ruledOut}
	case a.secret == nil || !p.Client.Secret.IsZero():
		return nil
	}
	s, err := a.secret(ctx, p)
	switch {
	case err != nil && (ruledOut != "" || p.Client.SecretUse != "required" && coded.Of(err) == "damaged"):
		// A provider without a secret works without it.
		a.log.Warn("client secrets could not be read", "provider", p.ID, "error", err)
		return nil
	case ruledOut != "" && !s.Secret.IsZero():
		return &secretUnusedError{setting: ruledOut, kept: true}
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("client secret of %s: %w", p.ID, err)
	}
	if moved := s.Home.Elsewhere(p); moved != nil && !s.Secret.IsZero() {
		moved.Secret = true
		return moved
	}
	p.Client.Secret = s.Secret
	return nil
}

// keys gets the keys of a provider. It ends with the agent at the latest.
func (a *asker) keys(ctx context.Context, p *providers.Provider, address string) (*idtoken.KeySet, error) {
	ctx, cancel := a.tasks.Within(ctx)
	defer cancel()
	return a.net.Keys(ctx, p, address)
}

// clientFor is the client of an account's provider, which sends the account's secrets
// to their home. There is none if the provider is not where they belong: a
// [*oauth.MovedError]. If only what the provider publishes cannot be had, the client comes
// with the error.
func (a *asker) clientFor(ctx context.Context, rec *record) (*oauth.Client, error) {
	if moved := a.moved(rec); moved != nil { // before a client secret is, which says less
		return nil, moved
	}
	p, err := a.provider(ctx, rec.Provider)
	if err != nil {
		return nil, err
	}
	if moved := rec.movedFrom(p); moved != nil {
		return a.net.Client(p, nil, rec.home(p)), moved
	}
	md, err := a.net.Metadata(ctx, p)
	return a.net.Client(p, md, rec.home(p)), oauth.Unreachable(err)
}

// moved says that the provider of an account is not where the account is from,
// as far as that can be known without asking anyone.
func (a *asker) moved(rec *record) *oauth.MovedError {
	p, ok := a.lookup(rec.Provider)
	if !ok {
		return nil
	}
	return rec.movedFrom(p)
}

// openUnseen opens an address in the browser that the program which opens it does not see. Errors wrap
// [ErrNoBrowser] or are [receive.ErrNotFetched].
func (a *asker) openUnseen(ctx context.Context, address string) error {
	return receive.HandOver(ctx, address, a.browser, a.log)
}

// retryFirst is the wait before what failed at a provider is tried again; each
// further one is twice as long.
const retryFirst = 30 * time.Second
