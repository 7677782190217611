package providers

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/claviger/claviger/internal/foreign"
	"github.com/claviger/claviger/internal/order"
	"github.com/claviger/claviger/internal/owner"
	"github.com/claviger/claviger/providers/internal/jq"
)

// Set is the providers known to this process. It is safe for concurrent use.
type Set struct {
	dir string
	env map[string]string

	mu sync.Mutex
	// known are the providers as their files say, before the environment.
	// Built-in ones are read when they are looked up.
	known    map[string]*Provider
	problems []error
	shared   *shared
}

// shared is what the copies of one set's providers have in common.
type shared struct {
	expressions jq.Expressions
	metadata    metadataCache
}

// Expressions are those that the providers of one [Set] share: compiled once, and the
// processes of files' expressions one at a time.
func (p *Provider) Expressions() *jq.Expressions {
	if p.shared == nil {
		return &jq.Expressions{}
	}
	return &p.shared.expressions
}

// Load reads the built-in presets, then dir/providers.toml, dir/providers.d/*.toml
// and CLAVIGER_<ID>_CLIENT_ID / _CLIENT_SECRET / _ISSUER / _CA_FILE / _<VARIABLE> of
// environ ("key=value" pairs), with ID in upper case and '_' for '-'. A file
// that cannot be read as a provider does not stop the others: [Set.Problems]
// reports it. dir may be absent.
func Load(dir string, environ []string) (*Set, error) {
	s := &Set{dir: dir, env: map[string]string{}, known: map[string]*Provider{}, shared: &shared{}}
	for _, kv := range environ {
		if k, v, ok := strings.Cut(kv, "="); ok && strings.HasPrefix(k, "CLAVIGER_") {
			if v = foreign.Trim(v); v != "" {
				s.env[k] = v
			}
		}
	}
	for _, id := range presetIDs() {
		s.known[id] = nil
	}
	if dir != "" {
		s.readFiles()
	}
	s.fromEnvironment()
	return s, nil
}

