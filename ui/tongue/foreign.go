package tongue

import (
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/claviger/claviger/internal/phrase"
)

// foreign are the translations of texts that come from elsewhere: of problems.toml, of
// the built-in providers, of the reasons of checks. Like those of lang they are the
// process's: it speaks one language.
var foreign atomic.Pointer[elsewhere]

// elsewhere is what is said elsewhere, in one language.
type elsewhere struct {
	texts map[string]string
	// book finds the texts again that have been filled.
	book func() *phrase.Book
}

func newElsewhere(texts map[string]string) *elsewhere {
	return &elsewhere{texts, sync.OnceValue(func() *phrase.Book { return phrase.NewBook(slices.Sorted(maps.Keys(texts))) })}
}

// Text is a text from elsewhere in the language that is spoken. One that is not known,
// such as that of a person's own provider file, stays what it is.
func Text(english string) string {
	if said := foreign.Load(); said != nil {
		if text, known := said.texts[english]; known {
			return text
		}
	}
	return english
}

// Find is [Text] for a text whose blanks may have been filled: text has them still.
func Find(english string) (text string, blanks []phrase.Blank) {
	if said := foreign.Load(); said != nil && len(said.texts) > 0 {
		if text, known := said.texts[english]; known {
			return text, nil // its blanks are not filled yet
		}
		if form, blanks, ok := said.book().Find(english); ok {
			return said.texts[form], blanks
		}
	}
	return english, nil
}
