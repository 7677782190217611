package autostart

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/claviger/claviger/internal/durable"
)

// xdgEntry is a file of the XDG Autostart Specification.
type xdgEntry struct{ path string }

func (x xdgEntry) look() (State, error) {
	text, err := readEntry(x.path)
	if text == "" {
		return State{}, err
	}
	s := State{On: true}
	for line := range strings.Lines(text) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		switch value = strings.TrimSpace(value); strings.TrimSpace(key) {
		case "Exec":
			s.Program = programOf(value)
		case "Hidden":
			s.On = s.On && value != "true"
		case "X-GNOME-Autostart-enabled": // what GNOME's own switch writes
			s.On = s.On && value != "false"
		}
	}
	return s, nil
}

func (x xdgEntry) enable(s Start) error {
	if strings.Contains(s.Program, "=") {
		return errors.New("the program's path must have no “=”: move or rename it")
	}
	var words []string
	// systemd, which starts the entries of many desktops, looks for the program by its
	// name before it reads "%%" as "%" (xdg-autostart-service.c of version 252): env has
	// none.
	if len(s.Env) > 0 || strings.Contains(s.Program, "%") {
		words = append(words, "env")
	}
	for _, w := range append(append(append([]string{}, s.Env...), s.Program), s.Args...) {
		words = append(words, argument(w))
	}
	if err := os.MkdirAll(filepath.Dir(x.path), 0o700); err != nil { // the specification's mode
		return err
	}
	return durable.Replace(x.path, []byte(`# Written by Claviger: Settings, Start at login.
[Desktop Entry]
Type=Application
Version=1.0
Name=Claviger
Comment=Sign in with your browser, and keep tokens fresh
Icon=`+id+`
Exec=`+inFile(strings.Join(words, " "))+`
TryExec=`+inFile(s.Program)+`
Terminal=false
X-GNOME-Autostart-enabled=true
`))
}

func (x xdgEntry) disable() error { return remove(x.path) }

// argument is an argument of an Exec line. All but plain words are quoted, and "%" begins
// a field code (Desktop Entry Specification, "The Exec key").
func argument(s string) string {
	plain := func(r rune) bool {
		return r == '-' || r == '_' || r == '/' || r == '.' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z'
	}
	if s != "" && !strings.ContainsFunc(s, func(r rune) bool { return !plain(r) }) {
		return s
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "`", "\\`", "$", `\$`, "%", "%%").Replace(s) + `"`
}

// inFile is a value of type string: a backslash begins an escape ("Possible value
// types").
func inFile(s string) string { return strings.ReplaceAll(s, `\`, `\\`) }

// programOf is the program of an Exec value.
func programOf(value string) string {
	words := arguments(strings.ReplaceAll(value, `\\`, `\`))
	if len(words) > 0 && words[0] == "env" {
		words = words[1:]
		for len(words) > 0 && strings.Contains(words[0], "=") {
			words = words[1:]
		}
	}
	if len(words) == 0 {
		return ""
	}
	return words[0]
}

// arguments splits an Exec value.
func arguments(value string) []string {
	var out []string
	var word strings.Builder
	quoted, escaped, begun := false, false, false
	for _, r := range value {
		switch {
		case escaped:
			word.WriteRune(r)
			escaped = false
		case quoted && r == '\\':
			escaped = true
		case r == '"':
			quoted, begun = !quoted, true
		case r == ' ' && !quoted:
			if begun {
				out = append(out, strings.ReplaceAll(word.String(), "%%", "%"))
			}
			word.Reset()
			begun = false
		default:
			word.WriteRune(r)
			begun = true
		}
	}
	if begun {
		out = append(out, strings.ReplaceAll(word.String(), "%%", "%"))
	}
	return out
}

// maxEntry bounds what is read of an entry, in bytes.
const maxEntry = 64 << 10

// readEntry reads a small file; one that is not there is "".
func readEntry(path string) (string, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", nil
	case err != nil:
		return "", err
	case !info.Mode().IsRegular() || info.Size() > maxEntry:
		return "", errors.New("is not an entry that a desktop reads")
	}
	data, err := os.ReadFile(path)
	return string(data), err
}

func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
