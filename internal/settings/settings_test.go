package settings

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var events = []string{"sign_in_needed", "consent_needed"}

func TestRead(t *testing.T) {
	mail, err := filepath.Abs("mail")
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		text  string
		want  Settings
		wrong string
	}{
		"nothing":      {"", Settings{Notifications: Private}, ""},
		"other keys":   {"theme = \"dark\"\n[other]\nx = 1\n", Settings{Notifications: Private}, ""},
		"names":        {"notifications = \"names\"\n", Settings{Notifications: Named}, ""},
		"hooks":        {"[hooks]\nsign_in_needed = [\"mail\", \"-s\", \"x y\"]\n", Settings{Private, map[string]Command{"sign_in_needed": {"mail", "-s", "x y"}}}, ""},
		"a full path":  {"hooks.sign_in_needed = ['" + mail + "']\n", Settings{Private, map[string]Command{"sign_in_needed": {mail}}}, ""},
		"a word":       {"theme = \"dark\"\nnotifications = \"yes\"\n", Settings{}, `settings.toml:2: notifications: must be "private", "names" or "off"`},
		"a number":     {"notifications = 1\n", Settings{}, "settings.toml:1: notifications: must be"},
		"no list":      {"[hooks]\n\nsign_in_needed = \"mail -s x\"\n", Settings{}, `settings.toml:3: hooks.sign_in_needed: must be a list of a program and its arguments`},
		"no program":   {"[hooks]\nsign_in_needed = []\n", Settings{}, "settings.toml:2: hooks.sign_in_needed: must be a list"},
		"an empty one": {"[hooks]\nsign_in_needed = [\"\"]\n", Settings{}, "settings.toml:2: hooks.sign_in_needed: must be a list"},
		"numbers":      {"[hooks]\nsign_in_needed = [\"a\", 1]\n", Settings{}, "settings.toml:2: hooks.sign_in_needed: must be a list"},
		"a path in no folder": {
			"[hooks]\nsign_in_needed = [\"./mail\"]\n", Settings{}, `settings.toml:2: hooks.sign_in_needed: "./mail" must be a program's full path`,
		},
		"no such event": {
			"[hooks]\nconsent_needed = [\"a\"]\nsign_in = [\"a\"]\n", Settings{}, "settings.toml:3: hooks.sign_in: there is no such event; the events are sign_in_needed, consent_needed",
		},
		"no table":    {"hooks = 1\n", Settings{}, "settings.toml:1: hooks: must be a table: [hooks]"},
		"not TOML":    {"a = 1\nb = \n", Settings{}, "settings.toml:2: "},
		"a NUL in it": {"[hooks]\nsign_in_needed = [\"a\\u0000b\"]\n", Settings{}, "settings.toml:2: hooks.sign_in_needed: must be a list"},
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, File), []byte(tc.text), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := Read(dir, events)
		switch {
		case tc.wrong != "":
			if err == nil || !strings.HasPrefix(err.Error(), tc.wrong) {
				t.Errorf("%s: %v, want %s", name, err, tc.wrong)
			}
			if got.Hooks != nil || got.Notifications != Private {
				t.Errorf("%s: something of a bad file holds: %+v", name, got)
			}
		case err != nil || cmp.Diff(tc.want, got) != "":
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	if got, err := Read(t.TempDir(), events); err != nil || got.Notifications != Private || got.Hooks != nil {
		t.Errorf("no file: %+v, %v", got, err)
	}
}

// What others can write runs nothing.
func TestReadOfAFileOfOthers(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("who can write a file there is not judged: internal/owner")
	}
	dir := t.TempDir()
	path := filepath.Join(dir, File)
	if err := os.WriteFile(path, []byte("[hooks]\nsign_in_needed = [\"a\"]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o666); err != nil {
		t.Fatal(err)
	}
	if got, err := Read(dir, events); err == nil || got.Hooks != nil {
		t.Errorf("%+v, %v", got, err)
	}
}
