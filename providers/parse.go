package providers

import (
	"cmp"
	"errors"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"

	"github.com/claviger/claviger/internal/phrase"
)

// Parse reads one provider file. Errors name the file, the line, the key and
// what is allowed there; they are [*FileError] values, joined.
func Parse(name string, data []byte) (*Provider, error) {
	m, marks, err := parseTOML(name, data)
	if err != nil {
		return nil, err
	}
	p, errs := fromTable(m)
	if err := fileErrors(name, marks, "", errs); err != nil {
		return nil, err
	}
	p.Origin = name
	return p, nil
}

// parseList reads a file of [[provider]] tables. It reports broken ones and
// returns the others.
func parseList(name string, data []byte) (list []*Provider, problem error) {
	m, marks, err := parseTOML(name, data)
	if err != nil {
		return nil, err
	}
	var problems []error
	for _, k := range sortedKeys(m) {
		if k != "provider" {
			problems = append(problems, fileErrors(name, marks, "", []keyError{{k, phrase.Say("unknown key; allowed here: {names}", "[[provider]]")}}))
		}
	}
	tables, ok := m["provider"].([]map[string]any)
	if !ok && m["provider"] != nil {
		problems = append(problems, fileErrors(name, marks, "", []keyError{{"provider", phrase.Say("must be a list of tables: {table}", "[[provider]]")}}))
	}
	for i, t := range tables {
		p, errs := fromTable(t)
		if err := fileErrors(name, marks, "provider["+strconv.Itoa(i)+"]", errs); err != nil {
			problems = append(problems, err)
			continue
		}
		p.Origin = name
		list = append(list, p)
	}
	return list, errors.Join(problems...)
}

func parseTOML(name string, data []byte) (map[string]any, []mark, error) {
	if len(data) > maxFile {
		return nil, nil, &FileError{File: name, Problem: "larger than 1 MiB"}
	}
	var m map[string]any
	if err := toml.Unmarshal(data, &m); err != nil {
		return nil, nil, syntaxError(name, data, err)
	}
	return m, locate(string(data)), nil
}

// maxFile is far above the size of any provider file.
const maxFile = 1 << 20

// fromTable builds a provider from a decoded table, on top of its preset.
func fromTable(m map[string]any) (*Provider, []keyError) {
	base, errs := inherited(m)
	if errs != nil {
		return nil, errs
	}
	if id, ok := m["id"].(string); ok && base.ID != "" {
		base.rename(id)
	}
	from := base.Redirect
	own, _ := m["redirect"].(map[string]any)
	f := filler{}
	f.table("", m, reflect.ValueOf(base).Elem())
	if len(f.errs) > 0 {
		return nil, f.errs
	}
	if id, ok := m["id"].(string); !ok || id == "" {
		return nil, []keyError{{"id", phrase.Say("is missing; allowed: {what}", idForm)}}
	}
	base.Issuer, _ = issuerOf(base.Issuer)
	base.defaults()
	switch {
	case base.Preset == "":
		base.Redirect.Register = cmp.Or(base.Redirect.Register, base.Redirect.addresses())
	case own["register"] == nil:
		base.Redirect.follow(from)
	}
	if given, _ := m["client"].(map[string]any); from.Path != "" && given["help"] == nil {
		base.Client.Help = strings.ReplaceAll(base.Client.Help, from.Path, base.Redirect.Path)
	}
	v := validator{p: base, seen: map[string]bool{}}
	v.all()
	return base, v.errs
}

// inherited is the preset that a table extends. A file with the id of a
// built-in provider extends that one, unless it says preset = "".
func inherited(m map[string]any) (*Provider, []keyError) {
	id, _ := m["id"].(string)
	name, given := m["preset"].(string)
	if !given && slices.Contains(presetIDs(), id) {
		name = id
	}
	if name == "" {
		return &Provider{}, nil
	}
	p, err := preset(name)
	if err != nil {
		return nil, []keyError{{"preset", phrase.Say("unknown; allowed: {names}", strings.Join(presetIDs(), ", "))}}
	}
	p.Preset = name
	return p, nil
}
