package words

import (
	"strconv"
	"time"

	"github.com/claviger/claviger/auth"
)

// QueueText says that n things wait, for the list of accounts; "" if
// nothing does.
func QueueText(n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return "Offline. 1 task pending, retried automatically."
	default:
		return "Offline. " + strconv.Itoa(n) + " tasks pending, retried automatically."
	}
}

// QueueRows are the lines of what waits.
func QueueRows(list []auth.Waiting, now time.Time) []HistoryLine {
	rows := make([]HistoryLine, 0, len(list))
	for _, w := range list {
		row := HistoryLine{Sign: HistoryOffline, Time: nextTry(w.Next, now), Text: "Refresh " + whoAt(w.Who, w.ProviderName), Detail: Sentence(w.Reason)}
		if w.Kind == auth.WaitingRevocation {
			row.Text = "Revoke access of " + whoAt(w.Who, w.ProviderName)
		}
		if !w.Since.IsZero() {
			row.Detail += " Pending since " + Clock(now, w.Since) + "."
		}
		if !w.Stored {
			row.Detail += " Only while Claviger runs."
		}
		rows = append(rows, row)
	}
	return rows
}

// nextTry says when something is tried again, in few words.
func nextTry(next, now time.Time) string {
	switch left := next.Sub(now); {
	case next.IsZero():
		return ""
	case left <= time.Second:
		return "now"
	case left < time.Minute:
		return "in " + Countdown(left)
	case left < time.Hour:
		return "in " + Span(left)
	case left < 24*time.Hour:
		return "in " + Span(left.Truncate(time.Hour))
	default:
		return "in " + Span(left.Truncate(24*time.Hour))
	}
}

func whoAt(who, provider string) string {
	switch {
	case who == "":
		return provider
	case provider == "":
		return who
	}
	return who + " at " + provider
}
