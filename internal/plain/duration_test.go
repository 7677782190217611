package plain

import (
	"testing"
	"time"
)

// What is measured is rounded, what is left or has passed is not more than that, and
// who waits as long as the words say has waited long enough.
func TestLengthsOfTime(t *testing.T) {
	const day = 24 * time.Hour
	for d, want := range map[time.Duration]struct{ about, whole, wait string }{
		0:                              {"a moment", "0 seconds", "0 seconds"},
		time.Second:                    {"a moment", "1 second", "1 second"},
		time.Minute:                    {"1 minute", "1 minute", "1 minute"},
		65 * time.Second:               {"65 seconds", "65 seconds", "65 seconds"},
		90 * time.Second:               {"90 seconds", "90 seconds", "90 seconds"},
		2 * time.Minute:                {"2 minutes", "2 minutes", "2 minutes"},
		121 * time.Second:              {"2 minutes", "2 minutes", "3 minutes"},
		6*time.Minute + 40*time.Second: {"7 minutes", "6 minutes", "7 minutes"},
		time.Hour - time.Second:        {"1 hour", "59 minutes", "1 hour"},
		time.Hour:                      {"1 hour", "1 hour", "1 hour"},
		61 * time.Minute:               {"61 minutes", "61 minutes", "61 minutes"},
		day:                            {"1 day", "1 day", "1 day"},
		47 * time.Hour:                 {"47 hours", "47 hours", "47 hours"},
		71 * time.Hour:                 {"3 days", "2 days", "3 days"},
		30 * day:                       {"30 days", "30 days", "30 days"},
		400 * day:                      {"13 months", "13 months", "14 months"},
		800 * day:                      {"2 years", "2 years", "3 years"},
		-time.Minute:                   {"a moment", "0 seconds", "0 seconds"},
	} {
		if got := Duration(d); got != want.about {
			t.Errorf("Duration(%v): %q, want %q", d, got, want.about)
		}
		if got := Whole(d); got != want.whole {
			t.Errorf("Whole(%v): %q, want %q", d, got, want.whole)
		}
		if got := Wait(d); got != want.wait {
			t.Errorf("Wait(%v): %q, want %q", d, got, want.wait)
		}
	}
}

func TestRelative(t *testing.T) {
	now := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	for d, want := range map[time.Duration]string{
		47*time.Minute + 30*time.Second: "in 47 minutes",
		100 * time.Second:               "in 1 minute",
		40 * time.Second:                "in 40 seconds",
		5 * time.Second:                 "in a moment",
		0:                               "just now",
		-5 * time.Second:                "just now",
		-time.Minute:                    "1 minute ago",
		-119 * time.Second:              "1 minute ago",
		-3 * time.Hour:                  "3 hours ago",
		13 * time.Hour:                  "in 13 hours",
		-10 * 24 * time.Hour:            "10 days ago",
		400 * 24 * time.Hour:            "in 13 months",
	} {
		if got := Relative(now, now.Add(d)); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
	if got := Relative(now, time.Time{}); got != "not known" {
		t.Errorf("a time that is not known: %q", got)
	}
}

func TestShortLengthsOfTime(t *testing.T) {
	for d, want := range map[time.Duration]struct{ brief, took string }{
		0:                            {"0 s", "<1 ms"},
		11 * time.Millisecond:        {"0 s", "11 ms"},
		1400 * time.Millisecond:      {"1 s", "1.4 s"},
		999_600 * time.Microsecond:   {"0 s", "1.0 s"},
		9960 * time.Millisecond:      {"9 s", "10 s"},
		18 * time.Second:             {"18 s", "18 s"},
		47 * time.Minute:             {"47 min", "47 min"},
		7*time.Hour + 12*time.Minute: {"7 h 12 min", "7 h 12 min"},
		50 * time.Hour:               {"2 d 2 h", "2 d 2 h"},
		-time.Second:                 {"0 s", ""},
	} {
		if got := Brief(d); got != want.brief {
			t.Errorf("Brief(%v): %q, want %q", d, got, want.brief)
		}
		if got := Took(d); got != want.took {
			t.Errorf("Took(%v): %q, want %q", d, got, want.took)
		}
	}
}
