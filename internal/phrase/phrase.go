package phrase

import (
	"cmp"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Text is an English text for people, perhaps with blanks. ui/tongue/rooms_test.go reads the
// code of all rooms for constants of this type: each must have its translations, in which the
// window says it again.
type Text = string

// Say fills the blanks of a text, in their order.
func Say(text Text, values ...string) string {
	var b strings.Builder
	for _, v := range values {
		before, rest, _ := strings.Cut(text, "{")
		_, text, _ = strings.Cut(rest, "}")
		b.WriteString(before + v)
	}
	return b.String() + text
}

// In is [Say] in another language: of what translate, if there is one, makes of the text. Its
// blanks may stand there in another order.
func In(translate func(english string) string, text Text, values ...string) string {
	if translate == nil {
		translate = func(english string) string { return english }
	}
	named := map[string]string{}
	for i, blank := range patterns().blank.FindAllStringSubmatch(text, len(values)) {
		named[blank[1]] = values[i]
	}
	return Fill(translate(text), named, translate(Nameless))
}

// Count is [Say] of one, or of many with the number in its first blank.
func Count(n int, one, many Text, values ...string) string {
	if n == 1 {
		return Say(one, values...)
	}
	return Say(many, append([]string{strconv.Itoa(n)}, values...)...)
}

// Error is an error with a text that [Say] fills.
func Error(text Text, values ...string) error { return errors.New(Say(text, values...)) }

// Book finds texts again. Its zero value has none.
type Book struct {
	whole map[string]bool
	forms []form
}

// form is a text with blanks.
type form struct {
	text   string
	free   bool // it begins with a blank that holds any text
	own    int  // the length of what is no blank
	blanks []string
	parts  []string // what is before, between and after its blanks
	reads  *regexp.Regexp
}

// mayRead reports whether a text has what is around the blanks, in that order: nearly none
// has, and to find that out is quick.
func (f *form) mayRead(said string) bool {
	last := len(f.parts) - 1
	if !strings.HasPrefix(said, f.parts[0]) || !strings.HasSuffix(said, f.parts[last]) {
		return false
	}
	for _, part := range f.parts {
		_, after, found := strings.Cut(said, part)
		if !found {
			return false
		}
		said = after
	}
	return true
}

var patterns = sync.OnceValue(func() (p struct{ blank, word *regexp.Regexp }) {
	p.blank, p.word = regexp.MustCompile(`\{([a-z_]+)(?:\|([^{}]*))?\}`), regexp.MustCompile(`\pL{3}`)
	return p
})

// Kind is what a blank holds.
type Kind int

// The kinds: what is Foreign stays as it is, what is Said may be made of a [Text] itself, a
// Length is a plain.Duration, and an Ago is one before now.
const (
	Foreign Kind = iota
	Said
	Length
	Ago
)

// Blank is a blank that was filled.
type Blank struct {
	Name, Value string
	Kind        Kind
}

// holding is what blanks of a name hold.
type holding struct {
	kind Kind
	// reads is a pattern for it; "" is any text.
	reads string
}

// holdings are what the blanks of some names hold. Any other holds any foreign text.
var holdings = sync.OnceValue(func() map[string]holding {
	const length, text, number = `a moment|[0-9]+ (?:second|minute|hour|day|month|year)s?`, `"(?:[^"\\]|\\.)*"`, `[0-9]+`
	all := map[string]holding{
		"time": {Length, length}, "ago": {Ago, `(?:` + length + `) ago`},
		"alg": {Foreign, `[A-Za-z0-9]+`}, "quoted": {Foreign, text}, "before": {Foreign, text},
		"place":  {Foreign, `[a-z_]+(?:\.[a-z_]+)*\[[0-9]+\]\.[a-z_]+`},
		"jqtype": {Foreign, `null|boolean|number|string|array|object`},
	}
	for _, name := range []string{"count", "n", "status", "at"} {
		all[name] = holding{Foreign, number}
	}
	for _, name := range []string{"fault", "detail", "what", "part", "wanted", "found", "why", "cause", "reason", "provider"} {
		all[name] = holding{kind: Said}
	}
	return all
})

// NewBook makes a book of texts. One with no more than an "at" beside its blanks could be
// any text, and is not found again.
func NewBook(texts []string) *Book {
	b := &Book{whole: map[string]bool{}}
	for _, text := range texts {
		at := patterns().blank.FindAllStringSubmatchIndex(text, -1)
		if at == nil {
			b.whole[text] = true
			continue
		}
		f, pattern, own, end := form{text: text}, `(?s)^`, "", 0
		for _, m := range at {
			before, name := text[end:m[0]], text[m[2]:m[3]]
			f.free = f.free || m[0] == 0 && holdings()[name].reads == ""
			pattern += regexp.QuoteMeta(before) + `(` + cmp.Or(holdings()[name].reads, `.+?`) + `)`
			f.blanks, f.parts, own, end = append(f.blanks, name), append(f.parts, before), own+before+" ", m[1]
		}
		f.parts = append(f.parts, text[end:])
		own += text[end:]
		if !patterns().word.MatchString(own) {
			continue
		}
		f.own, f.reads = len(own), regexp.MustCompile(pattern+regexp.QuoteMeta(text[end:])+`$`)
		b.forms = append(b.forms, f)
	}
	// The text that leaves the least to its blanks is the one. What another text says at the
	// end of a free blank is of that blank.
	slices.SortStableFunc(b.forms, func(x, y form) int {
		if x.free != y.free {
			return map[bool]int{true: 1, false: -1}[x.free]
		}
		return cmp.Compare(y.own, x.own)
	})
	return b
}

// longest is how long a text may be that is found again, in bytes: those of the program are
// much shorter, and what others write into them is bounded.
const longest = 4 << 10

// Find finds the text that said was made of, and what its blanks hold. It may have been said
// long ago. ok is false if it was made of none.
func (b *Book) Find(said string) (text Text, blanks []Blank, ok bool) {
	if b.whole[said] {
		return said, nil, true
	}
	if len(said) > longest {
		return "", nil, false
	}
	for i := range b.forms {
		f := &b.forms[i]
		if !f.mayRead(said) {
			continue
		}
		if found := f.reads.FindStringSubmatch(said); found != nil {
			for i, name := range f.blanks {
				blanks = append(blanks, Blank{name, found[i+1], holdings()[name].kind})
			}
			return f.text, blanks, true
		}
	}
	return "", nil, false
}
