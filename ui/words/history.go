package words

import (
	"strconv"
	"strings"
	"time"

	"github.com/claviger/claviger/auth"
)

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

// HistoryLines are the lines of what happened with an account, grouped by day. Those
// changes are unfolded whose key is open.
func HistoryLines(entries []auth.HistoryEntry, open map[string]bool, now time.Time) []HistoryLine {
	var lines []HistoryLine
	last := ""
	for _, e := range entries {
		if day := dayTitle(e.At, now); day != last {
			lines, last = append(lines, HistoryLine{Day: day}), day
		}
		line := historyLine(e, now)
		changes := changeLines(e.Changes)
		if len(changes) > 0 {
			line.Key, line.Fold = historyKey(e), changeCount(e.Changes)
			line.Open = open[line.Key]
		}
		lines = append(lines, line)
		if line.Open {
			lines = append(lines, changes...)
		}
	}
	return lines
}

func historyKey(e auth.HistoryEntry) string { return e.At.Format(time.RFC3339Nano) + " " + e.Token }

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
		if e.To == ToClipboard {
			line.Text = what + " copied to " + e.To
		}
	case auth.HistoryFailed:
		line.Sign, line.Text = failedText(e)
		line.Detail = Sentence(e.Reason)
		if e.Count > 1 {
			line.Detail += " " + strconv.Itoa(e.Count) + " times, last " + Clock(now, e.Last) + "."
		}
	default:
		line.Text = Capital(strings.ReplaceAll(string(e.Kind), "_", " ")) // of a newer program
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
	return Count(len(c.ScopesGained)+len(c.ScopesLost)+len(c.Claims)+c.MoreClaims, "change")
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
		lines = append(lines, HistoryLine{Change: true, Text: Count(c.MoreClaims, "more claim") + " changed"})
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

// ToClipboard is who gets a token that is copied.
const ToClipboard = "the clipboard"
