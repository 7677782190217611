package strength

import (
	"crypto/rand"
	"strings"
	"testing"
)

func TestOf(t *testing.T) {
	for passphrase, want := range map[string]Level{
		"": Weak, "12345678": Weak, "aaaaaaaaaaaaaaaaaaaaaaaa": Weak, "abcdefghijkl": Weak, "qwertzuiop": Weak, "poiuztrewq": Weak,
		"password": Weak, "P@ssw0rd": Weak, "Passwort2024": Weak, "password1234": Weak, "Summer2026!": Weak, "iloveyou1": Weak,
		"umbrella": Weak, "correct horse": Weak, "umbrella lantern": Weak,
		"umbrella lantern gravel": Fair, "Sommer Berlin 1987 Hund": Fair, "kqzvbnwp": Fair, "kqzvbnwpxt": Fair,
		"umbrella lantern gravel mitten": Good, "correct horse battery staple violin": Good, "kqzvbnwpxtgr": Good,
		"umbrella lantern gravel mitten orchid": Strong, "x7!Qm2#vL9@p": Strong, "zkqvbnwpxtrgmdlf": Strong, "雪の降る町を思い出だけが": Strong,
	} {
		if got := Of(passphrase); got != want {
			t.Errorf("%q is %d (%.1f bits), want %d", passphrase, got, bits(passphrase), want)
		}
	}
}

// What is longer is never weaker, and the time is bounded.
func TestMoreIsNeverWeaker(t *testing.T) {
	for _, text := range []string{"umbrella lantern gravel mitten orchid", "Passwort2024!xyz", "aaaaabbbbb", strings.Repeat("x7!Qm2#vL9@p ", 1000)} {
		last := 0.0
		runes := []rune(text)
		for n := range min(len(runes), 200) {
			b := bits(string(runes[:n+1]))
			if b < last-14 { // a word can end where letters stood alone
				t.Errorf("%q has %.1f bits, without its end %.1f", string(runes[:n+1]), b, last)
			}
			last = b
		}
	}
	strong := 0
	for range 1000 { // by chance, one looks like words
		if Of(rand.Text()) == Strong {
			strong++
		}
	}
	if strong < 900 {
		t.Errorf("of 1000 times 26 random letters, %d are strong", strong)
	}
}
