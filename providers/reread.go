package providers

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
)

// lock begins what reads the set, and reads the files again if they changed: a process
// that goes on for days, as the window and the agent do, knows what a command or an
// editor did meanwhile.
func (s *Set) lock() {
	s.mu.Lock()
	if s.dir != "" && s.seen != s.look() {
		s.readAll()
	}
}

// readAll makes the set of what is built in, in files, in the environment and put.
// s.mu is held.
func (s *Set) readAll() {
	s.known, s.problems = map[string]*Provider{}, nil
	for _, id := range presetIDs() {
		s.known[id] = nil
	}
	if s.dir != "" {
		s.seen = s.look() // before they are read: what changes meanwhile is read again
		s.readFiles()
	}
	s.fromEnvironment()
	maps.Copy(s.known, s.put)
}

// look says which files there are, and as of when.
func (s *Set) look() string {
	var b strings.Builder
	note := func(path string, info fs.FileInfo, err error) {
		if err != nil {
			fmt.Fprintln(&b, path, err)
			return
		}
		fmt.Fprintln(&b, path, info.Mode(), info.Size(), info.ModTime().UnixNano())
	}
	folder := filepath.Join(s.dir, "providers.d")
	for _, path := range []string{filepath.Join(s.dir, "providers.toml"), folder} {
		info, err := os.Stat(path)
		note(path, info, err)
	}
	files, _ := os.ReadDir(folder) // why not is noted when they are read
	for _, f := range files {
		if path := filepath.Join(folder, f.Name()); filepath.Ext(path) == ".toml" {
			info, err := os.Stat(path) // of what a link leads to
			note(path, info, err)
		}
	}
	return b.String()
}
