package providers

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"
)

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
			s.problem(&FileError{File: "environment", Key: k + " (" + v.errs[0].key + ")", Problem: v.errs[0].problem})
			continue
		}
		s.known[id] = p
	}
}

func envName(id string) string { return strings.ToUpper(strings.ReplaceAll(id, "-", "_")) }

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

// resolveCAFile makes the file's path absolute: one in a provider file is
// beside that file, one in the environment begins where the program was started.
func (p *Provider) resolveCAFile(fromEnvironment string) {
	file := p.Trust.CAFile
	switch {
	case fromEnvironment != "":
		if abs, err := filepath.Abs(fromEnvironment); err == nil {
			fromEnvironment = abs
		}
		file = fromEnvironment
	case file != "" && !filepath.IsAbs(file) && filepath.Dir(p.Origin) != ".":
		file = filepath.Join(filepath.Dir(p.Origin), file)
	}
	p.Trust.CAFile = file
}