// readFiles adds the person's own providers. If two files have one id, it
// reports that and keeps the first.
func (s *Set) readFiles() {
	add := func(p *Provider) {
		if old := s.known[p.ID]; old != nil {
			s.problems = append(s.problems, &FileError{
				File: p.Origin, Key: "id",
				Problem: fmt.Sprintf("%q is already defined in %s, which is used; give one of them another ID", p.ID, old.Origin),
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
func unread(err error) string {
	if refused, ok := errors.AsType[*owner.Error](err); ok {
		return "is not used: " + refused.Error()
	}
	return "cannot be read: " + reason(err)
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

// reason is the system's words without the path, which is already named.
func reason(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return err.Error()
}

// fromEnvironment makes an OpenID provider from each CLAVIGER_<ID>_ISSUER that
// belongs to no known one.
func (s *Set) fromEnvironment() {
	for k, issuer := range s.env {
		name, ok := strings.CutSuffix(strings.TrimPrefix(k, "CLAVIGER_"), "_ISSUER")
		id := strings.ReplaceAll(strings.ToLower(name), "_", "-")
		if !ok || slices.ContainsFunc(sortedKeys(s.known), func(known string) bool { return envName(known) == name }) {
			continue
		}
		p, err := preset("oidc")
		if err != nil {
			s.problem(err)
			continue
		}
		p.rename(id)
		p.Name, p.Preset, p.Origin = id, "oidc", "environment"
		p.Issuer, _ = issuerOf(issuer)
		v := validator{p: p, seen: map[string]bool{}}
		v.all()
		if len(v.errs) > 0 {
			s.problem(&FileError{File: "environment", Key: k, Problem: v.errs[0].key + " " + v.errs[0].problem})
			continue
		}
		s.known[id] = p
	}
}

func envName(id string) string { return strings.ToUpper(strings.ReplaceAll(id, "-", "_")) }

// raw returns the provider as its file says. s.mu is held.
func (s *Set) raw(id string) (*Provider, bool) {
	p, ok := s.known[id]
	if !ok || p != nil {
		return p, ok
	}
	p, err := preset(id)
	if err != nil {
		s.problem(err)
		delete(s.known, id)
		return nil, false
	}
	s.known[id] = p
	return p, true
}

// Lookup returns a copy of the provider with that id, its addresses filled
// from its variables as far as these have values.
func (s *Set) Lookup(id string) (*Provider, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.raw(id)
	if !ok {
		return nil, false
	}
	return s.finish(p), true
}

// OnFile is [Set.Lookup] without what the environment says, which may be for one
// command only.
func (s *Set) OnFile(id string) (*Provider, bool) {
	s.mu.Lock()
	raw, ok := s.raw(id)
	s.mu.Unlock()
	if !ok {
		return nil, false
	}
	p := raw.Clone()
	p.shared = s.shared
	p.fill()
	return p, true
}

// Filled is a copy with the blanks of its addresses filled, as [Set.Lookup] does.
func (p *Provider) Filled() *Provider {
	c := p.Clone()
	c.fill()
	return c
}

// fill fills the addresses from the variables, as far as these have values.
func (p *Provider) fill() {
	p.addresses(func(_ string, a *string) { *a = p.Expand(*a) })
	p.IDToken.Issuer = p.Expand(p.IDToken.Issuer)
}

// finish makes the copy of a provider that the set hands out. s.mu is held.
func (s *Set) finish(raw *Provider) *Provider {
	p := s.configured(raw)
	p.shares = s.sharing(p)
	return p
}

// configured copies a provider, adds what the environment says and fills its
// addresses.
func (s *Set) configured(raw *Provider) *Provider {
	p := raw.Clone()
	p.shared = s.shared
	prefix := "CLAVIGER_" + envName(p.ID) + "_"
	p.Client.ID = cmp.Or(s.env[prefix+"CLIENT_ID"], p.Client.ID)
	if secret := s.env[prefix+"CLIENT_SECRET"]; secret != "" {
		p.Client.Secret = NewSecret(secret)
	}
	if issuer, _ := issuerOf(s.env[prefix+"ISSUER"]); issuer != "" {
		p.Issuer = issuer
	}
	p.resolveCAFile(s.env[prefix+"CA_FILE"])
	for name, v := range p.Variables {
		if value := s.env[prefix+envName(name)]; value != "" {
			v.Value = value
			p.Variables[name] = v
		}
	}
	p.fill()
	return p
}

// All returns copies of all providers, the demo first, then by name.
func (s *Set) All() []*Provider {
	s.mu.Lock()
	out := make([]*Provider, 0, len(s.known))
	for _, id := range sortedKeys(s.known) {
		if p, ok := s.raw(id); ok {
			out = append(out, s.finish(p))
		}
	}
	s.mu.Unlock()
	slices.SortFunc(out, func(a, b *Provider) int {
		if (a.ID == "demo") != (b.ID == "demo") {
			if a.ID == "demo" {
				return -1
			}
			return 1
		}
		return cmp.Or(order.Compare(a.Name, b.Name), strings.Compare(a.ID, b.ID))
	})
	return out
}

// Problems lists the files and keys that could not be used; most are
// [*FileError].
func (s *Set) Problems() []error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.problems)
}

// ProblemsOf lists those of [Set.Problems] that are about the file of one
// provider, providers.d/<id>.toml.
func (s *Set) ProblemsOf(id string) []error {
	var out []error
	for _, err := range s.Problems() {
		var fe *FileError
		if errors.As(err, &fe) && filepath.Base(fe.File) == id+".toml" {
			out = append(out, err)
		}
	}
	return out
}

// Put adds or replaces a provider in this set only. The environment still
// comes first for what it names.
func (s *Set) Put(p *Provider) {
	c := p.Clone()
	c.defaults()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known[c.ID] = c
}
