package providers

import "strings"

// In puts what a person reads of the provider into another language: tongue translates
// one text, and returns what it does not know. Names, and what the provider itself
// calls things, stay. The steps to register an app are translated line by line.
func (p *Provider) In(tongue func(english string) string) {
	for _, text := range p.texts() {
		*text = tongue(*text)
	}
	p.Variables = inWords(p.Variables, func(v Variable) Variable {
		v.Label, v.Help = tongue(v.Label), tongue(v.Help)
		return v
	})
	p.Scopes.Meaning = inWords(p.Scopes.Meaning, tongue)
	p.Claims = inWords(p.Claims, tongue)
	lines := strings.Split(p.Client.Help, "\n")
	for i, line := range lines {
		lines[i] = p.withPath(tongue(p.withoutPath(line)))
	}
	p.Client.Help = strings.Join(lines, "\n")
}

// A provider that another one extends has a path of its own in the same steps.
const pathBlank = "{path}"

func (p *Provider) withoutPath(line string) string {
	if len(p.Redirect.Path) < 2 {
		return line
	}
	return strings.ReplaceAll(line, p.Redirect.Path, pathBlank)
}

func (p *Provider) withPath(line string) string {
	return strings.ReplaceAll(line, pathBlank, p.Redirect.Path)
}

// texts are those that stand alone. Slices that copies share are copied first.
func (p *Provider) texts() []*string {
	out := []*string{&p.Summary, &p.Unusable}
	p.Errors = append([]ErrorHelp(nil), p.Errors...)
	for i := range p.Errors {
		e := &p.Errors[i]
		out = append(out, &e.Title, &e.Detail, &e.Next)
	}
	return out
}

// inWords is a copy of m with other values.
func inWords[V any](m map[string]V, f func(V) V) map[string]V {
	if m == nil {
		return nil
	}
	out := make(map[string]V, len(m))
	for k, v := range m {
		out[k] = f(v)
	}
	return out
}

// Texts are all that [Provider.In] asks for of the built-in providers.
func Texts() ([]string, error) {
	var out []string
	seen := map[string]bool{"": true}
	ask := func(text string) string {
		if !seen[text] {
			seen[text] = true
			out = append(out, text)
		}
		return text
	}
	for _, id := range presetIDs() {
		p, err := preset(id)
		if err != nil {
			return nil, err
		}
		p.In(ask)
		var more []string
		for _, l := range p.RefreshLimits {
			more = append(more, l.Why)
		}
		for i := range p.Profile.Sources {
			more = append(more, p.Profile.Sources[i].Name)
		}
		for i := range p.Groups {
			more = append(more, p.Groups[i].Name)
		}
		for _, text := range more {
			ask(text)
		}
	}
	return out, nil
}
