package identity

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/claviger/claviger/providers"
	"github.com/claviger/claviger/providers/internal/jq"
)

// maxExcerpt bounds what an error shows of an answer, in runes.
const maxExcerpt = 200

// hiddenValue stands for what an excerpt leaves out.
const hiddenValue = "…"

// excerpt is the start of an answer, for the person who writes expressions for
// it: its shape and short plain values, nothing that looks like a secret or a
// person's address, and none of the known secrets.
func excerpt(v any, secrets ...providers.Secret) string {
	e := excerpter{}
	for _, s := range secrets {
		if !s.IsZero() {
			e.secrets = append(e.secrets, s.Reveal())
		}
	}
	e.value(v, 0)
	return cleanText(e.b.String(), maxExcerpt)
}

// excerpter writes JSON until there is enough of it.
type excerpter struct {
	secrets []string
	b       strings.Builder
}

func (e *excerpter) full() bool { return e.b.Len() > 4*maxExcerpt }

func (e *excerpter) value(v any, depth int) {
	switch v := jq.Value(v).(type) {
	case map[string]any:
		if depth > 8 {
			e.b.WriteString("{" + hiddenValue + "}")
			return
		}
		e.object(v, depth)
	case []any:
		if depth > 8 {
			e.b.WriteString("[" + hiddenValue + "]")
			return
		}
		e.b.WriteByte('[')
		for i := 0; i < len(v) && !e.full(); i++ {
			if i > 0 {
				e.b.WriteByte(',')
			}
			e.value(v[i], depth+1)
		}
		e.b.WriteByte(']')
	case string:
		e.text(v)
	default:
		data, _ := json.Marshal(v) // numbers, true, false, null
		e.b.WriteString(e.without(string(data)))
	}
}

func (e *excerpter) object(m map[string]any, depth int) {
	e.b.WriteByte('{')
	for i, k := range slices.Sorted(maps.Keys(m)) {
		if e.full() {
			break
		}
		if i > 0 {
			e.b.WriteByte(',')
		}
		e.text(k)
		e.b.WriteByte(':')
		_, isText := m[k].(string)
		_, isNumber := m[k].(json.Number)
		if patterns().secretKey.MatchString(k) && (isText || isNumber) {
			e.b.WriteString(`"` + hiddenValue + `"`)
			continue
		}
		e.value(m[k], depth+1)
	}
	e.b.WriteByte('}')
}

// text writes a string without what could be a secret.
func (e *excerpter) text(s string) {
	if len(s) > 4*maxExcerpt {
		s = s[:4*maxExcerpt] // more is never shown; a cut secret is still long
	}
	data, _ := json.Marshal(strings.ToValidUTF8(e.without(s), ""))
	e.b.Write(data)
}

func (e *excerpter) without(s string) string {
	for _, secret := range e.secrets {
		s = strings.ReplaceAll(s, secret, hiddenValue)
	}
	s = patterns().mailLike.ReplaceAllString(s, hiddenValue)
	return patterns().runs.ReplaceAllStringFunc(s, func(run string) string {
		if tokenLike(run) {
			return hiddenValue
		}
		return run
	})
}

// patterns are read at the first excerpt: most commands make none.
var patterns = sync.OnceValue(func() (p struct{ secretKey, mailLike, runs *regexp.Regexp }) {
	// secretKey fits the names of fields whose value must not be shown.
	p.secretKey = regexp.MustCompile(`(?i)token|secret|passw|credential|cookie|session|nonce|signature|assertion|api.?key|private|(^|_)(code|key|otp|pin)$`)
	p.mailLike = regexp.MustCompile(`[^\s"<>()@,;:]+@[^\s"<>()@,;:]+`)
	// runs are what tokens are made of: base64 in both alphabets, JWTs, numbers.
	p.runs = regexp.MustCompile(`[A-Za-z0-9_\-+/=.~%]+`)
	return p
})

// tokenLike reports whether a run of letters looks like a token: a JWT, or long
// and not only words. A long id goes with them, which is no loss.
func tokenLike(run string) bool {
	if strings.HasPrefix(run, "eyJ") {
		return true
	}
	return slices.ContainsFunc(strings.FieldsFunc(run, func(r rune) bool { return r == '.' || r == '/' }), longPart) ||
		len(run) >= 2*leastToken && strings.ContainsAny(run, "0123456789")
}

// leastToken is the length from which a run with a digit, or with capitals
// inside, counts as a token. Shorter ones are ids and names.
const leastToken = 16

func longPart(part string) bool {
	if len(part) < leastToken {
		return false
	}
	if strings.ContainsAny(part, "0123456789") || len(part) >= 2*leastToken {
		return true
	}
	capitals := 0
	for i, r := range part {
		if i > 0 && r >= 'A' && r <= 'Z' {
			capitals++
		}
	}
	return capitals > 2
}
