package autostart

import (
	"os"
	"path/filepath"

	"github.com/claviger/claviger/internal/durable"
	"github.com/claviger/claviger/internal/launchd"
)

// launchAgent is a property list that launchd reads at each log-in.
type launchAgent struct{ path string }

func (l launchAgent) look() (State, error) {
	text, err := readEntry(l.path)
	return State{On: text != "", Program: launchd.Program(text)}, err
}

// enable does not load it: that would start the program now.
func (l launchAgent) enable(s Start) error {
	if err := os.MkdirAll(filepath.Dir(l.path), 0o700); err != nil {
		return err
	}
	job := launchd.Job{Label: id, Writer: "Claviger: Settings, Start at login", Arguments: append([]string{s.Program}, s.Args...), Env: s.Env}
	return durable.Replace(l.path, []byte(job.List()))
}

func (l launchAgent) disable() error { return remove(l.path) }
