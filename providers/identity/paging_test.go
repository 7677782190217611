package identity

import (
	"testing"
)

// RFC 8288 §3, and headers that are none.
func TestNextLink(t *testing.T) {
	for name, c := range map[string]struct {
		headers []string
		want    string
	}{
		"one":                   {[]string{`<https://a.example/2>; rel="next"`}, "https://a.example/2"},
		"without quotes":        {[]string{`<https://a.example/2>; rel=next`}, "https://a.example/2"},
		"in capitals":           {[]string{`<https://a.example/2>; REL="Next"`}, "https://a.example/2"},
		"one of several rels":   {[]string{`<https://a.example/2>; rel="last next"`}, "https://a.example/2"},
		"after another":         {[]string{`<https://a.example/1>; rel="prev", <https://a.example/3>; rel="next"`}, "https://a.example/3"},
		"in a second header":    {[]string{`<https://a.example/1>; rel="prev"`, `<https://a.example/3>; rel="next"`}, "https://a.example/3"},
		"comma in a parameter":  {[]string{`<https://a.example/1>; title="a, b"; rel="prev", <https://a.example/3>; rel="next"`}, "https://a.example/3"},
		"quote in a parameter":  {[]string{`<https://a.example/1>; title="a \", b"; rel="next"`}, "https://a.example/1"},
		"comma in the address":  {[]string{`<https://a.example/1?x=a,b>; rel="next"`}, "https://a.example/1?x=a,b"},
		"the first rel counts":  {[]string{`<https://a.example/1>; rel="prev"; rel="next"`}, ""},
		"another parameter":     {[]string{`<https://a.example/1>; rev="next"`}, ""},
		"part of a word":        {[]string{`<https://a.example/1>; rel="nextish"`}, ""},
		"none":                  {nil, ""},
		"no address":            {[]string{`rel="next"`}, ""},
		"address without end":   {[]string{`<https://a.example/1; rel="next"`}, ""},
		"then one that is good": {[]string{`<https://a.example/1; rel="next"`, `<https://a.example/2>; rel="next"`}, "https://a.example/2"},
		"rubbish before":        {[]string{`rubbish`, `<https://a.example/2>; rel="next"`}, "https://a.example/2"},
		"cut off":               {[]string{`<https://a.example/1>; rel="next`}, "https://a.example/1"},
		"all of it at once":     {[]string{`<b>;title="x, <evil>; rel=\"next\"";rel=last, <c>; REL="foo next"`}, "c"},
		"an empty one":          {[]string{`<>; rel="next"`}, ""},
	} {
		if got := nextLink(c.headers); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func FuzzLinkHeader(f *testing.F) {
	f.Add(`<https://a/?page=2>; rel="next", <https://a/?page=9>; rel="last"`)
	f.Add(`<a>;rel=prev;title="x, <b>; rel=\"next\"",<c>; REL="foo next"`)
	f.Fuzz(func(_ *testing.T, h string) { _ = nextLink([]string{h, h}) })
}
