package providers

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// A list of a thousand accounts asks a thousand times where the built-in provider
// leads.
func TestBuiltInProviderIsReadOnceForAllWhoLookAtIt(t *testing.T) {
	p, err := preset("github")
	if err != nil {
		t.Fatal(err)
	}
	if len(p.BuiltInDestinations()) == 0 {
		t.Fatal("no destinations of github")
	}
	n := testing.AllocsPerRun(20, func() { p.BuiltInDestinations() })
	read := testing.AllocsPerRun(20, func() { _, _ = preset("github") })
	if n > read/4 {
		t.Errorf("%v allocations each time, and %v to read the file: it is read again", n, read)
	}
	if embedded("nobody") != nil || embedded("") != nil {
		t.Error("a provider of an unknown id")
	}
}

func TestLookingAtABuiltInProviderLeavesItAsItComes(t *testing.T) {
	for _, id := range presetIDs() {
		p, err := preset(id)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			p.Destinations()
			p.BuiltInDestinations()
			p.Questionable()
			p.Recipients(nil)
		}
		fresh, err := preset(id)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(fresh, embedded(id), cmpopts.EquateEmpty(), cmp.AllowUnexported(Provider{}), cmp.Comparer(func(a, b Secret) bool { return a == b })); diff != "" {
			t.Errorf("%s (-fresh +looked at):\n%s", id, diff)
		}
	}
}
