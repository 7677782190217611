// Package settings reads what settings.toml says to more than the window.
//
// The window writes that file; what it does not know it keeps.
package settings

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"github.com/claviger/claviger/internal/owner"
)

// File is the name of the file in the folder of everything that Claviger keeps.
const File = "settings.toml"

// Notifications says what notifications tell.
type Notifications string

// The choices.
const (
	// Private notifications name nobody: they may stand on a locked screen.
	Private Notifications = "private"
	// Named ones say which account at which provider.
	Named Notifications = "names"
	// Off means that there are none.
	Off Notifications = "off"
)

// Settings are what is read.
type Settings struct {
	Notifications Notifications
	// Hooks are the commands of events, by their names.
	Hooks map[string]Command
}

// Command is a program with its arguments.
type Command []string

// UnmarshalTOML implements [toml.Unmarshaler].
func (c *Command) UnmarshalTOML(data any) error {
	list, ok := data.([]any)
	if !ok || len(list) == 0 {
		return errCommand
	}
	for _, v := range list {
		s, ok := v.(string)
		if !ok || strings.ContainsRune(s, 0) {
			return errCommand
		}
		*c = append(*c, s)
	}
	if !filepath.IsAbs((*c)[0]) && strings.ContainsAny((*c)[0], `/\`) {
		return fmt.Errorf("%q must be a program's full path, or a name that is looked up in PATH", (*c)[0])
	}
	if (*c)[0] == "" {
		return errCommand
	}
	return nil
}

var errCommand = errors.New(`must be a list of a program and its arguments: ["program", "argument"]`)

// UnmarshalTOML implements [toml.Unmarshaler].
func (n *Notifications) UnmarshalTOML(data any) error {
	s, _ := data.(string)
	return n.Set(s)
}

// Set takes a choice by its word.
func (n *Notifications) Set(word string) error {
	if !slices.Contains([]Notifications{Private, Named, Off}, Notifications(word)) {
		return errors.New(`must be "private", "names" or "off"`)
	}
	*n = Notifications(word)
	return nil
}

// Read reads the settings in a folder; events are the names that a hook can have. A
// missing file has none. Of a file that others can write, nothing is taken: its hooks
// would run as this user. The error says which line is wrong, and what is allowed there.
func Read(folder string, events []string) (Settings, error) {
	out := Settings{Notifications: Private}
	data, err := owner.Read(filepath.Join(folder, File))
	if errors.Is(err, fs.ErrNotExist) {
		return out, nil
	}
	if err != nil {
		return out, err
	}
	var in struct {
		Notifications Notifications      `toml:"notifications"`
		Hooks         map[string]Command `toml:"hooks"`
	}
	if err := toml.Unmarshal(data, &in); err != nil {
		return out, wrong(err)
	}
	var raw map[string]any
	if err := toml.Unmarshal(data, &raw); err != nil {
		return out, wrong(err)
	}
	if _, table := raw["hooks"].(map[string]any); raw["hooks"] != nil && !table {
		return out, fmt.Errorf("%s:%d: hooks: must be a table: [hooks]", File, lineOf(data, "hooks"))
	}
	for name := range in.Hooks {
		if !slices.Contains(events, name) {
			return out, fmt.Errorf("%s:%d: hooks.%s: there is no such event; the events are %s", File, lineOf(data, name), name, strings.Join(events, ", "))
		}
	}
	out.Hooks = in.Hooks
	if in.Notifications != "" {
		out.Notifications = in.Notifications
	}
	return out, nil
}

// wrong is an error of the file with its line.
func wrong(err error) error {
	pe, ok := errors.AsType[toml.ParseError](err)
	if !ok {
		return fmt.Errorf("%s: %w", File, err)
	}
	if pe.LastKey == "" {
		return fmt.Errorf("%s:%d: %s", File, pe.Position.Line, pe.Message)
	}
	return fmt.Errorf("%s:%d: %s: %s", File, pe.Position.Line, pe.LastKey, pe.Message)
}

// lineOf is where a key stands that was read: its table may be written in several ways.
func lineOf(data []byte, key string) int {
	at := regexp.MustCompile(`(?m)(^|[.{,\s"'])` + regexp.QuoteMeta(key) + `["']?\s*=`).FindIndex(data)
	if at == nil {
		return 1
	}
	return 1 + strings.Count(string(data[:at[1]]), "\n")
}
