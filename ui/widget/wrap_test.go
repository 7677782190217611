package widget

import (
	"slices"
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
