package words

import (
	"time"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/internal/plain"
)

// QueueText says that n things wait, for the list of accounts; "" if
// nothing does.
func QueueText(n int) string {
	if n == 0 {
		return ""
	}
	return lang.N("Offline. {{.Count}} tasks pending, retried automatically.", n, map[string]any{"Count": n})
}

// QueueRows are the lines of what waits.
func QueueRows(list []auth.Waiting, now time.Time) []HistoryLine {
	rows := make([]HistoryLine, 0, len(list))
	for _, w := range list {
		who := map[string]any{"Account": whoAt(w.Who, w.ProviderName)}
		row := HistoryLine{Sign: HistoryOffline, Time: nextTry(w.Next, now), Text: lang.L("Refresh {{.Account}}", who), Detail: plain.Sentences(Said(w.Reason))}
		if w.Kind == auth.WaitingRevocation {
			row.Text = lang.L("Revoke access of {{.Account}}", who)
		}
		if !w.Since.IsZero() {
			row.Detail += " " + lang.L("Pending since {{.Clock}}.", map[string]any{"Clock": Clock(now, w.Since)})
		}
		if !w.Stored {
			row.Detail += " " + lang.L("Only while Claviger runs.")
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
		return lang.L("now")
	case left < time.Minute:
		return lang.L("in {{.Time}}", map[string]any{"Time": Countdown(left)})
	}
	return Relative(now, next)
}

// At names an account by a name and where that is.
func At(who, provider string) string {
	return lang.L("{{.Name}} at {{.Provider}}", map[string]any{"Name": who, "Provider": provider})
}

func whoAt(who, provider string) string {
	switch {
	case who == "":
		return provider
	case provider == "":
		return who
	}
	return At(who, provider)
}
