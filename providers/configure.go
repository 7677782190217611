package providers

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"

	"github.com/claviger/claviger/internal/durable"
	"github.com/claviger/claviger/internal/foreign"
	"github.com/claviger/claviger/internal/owner"
	"github.com/claviger/claviger/internal/phrase"
)

// Configure stores a client ID (unless empty) and variables for a provider and
// updates the set. They go into the file that the provider came from, or into
// dir/providers.d/<id>.toml (atomically, 0600); other keys and comments of the
// file stay. It never stores a secret. Errors wrap [ErrUnknown], or are
// [*FileError] values if the result would not be a usable provider.
func (s *Set) Configure(id, clientID string, variables map[string]string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	old, ok := s.raw(id)
	if !ok {
		return fmt.Errorf("%w: %q", ErrUnknown, id)
	}
	if s.dir == "" {
		return phrase.Error("no configuration folder to store the provider in")
	}
	values, err := edits(old, clientID, variables)
	if err != nil {
		return err
	}
	path := filepath.Join(s.dir, "providers.d", id+".toml")
	prefix := ""
	if old.Origin != BuiltIn && old.Origin != "environment" && filepath.Dir(old.Origin) != "." {
		path = old.Origin
	}
	data, err := owner.Read(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		data = newFile(old)
	case err != nil:
		return fmt.Errorf("provider file cannot be read: %w", err)
	}
	if filepath.Base(path) == "providers.toml" {
		if prefix, err = listPrefix(data, id); err != nil {
			return err
		}
	}
	text := string(data)
	for _, key := range sortedKeys(values) {
		text = setKey(text, prefix, key, values[key])
	}
	p, err := reread(path, prefix, id, []byte(text))
	if err != nil {
		return err
	}
	if err := writeFile(path, []byte(text)); err != nil {
		return fmt.Errorf("provider file cannot be written: %w", err)
	}
	s.known[id] = p
	return nil
}

// edits lists the keys to set and their values.
func edits(p *Provider, clientID string, variables map[string]string) (map[string]string, error) {
	values := map[string]string{}
	if id := foreign.Trim(clientID); id != "" {
		values["client.id"] = id
	}
	for name, v := range variables {
		if _, ok := p.Variables[name]; !ok {
			return nil, fmt.Errorf("%s has no variable %q; it has: %s", p.Name, name, strings.Join(sortedKeys(p.Variables), ", "))
		}
		values[joinKey("variables", name)+".value"] = foreign.Trim(v)
	}
	return values, nil
}

// newFile starts a file for a provider that has none.
func newFile(p *Provider) []byte {
	if p.Origin == "environment" {
		return fmt.Appendf(nil, "id = %q\npreset = \"oidc\"\nissuer = %q\n", p.ID, p.Issuer)
	}
	return fmt.Appendf(nil, "id = %q\npreset = %q\n", p.ID, p.ID)
}

// listPrefix finds the [[provider]] of that id.
func listPrefix(data []byte, id string) (string, error) {
	var m struct {
		Provider []struct {
			ID string `toml:"id"`
		} `toml:"provider"`
	}
	if err := toml.Unmarshal(data, &m); err != nil {
		return "", syntaxError("providers.toml", data, err)
	}
	for i, p := range m.Provider {
		if p.ID == id {
			return "provider[" + strconv.Itoa(i) + "]", nil
		}
	}
	return "", fmt.Errorf("%w: %q is no longer in providers.toml", ErrUnknown, id)
}

func reread(path, prefix, id string, data []byte) (*Provider, error) {
	if prefix == "" {
		return Parse(path, data)
	}
	list, err := parseList(path, data)
	for _, p := range list {
		if p.ID == id {
			return p, nil
		}
	}
	return nil, err
}

// writeFile replaces a file so that a crash leaves the old or the new one.
func writeFile(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return durable.Replace(path, data)
}
