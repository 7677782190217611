package autostart

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"unicode"
	"unicode/utf8"
)

// id names the entry on every system.
const id = "io.github.claviger.Claviger"

// Start is what is started.
type Start struct {
	// Program is the absolute path of the program.
	Program string
	Args    []string
	// Env are variables that it needs, as NAME=VALUE.
	Env []string
}

// State is what the desktop has been told.
type State struct {
	// On is whether it starts the program.
	On bool
	// Program is what it starts, also if it was switched off elsewhere; "" if that is
	// not known.
	Program string
}

// Login is the log-in of this person.
type Login struct {
	place
	where string
}

// place is how a system keeps it.
type place interface {
	look() (State, error)
	enable(s Start) error
	disable() error
}

// Here is that of this system and user.
func Here() (*Login, error) {
	home, err := os.UserHomeDir()
	if err != nil {
		return nil, err
	}
	return of(runtime.GOOS, home, os.Getenv("XDG_CONFIG_HOME"), systemRunKey(runName))
}

// OfAgent is where Windows has it that it starts the agent. Other systems have a service
// manager for that: it is nil there.
func OfAgent() *Login {
	key := systemRunKey(agentName)
	if key == nil {
		return nil
	}
	return &Login{windowsRun{key}, `HKEY_CURRENT_USER\` + runPath}
}

// of is the log-in on a system; config is the value of XDG_CONFIG_HOME, which counts if
// it is absolute (XDG Base Directory Specification).
func of(goos, home, config string, key runKey) (*Login, error) {
	switch goos {
	case "windows":
		return &Login{windowsRun{key}, `HKEY_CURRENT_USER\` + runPath}, nil
	case "darwin":
		path := filepath.Join(home, "Library", "LaunchAgents", id+".plist")
		return &Login{launchAgent{path}, path}, nil
	}
	if !filepath.IsAbs(config) {
		config = filepath.Join(home, ".config")
	}
	path := filepath.Join(config, "autostart", id+".desktop")
	return &Login{xdgEntry{path}, path}, nil
}

// Where is the file or key that has it.
func (l *Login) Where() string { return l.where }

// Look says what the desktop has been told. Without an entry it is off.
func (l *Login) Look() (State, error) {
	s, err := l.look()
	if err != nil {
		return s, fmt.Errorf("%s: %w", l.where, cause(err))
	}
	return s, nil
}

// Enable has the desktop start the program from the next log-in on.
func (l *Login) Enable(s Start) error {
	for _, text := range append(append([]string{s.Program}, s.Args...), s.Env...) {
		if !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) {
			return fmt.Errorf("%q has characters that no desktop takes: move or rename it", text)
		}
	}
	if err := l.enable(s); err != nil {
		return fmt.Errorf("%s: %w", l.where, cause(err))
	}
	return nil
}

// Disable undoes it. What is not there is no error.
func (l *Login) Disable() error {
	if err := l.disable(); err != nil {
		return fmt.Errorf("%s: %w", l.where, cause(err))
	}
	return nil
}

// cause leaves out the path, which may be that of a temporary file.
func cause(err error) error {
	if pe, ok := errors.AsType[*os.PathError](err); ok {
		return pe.Err
	}
	return err
}
