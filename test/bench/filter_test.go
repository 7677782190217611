//go:build bench

package bench

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/claviger/claviger/providers/identity"
	"github.com/claviger/claviger/ui/state"
)

// A key that is typed in the filter of 10,000 groups, beside the barest search through the
// same words; ui/screen measures the drawing. The aim is 16 ms a key for both: a frame.
func BenchmarkGroupsKey(b *testing.B) {
	var groups []identity.Group
	var words []string
	for i := range 10_000 {
		name := fmt.Sprintf("Team %d of division %d: řízení a účetnictví", i, i%20)
		groups = append(groups, identity.Group{ID: fmt.Sprint("group-", i), Name: name, Kind: "team", Sources: []identity.Origin{{From: identity.FromAPI, Name: "Teams"}}})
		words = append(words, strings.ToLower(name))
	}
	queries := []string{"t", "te", "tea", "team 59", "team 599 division", "účet 19", "nothing like it", ""}
	var took, floor time.Duration
	for b.Loop() {
		for _, q := range queries {
			begun := time.Now()
			found := len(state.FilterGroups(groups, q))
			took += time.Since(begun)
			begun = time.Now()
			plain := 0
			for _, w := range words {
				if strings.Contains(w, q) {
					plain++
				}
			}
			floor += time.Since(begun)
			if plain > 0 && found < plain {
				b.Fatalf("%q: %d fit, and %d are found", q, plain, found)
			}
		}
	}
	keys := float64(b.N * len(queries))
	b.ReportMetric(float64(took.Microseconds())/keys/1000, "ms/key")
	b.ReportMetric(float64(floor.Microseconds())/keys/1000, "ms/key-floor")
}
