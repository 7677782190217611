package state

import (
	"io"
	"os"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/providers"
)

// maxImport bounds a provider file, in bytes.
const maxImport = 1 << 20

// ImportFile adds a provider from a file, such as one that was dropped on the
// window.
func (x *Add) ImportFile(path string) {
	if path == "" || x.st.Route == RouteLocked || x.st.Route == RouteStart {
		return
	}
	if x.st.Route != RouteAdd {
		x.Open()
	}
	x.takeFile(func() ([]byte, error) { return readImport(path) }, false)
}

// takeFile adds a provider from a file. Unless the person agreed already, they are
// asked first if it sends secrets to other servers than the provider's own.
func (x *Add) takeFile(read func() ([]byte, error), agreed bool) {
	x.update(func(st *State) { st.Add.Busy, st.Add.Error, st.Add.Agree = true, "", nil })
	x.run(slotSetup, func(j *job) {
		data, err := read()
		var p *providers.Provider
		var ask *Agreement
		if err == nil && !agreed {
			ask = agreement("", string(data))
		}
		if err == nil && ask == nil {
			p, err = x.sv.Own.Add(data)
		}
		j.commit(func(st *State) {
			st.Add.Busy, st.Add.Agree = false, ask
			if ask != nil {
				return
			}
			x.loadProviders()
			if err != nil {
				st.Add.Error, st.Add.ErrorAt = x.fileWords(err), x.at("")
				return
			}
			x.goOn(st, p)
			x.setNotice(st, NoticeGood, lang.L("{{.Provider}} was added.", map[string]any{"Provider": p.Name}))
		})
	})
}

func readImport(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, &providers.FileError{File: path, Problem: lang.L("The file cannot be read")}
	}
	if !info.Mode().IsRegular() || info.Size() > maxImport {
		return nil, &providers.FileError{File: path, Problem: lang.L("This is not a provider file: provider files are small text files that end in .toml")}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, &providers.FileError{File: path, Problem: lang.L("The file cannot be read")}
	}
	defer func() { _ = f.Close() }() // only read from
	data, err := io.ReadAll(io.LimitReader(f, maxImport))
	if err != nil {
		return nil, &providers.FileError{File: path, Problem: lang.L("The file cannot be read")}
	}
	return data, nil
}

// Agree adds the file that the person was asked about.
func (x *Add) Agree() {
	if a := x.st.Add.Agree; a != nil && !x.st.Add.Busy {
		x.update(func(st *State) { st.Add.Agree = nil })
		x.takeFile(func() ([]byte, error) { return []byte(a.data), nil }, true)
	}
}
