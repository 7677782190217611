package providers

import (
	"testing"
	"time"
)

// TestRefreshLimitsOfTheBuiltInProviders: each is a time, says why, and what it says is
// what its file says.
func TestRefreshLimitsOfTheBuiltInProviders(t *testing.T) {
	const day = 24 * time.Hour
	for id, want := range map[string][]time.Duration{
		"azure": {90 * day}, "github": {184 * day}, "google": {7 * day, 180 * day}, "slack": {30 * day}, "gitlab": {},
	} {
		p, err := preset(id)
		if err != nil {
			t.Fatal(err)
		}
		if len(p.RefreshLimits) != len(want) {
			t.Errorf("%s has %d limits", id, len(p.RefreshLimits))
			continue
		}
		for i, l := range p.RefreshLimits {
			if l.Lasts() != want[i] || l.Why == "" {
				t.Errorf("%s: %v, %q", id, l.Lasts(), l.Why)
			}
		}
	}
}

func TestRefreshLimitHoldsForSomeScopes(t *testing.T) {
	l := RefreshLimit{After: "7d", UnlessOnly: []string{"openid", "email"}}
	for name, tc := range map[string]struct {
		scopes []string
		want   bool
	}{
		"none": {nil, false}, "those alone": {[]string{"email"}, false}, "another": {[]string{"email", "groups"}, true},
	} {
		if got := l.HoldsFor(tc.scopes); got != tc.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if !(RefreshLimit{}).HoldsFor(nil) {
		t.Error("a rule without scopes does not hold for all")
	}
}
