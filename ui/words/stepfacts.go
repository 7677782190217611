package words

import (
	"maps"
	"slices"
	"strconv"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/internal/plain"
)

// mostExchanges is how many requests of one step are shown: a source of ten thousand groups
// has many, and all look alike.
const mostExchanges = 3

// Key names a step among those of one sign-in.
func (r StepRow) Key() string {
	return "step " + string(r.step) + " " + r.name + " " + strconv.FormatInt(r.Start.UnixNano(), 36)
}

// Facts are what was sent and received in a step; secrets are redacted before it is stored.
// None if nothing was.
func (r StepRow) Facts() []Pair {
	var out []Pair
	for _, x := range r.exchanges[:min(len(r.exchanges), mostExchanges)] {
		out = append(out, exchangePairs(x)...)
	}
	if more := len(r.exchanges) - mostExchanges; more > 0 {
		out = append(out, Pair{Label: lang.L("Further requests"), Value: strconv.Itoa(more)})
	}
	if len(out) > 0 && r.Detail != "" {
		out = append([]Pair{{Label: lang.L("Result"), Value: plain.Sentences(r.Detail)}}, out...)
	}
	return out
}

func exchangePairs(x *trace.Exchange) []Pair {
	out := []Pair{{Label: lang.L("Request"), Value: x.Method + " " + x.URL, Mono: true}}
	for _, name := range slices.Sorted(maps.Keys(x.Sent)) {
		out = append(out, Pair{Label: lang.L("sent {{.Field}}", map[string]any{"Field": name}), Value: x.Sent[name], Mono: true})
	}
	if x.Status != 0 {
		out = append(out, Pair{Label: lang.L("Answer"), Value: plain.Status(x.Status)})
	}
	for _, name := range slices.Sorted(maps.Keys(x.Received)) {
		out = append(out, Pair{Label: lang.L("received {{.Field}}", map[string]any{"Field": name}), Value: x.Received[name], Mono: true})
	}
	return out
}
