package inspect

import (
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/claviger/claviger/internal/foreign"
	"github.com/claviger/claviger/providers"
)

// MaxText bounds a text in which tokens are looked for, in bytes.
const MaxText = 1 << 20

// maxFound bounds the tokens that are found in one text.
const maxFound = 20

// Found is a token in a text.
type Found struct {
	// Name says where it stood: "access_token", "Authorization", "DPoP", "token" if it
	// stood alone.
	Name  string
	Token providers.Secret
	// Guess reports that nothing but the person says that it is a token: it is the only
	// word of the text, or the last one.
	Guess bool
}

// Find finds the tokens in what a person pasted: one alone, with quotes, a scheme or
// line breaks; a header; a command for curl; an address; a form; the JSON of a token
// response (RFC 6749 §5.1), whose members are found by name. None is found in nothing
// and in JSON that has none; any other text may be an opaque token.
func Find(text string) []Found {
	text = foreign.Trim(strings.Map(dropUnseen, text))
	if len(text) > MaxText || text == "" {
		return nil
	}
	var f finder
	if text[0] == '{' {
		if object, err := foreign.Object([]byte(text)); err == nil {
			f.json(object)
			return f.found
		}
	}
	f.headers(text)
	f.form(text)
	if len(f.found) > 0 {
		return f.found
	}
	f.words(strings.FieldsFunc(text, between))
	return f.found
}

// between reports whether a letter stands between words, and in no token.
func between(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("\"'`,;", r) }

// words finds the JWTs among words, or else takes the last one for an opaque token.
func (f *finder) words(words []string) {
	switch {
	case len(words) == 0:
		return
	case len(words) > 1 && !brokenLines(words):
		for _, word := range words {
			if isCompact(word) {
				f.add("token", word)
			}
		}
		words = words[len(words)-1:]
	}
	if len(f.found) > 0 {
		return
	}
	f.add("token", strings.Trim(strings.Join(words, ""), "<>()[]"))
	for i := range f.found {
		f.found[i].Guess = Read(f.found[i].Token).Kind == Opaque
	}
}

// dropUnseen leaves out what editors and chat programs put into a text unseen.
func dropUnseen(r rune) rune {
	switch {
	case unicode.Is(unicode.Cf, r):
		return -1
	case r == '\u00a0':
		return ' '
	}
	return r
}

// isCompact reports whether a word is a JOSE in its compact form, whole or broken.
func isCompact(word string) bool {
	return strings.HasPrefix(word, "eyJ") && strings.Contains(word, ".") && !strings.ContainsFunc(word, notCompact)
}

func notCompact(r rune) bool {
	letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	return !letter && !strings.ContainsRune("-_.~=+/", r)
}

// brokenLines reports whether words are one compact token that a mail program or
// terminal broke into lines: the first begins it, and no other is one by itself.
func brokenLines(words []string) bool {
	if !strings.HasPrefix(words[0], "eyJ") {
		return false
	}
	for _, word := range words[1:] {
		if strings.ContainsFunc(word, notCompact) || isCompact(word) && strings.Count(word, ".") > 1 {
			return false
		}
	}
	return strings.Count(strings.Join(words, ""), ".") >= 2
}

type finder struct{ found []Found }

func (f *finder) add(name, token string) {
	if token == "" || len(f.found) >= maxFound {
		return
	}
	same := func(x Found) bool { return x.Token.Reveal() == token }
	if !slices.ContainsFunc(f.found, same) {
		f.found = append(f.found, Found{Name: name, Token: providers.NewSecret(token)})
	}
}

// tokenMembers are the members of answers that hold tokens (RFC 6749 §5.1, OIDC Core
// §3.1.3.3, RFC 8693 §2.2.1), those that people look at first.
var tokenMembers = []string{"access_token", "id_token", "refresh_token", "logout_token", "token", "assertion", "client_assertion", "subject_token", "actor_token", "id_token_hint"}

// json finds tokens in a JSON object, and in the objects right inside of it.
func (f *finder) json(object map[string]any) {
	if compact, ok := flattened(object); ok {
		f.add("token", compact)
		return
	}
	f.object(object)
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if inner, ok := object[name].(map[string]any); ok {
			f.object(inner)
		}
	}
}

func (f *finder) object(object map[string]any) {
	for _, name := range tokenMembers {
		f.add(name, strings.TrimSpace(foreign.String(object[name])))
	}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if value := foreign.String(object[name]); isCompact(value) {
			f.add(name, value)
		}
	}
}

// flattened is the compact form of a JWS in one of the JSON forms (RFC 7515 §7.2), with
// its first signature.
func flattened(object map[string]any) (string, bool) {
	payload, ok := object["payload"].(string)
	if !ok {
		return "", false
	}
	signature := object
	if list, ok := object["signatures"].([]any); ok && len(list) > 0 {
		signature, _ = list[0].(map[string]any)
	}
	protected, hasHeader := signature["protected"].(string)
	signed, isSigned := signature["signature"].(string)
	return protected + "." + payload + "." + signed, hasHeader && isSigned
}

// patterns are what is looked for. They are compiled when a text is looked at first, all
// together: each start would pay.
var patterns = sync.OnceValue(func() (p struct{ header, proof, scheme, form *regexp.Regexp }) {
	p.header = regexp.MustCompile(`(?i)\b(?:proxy-)?(authorization)["']?\s*[:=]\s*["']?(?:bearer|dpop|token|jwt)\s+([^\s"',;\\]+)`)
	p.proof = regexp.MustCompile(`(?i)(?:^|[\s"'{,])(dpop)["']?\s*:\s*["']?(eyJ[^\s"',;\\]+)`)
	p.scheme = regexp.MustCompile(`(?i)^(bearer|dpop)\s+(\S+)$`)
	p.form = regexp.MustCompile(`(?:^|[?#&\s"'])((?:access|id|refresh|logout|subject|actor)_token|id_token_hint|client_assertion|assertion|request)=([^&\s"'#]+)`)
	return p
})

// headers finds tokens in the headers of a request, as they are or in a command.
func (f *finder) headers(text string) {
	for _, m := range patterns().header.FindAllStringSubmatch(text, maxFound) {
		f.add("Authorization", m[2])
	}
	for _, m := range patterns().proof.FindAllStringSubmatch(text, maxFound) {
		f.add("DPoP", m[2])
	}
	if m := patterns().scheme.FindStringSubmatch(text); m != nil {
		f.add("token", strings.Trim(m[2], `"'`))
	}
}

// form finds tokens in an address or a form (RFC 6749 §4.2.2, RFC 9101 §5).
func (f *finder) form(text string) {
	for _, m := range patterns().form.FindAllStringSubmatch(text, maxFound) {
		value, err := url.QueryUnescape(m[2])
		if err != nil {
			value = m[2]
		}
		if m[1] != "request" || isCompact(value) {
			f.add(m[1], value)
		}
	}
}
