package tryit

import (
	"net/http"
	"strings"

	"github.com/claviger/claviger/internal/plain"
)

// Challenge is what a server wants that refused a token (RFC 9110 §11.6.1, RFC 6750 §3).
type Challenge struct {
	Scheme string
	// Error is its code, such as "insufficient_scope"; Description are its words.
	Error, Description string
	// Scope are the permissions that the request needs, separated by spaces.
	Scope string
	Realm string
}

// maxWords bounds what is shown of a server's words, in characters.
const maxWords = 500

// challenges reads WWW-Authenticate. What cannot be read is left out.
func challenges(h http.Header, hidden *Hidden) []Challenge {
	var out []Challenge
	for _, line := range h.Values("WWW-Authenticate") {
		p := &challengeReader{rest: line, hidden: hidden}
		for len(out) < 10 {
			c, ok := p.next()
			if !ok {
				break
			}
			out = append(out, c)
		}
	}
	return out
}

// challengeReader reads a list of challenges. A comma ends a parameter as well as a
// challenge: what follows tells which.
type challengeReader struct {
	rest   string
	hidden *Hidden
}

func (p *challengeReader) next() (Challenge, bool) {
	p.rest = strings.TrimLeft(p.rest, ", \t")
	scheme := p.token()
	if scheme == "" {
		return Challenge{}, false
	}
	c := Challenge{Scheme: p.words(scheme)}
	for {
		before := p.rest
		p.rest = strings.TrimLeft(p.rest, ", \t")
		name := p.token()
		p.rest = strings.TrimLeft(p.rest, " \t")
		if name == "" || !strings.HasPrefix(p.rest, "=") {
			p.rest = before // the scheme of another challenge, or nothing that can be read
			return c, true
		}
		p.rest = strings.TrimLeft(p.rest[1:], "= \t") // a token68 ends with "="
		c.set(name, p.words(p.value()))
	}
}

// words are a server's words as they are shown.
func (p *challengeReader) words(s string) string {
	return plain.Phrase(p.hidden.Text(s), maxWords)
}

func (c *Challenge) set(name, value string) {
	switch strings.ToLower(name) {
	case "error":
		c.Error = value
	case "error_description":
		c.Description = value
	case "scope":
		c.Scope = value
	case "realm":
		c.Realm = value
	}
}

func (p *challengeReader) token() string {
	end := strings.IndexFunc(p.rest, func(r rune) bool { return strings.ContainsRune(" \t,=\"", r) })
	if end < 0 {
		end = len(p.rest)
	}
	var t string
	t, p.rest = p.rest[:end], p.rest[end:]
	return t
}

// value reads a token or a quoted string (RFC 9110 §5.6.4).
func (p *challengeReader) value() string {
	if !strings.HasPrefix(p.rest, `"`) {
		return p.token()
	}
	var b strings.Builder
	for i := 1; i < len(p.rest); i++ {
		switch c := p.rest[i]; {
		case c == '"':
			p.rest = p.rest[i+1:]
			return b.String()
		case c == '\\' && i+1 < len(p.rest):
			i++
			b.WriteByte(p.rest[i])
		default:
			b.WriteByte(c)
		}
	}
	p.rest = ""
	return b.String()
}
