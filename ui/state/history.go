package state

import (
	"maps"
	"strings"
	"time"

	"github.com/claviger/claviger/auth"
)

// HistoryPage is what happened with an account, on the Activity tab.
type HistoryPage struct {
	Account string
	Loading bool
	// Problem is one line of words where the history cannot be read.
	Problem string
	// Entries are the newest first.
	Entries []auth.HistoryEntry
	// Open are the keys of the entries whose changes are unfolded.
	Open map[string]bool
	// All shows more than the newest entries.
	All bool
}

// HistorySign says what a line of a history is, for the sign before it.
type HistorySign string

// The signs.
const (
	HistoryNone    HistorySign = ""
	HistoryIn      HistorySign = "in"
	HistoryFresh   HistorySign = "fresh"
	HistoryHanded  HistorySign = "handed"
	HistoryOffline HistorySign = "offline"
	HistoryTrouble HistorySign = "trouble"
	HistoryRefused HistorySign = "refused"
	HistoryOut     HistorySign = "out"
)

// HistoryLine is a line of a history: a day, something that happened, or one of
// its changes.
type HistoryLine struct {
	// Day heads the lines of a day; the other fields are empty then.
	Day    string
	Sign   HistorySign
	Text   string
	Detail string
	// Change marks a line that says what changed; Detail is the value.
	Change bool
	// Words sets such a value as text.
	Words bool
	Time  string
	// Key names what can be unfolded: "" is nothing. Fold says in words what
	// that is.
	Key  string
	Fold string
	Open bool
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
	if len(h.Entries) == 1 {
		return "1 entry"
	}
	return itoa(len(h.Entries)) + " entries"
}

// More says how many entries are not shown: "12 older entries".
func (h HistoryPage) More() string {
	if h.Hidden() == 1 {
		return "1 older entry"
	}
	return itoa(h.Hidden()) + " older entries"
}

// Lines are the lines to show, grouped by day.
func (h HistoryPage) Lines(now time.Time) []HistoryLine {
	var lines []HistoryLine
	last := ""
	for _, e := range h.Entries[:len(h.Entries)-h.Hidden()] {
		if day := dayTitle(e.At, now); day != last {
			lines, last = append(lines, HistoryLine{Day: day}), day
		}
		line := historyLine(e, now)
		changes := changeLines(e.Changes)
		if len(changes) > 0 {
			line.Key, line.Fold = historyKey(e), changeCount(e.Changes)
			line.Open = h.Open[line.Key]
		}
		lines = append(lines, line)
		if line.Open {
			lines = append(lines, changes...)
		}
	}
	return lines
}

func historyKey(e auth.HistoryEntry) string { return e.At.Format(time.RFC3339Nano) + " " + e.Token }

// dayTitle heads the entries of a day.
func dayTitle(t, now time.Time) string {
	t = t.In(now.Location())
	switch days := dayNumber(t) - dayNumber(now); {
	case days == 0:
		return "Today"
	case days == -1:
		return "Yesterday"
	case t.Year() == now.Year():
		return t.Format("Monday, 2 January")
	default:
		return t.Format("2 January 2006")
	}
}

// historyLine says what happened.
func historyLine(e auth.HistoryEntry, now time.Time) HistoryLine {
	line := HistoryLine{Time: e.At.In(now.Location()).Format("15:04")}
	switch e.Kind {
	case auth.HistorySignedIn:
		line.Sign, line.Text, line.Detail = HistoryIn, "Signed in", "token "+e.Token
	case auth.HistoryRefreshed:
		line.Sign, line.Text, line.Detail = HistoryFresh, "Refreshed", "token "+e.Token
		if e.Rotated {
			line.Detail += ", new refresh token saved"
		}
	case auth.HistoryHandedOut:
		what := "Token"
		if e.TokenKind == auth.IDToken {
			what = "ID token"
		}
		line.Sign, line.Text, line.Detail = HistoryHanded, what+" given to "+e.To, "token "+e.Token
		if e.To == theClipboard {
			line.Text = what + " copied to " + e.To
		}
	case auth.HistoryFailed:
		line.Sign, line.Text = failedText(e)
		line.Detail = Sentence(e.Reason)
		if e.Count > 1 {
			line.Detail += " " + itoa(e.Count) + " times, last " + Clock(now, e.Last) + "."
		}
	default:
		line.Text = capital(strings.ReplaceAll(string(e.Kind), "_", " ")) // of a newer program
	}
	return line
}

// failedText says what failed and names the class of the failure.
func failedText(e auth.HistoryEntry) (HistorySign, string) {
	what := "Refresh"
	if e.During != auth.StepRefresh {
		what = "Sign-in"
	}
	switch e.Failure {
	case auth.FailureOffline:
		return HistoryOffline, what + " failed: offline"
	case auth.FailureServer:
		return HistoryTrouble, what + " failed: provider unavailable"
	case auth.FailureLimited:
		return HistoryTrouble, what + " failed: too many requests"
	case auth.FailureRejected:
		return HistoryRefused, what + " failed: refused"
	case auth.FailureOther:
	}
	return HistoryTrouble, what + " failed"
}

// changeCount says how much changed: "1 change", "3 changes".
func changeCount(c *auth.TokenChanges) string {
	return countOf(len(c.ScopesGained)+len(c.ScopesLost)+len(c.Claims)+c.MoreClaims, "change")
}

// changeLines say how the tokens differ from those before.
func changeLines(c *auth.TokenChanges) []HistoryLine {
	if c == nil {
		return nil
	}
	var lines []HistoryLine
	for _, s := range c.ScopesGained {
		lines = append(lines, HistoryLine{Change: true, Text: "+ permission", Detail: s})
	}
	for _, s := range c.ScopesLost {
		lines = append(lines, HistoryLine{Change: true, Text: "− permission lost", Detail: s})
	}
	for _, claim := range c.Claims {
		lines = append(lines, claimLine(claim))
	}
	if c.MoreClaims > 0 {
		lines = append(lines, HistoryLine{Change: true, Text: countOf(c.MoreClaims, "more claim") + " changed"})
	}
	return lines
}

func claimLine(c auth.ClaimChange) HistoryLine {
	name := "claim " + c.Claim
	if c.Token == auth.AccessToken {
		name += " of the access token"
	}
	switch {
	case c.Before == "":
		return HistoryLine{Change: true, Text: "+ " + name, Detail: c.After}
	case c.After == "":
		return HistoryLine{Change: true, Text: "− " + name + " lost", Detail: c.Before}
	}
	return HistoryLine{Change: true, Text: "~ " + name, Detail: c.Before + " → " + c.After}
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
				st.History.Problem = oneLine(s.explain(err, nil, ""))
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
	s.update(func(st *State) { st.Clearing = false })
	s.run(slotHistory, func(j *job) {
		err := s.sv.History.ClearHistory(j, id)
		j.do(func() {
			s.update(func(st *State) {
				switch {
				case isLocked(err):
					s.lockedNow(st)
				case err != nil:
					st.History.Problem = oneLine(s.explain(err, nil, ""))
				default:
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
