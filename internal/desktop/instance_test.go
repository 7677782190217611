package desktop

import (
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// raised waits for the wish to see the window.
func raised(t *testing.T, i *Instance) {
	t.Helper()
	select {
	case <-i.raise:
	case <-time.After(5 * time.Second):
		t.Fatal("the window was not asked to come to the front")
	}
}

func claim(t *testing.T, home string) *Instance {
	t.Helper()
	i, err := Claim(t.Context(), home, false)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func TestSecondStartRaisesTheFirst(t *testing.T) {
	home := t.TempDir()
	first := claim(t, home)
	if first == nil {
		t.Fatal("the first start has no window")
	}
	if second := claim(t, home); second != nil {
		t.Fatal("the second start has a window too")
	}
	raised(t, first)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	third := claim(t, home)
	if third == nil {
		t.Fatal("no window after the first ended")
	}
	if err := third.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestRacingStartsMakeOneWindow(t *testing.T) {
	home := t.TempDir()
	const starts = 12
	got := make(chan *Instance, starts)
	var all sync.WaitGroup
	for range starts {
		all.Go(func() {
			i, err := Claim(t.Context(), home, false)
			if err != nil {
				t.Error(err)
			}
			if i != nil {
				got <- i
			}
		})
	}
	all.Wait()
	close(got)
	var windows []*Instance
	for i := range got {
		windows = append(windows, i)
	}
	if len(windows) != 1 {
		t.Fatalf("%d windows, want 1", len(windows))
	}
	raised(t, windows[0])
	if err := windows[0].Close(); err != nil {
		t.Error(err)
	}
}

func TestLongHome(t *testing.T) {
	runtimeDir := t.TempDir()
	t.Setenv("XDG_RUNTIME_DIR", runtimeDir)
	home := filepath.Join(t.TempDir(), strings.Repeat("long/", 40))
	first := claim(t, home)
	if first == nil {
		t.Fatal("no window")
	}
	if second := claim(t, home); second != nil {
		t.Fatal("two windows")
	}
	raised(t, first)
	if err := first.Close(); err != nil {
		t.Error(err)
	}
	// Another home has another window.
	other := claim(t, filepath.Join(home, "other"))
	if other == nil {
		t.Fatal("another home shares the window")
	}
	if err := other.Close(); err != nil {
		t.Error(err)
	}
}

func TestOnlyTheRightWordRaises(t *testing.T) {
	home := t.TempDir()
	first := claim(t, home)
	defer func() { _ = first.Close() }()
	_ = claim(t, home) // the right one
	raised(t, first)
	place, err := placeOf(filepath.Join(home, "run"))
	if err != nil {
		t.Fatal(err)
	}
	conn, err := dial(t.Context(), place)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Write([]byte("quit, and a long line that does not fit into the buffer\n")); err != nil {
		t.Fatal(err)
	}
	// The conversation is over once the other side closed.
	buf := make([]byte, 16)
	for {
		if _, err := conn.Read(buf); err != nil {
			break
		}
	}
	_ = conn.Close()
	select {
	case <-first.raise:
		t.Error("a foreign word raises the window")
	default:
	}
}

// A start that shows no window, at log-in, leaves the one that is open where it is.
func TestQuietStartRaisesNothing(t *testing.T) {
	home := t.TempDir()
	first := claim(t, home)
	second, err := Claim(t.Context(), home, true)
	if second != nil || err != nil {
		t.Fatalf("the second start: %v, %v", second, err)
	}
	select {
	case <-first.Raise():
		t.Error("the window comes to the front")
	default:
	}
	if err := first.Close(); err != nil {
		t.Error(err)
	}
}
