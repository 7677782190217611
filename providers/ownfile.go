package providers

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/claviger/claviger/internal/owner"
	"github.com/claviger/claviger/internal/phrase"
)

// Text returns a provider as a file: the person's own as it is, a built-in one
// as a file that extends it and changes nothing yet. It never holds a
// secret. Errors wrap [ErrUnknown], or [ErrNotOwn] for one of several in
// providers.toml.
func (s *Set) Text(id string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.raw(id)
	if !ok {
		return nil, fmt.Errorf("%w: %q", ErrUnknown, id)
	}
	if p.Origin == BuiltIn || p.Origin == "environment" {
		return newFile(p), nil
	}
	if !s.owns(p) {
		return nil, fmt.Errorf("%w: %s", ErrNotOwn, p.Origin)
	}
	data, err := owner.Read(p.Origin)
	if err != nil {
		return nil, fmt.Errorf("provider file cannot be read: %s", reason(err))
	}
	return data, nil
}

// Replace replaces the text of a provider's file (atomically, 0600), or makes a
// file that extends a built-in provider. was is what
// [Set.Text] gave: a file that another program changed since is kept, and the
// error wraps [ErrChanged]. The id must stay the same; nothing is changed if
// the text is not a usable provider ([*FileError] values).
func (s *Set) Replace(id string, was, data []byte) (*Provider, error) {
	p, err := Parse(id+".toml", data)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	old, ok := s.raw(id)
	switch {
	case !ok:
		return nil, gone(id, was)
	case p.ID != id:
		return nil, &FileError{
			File: id + ".toml", Line: lineOf(locate(string(data)), "id"), Key: "id",
			Problem: phrase.Say("must stay {quoted}; to use another ID, duplicate the provider", strconv.Quote(id)),
		}
	case s.dir == "":
		return nil, phrase.Error("no configuration folder to store the provider in")
	case old.Origin != BuiltIn && old.Origin != "environment" && !s.owns(old):
		return nil, fmt.Errorf("%w: %s", ErrNotOwn, old.Origin)
	}
	path := filepath.Join(s.dir, "providers.d", id+".toml")
	if s.owns(old) {
		path = old.Origin
	}
	now, err := owner.Read(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !s.owns(old):
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("provider file cannot be read: %s", reason(err))
	case !bytes.Equal(now, was):
		return nil, fmt.Errorf("%w: %s", ErrChanged, path)
	}
	if err := writeFile(path, data); err != nil {
		return nil, fmt.Errorf("provider file cannot be written: %s", reason(err))
	}
	p.Origin = path
	s.known[id] = p
	return s.finish(p), nil
}

// gone says why there is no provider to replace: was is its text, if it was there.
func gone(id string, was []byte) error {
	if len(was) > 0 {
		return fmt.Errorf("%w: %s.toml", ErrChanged, id)
	}
	return fmt.Errorf("%w: %q", ErrUnknown, id)
}

// Own reports whether the provider was read from a file of its own in
// providers.d, which can be edited and removed.
func (p *Provider) Own() bool { return filepath.Base(filepath.Dir(p.Origin)) == "providers.d" }

// owns reports whether a provider's file holds only that one. s.mu is held.
func (s *Set) owns(p *Provider) bool {
	return s.dir != "" && filepath.Dir(p.Origin) == filepath.Join(s.dir, "providers.d")
}

// Copy returns the text of a provider file under another id and name, with
// everything else as it is. The id must be one that a provider can have; [Set.Add]
// says whether it is free.
func Copy(data []byte, id, name string) ([]byte, error) {
	old, err := Parse("the provider", data)
	if err != nil {
		return nil, err
	}
	text := string(data)
	if slices.Contains(presetIDs(), old.ID) && !definesPreset(text) {
		// It extended the built-in one by its id alone.
		text = setTop(text, "preset", old.ID)
	}
	text = setTop(setTop(text, "name", nameOr(name, id)), "id", id)
	if _, err := Parse("the copy", []byte(text)); err != nil {
		return nil, err
	}
	return []byte(text), nil
}

// setTop sets a key outside all tables.
func setTop(text, key, value string) string {
	marks := locate(text)
	lines := strings.Split(text, "\n")
	for _, m := range marks {
		if m.path == key && !m.header {
			lines = append(append(append([]string{}, lines[:m.line-1]...), key+" = "+tomlString(value)), lines[m.last:]...)
			return strings.Join(lines, "\n")
		}
	}
	return key + " = " + tomlString(value) + "\n" + text
}

// definesPreset reports whether a text says what it extends.
func definesPreset(text string) bool { return lineOf(locate(text), "preset") > 0 }
