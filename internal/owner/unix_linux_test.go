package owner

import "testing"

// A number stands for strangers only where the namespace does not have it.
func TestMapped(t *testing.T) {
	for ranges, want := range map[string]bool{
		"         0          0 4294967295\n": true,
		"0 1000 1\n":                         false,
		"0 100000 65536\n":                   true,
		"0 100000 65534\n":                   false,
		"1000 1000 1\n":                      false,
		"0 1000 1\n1 100000 65536\n":         true,
		"":                                   false,
		"odd\n1 2\n99999999999999999999 0 1\n65534 0 1\n": true,
	} {
		if got := mapped(ranges, 65534); got != want {
			t.Errorf("%q: %v", ranges, got)
		}
	}
}
