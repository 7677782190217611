package plain

import "testing"

func TestFold(t *testing.T) {
	for _, s := range []string{"caf\u00e9", "cafe\u0301", "CAF\u00c9", "CAFE\u0301"} {
		if got := Fold(s); got != "caf\u00e9" {
			t.Errorf("%+q becomes %+q", s, got)
		}
	}
}

func TestLook(t *testing.T) {
	const want = "Zoë 李明 ❤"
	for _, s := range []string{want, " Zoe\u0308 \u2800李\u200d明\u00a0❤\ufe0f", "Zoë\U000e0100\n李明\u202e ❤\ufe0e\t"} {
		if got := Look(s); got != want {
			t.Errorf("Look(%q) = %q, want %q", s, got, want)
		}
	}
	if Look("mira") == Look("Mira") || Look("a b") == Look("ab") {
		t.Error("texts that look different are the same")
	}
}
