package cli

import (
	"testing"
	"time"

	"github.com/claviger/claviger/auth"
)

func TestForecastInWords(t *testing.T) {
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.Local)
	for name, tc := range map[string]struct {
		f    *auth.Forecast
		want string
	}{
		"unknown":  {nil, ""},
		"sure":     {&auth.Forecast{At: now.Add(48 * time.Hour), Sure: auth.Stated, Detail: "the refresh token ends then"}, "3 March 2026, 09:00: the refresh token ends then"},
		"possible": {&auth.Forecast{At: now.Add(time.Hour), Sure: auth.Possible, Detail: "a rule"}, "perhaps 10:00: a rule"},
	} {
		if got := forecastWords(tc.f, now); got != tc.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}
