package attention

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func testFolder(t *testing.T) Folder {
	return Folder{Path: t.TempDir(), Log: slog.New(slog.DiscardHandler)}
}

func TestFolderKeepsMarks(t *testing.T) {
	f := testFolder(t)
	if m := f.Load(); len(m) != 0 {
		t.Errorf("marks of nothing: %v", m)
	}
	want := Mark{Cause: "c", Said: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC), Times: 2}
	f.Save(map[string]Mark{"n": want})
	if got := f.Load()["n"]; got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if fi, err := os.Stat(filepath.Join(f.Path, marksFile)); err != nil || fi.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", fi, err)
	}
	for _, text := range []string{"", "{", "[]", `{"n":{"said":"soon"}}`} {
		if err := os.WriteFile(filepath.Join(f.Path, marksFile), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		NewDesk(time.Now, f, func(Change) {}).See(needs("1", "a")) // must not fail
		if len(f.Load()) != 1 {
			t.Errorf("%q is not replaced: %v", text, f.Load())
		}
	}
}

func TestTurnIsForOneAtATime(t *testing.T) {
	f := testFolder(t)
	release, err := f.Turn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := f.Turn(ctx); err == nil {
		t.Fatal("two have the turn")
	}
	release()
	again, err := f.Turn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	again()
	if _, err := (Folder{Path: filepath.Join(f.Path, "none")}).Turn(t.Context()); err == nil {
		t.Error("a turn in no folder")
	}
}
