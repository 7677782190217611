package auth

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/test/source"
)

// sentinels are those of the package by their names.
func sentinels() map[string]error {
	return map[string]error{
		"ErrNeedsSignIn": ErrNeedsSignIn, "ErrOffline": ErrOffline, "ErrNoAccount": ErrNoAccount, "ErrAmbiguous": ErrAmbiguous,
		"ErrCanceled": ErrCanceled, "ErrTimeout": ErrTimeout, "ErrNoBrowser": ErrNoBrowser, "ErrPortBusy": ErrPortBusy,
		"ErrPortForbidden": ErrPortForbidden, "ErrIDToken": ErrIDToken, "ErrPasted": ErrPasted,
		"ErrSecretUnused": ErrSecretUnused, "ErrNoRefresh": ErrNoRefresh,

		"ErrNotStored": ErrNotStored, "ErrOtherAccount": ErrOtherAccount, "ErrLabel": ErrLabel, "ErrTooLate": ErrTooLate,
	}
}

// Each is found by its own words, and no two have the same.
func TestSentinelsHaveTheirOwnWords(t *testing.T) {
	all := sentinels()
	if names := source.Sentinels(t, "."); !slices.Equal(names, slices.Sorted(maps.Keys(all))) {
		t.Fatalf("the package has %v, the test %v", names, slices.Sorted(maps.Keys(all)))
	}
	codes := map[string]string{}
	for name, err := range all {
		p := problem.Explain(fmt.Errorf("somewhere: %w", err), nil, "")
		if p.Title == "" || p.Kind == "" || p.Next == "" || p.Code == "failed" || codes[p.Code] != "" {
			t.Errorf("%s: %+v, and %s", name, p, codes[p.Code])
		}
		codes[p.Code] = name
	}
}

func TestAnAmbiguousNameHasItsCandidates(t *testing.T) {
	got := problem.Explain(&AmbiguousError{Name: "x", Candidates: []string{"a@x", "b@x"}}, nil, "http://127.0.0.1:4711/callback")
	if want := (problem.Problem{
		Kind: problem.KindUsage, Code: "ambiguous", Title: "Several accounts match", Detail: "Candidates: a@x, b@x", Next: "Name one of them.",
	}); got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}
