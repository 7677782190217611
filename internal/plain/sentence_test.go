package plain

import "testing"

func TestUpper(t *testing.T) {
	for s, want := range map[string]string{"": "", "it is": "It is", "Already": "Already", "9 of it": "9 of it", "über alles": "Über alles"} {
		if got := Upper(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}

func TestSentences(t *testing.T) {
	for want, texts := range map[string][]string{
		"":                     {"", " "},
		"It ended. Why? Wait…": {"it ended", " why?", "wait…"},
		"終わりました。なぜ？はい。":                         {"終わりました", "なぜ？", "はい。"},
		"署名（JWT）。アドレスは x.":                      {"署名（JWT）", "アドレスは x"},
		"client_id is wrong. a.toml: no. Done.": {"client_id is wrong", "a.toml: no", "", "done."},
	} {
		if got := Sentences(texts...); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
