package plain

import (
	"slices"
	"testing"
)

func TestLinesSayHowManyMore(t *testing.T) {
	all := []string{"a", "b", "c"}
	for most, want := range map[int][]string{3: all, 2: {"a", "b", "and 1 more"}, 0: {"and 3 more"}} {
		if got := Lines(all, most); !slices.Equal(got, want) {
			t.Errorf("%d: %q, want %q", most, got, want)
		}
	}
}
