package state

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"fyne.io/fyne/v2/lang"

	"github.com/BurntSushi/toml"
	"github.com/claviger/claviger/internal/durable"
	"github.com/claviger/claviger/internal/settings"
	"github.com/claviger/claviger/ui/tongue"
)

// Theme is the choice of light or dark.
type Theme string

// The themes.
const (
	ThemeSystem Theme = "system"
	ThemeLight  Theme = "light"
	ThemeDark   Theme = "dark"
)

// Settings are a person's choices, kept in settings.toml.
type Settings struct {
	Theme Theme
	// HighContrast makes text and lines stand out more, in light and dark.
	HighContrast bool
	// OwnAccent keeps the program's own accent, whatever the desktop's is.
	OwnAccent bool
	// TextSize is how large text is, in percent of the usual size.
	TextSize int
	// Language is [tongue.System] or the tag of a language: it is spoken from the next
	// start on.
	Language string
	// ClipboardSeconds is how long a copied secret stays; 0 is until it is
	// replaced.
	ClipboardSeconds int
	// Remember is the default of "Remember me".
	Remember bool
	// CloseToTray keeps the program running without its window.
	CloseToTray bool
	// GroupAccounts groups the list of accounts by provider.
	GroupAccounts bool
	// KeepMessages lets messages stay until they are closed.
	KeepMessages bool
	// Notifications says what notifications on the desktop tell.
	Notifications settings.Notifications
}

// DefaultSettings are the settings of a new machine.
func DefaultSettings() Settings {
	return Settings{Theme: ThemeSystem, TextSize: 100, Language: tongue.System, ClipboardSeconds: 30, Remember: true, Notifications: settings.Private}
}

// TextSizes are the sizes of text to choose from, in percent.
func TextSizes() []int { return []int{100, 125, 150, 200} }

// maxClipboardSeconds is an hour: what stays longer is not cleared at all.
const maxClipboardSeconds = 3600

// maxSettingsSize bounds what is read.
const maxSettingsSize = 1 << 20

// SetSettings takes and keeps new settings.
func (s *Store) SetSettings(next Settings) {
	if next == s.st.Settings {
		return
	}
	s.update(func(st *State) { st.Settings = next })
	s.file.want(next)
	s.spawn(func(context.Context) {
		if err := s.file.save(); err != nil {
			s.post(func() {
				s.notify(NoticeWarn, lang.L("The settings apply for now, but could not be saved in {{.Path}}.", map[string]any{"Path": s.file.path}))
			})
		}
	})
}

// settingsFile is settings.toml. Keys that it does not know are kept.
type settingsFile struct {
	path string

	mu     sync.Mutex
	next   *Settings
	others map[string]any
	// bad is set if the file could not be read: it is put aside before the
	// first write.
	bad bool
}

// Language is the language that a file of settings chooses.
func Language(path string) string {
	s, _ := (&settingsFile{path: path}).load()
	return s.Language
}

