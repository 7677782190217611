package oauth

import (
	"testing"
	"time"

	"github.com/claviger/claviger/providers"
)

// TestEndOfTheRefreshToken: an answer without a refresh token keeps the old one and its
// end, and two ends that a while lies between say whether refreshes move them.
func TestEndOfTheRefreshToken(t *testing.T) {
	start := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	at := func(d time.Duration) time.Time { return start.Add(d) }
	old := Tokens{Refresh: providers.NewSecret("old"), Issued: start, RefreshExpires: at(10 * time.Hour)}
	for name, tc := range map[string]struct {
		old     Tokens
		refresh string
		passed  time.Duration
		end     time.Duration // zero is not said
		want    time.Duration // zero is not known
		fixed   bool
	}{
		"moves with each refresh":          {old, "new", time.Hour, 11 * time.Hour, 11 * time.Hour, false},
		"stays":                            {old, "new", time.Hour, 10*time.Hour - time.Second, 10*time.Hour - time.Second, true},
		"comes nearer":                     {old, "new", time.Hour, 9 * time.Hour, 9 * time.Hour, true},
		"nothing new":                      {old, "", time.Hour, 0, 10 * time.Hour, true},
		"the old one, said again":          {old, "", time.Hour, 10 * time.Hour, 10 * time.Hour, true},
		"a new one without an end":         {old, "new", time.Hour, 0, 0, false},
		"too soon to tell":                 {old, "new", time.Second, 10*time.Hour + time.Second, 10*time.Hour + time.Second, false},
		"an end where none was said":       {Tokens{Refresh: old.Refresh, Issued: start}, "new", time.Hour, 10 * time.Hour, 10 * time.Hour, false},
		"too soon to tell, and was fixed":  {Tokens{Refresh: old.Refresh, Issued: start, RefreshExpires: old.RefreshExpires, RefreshFixed: true}, "new", time.Second, 10 * time.Hour, 10 * time.Hour, true},
		"fixed before, moves since then":   {Tokens{Refresh: old.Refresh, Issued: start, RefreshExpires: old.RefreshExpires, RefreshFixed: true}, "new", time.Hour, 11 * time.Hour, 11 * time.Hour, false},
		"never known, and still not known": {Tokens{Refresh: old.Refresh, Issued: start}, "", time.Hour, 0, 0, false},
	} {
		answer := Tokens{Refresh: providers.NewSecret(tc.refresh), Issued: at(tc.passed)}
		if tc.end != 0 {
			answer.RefreshExpires = at(tc.end)
		}
		got := tc.old.WithRefresh(answer)
		want := time.Time{}
		if tc.want != 0 {
			want = at(tc.want)
		}
		token := tc.refresh
		if token == "" {
			token = "old"
		}
		if !got.RefreshExpires.Equal(want) || got.RefreshFixed != tc.fixed || got.Refresh.Reveal() != token {
			t.Errorf("%s: %v, fixed %v, token %q", name, got.RefreshExpires, got.RefreshFixed, got.Refresh.Reveal())
		}
		if back := got.Stored().Tokens(); !back.RefreshExpires.Equal(want) || back.RefreshFixed != tc.fixed {
			t.Errorf("%s: stored as %v, fixed %v", name, back.RefreshExpires, back.RefreshFixed)
		}
	}
}
