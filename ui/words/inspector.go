package words

import (
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth/inspect"
	"github.com/claviger/claviger/internal/plain"
	"github.com/claviger/claviger/ui/tongue"
)

// maxValue is how much of a claim's value is shown, in bytes; copying takes all of it.
const maxValue = 1000

// ClaimsShown are the claims whose name or value has the filter in it, at most so many
// of them, and how many there are in all. What is not shown costs nothing.
func ClaimsShown(claims map[string]any, own map[string]string, filter string, most int, now time.Time) (shown []Claim, of int) {
	filter = plain.Fold(strings.TrimSpace(filter))
	for _, k := range claimKeys(claims) {
		if filter != "" && !strings.Contains(plain.Fold(k), filter) && !strings.Contains(plain.Fold(inspect.ValueText(claims[k], maxValue)), filter) {
			continue
		}
		if of++; of > most {
			continue
		}
		c := claim(k, shortened(claims[k]), "", own, now)
		shown = append(shown, c)
	}
	return shown, of
}

// shortened is a value that can be drawn: a large or deep one as the beginning of its
// JSON.
func shortened(v any) any {
	switch v := v.(type) {
	case string:
		return inspect.ValueText(v, maxValue)
	case []any, map[string]any:
		if text := inspect.ValueText(v, 0); len(text) > maxValue {
			return inspect.ValueText(v, maxValue)
		}
	}
	return v
}

// KindWords is what a token is: a short name, and a sentence.
func KindWords(k inspect.Kind) (name, text string) {
	name, text = k.Words()
	return tongue.Text(name), tongue.Text(text)
}

// TokenFaults says what of a token cannot be read, and what is odd about the rest; "" if
// there is nothing.
func TokenFaults(t *inspect.Token) (faults, notes string) {
	if t == nil {
		return "", ""
	}
	lines := make([]string, len(t.Faults))
	for i, f := range t.Faults {
		lines[i] = plain.Sentences(about(Said(f.Part), Said(f.Text)))
	}
	noted := make([]string, len(t.Notes))
	for i, n := range t.Notes {
		noted[i] = plain.Sentences(Said(n))
	}
	return strings.Join(lines, "\n"), strings.Join(noted, "\n")
}

// Disclosed puts the claims that an SD-JWT discloses in words.
func Disclosed(list []inspect.Disclosure, now time.Time) []Claim {
	out := make([]Claim, 0, min(len(list), 200))
	for _, d := range list[:cap(out)] {
		c := claim(d.Name, shortened(d.Value), "", nil, now)
		if !d.Known {
			c.Meaning, c.Standard = lang.L("the signed part does not have it: nobody vouches for it"), ""
		}
		out = append(out, c)
	}
	return out
}

// Compared puts the differences of two tokens in words, at most so many of them.
func Compared(c *inspect.Comparison, most int, now time.Time) []Claim {
	var out []Claim
	add := func(name, value, meaning string) {
		if len(out) < most {
			out = append(out, Claim{Name: plain.Short(name), Value: value, Meaning: meaning, Mono: true})
		}
	}
	if c.Before != c.After && c.Before > 0 && c.After > 0 {
		seconds := func(n int64) string { return Whole(time.Duration(n) * time.Second) }
		add(lang.L("lifetime"), seconds(c.Before)+" → "+seconds(c.After), lang.L("from issue to end"))
	}
	for _, s := range c.ScopesGained {
		add("scope", plain.Short(s), lang.L("scope gained"))
	}
	for _, s := range c.ScopesLost {
		add("scope", plain.Short(s), lang.L("scope lost"))
	}
	value := func(name string, v any) string { return claim(name, shortened(v), "", nil, now).Value }
	for _, d := range c.Gained {
		add(d.Claim, value(d.Claim, d.After), lang.L("gained"))
	}
	for _, d := range c.Lost {
		add(d.Claim, value(d.Claim, d.Before), lang.L("lost"))
	}
	for _, d := range c.Changed {
		add(d.Claim, value(d.Claim, d.Before)+" → "+value(d.Claim, d.After), lang.L("changed"))
	}
	return out
}

// ComparedSummary counts the differences.
func ComparedSummary(c *inspect.Comparison) string {
	return lang.L("Gained {{.Gained}}, lost {{.Lost}}, changed {{.Changed}}, the same {{.Same}}", map[string]any{
		"Gained": len(c.Gained), "Lost": len(c.Lost), "Changed": len(c.Changed), "Same": c.Same,
	})
}

// Introspected puts what a provider says of a token in words.
func Introspected(about map[string]any, own map[string]string, now time.Time) []Claim {
	out, _ := ClaimsShown(about, own, "", 200, now)
	i := slices.IndexFunc(out, func(c Claim) bool { return c.Name == "active" })
	if i > 0 { // it is the question
		active := out[i]
		out = append([]Claim{active}, append(slices.Clone(out[:i]), out[i+1:]...)...)
	}
	return out
}
