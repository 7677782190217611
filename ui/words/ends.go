package words

import (
	"cmp"
	"math"
	"slices"
	"time"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/internal/plain"
)

// Ending is something of an account that ends, as a mark on a line in time.
type Ending struct {
	// Title says what ends, When when that is, Note what follows from it.
	Title, When, Note string
	// At is where it lies on the line, from 0 to 1.
	At float64
	// Sure is false of what may be otherwise, Past is true of what has ended.
	Sure, Past bool
}

// Where now lies on the line: further right if something lies before it.
const (
	nowFirst = 0.02
	nowLater = 0.12
	// endsApart is how far two marks lie apart at least, so that both can be read.
	endsApart = 0.06
)

// Endings are what ends of an account, the soonest first, and where now lies beside
// them. The line is not to scale: minutes and months have to fit.
func Endings(a *auth.Account, now time.Time) (list []Ending, nowAt float64) {
	ends := slices.Clone(a.Ends)
	slices.SortStableFunc(ends, func(x, y auth.Forecast) int { return x.At.Compare(y.At) })
	nowAt = nowFirst
	var longest time.Duration
	for _, f := range ends {
		longest = max(longest, f.At.Sub(now))
		if !f.At.After(now) {
			nowAt = nowLater
		}
	}
	for _, f := range ends {
		e := Ending{Title: endTitle(f), When: Clock(now, f.At), Note: endNote(f), Sure: f.Sure != auth.Possible, Past: !f.At.After(now)}
		if left := f.At.Sub(now); left > 0 {
			e.When = lang.L("{{.When}}, {{.Relative}}", map[string]any{"When": e.When, "Relative": Relative(now, f.At)})
			e.At = nowAt + (1-nowAt)*squeezed(left)/squeezed(longest)
		}
		list = append(list, e)
	}
	spread(list, nowAt)
	return list, nowAt
}

// squeezed brings minutes and months together.
func squeezed(d time.Duration) float64 { return math.Log1p(d.Minutes() / 10) }

// spread moves marks apart that lie on each other, those to come not before now.
func spread(list []Ending, nowAt float64) {
	low := 0.0
	for i := range list {
		if !list[i].Past {
			low = max(low, nowAt+endsApart)
		}
		list[i].At = max(list[i].At, low)
		low = list[i].At + endsApart
	}
	high := 1.0
	for i := len(list) - 1; i >= 0; i-- {
		list[i].At = min(list[i].At, high)
		high = list[i].At - endsApart
	}
}

func endTitle(f auth.Forecast) string {
	switch f.Why {
	case auth.EndOfAccess:
		return lang.L("Access token ends")
	case auth.EndOfRefresh:
		return lang.L("Refresh token ends")
	case auth.EndByRule:
	}
	return lang.L("Limit of the provider")
}

// endNote says what an end means for the person.
func endNote(f auth.Forecast) string {
	switch {
	case f.Why == auth.EndOfAccess && f.Moves:
		return lang.L("It is renewed when needed.")
	case f.Why == auth.EndByRule:
		return plain.Sentences(cmp.Or(f.Detail, lang.L("You sign in again then.")))
	case f.Moves:
		return lang.L("Each refresh moves it.")
	}
	return lang.L("You sign in again then.")
}
