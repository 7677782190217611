package tongue

import "sync/atomic"

// foreign are the translations of texts that come from elsewhere: of problems.toml, of
// the built-in providers, of the checks of tokens. Like those of lang they are the process's: it speaks one
// language.
var foreign atomic.Pointer[map[string]string]

// Text is a text from elsewhere in the language that is spoken. One that is not known,
// such as that of a person's own provider file, stays what it is.
func Text(english string) string {
	if texts := foreign.Load(); texts != nil {
		if s, known := (*texts)[english]; known {
			return s
		}
	}
	return english
}
