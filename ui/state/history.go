package state

import (
	"context"
	"maps"
	"time"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth/history"
	"github.com/claviger/claviger/ui/words"
)

// History is the Activity tab.
type History struct {
	*base
	offerUndo func(*State, *Undo)
}

// HistoryPage is what happened with an account, on the Activity tab.
type HistoryPage struct {
	Account string
	Loading bool
	// Clearing says that it is being cleared.
	Clearing bool
	// Problem is one line of words if the history cannot be read.
	Problem string
	// Entries are the newest first.
	Entries []history.Entry
	// Open are the keys of the entries whose changes are unfolded.
	Open map[string]bool
	// All shows more than the newest entries.
	All bool
}

// historyFirst is how many entries are shown at first.
const historyFirst = 40

// Hidden is how many entries are not shown.
func (h HistoryPage) Hidden() int {
	if h.All {
		return 0
	}
	return max(0, len(h.Entries)-historyFirst)
}

// Count says how many entries there are.
func (h HistoryPage) Count() string {
	if len(h.Entries) == 0 {
		return ""
	}
	return lang.N("{{.Count}} entries", len(h.Entries), map[string]any{"Count": len(h.Entries)})
}

// More says how many entries are not shown: "12 older entries".
func (h HistoryPage) More() string {
	return lang.N("{{.Count}} older entries", h.Hidden(), map[string]any{"Count": h.Hidden()})
}

// Lines are the lines to show, grouped by day.
func (h HistoryPage) Lines(now time.Time) []words.HistoryLine {
	return words.HistoryLines(h.Entries[:len(h.Entries)-h.Hidden()], h.Open, now)
}

// load reads what happened with an account, for the Activity tab.
func (x *History) load(st *State, id string) {
	if id == "" {
		return
	}
	if st.History.Account != id {
		st.History = HistoryPage{Account: id, Loading: true}
	}
	x.run(slotHistory, func(j *job) {
		list, err := x.sv.History.History(j, id)
		j.commit(func(st *State) {
			if isLocked(err) {
				x.lockedNow(st)
				return
			}
			st.History.Loading, st.History.Problem = false, ""
			if err != nil {
				st.History.Problem = words.OneLine(x.explain(err, nil, ""))
				return
			}
			st.History.Entries = list
		})
	})
}

// Clear forgets what happened with the chosen account.
func (x *History) Clear() {
	id := x.st.History.Account
	if id == "" || x.st.History.Clearing {
		return
	}
	x.update(func(st *State) { st.History.Clearing = true })
	// What was taken out must be there for the undo, whatever is read or shown meanwhile.
	x.spawn(func(ctx context.Context) {
		entries, err := x.sv.History.TakeHistory(ctx, id)
		x.post(func() { x.update(func(st *State) { x.cleared(st, id, entries, err) }) })
	})
}

// cleared offers to undo that a history was cleared.
func (x *History) cleared(st *State, id string, entries []history.Entry, err error) {
	if st.Locked() {
		return
	}
	if isLocked(err) {
		x.lockedNow(st)
		return
	}
	if len(entries) > 0 {
		x.offerUndo(st, &Undo{
			Text: lang.L("The history was cleared."), Until: x.now().Add(st.undoTime()),
			restore: func(ctx context.Context) error { return x.sv.Undoer.RestoreHistory(ctx, id, entries) },
		})
	}
	switch {
	case st.History.Account != id:
	case err != nil:
		st.History.Clearing, st.History.Problem = false, words.OneLine(x.explain(err, nil, ""))
	default:
		st.History.Clearing = false
		x.load(st, id)
	}
}

// forget drops what was read.
func (x *History) forget(st *State) {
	x.drop(slotHistory)
	st.History = HistoryPage{}
}

// ToggleChanges folds or unfolds how the tokens of an entry differ from those
// before.
func (x *History) ToggleChanges(key string) {
	x.update(func(st *State) { st.History.Open = flipped(st.History.Open, key) })
}

// flipped returns a copy of m with one value turned round.
func flipped(m map[string]bool, key string) map[string]bool {
	c := maps.Clone(m)
	if c == nil {
		c = map[string]bool{}
	}
	c[key] = !c[key]
	return c
}

// ShowAll shows what is older, too.
func (x *History) ShowAll() {
	x.update(func(st *State) { st.History.All = true })
}
