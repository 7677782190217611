package order

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNamesAreOrderedAsPeopleDo(t *testing.T) {
	want := []string{
		"", "1", "2", "007", "10", "99999999999999999999998", "99999999999999999999999",
		"Ann", "ann", "user", "user2", "User02", "user2b", "user10", "user10a2", "user10a10", "zoë", "Ähre",
	}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, Compare)
	// Equal numbers with other digits keep the order of the plain texts.
	want[10], want[11] = "User02", "user2"
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func FuzzCompare(f *testing.F) {
	f.Add("user2", "user10", "user02")
	f.Add("", "0", "00")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		if Compare(a, b) != -Compare(b, a) {
			t.Errorf("%q and %q have no order", a, b)
		}
		if (Compare(a, b) == 0) != (a == b) {
			t.Errorf("%q and %q are told to be equal", a, b)
		}
		if Compare(a, b) < 0 && Compare(b, c) < 0 && Compare(a, c) >= 0 {
			t.Errorf("%q, %q, %q go in a circle", a, b, c)
		}
	})
}
