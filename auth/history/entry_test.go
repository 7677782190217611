package history

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/auth/trace"
)

// TestHistoryIsBounded: by number, of each kind by itself, and by size.
func TestHistoryIsBounded(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	var list []Entry
	list, _ = add(list, Entry{Kind: SignedIn, At: at})
	for i := range 5000 {
		list, _ = add(list, Entry{Kind: HandedOut, At: at.Add(time.Duration(i) * time.Second), To: fmt.Sprint(i)})
	}
	if n := len(list); n != most+1 || list[0].Kind != SignedIn || list[n-1].To != "4999" {
		t.Errorf("%d entries, the first %s, the last to %s", n, list[0].Kind, list[n-1].To)
	}
	if !slices.IsSortedFunc(list, func(x, y Entry) int { return x.At.Compare(y.At) }) {
		t.Error("not in order")
	}
	for i := range list {
		list[i].Reason = strings.Repeat("x", size/20)
	}
	data, err := encode(list)
	var s stored
	if err != nil || json.Unmarshal(data, &s) != nil || len(data) > size || len(s.Entries) < 10 || s.Entries[len(s.Entries)-1].To != "4999" {
		t.Errorf("%d bytes, %d entries, %v", len(data), len(s.Entries), err)
	}
}

// TestHistoryCountsFailures: what fails all day is one entry.
func TestHistoryCountsFailures(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	fail := func(after time.Duration, f problem.Failure) Entry {
		return Entry{Kind: Failed, At: at.Add(after), During: trace.StepRefresh, Failure: f}
	}
	var list []Entry
	for i, step := range []struct {
		e    Entry
		news bool
	}{
		{fail(0, problem.FailureOffline), true},
		{fail(time.Second, problem.FailureOffline), false},
		{fail(2*time.Minute, problem.FailureOffline), true},
		{fail(2*time.Minute+time.Second, problem.FailureOffline), false},
		{fail(4*time.Minute, problem.FailureServer), true},
		{fail(8*time.Minute, problem.FailureOffline), true},
	} {
		var news bool
		if list, news = add(list, step.e); news != step.news {
			t.Errorf("entry %d is news: %t", i, news)
		}
	}
	first := fail(0, problem.FailureOffline)
	first.Count, first.Last = 2, at.Add(2*time.Minute)
	if diff := cmp.Diff([]Entry{first, fail(4*time.Minute, problem.FailureServer), fail(8*time.Minute, problem.FailureOffline)}, list); diff != "" {
		t.Error(diff)
	}
}

// Steps are kept with the newest entries only, and give way before any entry does.
func TestStepsAreBounded(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	var list []Entry
	for i := range 20 {
		e := Entry{Kind: Refreshed, At: at.Add(time.Duration(i) * time.Minute), Steps: []trace.Event{{Step: trace.StepRefresh, Detail: fmt.Sprint(i)}}}
		list, _ = add(list, e)
	}
	steps := func(list []Entry) (with []string) {
		for _, e := range list {
			for _, s := range e.Steps {
				with = append(with, s.Detail)
			}
		}
		return with
	}
	if got := steps(list); !slices.Equal(got, []string{"14", "15", "16", "17", "18", "19"}) {
		t.Errorf("steps of %q", got)
	}
	for i := range list {
		if len(list[i].Steps) > 0 {
			list[i].Steps[0].Name = strings.Repeat("x", size/3)
		}
	}
	data, err := encode(list)
	var s stored
	if err != nil || json.Unmarshal(data, &s) != nil || len(data) > size || len(s.Entries) != 20 || !slices.Equal(steps(s.Entries), []string{"18", "19"}) {
		t.Errorf("%d bytes, %d entries, steps of %q, %v", len(data), len(s.Entries), steps(s.Entries), err)
	}
	if len(steps(list)) != 6 {
		t.Error("what is written changed what is in memory")
	}
}

// What comes back after it was cleared does not count as a new failure.
func TestAnOlderFailureIsNotARepetition(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	list, _ := add(nil, Entry{Kind: Failed, At: at.Add(time.Hour)})
	list, _ = add(list, Entry{Kind: Failed, At: at, Count: 3, Last: at.Add(time.Minute)})
	if len(list) != 2 || list[0].Count != 3 || list[1].Count != 0 {
		t.Errorf("%+v", list)
	}
}