// load reads the file: defaults and a message if it cannot be read.
func (f *settingsFile) load() (Settings, string) {
	out := DefaultSettings()
	if f.path == "" {
		return out, ""
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	data, err := readSmall(f.path, maxSettingsSize)
	if errors.Is(err, fs.ErrNotExist) {
		return out, ""
	}
	m := map[string]any{}
	if err == nil {
		err = toml.Unmarshal(data, &m)
	}
	if err != nil {
		f.bad = true
		return out, unread(err)
	}
	f.others = m
	wrong := ""
	take(m, "theme", &wrong, func(v string) bool {
		t := Theme(v)
		if t != ThemeSystem && t != ThemeLight && t != ThemeDark {
			return false
		}
		out.Theme = t
		return true
	})
	take(m, "high_contrast", &wrong, func(v bool) bool { out.HighContrast = v; return true })
	take(m, "own_accent", &wrong, func(v bool) bool { out.OwnAccent = v; return true })
	take(m, "text_size", &wrong, func(v int64) bool {
		if !slices.Contains(TextSizes(), int(v)) {
			return false
		}
		out.TextSize = int(v)
		return true
	})
	take(m, "language", &wrong, func(v string) bool {
		if tongue.Knows(v) {
			out.Language = v
		}
		return tongue.Knows(v)
	})
	take(m, "clipboard_seconds", &wrong, func(v int64) bool {
		if v < 0 || v > maxClipboardSeconds {
			return false
		}
		out.ClipboardSeconds = int(v)
		return true
	})
	take(m, "remember", &wrong, func(v bool) bool { out.Remember = v; return true })
	take(m, "close_to_tray", &wrong, func(v bool) bool { out.CloseToTray = v; return true })
	take(m, "group_accounts", &wrong, func(v bool) bool { out.GroupAccounts = v; return true })
	take(m, "keep_messages", &wrong, func(v bool) bool { out.KeepMessages = v; return true })
	take(m, "notifications", &wrong, func(v string) bool { return out.Notifications.Set(v) == nil })
	if wrong != "" {
		return out, lang.L("settings.toml has a value for {{.Key}} that is not allowed. The default applies.", map[string]any{"Key": wrong})
	}
	return out, ""
}

// take hands a key's value on and remembers the key if it is wrong.
func take[T any](m map[string]any, key string, wrong *string, set func(T) bool) {
	v, there := m[key]
	if !there {
		return
	}
	t, ok := v.(T)
	if !ok || !set(t) {
		*wrong = key
	}
}

// unread says that the settings cannot be read, and where if that is known.
func unread(err error) string {
	if pe, ok := errors.AsType[toml.ParseError](err); ok {
		return lang.L("settings.toml could not be read (line {{.Line}}). The default settings apply; the file is set aside when you change one.", map[string]any{"Line": pe.Position.Line})
	}
	return lang.L("settings.toml could not be read. The default settings apply; the file is set aside when you change one.")
}

// want names the settings that save writes.
func (f *settingsFile) want(s Settings) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.next = &s
}

// save writes the newest settings, atomically and durably.
func (f *settingsFile) save() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.next == nil || f.path == "" {
		return nil
	}
	s := *f.next
	f.next = nil
	f.look()
	if f.others == nil {
		f.others = map[string]any{}
	}
	f.others["theme"] = string(s.Theme)
	f.others["high_contrast"] = s.HighContrast
	f.others["own_accent"] = s.OwnAccent
	f.others["text_size"] = s.TextSize
	f.others["language"] = s.Language
	f.others["clipboard_seconds"] = s.ClipboardSeconds
	f.others["remember"] = s.Remember
	f.others["close_to_tray"] = s.CloseToTray
	f.others["group_accounts"] = s.GroupAccounts
	f.others["keep_messages"] = s.KeepMessages
	f.others["notifications"] = string(s.Notifications)
	var b bytes.Buffer
	b.WriteString("# Claviger's settings. The window writes this file; other keys are kept.\n")
	if err := toml.NewEncoder(&b).Encode(f.others); err != nil {
		return fmt.Errorf("encoding settings: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(f.path), 0o700); err != nil {
		return err
	}
	if f.bad {
		if err := putAside(f.path); err != nil {
			return err
		}
		f.bad = false
	}
	return durable.Replace(f.path, b.Bytes())
}

// look reads what stands in the file now: a person may have written there since it was
// read, such as hooks.
func (f *settingsFile) look() {
	data, err := readSmall(f.path, maxSettingsSize)
	now := map[string]any{}
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil, toml.Unmarshal(data, &now) != nil:
		f.bad = true
	default:
		f.others, f.bad = now, false
	}
}

// putAside renames a file that could not be read, never over another one.
func putAside(path string) error {
	for i := 1; ; i++ {
		to := fmt.Sprintf("%s.bad-%d", path, i)
		_, err := os.Lstat(to)
		if err == nil {
			continue
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return os.Rename(path, to)
	}
}

// readSmall reads a plain file of at most so many bytes: a pipe would be waited for.
func readSmall(path string, most int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > most {
		return nil, errors.New("not a small regular file")
	}
	return os.ReadFile(path)
}
