package state

import (
	"strings"

	"claviger/providers"
)

// SaveSetup keeps the registration of the provider on the setup page and goes
// on to its sign-in. An empty secret leaves the one that is there.
func (s *Store) SaveSetup(clientID string, secret providers.Secret, variables map[string]string) {
	p := s.st.Setup.Provider
	if p == nil || s.st.Setup.Busy {
		return
	}
	clientID = strings.TrimSpace(clientID)
	if problem := checkSetup(p, clientID, variables); problem != "" {
		s.update(func(st *State) { st.Setup.Error = problem })
		return
	}
	s.update(func(st *State) { st.Setup.Busy, st.Setup.Error = true, "" })
	s.run(slotSetup, func(j *job) {
		// The addresses first: a secret is kept for where the provider is.
		err := s.sv.Catalog.Configure(p.ID, clientID, variables)
		if err == nil && !secret.IsZero() {
			err = s.sv.SaveSecret(j, p.ID, secret)
		}
		j.commit(func(st *State) {
			st.Setup.Busy = false
			s.loadProviders()
			if isLocked(err) {
				s.lockedNow(st)
				return
			}
			if err != nil {
				st.Setup.Error = oneLine(s.explain(err, p, ""))
				return
			}
			now, ok := s.sv.Catalog.Lookup(p.ID)
			if !ok {
				st.Setup.Error = "The provider could not be read back."
				return
			}
			if err := now.Ready(); err != nil {
				st.Setup.Error = oneLine(s.explain(err, now, ""))
				return
			}
			s.showOptions(st, now, nil)
		})
	})
}

// checkSetup says in words what is missing, or "".
func checkSetup(p *providers.Provider, clientID string, variables map[string]string) string {
	for _, v := range Variables(p) {
		if strings.TrimSpace(variables[v.Key]) == "" && v.Value == "" {
			return "Fill in “" + v.Label + "”."
		}
	}
	if clientID == "" && p.Client.ID == "" {
		return "Fill in the client id. The provider shows it after you registered an app."
	}
	return ""
}

// NamedVariable is a blank of a provider with its key.
type NamedVariable struct {
	Key string
	providers.Variable
}

// Variables are a provider's blanks that can be filled, in a fixed order.
func Variables(p *providers.Provider) []NamedVariable {
	var out []NamedVariable
	for _, key := range sortedKeys(p.Variables) {
		if !p.Open(key) {
			continue
		}
		v := p.Variables[key]
		if v.Label == "" {
			v.Label = key
		}
		out = append(out, NamedVariable{key, v})
	}
	return out
}

// HelpSteps are the lines of a provider's registration help.
func HelpSteps(p *providers.Provider) []string {
	var out []string
	for line := range strings.Lines(p.Client.Help) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}
