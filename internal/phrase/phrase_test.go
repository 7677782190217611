package phrase

import (
	"maps"
	"strconv"
	"strings"
	"testing"
)

func TestFind(t *testing.T) {
	book := NewBook([]string{
		"missing", "expired {ago}", "{time} left", "{provider} could not be reached", "{host} could not be reached in {time}",
		"for {apps}, not for this app", "for another app: {apps}", "{fault}; the clock is {time} ahead", "{title}.", "({status})", "{who} at {provider}",
		"{quoted} is another issuer", "{key} is {quoted}, {key} again",
	})
	for said, want := range map[string]struct {
		text   string
		blanks map[string]string
	}{
		"missing":                            {"missing", nil},
		"expired a moment ago":               {"expired {ago}", map[string]string{"ago": "a moment ago"}},
		"expired today":                      {},
		"47 minutes left":                    {"{time} left", map[string]string{"time": "47 minutes"}},
		"many left":                          {},
		"Acme could not be reached":          {"{provider} could not be reached", map[string]string{"provider": "Acme"}},
		" could not be reached":              {},
		"a.b could not be reached in 1 hour": {"{host} could not be reached in {time}", map[string]string{"host": "a.b", "time": "1 hour"}},
		"for another app: x; the clock is 2 hours ahead": {"for another app: {apps}", map[string]string{"apps": "x; the clock is 2 hours ahead"}},
		"missing; the clock is 2 hours ahead":            {"{fault}; the clock is {time} ahead", map[string]string{"fault": "missing", "time": "2 hours"}},
		`"\" is another issuer" is another issuer`:       {"{quoted} is another issuer", map[string]string{"quoted": `"\" is another issuer"`}},
		"Ann at Acme": {},
		"Any text.":   {},
		"(404)":       {},
		"":            {},
	} {
		text, list, ok := book.Find(said)
		blanks := map[string]string{}
		for _, b := range list {
			blanks[b.Name] = b.Value
		}
		if text != want.text || !maps.Equal(blanks, want.blanks) || ok != (want.text != "") {
			t.Errorf("%q is read as %q, %q, %v", said, text, blanks, ok)
		}
	}
	if _, _, ok := new(Book).Find("missing"); ok {
		t.Error("an empty book has a text")
	}
}

func TestSay(t *testing.T) {
	for got, want := range map[string]string{
		Say("no blank"):                         "no blank",
		Say("{a} and {b}", "{b}", "x"):          "{b} and x",
		Say("kept {as} it is"):                  "kept {as} it is",
		Count(1, "1 entry", "{count} entries"):  "1 entry",
		Count(12, "1 entry", "{count} entries"): "12 entries",
		Count(0, "1 entry", "{count} entries"):  "0 entries",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// However a text is made, finding it again costs no more than looking for each text once.
func TestFindIsBounded(t *testing.T) {
	book := NewBook([]string{"{fault}; the clock is {time} ahead", "{detail}; the response starts with {start}", "{a} and then {b}"})
	repeated := strings.Repeat("x; the response starts with ", 100)
	if _, blanks, ok := book.Find(repeated + "x"); !ok || blanks[0].Value != "x" {
		t.Errorf("%v, %v", ok, blanks)
	}
	if _, _, ok := book.Find(strings.Repeat("x", longest) + " and then y"); ok {
		t.Error("a text without an end is looked through")
	}
	looked := 0
	for i := range book.forms {
		for _, said := range []string{strings.Repeat("; the clock is ", 200), strings.Repeat(" ahead", 500), repeated, strings.Repeat("and then ", 300)} {
			if book.forms[i].mayRead(said) {
				looked++
			}
		}
	}
	if looked != 2 {
		t.Errorf("%d patterns were run, 2 can fit", looked)
	}
}

func BenchmarkFindNothing(b *testing.B) {
	texts := make([]string, 0, 1000)
	for i := range 1000 {
		texts = append(texts, "{a} is the text {b} of number "+strconv.Itoa(i))
	}
	book, said := NewBook(texts), strings.Repeat("abc is the text ", 225)
	for b.Loop() {
		book.Find(said)
	}
}
