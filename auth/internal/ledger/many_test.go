package ledger_test

import (
	"context"
	"testing"

	"github.com/claviger/claviger/auth/internal/ledger"
	"github.com/claviger/claviger/auth/internal/tasks"
)

// slow is a store that reads one by one, quick one that has a way for many.
type slow struct{ ledger.Store }

func (slow) Get(context.Context, string) ([]byte, error) { return []byte("one"), nil }

type quick struct {
	slow
	done *bool
}

func (q quick) Many() (get func(context.Context, string) ([]byte, error), done func()) {
	return func(context.Context, string) ([]byte, error) { return []byte("of many"), nil }, func() { *q.done = true }
}

func TestManyRecordsAreReadAsTheStoreReadsThemBest(t *testing.T) {
	owner := tasks.New()
	defer owner.Close()
	ended := false
	for want, store := range map[string]ledger.Store{"one": slow{}, "of many": quick{done: &ended}} {
		get, done := ledger.New(store, owner).Many()
		data, err := get(t.Context(), "a")
		done()
		if err != nil || string(data) != want {
			t.Errorf("%q, %v; want %q", data, err, want)
		}
	}
	if !ended {
		t.Error("the store was not told that it was the last")
	}
}
