package tryit

import (
	"bytes"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/claviger/claviger/providers"
)

// Hidden takes an account's tokens out of what a server sent: as they are, and as JSON
// (RFC 8259 §7), an address (RFC 3986 §2.1), a page of HTML or UTF-16 may write them. The
// zero value knows none. It is safe for concurrent use.
type Hidden struct {
	mu   sync.Mutex
	list []string
}

// leastHidden keeps a token of a few letters, such as a test's, from taking words apart.
const leastHidden = 8

// Add makes tokens known.
func (h *Hidden) Add(tokens ...string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, t := range tokens {
		if len(t) >= leastHidden && !slices.Contains(h.list, t) {
			h.list = append(h.list, t)
		}
	}
}

// known are the tokens that are known; nil knows none.
func (h *Hidden) known() []string {
	if h == nil {
		return nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.list)
}

// Text is a text without the tokens.
func (h *Hidden) Text(text string) string { return string(h.Bytes([]byte(text))) }

// Bytes are bytes without the tokens.
func (h *Hidden) Bytes(text []byte) []byte {
	var out bytes.Buffer
	w := h.Writer(&out)
	_, _ = w.Write(text) // into memory
	_ = w.Close()
	return out.Bytes()
}

// Writer passes on what is written without the tokens, wherever the parts that are
// written begin and end. Close writes the rest; it does not close w.
func (h *Hidden) Writer(w io.Writer) io.WriteCloser {
	x := &hiding{to: w, tokens: h.known()}
	for _, t := range x.tokens {
		x.longest = max(x.longest, longestForm*len(t))
		x.begins[t[0]] = true
		for _, before := range []string{"", "\x00"} { // UTF-16, whichever byte comes first
			x.wide = append(x.wide, [2][]byte{wide(t, before), wide(providers.Redacted, before)})
		}
	}
	if len(x.tokens) > 0 {
		x.begins['%'], x.begins['\\'], x.begins['&'], x.begins[0] = true, true, true, true
	}
	return x
}

// longestForm is how many bytes one letter of a token can take.
const longestForm = maxSlashes + len(`u0000`)

type hiding struct {
	to      io.Writer
	tokens  []string
	wide    [][2][]byte // tokens in UTF-16, and what to show instead
	begins  [256]bool   // the bytes with which any form begins
	longest int
	rest    []byte // what may be the begin of a token
}

func (x *hiding) Write(p []byte) (int, error) {
	x.rest = append(x.rest, p...)
	if err := x.pass(len(x.rest) - x.longest); err != nil {
		return 0, err
	}
	return len(p), nil
}

func (x *hiding) Close() error { return x.pass(len(x.rest)) }

// pass writes what begins before end.
func (x *hiding) pass(end int) error {
	from, at := 0, 0
	for at < end {
		if !x.begins[x.rest[at]] {
			at++
			continue
		}
		size, instead := x.tokenAt(x.rest[at:])
		if size == 0 {
			at++
			continue
		}
		if _, err := x.to.Write(x.rest[from:at]); err != nil {
			return err
		}
		if _, err := x.to.Write(instead); err != nil {
			return err
		}
		at += size
		from = at
	}
	if _, err := x.to.Write(x.rest[from:at]); err != nil {
		return err
	}
	x.rest = append(x.rest[:0], x.rest[at:]...)
	return nil
}

// tokenAt is the length of the token at the begin of a text, and what to show instead; 0
// if there is none.
func (x *hiding) tokenAt(text []byte) (size int, instead []byte) {
	for _, t := range x.tokens {
		if size := written(text, t); size > 0 {
			return size, []byte(providers.Redacted)
		}
	}
	for _, form := range x.wide {
		if bytes.HasPrefix(text, form[0]) {
			return len(form[0]), form[1]
		}
	}
	return 0, nil
}

// wide is a text of ASCII in UTF-16.
func wide(s, before string) []byte {
	out := make([]byte, 0, 2*len(s))
	for i := range len(s) {
		if out = append(append(out, before...), s[i]); before == "" {
			out = append(out, 0)
		}
	}
	return out
}

// written is how much of a text is a token at its begin, however it is escaped; 0 if it
// is none.
func written(text []byte, token string) int {
	at := 0
	for i := range len(token) {
		n := letter(text[at:], token[i])
		if n == 0 {
			return 0
		}
		at += n
	}
	return at
}

// maxSlashes bounds the backslashes before an escape: JSON in JSON doubles them.
const maxSlashes = 8

// letter is how much of a text is a letter at its begin, 0 if that is another one.
func letter(text []byte, c byte) int {
	if len(text) == 0 {
		return 0
	}
	switch {
	case text[0] == c:
		return 1
	case text[0] == '%':
		return number(text, 1, 3, 16, c)
	case text[0] == '\\':
		return slashed(text, c)
	case bytes.HasPrefix(text, []byte("&#")):
		return reference(text, c)
	}
	return 0
}

// slashed is how much of a text is a letter after the backslashes at its begin.
func slashed(text []byte, c byte) int {
	n := 1
	for n < len(text) && n < maxSlashes && text[n] == '\\' {
		n++
	}
	switch {
	case n == len(text):
		return 0
	case text[n] == 'u':
		return number(text, n+1, n+5, 16, c)
	case text[n] == c:
		return n + 1
	}
	return 0
}

// reference is how much of a text is a letter by its number in HTML, after the "&#" at
// its begin.
func reference(text []byte, c byte) int {
	end := bytes.IndexByte(text[:min(len(text), longestForm)], ';')
	start, base := 2, 10
	if end > 2 && strings.IndexByte("xX", text[2]) >= 0 {
		start, base = 3, 16
	}
	if end > start && number(text, start, end, base, c) > 0 {
		return end + 1
	}
	return 0
}

// number is end if the digits from start to there are the code of a letter.
func number(text []byte, start, end, base int, c byte) int {
	if end > len(text) {
		return 0
	}
	n, err := strconv.ParseUint(string(text[start:end]), base, 32)
	if err != nil || n != uint64(c) {
		return 0
	}
	return end
}
