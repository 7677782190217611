package state

import (
	"context"
	"maps"
	"time"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth/history"
	"github.com/claviger/claviger/ui/words"
)

// HistoryPage is what happened with an account, on the Activity tab.
type HistoryPage struct {
	Account string
	Loading bool
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

// loadHistory reads what happened with an account, for the Activity tab.
func (s *Store) loadHistory(st *State, id string) {
	if id == "" {
		return
	}
	if st.History.Account != id {
		st.History = HistoryPage{Account: id, Loading: true}
	}
	s.run(slotHistory, func(j *job) {
		list, err := s.sv.History.History(j, id)
		j.commit(func(st *State) {
			if isLocked(err) {
				s.lockedNow(st)
				return
			}
			st.History.Loading, st.History.Problem = false, ""
			if err != nil {
				st.History.Problem = words.OneLine(s.explain(err, nil, ""))
				return
			}
			st.History.Entries = list
		})
	})
}

// ClearHistory forgets what happened with the chosen account.
func (s *Store) ClearHistory() {
	id := s.st.History.Account
	if id == "" {
		return
	}
	s.run(slotHistory, func(j *job) {
		entries, err := s.sv.History.TakeHistory(j, id)
		j.do(func() {
			s.update(func(st *State) {
				switch {
				case isLocked(err):
					s.lockedNow(st)
				case err != nil:
					st.History.Problem = words.OneLine(s.explain(err, nil, ""))
				default:
					if len(entries) > 0 {
						s.offerUndo(st, &Undo{
							Text: lang.L("The history was cleared."), Until: s.now().Add(st.undoTime()),
							restore: func(ctx context.Context) error { return s.sv.Undoer.RestoreHistory(ctx, id, entries) },
						})
					}
					s.loadHistory(st, id)
				}
			})
		})
	})
}

// ToggleChanges folds or unfolds how the tokens of an entry differ from those
// before.
func (s *Store) ToggleChanges(key string) {
	s.update(func(st *State) { st.History.Open = flipped(st.History.Open, key) })
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

// ShowAllHistory shows what is older, too.
func (s *Store) ShowAllHistory() {
	s.update(func(st *State) { st.History.All = true })
}
