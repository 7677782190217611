package providers

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"github.com/claviger/claviger/internal/foreign"
	"github.com/claviger/claviger/internal/phrase"
)

// Add adds a person's own provider to the set and keeps it as
// dir/providers.d/<id>.toml (atomically, 0600). data is a provider file
// (docs/provider-files.md). Nothing is changed if it is not usable ([*FileError]
// values), its id already belongs to a provider ([ErrInUse]), or another one uses its
// redirect path ([ErrSharedRedirect]), which the new one would keep from signing in.
// A built-in one is changed with [Set.Configure] instead.
func (s *Set) Add(data []byte) (*Provider, error) {
	p, err := Parse("the new provider", data)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, taken := s.known[p.ID]; taken {
		return nil, fmt.Errorf("%w: %q", ErrInUse, p.ID)
	}
	if err := s.finish(p).OwnRedirect(); err != nil {
		return nil, err
	}
	if s.dir == "" {
		return nil, phrase.Error("no configuration folder to store the provider in")
	}
	path := filepath.Join(s.dir, "providers.d", p.ID+".toml")
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		// A file that is not usable, or that another program wrote just now.
		return nil, fmt.Errorf("%w: %q", ErrInUse, p.ID)
	}
	if err := writeFile(path, data); err != nil {
		return nil, fmt.Errorf("provider file cannot be written: %s", reason(err))
	}
	p.Origin = path
	s.known[p.ID] = p
	return s.finish(p), nil
}

// Remove removes a person's own provider from the set and deletes its file. A
// built-in one with that id comes back. Errors wrap [ErrUnknown], or [ErrNotOwn] if
// the provider has no file of its own.
func (s *Set) Remove(id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.raw(id)
	if !ok {
		return fmt.Errorf("%w: %q", ErrUnknown, id)
	}
	if s.dir == "" || filepath.Dir(p.Origin) != filepath.Join(s.dir, "providers.d") {
		return fmt.Errorf("%w: %s", ErrNotOwn, p.Origin)
	}
	if err := os.Remove(p.Origin); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("provider file cannot be removed: %s", reason(err))
	}
	delete(s.known, id)
	if slices.Contains(presetIDs(), id) {
		s.known[id] = nil
	}
	return nil
}

// ownFile is what the files made by [FromIssuer] and [FromPreset] hold.
type ownFile struct {
	Schema        int                 `toml:"schema"`
	ID            string              `toml:"id"`
	Preset        string              `toml:"preset"`
	Name          string              `toml:"name"`
	Issuer        string              `toml:"issuer,omitempty"`
	Variables     map[string]ownBlank `toml:"variables,omitempty"`
	Client        map[string]any      `toml:"client,omitempty"`
	Redirect      map[string]any      `toml:"redirect,omitempty"`
	Scopes        map[string][]string `toml:"scopes,omitempty"`
	Authorization map[string]any      `toml:"authorization,omitempty"`
}

type ownBlank struct {
	Value string `toml:"value"`
}

// FromIssuer makes a provider file for an issuer that publishes m. Scopes that
// it says it does not know are not requested. If name is empty, it is the id.
func FromIssuer(id, name, clientID string, m *Metadata) ([]byte, error) {
	f, err := fromIssuer(id, name, clientID, m)
	if err != nil {
		return nil, err
	}
	return f.text()
}

func fromIssuer(id, name, clientID string, m *Metadata) (*ownFile, error) {
	f := &ownFile{Schema: 1, ID: id, Preset: "oidc", Name: nameOr(name, id), Issuer: m.Issuer}
	f.Client = client(clientID)
	base, err := preset("oidc")
	if err != nil {
		return nil, err
	}
	if known := m.ScopesSupported; len(known) > 0 {
		f.Scopes = map[string][]string{}
		s := base.Scopes
		for _, set := range []struct {
			key         string
			asked, kept []string
		}{{"profile", s.Profile, m.knownProfile(s.Profile)}, {"groups", s.Groups, m.known(s.Groups)}, {"offline", s.Offline, m.known(s.Offline)}} {
			if len(set.kept) < len(set.asked) {
				f.Scopes[set.key] = set.kept
			}
		}
		if !slices.Contains(known, "offline_access") {
			// Only that scope needs consent each time.
			f.Authorization = map[string]any{"params": map[string]string{"prompt": ""}}
		}
	}
	return f, nil
}

// known are the scopes that the issuer says it knows; never nil.
func (m *Metadata) known(scopes []string) []string {
	return slices.DeleteFunc(slices.Clone(scopes), func(scope string) bool { return !slices.Contains(m.ScopesSupported, scope) })
}

// knownProfile is known for the scopes of OIDC Core §5.4. Servers need not list what
// they know (OIDC Discovery §3): one that lists none of these says nothing about them,
// and ignores what it does not know (OIDC Core §3.1.2.1).
func (m *Metadata) knownProfile(scopes []string) []string {
	if known := m.known(scopes); len(known) > 0 {
		return known
	}
	return scopes
}

// FromPreset makes a provider file that extends a built-in one, with its blanks
// filled. Errors wrap [ErrUnknown], or name a blank that it does not have.
func FromPreset(id, presetID, name, clientID string, variables map[string]string) ([]byte, error) {
	p, err := preset(presetID)
	if err != nil {
		return nil, fmt.Errorf("%w: %q", ErrUnknown, presetID)
	}
	f := ownFile{Schema: 1, ID: id, Preset: presetID, Name: nameOr(name, id), Client: client(clientID)}
	for key, value := range variables {
		if _, ok := p.Variables[key]; !ok {
			return nil, fmt.Errorf("%s has no variable %q; it has: %s", p.Name, key, strings.Join(sortedKeys(p.Variables), ", "))
		}
		if f.Variables == nil {
			f.Variables = map[string]ownBlank{}
		}
		f.Variables[key] = ownBlank{foreign.Trim(value)}
	}
	return f.text()
}

func (f *ownFile) text() ([]byte, error) {
	var b bytes.Buffer
	e := toml.NewEncoder(&b)
	e.Indent = ""
	if err := e.Encode(f); err != nil {
		return nil, fmt.Errorf("provider file: %w", err)
	}
	return b.Bytes(), nil
}

func client(id string) map[string]any {
	c := map[string]any{}
	if id = foreign.Trim(id); id != "" {
		c["id"] = id
	}
	return c
}

func nameOr(name, id string) string {
	if name = foreign.Trim(name); name != "" {
		return name
	}
	return id
}
