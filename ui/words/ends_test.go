package words

import (
	"slices"
	"testing"
	"time"

	"github.com/claviger/claviger/auth"
)

var endsNow = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)

// someEnds are four ends, not in their order, two of them a second apart.
func someEnds() *auth.Account {
	return &auth.Account{Ends: []auth.Forecast{
		{At: endsNow.Add(90 * 24 * time.Hour), Why: auth.EndByRule, Sure: auth.Possible, Detail: "the provider ends it then"},
		{At: endsNow.Add(47 * time.Minute), Why: auth.EndOfAccess, Sure: auth.Stated, Moves: true},
		{At: endsNow.Add(14 * 24 * time.Hour), Why: auth.EndOfRefresh, Sure: auth.Stated},
		{At: endsNow.Add(14*24*time.Hour + time.Second), Why: auth.EndByRule, Sure: auth.Documented, Moves: true},
	}}
}

// What ends lies on the line apart, and behind now.
func TestEndingsLieApart(t *testing.T) {
	list, low := Endings(someEnds(), endsNow)
	if len(list) != 4 {
		t.Errorf("%+v", list)
	}
	for i, e := range list {
		if e.At < low+endsApart-1e-9 || e.At > 1 {
			t.Errorf("%d lies at %v", i, e.At)
		}
		low = e.At
	}
	many := make([]auth.Forecast, 16)
	for i := range many {
		many[i] = auth.Forecast{At: endsNow.Add(time.Minute), Why: auth.EndByRule}
	}
	crowded, _ := Endings(&auth.Account{Ends: many}, endsNow)
	if last := crowded[15].At; last > 1 {
		t.Errorf("many at once: the last at %v", last)
	}
}

// They stand in their order, and each says what it is.
func TestEndingsSayWhatEnds(t *testing.T) {
	list, _ := Endings(someEnds(), endsNow)
	var titles []string
	for _, e := range list {
		titles = append(titles, e.Title)
		if e.Past || e.When == "" || e.Note == "" {
			t.Errorf("%+v", e)
		}
	}
	if !slices.Equal(titles, []string{"Access token ends", "Refresh token ends", "Limit of the provider", "Limit of the provider"}) || list[3].Sure || !list[2].Sure {
		t.Errorf("%+v", list)
	}
	if list[0].When != "today 12:47, in 47 minutes" || list[0].Note != "It is renewed when needed." || list[3].Note != "The provider ends it then." {
		t.Errorf("%+v", list)
	}
	if none, _ := Endings(&auth.Account{}, endsNow); len(none) != 0 {
		t.Errorf("of nothing: %+v", none)
	}
}

// What is over lies before now.
func TestEndingsThatAreOver(t *testing.T) {
	_, at := Endings(someEnds(), endsNow)
	later, moved := Endings(someEnds(), endsNow.Add(time.Hour))
	if !later[0].Past || later[0].At >= moved || moved <= at || later[1].At <= moved {
		t.Errorf("one is over: %+v, now at %v", later, moved)
	}
}
