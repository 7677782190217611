package plain

import (
	"testing"
	"time"
)

func TestDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		time.Second:                    "a moment",
		90 * time.Second:               "90 seconds",
		6*time.Minute + 29*time.Second: "6 minutes",
		47 * time.Hour:                 "47 hours",
		71 * time.Hour:                 "2 days",
	} {
		if got := Duration(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}

func TestShort(t *testing.T) {
	if got := Short("\n a\tb \u202e"); got != "a b" {
		t.Errorf("%q", got)
	}
	if got := Phrase(" 0123456789 ", 4); got != "012…" {
		t.Errorf("cut: %q", got)
	}
}
