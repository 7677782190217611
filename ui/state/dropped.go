package state

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"fyne.io/fyne/v2/lang"
	"github.com/BurntSushi/toml"

	"github.com/claviger/claviger/auth/inspect"
)

// dropKind is what a dropped file is, by what is in it.
type dropKind int

const (
	dropUnknown dropKind = iota
	dropUnreadable
	dropFolder
	dropBig
	dropExport
	dropProvider
	dropToken
)

// Dropped takes files that were dropped on the window: a provider file, an export, or a
// token, whatever they are called. All else is explained and left alone.
func (s *Store) Dropped(paths []string) {
	switch {
	case !s.st.Free():
		return
	case len(paths) == 0:
		s.notify(NoticeInfo, lang.L("Only files from this computer can be dropped here."))
		return
	case len(paths) > 1:
		s.notify(NoticeInfo, lang.L("Drop one file at a time."))
		return
	}
	path := paths[0]
	s.run(slotDrop, func(j *job) {
		kind := recognise(path)
		j.do(func() {
			if s.st.Free() {
				s.takeDropped(path, kind)
			}
		})
	})
}

func (s *Store) takeDropped(path string, kind dropKind) {
	if kind == dropUnknown && s.st.Route == RouteInspector {
		kind = dropToken // which says what is wrong with it
	}
	name := map[string]any{"File": filepath.Base(path)}
	switch kind {
	case dropExport:
		s.Move.take(path)
	case dropProvider:
		s.Add.ImportFile(path)
	case dropToken:
		s.Inspector.OpenFile(path)
	case dropFolder:
		s.notify(NoticeInfo, lang.L("{{.File}} is a folder. Drop a file.", name))
	case dropUnreadable:
		s.notify(NoticeWarn, lang.L("{{.File}} cannot be read.", name))
	case dropBig:
		s.notify(NoticeInfo, lang.L("{{.File}} is too large for a provider file or a token, and is not an export of Claviger.", name))
	case dropUnknown:
		s.notify(NoticeInfo, lang.L("{{.File}} is not a provider file, an export or a token, so Claviger cannot use it.", name))
	}
}

// recognise says what a file is.
func recognise(path string) dropKind {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return dropUnreadable
	case info.IsDir():
		return dropFolder
	case !info.Mode().IsRegular(): // a pipe could be waited for
		return dropUnknown
	}
	f, err := os.Open(path)
	if err != nil {
		return dropUnreadable
	}
	defer func() { _ = f.Close() }() // only read from
	data, err := io.ReadAll(io.LimitReader(f, maxImport+1))
	if err != nil {
		return dropUnreadable
	}
	return kindOf(path, data)
}

func kindOf(path string, data []byte) dropKind {
	for _, head := range []string{"age-encryption.org/v1\n", "-----BEGIN AGE ENCRYPTED FILE-----"} {
		if bytes.HasPrefix(data, []byte(head)) {
			return dropExport
		}
	}
	switch {
	case len(data) > maxImport:
		return dropBig
	case strings.EqualFold(filepath.Ext(path), ".toml") || isProviderFile(data):
		return dropProvider // with what is wrong with it
	case isToken(data):
		return dropToken
	}
	return dropUnknown
}

// isToken reports whether a file has a token, and not only what could be one.
func isToken(data []byte) bool {
	found := inspect.Find(string(data))
	return len(found) > 0 && !found[0].Guess
}

// isProviderFile reports whether a file is TOML with keys of a provider.
func isProviderFile(data []byte) bool {
	if !utf8.Valid(data) {
		return false
	}
	m := map[string]any{}
	if err := toml.Unmarshal(data, &m); err != nil {
		_, broken := errors.AsType[toml.ParseError](err)
		return broken && looksLikeProvider().Match(data)
	}
	for _, key := range []string{"id", "preset", "issuer", "client", "scopes", "provider"} {
		if _, there := m[key]; there {
			return true
		}
	}
	return false
}

// looksLikeProvider is for a provider file with a mistake in it.
var looksLikeProvider = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?m)^\s*(preset|issuer)\s*=`) })
