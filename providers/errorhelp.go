package providers

import (
	"regexp"
	"slices"
)

// Help finds the first of the provider's own errors that fits, and the code to
// show with it, which may be "".
func (p *Provider) Help(text string) (help ErrorHelp, code string, ok bool) {
	for _, e := range p.Errors {
		re, err := e.pattern()
		if err != nil {
			continue // files are checked when they are read
		}
		m := re.FindStringSubmatch(text)
		if m == nil {
			continue
		}
		if len(m) > 1 {
			code = m[1]
		}
		return e, code, true
	}
	return ErrorHelp{}, "", false
}

// HelpAnywhere is [Provider.Help] of the built-in providers' errors that are
// good for every provider.
func HelpAnywhere(text string) (help ErrorHelp, code string, ok bool) {
	for _, id := range presetIDs() {
		p, err := preset(id)
		if err != nil {
			continue // a test reads each of them
		}
		p.Errors = slices.DeleteFunc(p.Errors, func(e ErrorHelp) bool { return !e.Anywhere })
		if help, code, ok = p.Help(text); ok {
			return help, code, true
		}
	}
	return ErrorHelp{}, "", false
}

func (e *ErrorHelp) pattern() (*regexp.Regexp, error) { return regexp.Compile("(?i)" + e.Match) }
