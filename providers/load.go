package providers

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/claviger/claviger/internal/foreign"
	"github.com/claviger/claviger/internal/owner"
	"github.com/claviger/claviger/internal/phrase"
)

// Load reads the built-in presets, then dir/providers.toml, dir/providers.d/*.toml
// and CLAVIGER_<ID>_CLIENT_ID / _CLIENT_SECRET / _ISSUER / _CA_FILE / _<VARIABLE> of
// environ ("key=value" pairs), with ID in upper case and '_' for '-'. A file
// that cannot be read as a provider does not stop the others: [Set.Problems]
// reports it. dir may be absent. A file that changes later is read again.
func Load(dir string, environ []string) (*Set, error) {
	s := &Set{dir: dir, env: map[string]string{}, put: map[string]*Provider{}, shared: &shared{}}
	for _, kv := range environ {
		if k, v, ok := strings.Cut(kv, "="); ok && strings.HasPrefix(k, "CLAVIGER_") {
			if v = foreign.Trim(v); v != "" {
				s.env[k] = v
			}
		}
	}
	s.readAll()
	return s, nil
}

// readFiles adds the person's own providers. If two files have one id, it
// reports that and keeps the first.
func (s *Set) readFiles() {
	add := func(p *Provider) {
		if old := s.known[p.ID]; old != nil {
			s.problems = append(s.problems, &FileError{
				File: p.Origin, Key: "id",
				Problem: phrase.Say("{quoted} is already defined in {file}, which is used; give one of them another ID", strconv.Quote(p.ID), old.Origin),
			})
			return
		}
		s.known[p.ID] = p
	}
	list := filepath.Join(s.dir, "providers.toml")
	if data, ok := s.read(list); ok {
		providers, err := parseList(list, data)
		s.problem(err)
		for _, p := range providers {
			add(p)
		}
	}
	// Glob fails only on a malformed pattern; ReadDir spares the folder's name.
	folder := filepath.Join(s.dir, "providers.d")
	var files []fs.DirEntry
	err := owner.Folder(folder)
	if err == nil {
		files, err = os.ReadDir(folder)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.problem(&FileError{File: folder, Problem: unread(err)})
	}
	for _, f := range files {
		name := f.Name()
		if f.IsDir() || !strings.HasSuffix(name, ".toml") || strings.HasPrefix(name, ".") {
			continue
		}
		path := filepath.Join(folder, name)
		data, ok := s.read(path)
		if !ok {
			continue
		}
		p, err := Parse(path, data)
		s.problem(err)
		if err == nil {
			add(p)
		}
	}
}

func (s *Set) read(path string) ([]byte, bool) {
	data, err := owner.Read(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.problem(&FileError{File: path, Problem: unread(err)})
	}
	return data, err == nil
}

// unread says why a file is not used: the system did not let it be read, or others
// could change where secrets go.
func unread(err error) phrase.Text {
	if refused, ok := errors.AsType[*owner.Error](err); ok {
		return phrase.Say("is not used: {fault}", refused.Error())
	}
	return phrase.Say("cannot be read: {words}", reason(err))
}

// problem notes each error of a joined one by itself.
func (s *Set) problem(err error) {
	var joined interface{ Unwrap() []error }
	switch {
	case err == nil:
	case errors.As(err, &joined):
		for _, e := range joined.Unwrap() {
			s.problem(e)
		}
	default:
		s.problems = append(s.problems, err)
	}
}
