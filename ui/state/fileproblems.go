package state

import (
	"errors"
	"strings"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/ui/words"
)

// fileWords says what is wrong with a provider file, each thing in a line of
// its own, or what else stands in the way.
func (b *base) fileWords(err error) string {
	if lines := fileProblems(err); len(lines) > 0 {
		return strings.Join(lines, "\n")
	}
	return words.OneLine(b.explain(err, nil, ""))
}

// fileProblems are the things that are wrong in a provider file.
func fileProblems(err error) (lines []string) {
	for _, e := range providers.FileErrors(err) {
		line := words.Said(e.Problem)
		if e.Key != "" {
			line = lang.L("“{{.Key}}” {{.Problem}}", map[string]any{"Key": e.Key, "Problem": line})
		}
		if e.Line > 0 {
			line = lang.L("Line {{.Line}}: {{.Problem}}", map[string]any{"Line": e.Line, "Problem": line})
		}
		lines = append(lines, plain.Sentences(line))
	}
	return lines
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
