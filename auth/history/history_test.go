package history

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"testing"
	"time"

	"github.com/claviger/claviger/auth/internal/ledger"
	"github.com/claviger/claviger/auth/internal/tasks"
)

// full is a store without room.
type full struct{}

func (full) List(context.Context) ([]string, error)          { return nil, nil }
func (full) Get(context.Context, string) ([]byte, error)     { return nil, fs.ErrNotExist }
func (full) Put(_ context.Context, _ string, _ []byte) error { return errors.New("no room") }
func (full) Delete(context.Context, string) error            { return nil }

// What the store does not take is bounded, and the latest is what stays.
func TestHistoryThatWaitsKeepsTheLatest(t *testing.T) {
	work := tasks.New()
	defer work.Close()
	h := New(ledger.New(full{}, work), work, func(context.Context, string) (bool, error) { return true, nil }, slog.New(slog.DiscardHandler))
	for i := range maxWaiting + 10 {
		h.Add("a", Entry{At: time.Unix(int64(i), 0), Kind: Refreshed, Token: fmt.Sprint(i)}, false)
	}
	list, _, _ := h.memory.Get("a")
	if last := list[len(list)-1].Token; len(list) != maxWaiting || last != fmt.Sprint(maxWaiting+9) {
		t.Errorf("%d entries wait, the last is %s", len(list), last)
	}
}
