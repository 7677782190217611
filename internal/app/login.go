//go:build !nogui

package app

import (
	"errors"
	"io/fs"
	"os"

	"github.com/claviger/claviger/internal/autostart"
)

// logIn has the desktop start the window of this program and this home when the person
// logs in.
type logIn struct {
	desktop *autostart.Login
	program string
}

// newLogIn is nil if this system has no way to do so.
func newLogIn() *logIn {
	desktop, err := autostart.Here()
	if err != nil {
		return nil
	}
	program, err := os.Executable()
	if err != nil {
		return nil
	}
	return &logIn{desktop, program}
}

// Look implements [state.LogIn].
func (l *logIn) Look() (on bool, other string, gone bool, err error) {
	s, err := l.desktop.Look()
	if err != nil || !s.On {
		return false, "", false, err
	}
	if s.Program == l.program {
		return true, "", false, nil
	}
	_, statErr := os.Stat(s.Program)
	return false, s.Program, errors.Is(statErr, fs.ErrNotExist), nil
}

// Set implements [state.LogIn].
func (l *logIn) Set(on bool) error {
	if !on {
		return l.desktop.Disable()
	}
	s := autostart.Start{Program: l.program, Args: []string{"--hidden"}}
	if os.Getenv("CLAVIGER_HOME") != "" {
		home, err := homeFolder() // whole: the desktop starts it in a folder of its own
		if err != nil {
			return err
		}
		s.Env = append(s.Env, "CLAVIGER_HOME="+home)
	}
	return l.desktop.Enable(s)
}
