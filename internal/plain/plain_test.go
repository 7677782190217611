package plain

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestLine(t *testing.T) {
	for name, tc := range map[string]struct {
		in    string
		limit int
		want  string
	}{
		"plain":              {"Mira Okonkwo", 0, "Mira Okonkwo"},
		"piled marks":        {"Z" + strings.Repeat("\u0301", 40) + "b" + strings.Repeat("\u0489", 9), 0, "Z" + strings.Repeat("\u0301", 8) + "b" + strings.Repeat("\u0489", 8)},
		"marks of languages": {"Việt ệ̣̂ בְּרֵאשִׁ֖ית བསྒྲུབས", 0, "Việt ệ̣̂ בְּרֵאשִׁ֖ית བསྒྲུབས"},
		"other scripts":      {"Åsa Ñandú 李小龍 Ελένη", 0, "Åsa Ñandú 李小龍 Ελένη"},
		"line breaks":        {"a\nb\r\vc\u0085d\u2028e\u2029f\tg", 0, "a b  c d e f g"},
		"escape sequence":    {"a\x1b]52;c;aGk=\x07b", 0, "a]52;c;aGk=b"},
		"C1":                 {"a\u009b31mb\u009d", 0, "a31mb"},
		"DEL and NUL":        {"a\x7f\x00b", 0, "ab"},
		"overrides":          {"a\u202a\u202b\u202c\u202d\u202eb", 0, "ab"},
		"isolates":           {"a\u2066\u2067\u2068\u2069b", 0, "ab"},
		"direction marks":    {"a\u200e\u200f\u061cb", 0, "ab"},
		"zero width":         {"a\u200b\u2060\ufeff\u00ad\u180eb", 0, "ab"},
		"tags":               {"a\U000e0001\U000e0041\U000e007fb", 0, "ab"},
		"fillers":            {"a\u115f\u3164\uffa0\u034fb", 0, "ab"},
		"not UTF-8":          {"a\xff\xfeb", 0, "ab"},
		"joiner in Latin":    {"admi\u200dn\u200c", 0, "admin"},
		"joiner in Persian":  {"علی\u200cرضا", 0, "علی\u200cرضا"},
		"joiner of emoji":    {"👩\u200d💻", 0, "👩\u200d💻"},
		"joiner at the end":  {"李\u200d", 0, "李"},
		"many joiners":       {"👩\u200d\u200d\u200c💻", 0, "👩\u200d💻"},
		"selectors":          {"Mira\ufe0f O\ufe00k\ufe0en\U000e0100\U000e01ef", 0, "Mira Okn"},
		"Mongolian selector": {"a\u180b\u180c\u180d\u180fb", 0, "ab"},
		"selector on letter": {"Ми\ufe0fра Łoś\ufe0f 李\ufe0e", 0, "Мира Łoś 李"},
		"emoji or text":      {"❤\ufe0f ❤\ufe0e", 0, "❤\ufe0f ❤\ufe0e"},
		"keycaps":            {"1\ufe0f\u20e3 #\ufe0f\u20e3 *\ufe0f\u20e3", 0, "1\ufe0f\u20e3 #\ufe0f\u20e3 *\ufe0f\u20e3"},
		"no keycaps":         {"1\ufe0f2\ufe0f a\ufe0f\u20e3 1\ufe0e\u20e3", 0, "12 a\u20e3 1\u20e3"},
		"flag of two emoji":  {"🏳\ufe0f\u200d🌈", 0, "🏳\ufe0f\u200d🌈"},
		"many selectors":     {"❤\ufe0f\ufe0e\ufe0f\u200d\ufe0f", 0, "❤\ufe0f"},
		"blank Braille":      {"a\u2800b ⠃", 0, "a b ⠃"},
		"long":               {"abcdef", 3, "abc…"},
		"just fits":          {"äöü", 3, "äöü"},
		"unseen not counted": {"\u202eabc\x00", 3, "abc"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Line(tc.in, tc.limit); got != tc.want {
				t.Errorf("Line(%q, %d) = %q, want %q", tc.in, tc.limit, got, tc.want)
			}
		})
	}
}

func TestTextKeepsItsLines(t *testing.T) {
	if got, want := Text("  a\x1b[2J\r\n\n\u202eb\n"), "  a[2J\n\nb\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestEnds(t *testing.T) {
	for text, want := range map[string]string{"/usr/bin": "/usr/bin", "/usr/bin/git": "/u…n/git", "/ü/e\nf/g/h/öäü": "/ü…h/öäü"} {
		if got := Ends(text, 8); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func FuzzLine(f *testing.F) {
	f.Add("a\x1b[2J\u202eb\nc", 4)
	f.Fuzz(func(t *testing.T, s string, limit int) {
		got := Line(s, limit)
		for _, r := range got {
			if Unseen(r) && !joins(r) && !selects(r) || r == '\n' {
				t.Fatalf("%q has %U", got, r)
			}
		}
		if limit > 0 && utf8.RuneCountInString(got) > limit+1 {
			t.Fatalf("%q is longer than %d", got, limit)
		}
		if limit <= 0 && (Line(got, 0) != got || strings.Contains(Text(s), "\x1b")) {
			t.Fatalf("%q is cleaned twice", got)
		}
	})
}

func TestShort(t *testing.T) {
	if got := Short("\n a\tb \u202e"); got != "a b" {
		t.Errorf("%q", got)
	}
	if got := Phrase(" 0123456789 ", 4); got != "012…" {
		t.Errorf("cut: %q", got)
	}
}
