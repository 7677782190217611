package autostart

import (
	"errors"
	"strings"
	"unicode/utf16"
)

const (
	// runPath is the key of what Windows starts at log-in, runName the window's value
	// there, and agentName the agent's.
	runPath   = `Software\Microsoft\Windows\CurrentVersion\Run`
	runName   = "Claviger"
	agentName = "Claviger Agent"
	// maxRun is the longest command that Windows starts from there, in UTF-16 units
	// ("Run and RunOnce Registry Keys").
	maxRun = 260
)

// runKey is the registry, as far as it is needed.
type runKey interface {
	// command is our value, "" if there is none.
	command() (string, error)
	setCommand(command string) error
	// approval is the Task Manager's value, nil if there is none.
	approval() ([]byte, error)
	// forget removes both.
	forget() error
}

// windowsRun is the Run key of this user.
type windowsRun struct{ key runKey }

func (w windowsRun) look() (State, error) {
	command, err := w.key.command()
	if command == "" || err != nil {
		return State{}, err
	}
	approval, err := w.key.approval()
	// An odd first byte is "disabled".
	return State{On: len(approval) == 0 || approval[0]&1 == 0, Program: commandProgram(command)}, err
}

func (w windowsRun) enable(s Start) error {
	if len(s.Env) > 0 {
		name, _, _ := strings.Cut(s.Env[0], "=")
		return errors.New("Windows starts programs without " + name + ": set it for your user in Windows' settings, and start Claviger again")
	}
	command := `"` + s.Program + `"`
	for _, a := range s.Args {
		command += " " + a // words of ours
	}
	if len(utf16.Encode([]rune(command))) > maxRun {
		return errors.New("the program's path is too long for Windows: move it")
	}
	if err := w.key.forget(); err != nil {
		return err
	}
	return w.key.setCommand(command)
}

func (w windowsRun) disable() error { return w.key.forget() }

// commandProgram is the program of a command line.
func commandProgram(command string) string {
	if rest, quoted := strings.CutPrefix(command, `"`); quoted {
		program, _, _ := strings.Cut(rest, `"`)
		return program
	}
	program, _, _ := strings.Cut(command, " ")
	return program
}
