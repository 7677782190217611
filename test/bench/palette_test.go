//go:build bench

package bench

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/identity"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/vault"
)

// Palette: a key that is typed while it looks through 20 accounts with 600 groups each,
// beside the barest search through the same words. The aim is 16 ms a key: a frame.
func BenchmarkPaletteKey(b *testing.B) {
	agent := &paletteAgent{}
	var words []string
	for a := range 20 {
		account := &auth.Account{ID: fmt.Sprint("a", a), Provider: "demo", State: auth.StateActive, User: identity.User{Name: fmt.Sprint("Person ", a)}}
		for g := range 600 {
			name := fmt.Sprintf("Team %d of division %d: řízení a účetnictví", g, a)
			account.Groups = append(account.Groups, identity.Group{ID: fmt.Sprint(g), Name: name})
			words = append(words, strings.ToLower(name))
		}
		agent.list = append(agent.list, account)
	}
	// The loop below stands for the UI goroutine.
	queue := make(chan func(), 1000)
	store := state.New(b.Context(), state.Services{
		Accounts: agent, Queue: agent, Renewer: agent, Catalog: noCatalog{}, Vault: openVault{},
	}, func(f func()) { queue <- f }, func(state.State) {})
	b.Cleanup(store.Close)
	until := func(done func() bool) {
		for limit := time.After(time.Minute); !done(); {
			select {
			case f := <-queue:
				f()
			case <-limit:
				b.Fatal("nothing comes")
			}
		}
	}
	store.Start()
	until(func() bool { return len(store.State().Accounts) == 20 })
	store.Over.OpenPalette()
	until(func() bool { return !store.State().Palette.Reading })
	queries := []string{"t", "te", "tea", "team 59", "team 599 division", "účet 19", "nothing like it", ""}
	var took, floor time.Duration
	keys := 0
	for b.Loop() {
		for _, q := range queries {
			begun := time.Now()
			store.Over.SetQuery(q)
			took += time.Since(begun)
			begun = time.Now()
			found := 0
			for _, w := range words {
				if strings.Contains(w, q) {
					found++
				}
			}
			floor += time.Since(begun)
			keys++
			if found > 0 && store.State().Palette.All == 0 && q != "" {
				b.Fatalf("%q: %d fit, and none is found", q, found)
			}
		}
	}
	b.ReportMetric(float64(took.Microseconds())/float64(keys)/1000, "ms/key")
	b.ReportMetric(float64(floor.Microseconds())/float64(keys)/1000, "ms/key-floor")
}

// paletteAgent has accounts.
type paletteAgent struct{ list []*auth.Account }

func (p *paletteAgent) Accounts(context.Context) ([]*auth.Account, error) { return p.list, nil }
func (p *paletteAgent) Picture(context.Context, string) ([]byte, error)   { return nil, nil }
func (p *paletteAgent) RetryNow(context.Context) error                    { return nil }
func (p *paletteAgent) Receipts(context.Context) ([]*auth.Receipt, error) { return nil, nil }

func (p *paletteAgent) WaitingOf(context.Context, []*auth.Account) ([]auth.Waiting, error) {
	return nil, nil
}

func (p *paletteAgent) ClearReceipts(context.Context, bool) (auth.ClearedReceipts, error) {
	return auth.ClearedReceipts{}, nil
}
func (p *paletteAgent) Refresh(context.Context, string) (*auth.Account, error) { return nil, nil }
func (p *paletteAgent) Check(context.Context, string) (*auth.Account, error)   { return nil, nil }

func (p *paletteAgent) Watch(ctx context.Context) <-chan struct{} {
	c := make(chan struct{})
	context.AfterFunc(ctx, func() { close(c) })
	return c
}

func (p *paletteAgent) SignOut(context.Context, string, auth.SignOutOptions) (*auth.Receipt, error) {
	return nil, nil
}

// noCatalog knows no providers.
type noCatalog struct{}

func (noCatalog) All() []*providers.Provider                        { return nil }
func (noCatalog) Lookup(string) (*providers.Provider, bool)         { return nil, false }
func (noCatalog) Problems() []error                                 { return nil }
func (noCatalog) Configure(string, string, map[string]string) error { return nil }

// openVault is not locked.
type openVault struct{}

func (openVault) Status(context.Context) (vault.Status, error) {
	return vault.Status{Protection: vault.Keyring}, nil
}
func (openVault) Setup(context.Context, string) error  { return nil }
func (openVault) Unlock(context.Context, string) error { return nil }
func (openVault) Lock(context.Context) error           { return nil }
