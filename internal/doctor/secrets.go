package doctor

import (
	"context"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/providers"
)

// secrets are what must be in no report.
type secrets struct {
	known []string
	// closed says why the vault's secrets are not known, "" if they are.
	closed string
}

// secrets are those that the vault and the environment hold.
func (e *examination) secrets(ctx context.Context, u use) secrets {
	s := secrets{closed: u.closed}
	for _, v := range []string{"HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy", "ALL_PROXY", "all_proxy"} {
		if u, err := url.Parse(e.Getenv(v)); err == nil && u.User != nil {
			password, _ := u.User.Password()
			s.add(password)
		}
	}
	if set, err := e.Providers(); err == nil {
		for _, p := range set.All() {
			s.add(p.Client.Secret.Reveal())
		}
	}
	v, err := e.Vault()
	if err != nil || s.closed != "" {
		return s
	}
	names, err := v.List(ctx)
	if err != nil {
		s.closed = "the vault cannot be read"
		return s
	}
	get, done := v.Many()
	defer done()
	for _, name := range names {
		data, err := get(ctx, name)
		if err != nil {
			continue // it cannot be read for a report either
		}
		var all any
		if json.Unmarshal(data, &all) == nil {
			s.leaves("", all)
		}
	}
	return s
}

// shortest is how long a text must be at least to be looked for: a shorter one is in any
// text.
const shortest = 6

func (s *secrets) add(text string) {
	if len(text) >= shortest && text != providers.Redacted {
		s.known = append(s.known, text)
	}
}

// leaves adds the texts of a record that are secrets, by their name or because they look
// as only a secret does.
func (s *secrets) leaves(name string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			s.leaves(key, value)
		}
	case []any:
		for _, value := range v {
			s.leaves(name, value)
		}
	case string:
		if look().name.MatchString(name) || opaque(v) {
			s.add(v)
		}
	}
}

// opaque reports whether a text is one that no person wrote: long, without a blank, of
// letters and digits, and neither an address nor a time.
func opaque(text string) bool {
	const long = 16
	if len(text) < long || strings.ContainsAny(text, " \n") || strings.Contains(text, "://") {
		return false
	}
	if _, err := time.Parse(time.RFC3339, text); err == nil {
		return false
	}
	return mixed(text)
}

// patterns are what secrets look like.
type patterns struct {
	// name is what the fields of records are called that hold secrets.
	name *regexp.Regexp
	// shapes are those of tokens and keys.
	shapes []*regexp.Regexp
	// withScheme is a token as a header has it, and long what may be one by itself.
	withScheme, long *regexp.Regexp
}

// look are the patterns. Only a report needs them, so that no other command's start
// makes them.
var look = sync.OnceValue(func() patterns {
	return patterns{
		name: regexp.MustCompile(`(?i)(^|_)(access|refresh|id|token|secret|password|passphrase|verifier|proof|dpop|jwk|private|key|d)$|_token$|_secret$`),
		shapes: []*regexp.Regexp{
			regexp.MustCompile(`eyJ[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]*`),
			regexp.MustCompile(`AGE-SECRET-KEY-`),
			regexp.MustCompile(`-----BEGIN [A-Z0-9 ]*PRIVATE KEY`),
			regexp.MustCompile(`(?i)(client_secret|_token|password|passphrase|code_verifier)["']?\s*[=:]\s*["']?[^\s"'\[]{4,}`),
			regexp.MustCompile(`://[^/\s@\[\]]+:[^/\s@]+@`),
			regexp.MustCompile(`\b(gh[opsur]_|github_pat_|glpat-|xox[abeprs]-|ya29\.|sk-|AKIA)[A-Za-z0-9_-]{8,}`),
		},
		withScheme: regexp.MustCompile(`(?i)\b(?:bearer|dpop|basic)\s+([A-Za-z0-9._~+/=-]{8,})`),
		long:       regexp.MustCompile(`[A-Za-z0-9_+=-]{40,}`),
	}
})

// in reports whether a secret is in a text, or what is surely one by its form. What is
// a name of the person's is none.
func (s secrets) in(text string, n *names) bool {
	for _, secret := range s.known {
		if n.known[strings.ToLower(secret)] != "" {
			continue
		}
		if strings.Contains(text, secret) || strings.Contains(text, url.QueryEscape(secret)) {
			return true
		}
	}
	for _, shape := range look().shapes {
		if shape.MatchString(text) {
			return true
		}
	}
	for _, found := range look().withScheme.FindAllStringSubmatch(text, -1) {
		if mixed(found[1]) {
			return true
		}
	}
	return false
}

// longOpaque reports whether something long is in a text that no person wrote.
func longOpaque(text string) bool {
	return slices.ContainsFunc(look().long.FindAllString(text, -1), mixed)
}

func mixed(text string) bool {
	return strings.ContainsFunc(text, unicode.IsDigit) && strings.ContainsFunc(text, unicode.IsLetter)
}

// about says what a report was compared with.
func (s secrets) about() string {
	if s.closed != "" {
		return "It was searched for what tokens, passwords and keys look like, but not for those in your vault: " + s.closed + "."
	}
	return "It was searched for " + plain.Count(len(s.known), "secret") + " of your vault and settings, and for what tokens, passwords and keys look like."
}
