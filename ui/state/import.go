package state

import (
	"errors"
	"io"
	"os"
	"strings"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/ui/words"
)

// maxImport bounds a provider file, in bytes.
const maxImport = 1 << 20

// ImportFile adds a provider from a file, such as one that was dropped on the
// window.
func (s *Store) ImportFile(path string) {
	if path == "" || s.st.Route == RouteLocked || s.st.Route == RouteStart {
		return
	}
	if s.st.Route != RouteAdd {
		s.OpenAdd()
	}
	s.addFile(func() ([]byte, error) { return readImport(path) }, false)
}

// addFile adds a provider from a file. Unless the person agreed already, they are
// asked first if it sends secrets to other servers than the provider's own.
func (s *Store) addFile(read func() ([]byte, error), agreed bool) {
	s.update(func(st *State) { st.Add.Busy, st.Add.Error, st.Add.Agree = true, "", nil })
	s.run(slotSetup, func(j *job) {
		data, err := read()
		var p *providers.Provider
		var ask *Agreement
		if err == nil && !agreed {
			ask = agreement("", string(data))
		}
		if err == nil && ask == nil {
			p, err = s.sv.Own.Add(data)
		}
		j.commit(func(st *State) {
			st.Add.Busy, st.Add.Agree = false, ask
			if ask != nil {
				return
			}
			s.loadProviders()
			if err != nil {
				st.Add.Error, st.Add.ErrorAt = s.fileWords(err), s.at("")
				return
			}
			s.goOn(st, p)
			s.setNotice(st, NoticeGood, lang.L("{{.Provider}} was added.", map[string]any{"Provider": p.Name}))
		})
	})
}

func readImport(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, &providers.FileError{File: path, Problem: lang.L("cannot be read")}
	}
	if !info.Mode().IsRegular() || info.Size() > maxImport {
		return nil, &providers.FileError{File: path, Problem: lang.L("is not a provider file: provider files are small text files that end in .toml")}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, &providers.FileError{File: path, Problem: lang.L("cannot be read")}
	}
	defer func() { _ = f.Close() }() // only read from
	data, err := io.ReadAll(io.LimitReader(f, maxImport))
	if err != nil {
		return nil, &providers.FileError{File: path, Problem: lang.L("cannot be read")}
	}
	return data, nil
}

// fileWords says what is wrong with a provider file, each thing in a line of
// its own, or what else stands in the way.
func (s *Store) fileWords(err error) string {
	if lines := fileProblems(err); len(lines) > 0 {
		return strings.Join(lines, "\n")
	}
	return words.OneLine(s.explain(err, nil, ""))
}

// fileProblems are the things that are wrong in a provider file.
func fileProblems(err error) []string {
	var joined interface{ Unwrap() []error }
	if errors.As(err, &joined) {
		var out []string
		for _, e := range joined.Unwrap() {
			out = append(out, fileProblems(e)...)
		}
		return out
	}
	fe, ok := errors.AsType[*providers.FileError](err)
	if !ok {
		return nil
	}
	line := fe.Problem
	if fe.Key != "" {
		line = "“" + fe.Key + "” " + line
	}
	if fe.Line > 0 {
		line = lang.L("Line {{.Line}}: {{.Problem}}", map[string]any{"Line": fe.Line, "Problem": line})
	}
	return []string{line + "."}
}

// fieldOf is the field of a form that an error in a provider file is about.
func fieldOf(err error) string {
	fe, ok := errors.AsType[*providers.FileError](err)
	if !ok {
		return ""
	}
	if name, is := strings.CutPrefix(fe.Key, "variables."); is {
		name, _, _ = strings.Cut(name, ".")
		return VariableField(name)
	}
	switch fe.Key {
	case "id", "name":
		return fe.Key
	case "client.id":
		return FieldClientID
	}
	return ""
}
