package state

import (
	"context"
	"io"
	"sync"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/auth/history"
	"github.com/claviger/claviger/auth/tryit"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/vault"
)

// gate stands before every service: what comes may pass, waits until nobody wants it any
// more, or fails.
type gate struct {
	mu    sync.Mutex
	calls map[string]int
	mode  gateMode
	held  map[string][]chan gateMode
}

type gateMode int

const (
	gateOpen gateMode = iota
	gateWaits
	gateFails
	gateHolds // also what nobody wants any more, until it is let go
)

func (g *gate) set(mode gateMode) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.mode, g.calls = mode, map[string]int{}
}

// letGo lets go what is held of a service, "" for all, and what comes to it from now on.
func (g *gate) letGo(name string, mode gateMode) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for asked, held := range g.held {
		if name != "" && asked != name {
			continue
		}
		for _, c := range held {
			c <- mode
		}
		delete(g.held, asked)
	}
	if name == "" {
		g.mode = mode
	}
}

// letThrough lets everything pass that comes from now on.
func (g *gate) letThrough() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.mode = gateOpen
}

// hold makes a call that waits to be let go.
func (g *gate) hold(name string) <-chan gateMode {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.held == nil {
		g.held = map[string][]chan gateMode{}
	}
	c := make(chan gateMode, 1)
	g.held[name] = append(g.held[name], c)
	return c
}

func (g *gate) count(name string) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.calls[name]
}

// through asks a service.
func through[T any](ctx context.Context, g *gate, name string, ask func() (T, error)) (none T, err error) {
	g.mu.Lock()
	g.calls[name]++
	mode := g.mode
	g.mu.Unlock()
	if mode == gateHolds {
		mode = <-g.hold(name)
	}
	switch mode {
	case gateWaits:
		<-ctx.Done()
		return none, ctx.Err()
	case gateFails:
		return none, errTest
	case gateOpen, gateHolds:
	}
	return ask()
}

func past(ctx context.Context, g *gate, name string, ask func() error) error {
	_, err := through(ctx, g, name, func() (struct{}, error) { return struct{}{}, ask() })
	return err
}

// gatedAgent, gatedVault and gatedDesk are the rig's behind the gate.
type gatedAgent struct {
	*fakeAgent
	g *gate
}

func (a gatedAgent) SignOut(ctx context.Context, id string, o auth.SignOutOptions) (*auth.Receipt, error) {
	return through(ctx, a.g, "SignOut", func() (*auth.Receipt, error) { return a.fakeAgent.SignOut(ctx, id, o) })
}

func (a gatedAgent) Token(ctx context.Context, id string, ttl time.Duration) (*auth.Token, error) {
	return through(ctx, a.g, "Token", func() (*auth.Token, error) { return a.fakeAgent.Token(ctx, id, ttl) })
}

func (a gatedAgent) Examine(ctx context.Context, id string, t providers.Secret) (*auth.Inspection, error) {
	return through(ctx, a.g, "Examine", func() (*auth.Inspection, error) { return a.fakeAgent.Examine(ctx, id, t) })
}

func (a gatedAgent) LookUp(ctx context.Context, t providers.Secret) (*auth.Inspection, error) {
	return through(ctx, a.g, "LookUp", func() (*auth.Inspection, error) { return a.fakeAgent.LookUp(ctx, t) })
}

func (a gatedAgent) Introspect(ctx context.Context, id string, t providers.Secret) (map[string]any, error) {
	return through(ctx, a.g, "Introspect", func() (map[string]any, error) { return a.fakeAgent.Introspect(ctx, id, t) })
}

func (a gatedAgent) TakeHistory(ctx context.Context, id string) ([]history.Entry, error) {
	return through(ctx, a.g, "TakeHistory", func() ([]history.Entry, error) { return a.fakeAgent.TakeHistory(ctx, id) })
}

func (a gatedAgent) Refresh(ctx context.Context, id string) (*auth.Account, error) {
	return through(ctx, a.g, "Refresh", func() (*auth.Account, error) { return a.fakeAgent.Refresh(ctx, id) })
}

func (a gatedAgent) RetryNow(ctx context.Context) error {
	return past(ctx, a.g, "RetryNow", func() error { return a.fakeAgent.RetryNow(ctx) })
}

func (a gatedAgent) ClearReceipts(ctx context.Context, pending bool) (auth.ClearedReceipts, error) {
	return through(ctx, a.g, "ClearReceipts", func() (auth.ClearedReceipts, error) { return a.fakeAgent.ClearReceipts(ctx, pending) })
}

func (a gatedAgent) UndoSignOut(ctx context.Context, id string) (*auth.Account, error) {
	return through(ctx, a.g, "UndoSignOut", func() (*auth.Account, error) { return a.fakeAgent.UndoSignOut(ctx, id) })
}

func (a gatedAgent) Describe(ctx context.Context, id string, change func(*auth.Description)) (*auth.Account, error) {
	return through(ctx, a.g, "Describe", func() (*auth.Account, error) { return a.fakeAgent.Describe(ctx, id, change) })
}

type gatedVault struct {
	*fakeVault
	g *gate
}

func (v gatedVault) Setup(ctx context.Context, passphrase string) error {
	return past(ctx, v.g, "Setup", func() error { return v.fakeVault.Setup(ctx, passphrase) })
}

func (v gatedVault) Lock(ctx context.Context) error {
	return past(ctx, v.g, "Lock", func() error { return v.fakeVault.Lock(ctx) })
}

func (v gatedVault) Unlock(ctx context.Context, passphrase string) error {
	return past(ctx, v.g, "Unlock", func() error { return v.fakeVault.Unlock(ctx, passphrase) })
}

func (v gatedVault) Protect(ctx context.Context, p vault.Protection, passphrase string) error {
	return past(ctx, v.g, "Protect", func() error { return v.fakeVault.Protect(ctx, p, passphrase) })
}

func (v gatedVault) LockAfter(ctx context.Context, after time.Duration) error {
	return past(ctx, v.g, "LockAfter", func() error { return v.fakeVault.LockAfter(ctx, after) })
}

func (v gatedVault) Export(ctx context.Context, w io.Writer, passphrase string) (vault.ExportReport, error) {
	return through(ctx, v.g, "Export", func() (vault.ExportReport, error) { return v.fakeVault.Export(ctx, w, passphrase) })
}

func (v gatedVault) Import(ctx context.Context, r io.Reader, passphrase string, o vault.ImportOptions) (vault.ImportReport, error) {
	return through(ctx, v.g, "Import", func() (vault.ImportReport, error) { return v.fakeVault.Import(ctx, r, passphrase, o) })
}

type gatedDesk struct {
	*fakeDesk
	g *gate
}

func (d gatedDesk) Send(ctx context.Context, id string, r tryit.Request) (*tryit.Answer, error) {
	return through(ctx, d.g, "Send", func() (*tryit.Answer, error) { return d.fakeDesk.Send(ctx, id, r) })
}

func (d gatedDesk) Clear(ctx context.Context, id string) error {
	return past(ctx, d.g, "Clear", func() error { return d.fakeDesk.Clear(ctx, id) })
}
