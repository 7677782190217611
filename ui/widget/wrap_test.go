package widget

import (
	"slices"
	"strings"
	"testing"
)

// A line ends where the language lets it: between Japanese characters, but not before a
// full stop or a closing bracket; between other words at the spaces only.
func TestPieces(t *testing.T) {
	for word, want := range map[string][]string{
		"":                           {""},
		"redirect-uri/https://a.b/c": {"redirect-uri/https://a.b/c"},
		"です。":                        {"で", "す。"},
		"「名前」の":                      {"「名", "前」", "の"},
		"トークンを":                      {"トー", "ク", "ン", "を"},
		"Microsoft":                  {"Microsoft"},
		"123のページ":                    {"123", "の", "ペー", "ジ"},
		"claviger-agent（エージェント）":     {"claviger-", "agent", "（エー", "ジェ", "ン", "ト）"},
	} {
		if got := pieces(word); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", word, got, want)
		}
	}
}

// A short word before a long Japanese sentence stays in its line.
func TestJapaneseFillsTheLine(t *testing.T) {
	m := measure{size: 14}
	const text = "ssh 経由で別のコンピューターから求めるプログラムについては、常に確認されます。"
	lines := m.wrap(text, m.width(text)/2, 0)
	if len(lines) < 2 || len(lines) > 4 || lines[0] == "ssh" {
		t.Errorf("%q", lines)
	}
}

// What is seen as one letter is not cut: a letter with its marks, an emoji of several.
func TestLettersStayWhole(t *testing.T) {
	m := measure{size: 14}
	for _, letter := range []string{"e\u0301\u0327", "👩\u200d👩\u200d👧\u200d👦", "👩🏽\u200d🚀", "🏳\ufe0f\u200d🌈", "क्षि"} {
		text := strings.Repeat(letter, 30)
		for width := m.width(letter); width < 4*m.width(letter); width += m.width(letter) / 3 {
			lines := append(m.wrap(text, width, 0), strings.TrimSuffix(m.ellipsis(text, width), ellipsisMark))
			for _, line := range lines {
				if rest := strings.ReplaceAll(line, letter, ""); rest != "" {
					t.Fatalf("%q is cut in %q", letter, line)
				}
			}
		}
	}
}

// A word that is too long for a line is cut after a hyphen or a slash, if one is near.
func TestALongWordIsCutAtItsHyphen(t *testing.T) {
	m := measure{size: 14}
	for word, want := range map[string]string{
		"Maximiliane-Josephine": "Maximiliane-", "http://localhost/callback": "http://localhost/", "Oberhuberinnenverein": "Oberhuberinnenver",
	} {
		lines := m.wrap(word, m.width(want+"iiii"), 0)
		if strings.HasSuffix(want, "r") {
			lines = m.wrap(word, m.width(want)+0.1, 0)
		}
		if lines[0] != want || strings.Join(lines, "") != word {
			t.Errorf("%q, not %q first", lines, want)
		}
	}
}
