package phrase

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Say fills the blanks of a text, in their order. Without values, the text is what it is:
// that it goes through here says that the window translates it.
func Say(text string, values ...string) string {
	var b strings.Builder
	for _, v := range values {
		before, rest, _ := strings.Cut(text, "{")
		_, text, _ = strings.Cut(rest, "}")
		b.WriteString(before + v)
	}
	return b.String() + text
}

// Count is [Say] of one, or of many with the number in its first blank.
func Count(n int, one, many string, values ...string) string {
	if n == 1 {
		return Say(one, values...)
	}
	return Say(many, append([]string{strconv.Itoa(n)}, values...)...)
}

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
	reads  *regexp.Regexp
}

var patterns = sync.OnceValue(func() (p struct{ blank, word *regexp.Regexp }) {
	p.blank, p.word = regexp.MustCompile(`\{([a-z_]+)\}`), regexp.MustCompile(`\pL{3}`)
	return p
})

// kinds are what the blanks of some names hold. Any other holds any text. Which of them
// are translated too is in ui/words/said.go.
var kinds = sync.OnceValue(func() map[string]string {
	const length, text = `a moment|[0-9]+ (?:second|minute|hour|day|month|year)s?`, `"(?:[^"\\]|\\.)*"`
	return map[string]string{
		"time": length, "ago": `(?:` + length + `) ago`, "count": `[0-9]+`, "n": `[0-9]+`, "status": `[0-9]+`, "at": `[0-9]+`,
		"alg": `[A-Za-z0-9]+`, "quoted": text, "before": text,
	}
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
			f.free = f.free || m[0] == 0 && kinds()[name] == ""
			pattern += regexp.QuoteMeta(before) + `(` + cmp.Or(kinds()[name], `.+?`) + `)`
			f.blanks, own, end = append(f.blanks, name), own+before+" ", m[1]
		}
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

// Find finds the text that said was made of, and what its blanks hold, by their names. It
// may have been said long ago. ok is false if it was made of none.
func (b *Book) Find(said string) (text string, blanks map[string]string, ok bool) {
	if b.whole[said] {
		return said, nil, true
	}
	for _, f := range b.forms {
		if found := f.reads.FindStringSubmatch(said); found != nil {
			blanks = map[string]string{}
			for i, name := range f.blanks {
				blanks[name] = found[i+1]
			}
			return f.text, blanks, true
		}
	}
	return "", nil, false
}
