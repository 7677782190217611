package trace

import (
	"testing"

	"github.com/claviger/claviger/providers"
)

func TestScrubber(t *testing.T) {
	s := NewScrubber("secret+token", "ab")
	for in, want := range map[string]string{
		"x secret+token y":       "x " + providers.Redacted + " y",
		"x secret%2Btoken y":     "x " + providers.Redacted + " y",
		"cab":                    "cab", // too short to be taken out
		"a\nb\x00c\u202ed\u200b": "a bcd",
	} {
		if got := s.Text(in, 100); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	if got := s.Text("0123456789", 4); got != "0123…" {
		t.Errorf("cut: %q", got)
	}
}
