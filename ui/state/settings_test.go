package state

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/internal/settings"
)

func noon() time.Time { return time.Date(2026, 3, 10, 12, 0, 0, 0, time.FixedZone("here", 3600)) }

func containsAny(s string, subs ...string) bool {
	for _, x := range subs {
		if strings.Contains(s, x) {
			return true
		}
	}
	return false
}

func TestSettingsFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings.toml")
	f := &settingsFile{path: path}
	if s, note := f.load(); s != DefaultSettings() || note != "" {
		t.Fatalf("without a file: %+v %q", s, note)
	}
	write := func(text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("theme = \"dark\"\nfuture = 7\nclipboard_seconds = -3\n")
	f = &settingsFile{path: path}
	s, note := f.load()
	if s.Theme != ThemeDark || s.ClipboardSeconds != 30 || !strings.Contains(note, "clipboard_seconds") {
		t.Errorf("%+v %q", s, note)
	}
	s.ClipboardSeconds, s.KeepMessages = 5, true
	f.want(s)
	if err := f.save(); err != nil {
		t.Fatal(err)
	}
	data, _ := os.ReadFile(path)
	if !strings.Contains(string(data), "future = 7") {
		t.Errorf("an unknown key was lost:\n%s", data)
	}
	if back, note := (&settingsFile{path: path}).load(); back != s || note != "" {
		t.Errorf("read back %+v %q", back, note)
	}
}

// What a person writes into the file while the window is open is not lost.
func TestSettingsFileKeepsWhatIsWrittenMeanwhile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings.toml")
	f := &settingsFile{path: path}
	s, _ := f.load()
	write := func(text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("[hooks]\nsign_in_needed = [\"beep\", \"-n\"]\n")
	s.Notifications = settings.Named
	f.want(s)
	if err := f.save(); err != nil {
		t.Fatal(err)
	}
	got, err := settings.Read(filepath.Dir(path), []string{"sign_in_needed"})
	if err != nil || got.Notifications != settings.Named || len(got.Hooks["sign_in_needed"]) != 2 {
		t.Errorf("%+v, %v", got, err)
	}
	write("[hooks\n")
	f.want(s)
	if err := f.save(); err != nil {
		t.Fatal(err)
	}
	if data, err := os.ReadFile(path + ".bad-1"); err != nil || string(data) != "[hooks\n" {
		t.Errorf("a file with a mistake is gone: %q, %v", data, err)
	}
}

func TestClipboardSecondsHaveBounds(t *testing.T) {
	for text, want := range map[string]int{"-1": 30, "0": 0, "1": 1, "3600": 3600, "3601": 30, "9223372036854775807": 30} {
		path := filepath.Join(t.TempDir(), "settings.toml")
		if err := os.WriteFile(path, []byte("clipboard_seconds = "+text+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		s, note := (&settingsFile{path: path}).load()
		if refused := fmt.Sprint(want) != text; s.ClipboardSeconds != want || strings.Contains(note, "clipboard_seconds") != refused {
			t.Errorf("%s gives %d, %q; want %d", text, s.ClipboardSeconds, note, want)
		}
	}
}

func TestBadSettingsFileIsPutAside(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings.toml")
	if err := os.WriteFile(path, []byte("theme = [broken"), 0o600); err != nil {
		t.Fatal(err)
	}
	f := &settingsFile{path: path}
	s, note := f.load()
	if s != DefaultSettings() || !strings.Contains(note, "line 1") {
		t.Errorf("bad file: %+v %q", s, note)
	}
	f.want(s)
	if err := f.save(); err != nil {
		t.Fatal(err)
	}
	if kept, err := os.ReadFile(path + ".bad-1"); err != nil || string(kept) != "theme = [broken" {
		t.Errorf("the bad file is lost: %q %v", kept, err)
	}
	files, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(files) != 2 {
		t.Errorf("there are %v, %v", files, err)
	}
}

// Settings are written for their owner alone, in a folder of the same kind, and
// never behind a link.
func TestSettingsFileIsPrivate(t *testing.T) {
	elsewhere := filepath.Join(t.TempDir(), "elsewhere")
	if err := os.WriteFile(elsewhere, []byte("theme = \"dark\"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "new", "settings.toml")
	f := &settingsFile{path: path}
	for range 2 {
		f.want(DefaultSettings())
		if err := f.save(); err != nil {
			t.Fatal(err)
		}
		for at, want := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): os.ModeDir | 0o700} {
			if info, err := os.Lstat(at); err != nil || info.Mode() != want {
				t.Errorf("%s: %v, %v; want %v", at, info, err, want)
			}
		}
		if err := errors.Join(os.Remove(path), os.Symlink(elsewhere, path)); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(elsewhere); err != nil || string(got) != "theme = \"dark\"\n" {
		t.Errorf("written behind the link: %q, %v", got, err)
	}
}
