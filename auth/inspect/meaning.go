package inspect

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/BurntSushi/toml"

	"github.com/claviger/claviger/auth/idtoken"
	"github.com/claviger/claviger/internal/phrase"
	"github.com/claviger/claviger/internal/plain"
)

//go:embed claims.toml
var claimsTOML string

// Meaning is what a claim or a member of a header is.
type Meaning struct {
	// Text is a short plain phrase; "" if it is not known.
	Text phrase.Text `toml:"meaning"`
	// Standard is where it is defined: "RFC 7519 §4.1.1"; "" if no standard does.
	Standard string `toml:"standard"`
	// Type is what its value must be: "text", "texts" (one or a list), "list", "object",
	// "time", "flag", "number"; "" for anything.
	Type string `toml:"type"`
	// TokenOnly reports that the name means something else outside of tokens, such as
	// "state" among the details of a person.
	TokenOnly bool `toml:"token_only"`
}

// meanings is claims.toml.
type meanings struct {
	Claim  map[string]Meaning `toml:"claim"`
	Header map[string]Meaning `toml:"header"`
}

// known reads claims.toml, once, when the first token is looked at. The file is part
// of the program and a test reads it, so that an error here cannot reach a person.
var known = sync.OnceValue(func() meanings {
	var m meanings
	if _, err := toml.Decode(claimsTOML, &m); err != nil {
		panic("inspect: claims.toml: " + err.Error())
	}
	return m
})

// ClaimMeaning says what a claim is. own are the meanings that its provider's file has
// for its own claims, which come first; nil is none.
func ClaimMeaning(name string, own map[string]string) Meaning {
	m := known().Claim[name]
	if text := own[name]; text != "" {
		m.Text = text
	}
	if m.Text == "" && (strings.HasPrefix(name, "http://") || strings.HasPrefix(name, "https://")) {
		m.Text = "added by your organisation"
	}
	return m
}

// HeaderMeaning says what a member of a header is.
func HeaderMeaning(name string) Meaning { return known().Header[name] }

func sortedKeys(m map[string]Meaning) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// checkTypes notes the values that are of another type than their standard says.
func (t *Token) checkTypes() {
	for _, of := range []struct {
		values map[string]any
		known  map[string]Meaning
	}{{t.Header, known().Header}, {t.Claims, known().Claim}} {
		for _, name := range sortedKeys(of.known) {
			value, given := of.values[name]
			if m := of.known[name]; given && !fits(m.Type, value) {
				t.note(phrase.Say("{quoted} should be {wanted}, and is {found}", strconv.Quote(plain.Short(name)), wanted(m.Type), typeOf(value)))
			}
		}
	}
}

func fits(typ string, v any) bool {
	got := typeOf(v)
	switch typ {
	case "text":
		return got == "text"
	case "texts":
		return got == "text" || got == "a list" && allText(v)
	case "list":
		return got == "a list"
	case "object":
		return got == "an object"
	case "time":
		_, ok := idtoken.ClaimTime(v)
		return ok || got == "a number"
	case "flag":
		return got == "true or false"
	case "number":
		return got == "a number"
	}
	return true
}

func allText(v any) bool {
	list, _ := v.([]any)
	return !slices.ContainsFunc(list, func(e any) bool { _, ok := e.(string); return !ok })
}

func wanted(typ string) string {
	return map[string]phrase.Text{
		"text": "text", "texts": "text or a list of texts", "list": "a list", "object": "an object",
		"time": "a number of seconds", "flag": "true or false", "number": "a number",
	}[typ]
}

func typeOf(v any) phrase.Text {
	switch v.(type) {
	case nil:
		return "null"
	case string:
		return "text"
	case bool:
		return "true or false"
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	}
	return "a number"
}
