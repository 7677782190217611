package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/claviger/claviger/auth/internal/ledger"
	"github.com/claviger/claviger/auth/internal/tasks"
	"github.com/claviger/claviger/internal/asking"
)

func TestALedgerWithoutAStoreIsEmpty(t *testing.T) {
	owner := tasks.New()
	defer owner.Close()
	l := ledger.New(nil, owner)
	names, err := l.List(t.Context())
	if err != nil || len(names) != 0 || l.Stores() || l.Locks() {
		t.Errorf("%v, %v", names, err)
	}
	if err := l.Put(t.Context(), "a", nil); err == nil {
		t.Error("it took a record")
	}
	if err := l.Delete(t.Context(), "a"); err != nil {
		t.Error(err)
	}
}

func TestOneGoroutineHoldsARecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		owner := tasks.New()
		defer owner.Close()
		l := ledger.New(nil, owner)
		release, err := l.Hold(t.Context(), "a")
		if err != nil {
			t.Fatal(err)
		}
		brief, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := l.Hold(brief, "a"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("held twice: %v", err)
		}
		other, err := l.Hold(t.Context(), "b")
		if err != nil {
			t.Fatal(err)
		}
		other()
		release()
		if release, err = l.Enter(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		release()
	})
}

func TestAWatcherHearsOfChangesUntilItEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		owner := tasks.New()
		l := ledger.New(nil, owner)
		ch := l.Watch(t.Context())
		l.Changed()
		l.Changed() // coalesced
		if _, ok := <-ch; !ok || len(ch) != 0 {
			t.Error("not one notice")
		}
		owner.Close()
		if _, ok := <-ch; ok {
			t.Error("it goes on after the end")
		}
		if _, ok := <-l.Watch(t.Context()); ok {
			t.Error("it begins after the end")
		}
	})
}

// shelf is a store that can be full.
type shelf struct {
	full bool
	has  map[string]string
	said []time.Duration // since start, of each try
}

func TestWhatAStoreDoesNotTakeIsWrittenLater(t *testing.T) {
	for name, c := range map[string]struct {
		pace ledger.Pace
		want []time.Duration // tries within a minute and a half
	}{
		"again and again": {ledger.Pace{First: 2 * time.Second, Most: 20 * time.Second}, []time.Duration{2, 6, 14, 30, 50, 70, 90}},
		"once":            {ledger.Pace{First: 2 * time.Second}, []time.Duration{2}},
		"not by itself":   {ledger.Pace{}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				owner, start, s := tasks.New(), time.Now(), shelf{full: true, has: map[string]string{}}
				defer owner.Close()
				m := ledger.NewMemory(owner, c.pace, func(ctx context.Context, name, v string) error {
					if by := time.Since(start) < 90*time.Second+time.Millisecond; asking.IsQuiet(ctx) != by {
						t.Errorf("after %v, it may ask a person: %v", time.Since(start), !asking.IsQuiet(ctx))
					}
					if name == "a" {
						s.said = append(s.said, time.Since(start)/time.Second)
					}
					if s.full {
						return fmt.Errorf("%s: full", name)
					}
					s.has[name] = v
					return nil
				}, func(now, written string) (string, bool) { return now[len(written):], now != written })
				m.Owe("a", "x")
				m.Keep("mine", "y")
				time.Sleep(90*time.Second + time.Millisecond)
				synctest.Wait()
				if diff := cmp.Diff(c.want, s.said); diff != "" {
					t.Errorf("tried at seconds %s", diff)
				}
				if err := m.Flush(t.Context()); err == nil || err.Error() != "a: full" {
					t.Errorf("Flush: %v", err)
				}
				s.full = false
				if err := m.Flush(t.Context()); err != nil {
					t.Error(err)
				}
				if diff := cmp.Diff(map[string]string{"a": "x"}, s.has); diff != "" {
					t.Error(diff)
				}
				var left []string
				m.Each(func(name, _ string, owing bool) { left = append(left, fmt.Sprint(name, owing)) })
				if !slices.Equal(left, []string{"minefalse"}) {
					t.Errorf("left are %v", left)
				}
			})
		})
	}
}

func TestWhatComesWhileItIsWrittenStays(t *testing.T) {
	owner := tasks.New()
	defer owner.Close()
	has := map[string]string{}
	var m *ledger.Memory[string]
	m = ledger.NewMemory(owner, ledger.Pace{}, func(_ context.Context, name, v string) error {
		if has[name] == "" {
			m.Change(name, true, func(s string) string { return s + "z" })
		}
		has[name] += v
		return nil
	}, func(now, written string) (string, bool) { return now[len(written):], now != written })
	m.Change("a", true, func(s string) string { return s + "x" })
	for range 2 {
		if err := m.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, ok := m.Get("a"); ok || !maps.Equal(has, map[string]string{"a": "xz"}) {
		t.Errorf("written is %v, something is left: %t", has, ok)
	}
}
