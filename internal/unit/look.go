package unit

import (
	"errors"
	"io/fs"
	"os"
	"strings"
)

// State is what the service manager has been told to start.
type State struct {
	// Files are there, Missing are not.
	Files, Missing []string
	// Program is the path of the program that it starts; "" if the files do not say.
	Program string
	// Enabled is whether it does so by itself.
	Enabled bool
}

// Look looks at the files, and asks the manager nothing.
func (m *Manager) Look() (State, error) {
	var s State
	if m.login != nil {
		told, err := m.login.Look()
		if told.Program != "" {
			s = State{Files: []string{m.login.Where()}, Program: told.Program, Enabled: told.On}
		}
		return s, err
	}
	for _, f := range m.files(Agent{}) {
		text, err := os.ReadFile(f.path)
		if errors.Is(err, fs.ErrNotExist) {
			s.Missing = append(s.Missing, f.path)
			continue
		}
		if err != nil {
			return s, err
		}
		s.Files = append(s.Files, f.path)
		if program := m.program(string(text)); program != "" {
			s.Program = program
		}
	}
	_, err := os.Lstat(m.enabled)
	s.Enabled = err == nil
	return s, nil
}

// systemdProgram is the program of a unit as [systemdService] writes it.
func systemdProgram(text string) string {
	for line := range strings.Lines(text) {
		rest, ok := strings.CutPrefix(line, `ExecStart=:"`)
		if !ok {
			continue
		}
		path, _, _ := strings.Cut(rest, `"`) // no path has one: see unusable
		return strings.ReplaceAll(path, "%%", "%")
	}
	return ""
}
