package words

import (
	"strings"
	"time"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth/history"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/auth/trace"
	"github.com/claviger/claviger/internal/plain"
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
func HistoryLines(entries []history.Entry, open map[string]bool, now time.Time) []HistoryLine {
	var lines []HistoryLine
	last := ""
	for _, e := range entries {
		if day := dayTitle(e.At, now); day != last {
			lines, last = append(lines, HistoryLine{Day: day}), day
		}
		line := historyLine(e, now)
		facts := append(changeLines(e.Changes), stepLines(e.Steps)...)
		if len(facts) > 0 {
			line.Key, line.Fold = historyKey(e), factCount(e)
			line.Open = open[line.Key]
		}
		lines = append(lines, line)
		if line.Open {
			lines = append(lines, facts...)
		}
	}
	return lines
}

func historyKey(e history.Entry) string { return e.At.Format(time.RFC3339Nano) + " " + e.Token }

// historyLine says what happened.
func historyLine(e history.Entry, now time.Time) HistoryLine {
	line := HistoryLine{Time: e.At.In(now.Location()).Format("15:04")}
	switch e.Kind {
	case history.SignedIn:
		line.Sign, line.Text, line.Detail = HistoryIn, lang.L("Signed in"), tokenName(e)
	case history.Refreshed:
		line.Sign, line.Text, line.Detail = HistoryFresh, lang.L("Refreshed"), tokenName(e)
		if e.Rotated {
			line.Detail = lang.L("token {{.Token}}, new refresh token saved", map[string]any{"Token": e.Token})
		}
	case history.HandedOut:
		line.Sign, line.Text, line.Detail = HistoryHanded, handedText(e), tokenName(e)
	case history.Failed:
		line.Sign, line.Text = failedText(e)
		line.Detail = plain.Sentences(Said(e.Reason))
		if e.Count > 1 {
			line.Detail += " " + lang.N("{{.Count}} times, last {{.Clock}}.", e.Count, map[string]any{"Count": e.Count, "Clock": Clock(now, e.Last)})
		}
	default:
		line.Text = plain.Upper(strings.ReplaceAll(string(e.Kind), "_", " ")) // of a newer program
	}
	return line
}

// tokenName names a token by the few letters that a history keeps of it.
func tokenName(e history.Entry) string {
	return lang.L("token {{.Token}}", map[string]any{"Token": e.Token})
}

// handedText says who got which token.
func handedText(e history.Entry) string {
	to := map[string]any{"To": e.To}
	switch clipboard, id := e.To == ToClipboard, e.TokenKind == history.IDToken; {
	case clipboard && id:
		return lang.L("ID token copied to the clipboard")
	case clipboard:
		return lang.L("Token copied to the clipboard")
	case id:
		return lang.L("ID token given to {{.To}}", to)
	}
	return lang.L("Token given to {{.To}}", to)
}

// failedText says what failed and names the class of the failure.
func failedText(e history.Entry) (HistorySign, string) {
	refresh := e.During == trace.StepRefresh
	either := func(ofRefresh, ofSignIn string) string {
		if refresh {
			return ofRefresh
		}
		return ofSignIn
	}
	switch e.Failure {
	case problem.FailureOffline:
		return HistoryOffline, either(lang.L("Refresh failed: offline"), lang.L("Sign-in failed: offline"))
	case problem.FailureServer:
		return HistoryTrouble, either(lang.L("Refresh failed: provider unavailable"), lang.L("Sign-in failed: provider unavailable"))
	case problem.FailureLimited:
		return HistoryTrouble, either(lang.L("Refresh failed: too many requests"), lang.L("Sign-in failed: too many requests"))
	case problem.FailureRejected:
		return HistoryRefused, either(lang.L("Refresh failed: refused"), lang.L("Sign-in failed: refused"))
	case problem.FailureOther:
	}
	return HistoryTrouble, either(lang.L("Refresh failed"), lang.L("Sign-in failed"))
}

// factCount says what an entry unfolds to: what changed, or else how it went.
func factCount(e history.Entry) string {
	if e.Changes == nil {
		return lang.L("Steps")
	}
	return changeCount(e.Changes)
}

// stepLines say how a sign-in or refresh went: what each step asked, what was answered and
// how long it took.
func stepLines(steps []trace.Event) []HistoryLine {
	var lines []HistoryLine
	for _, r := range ActivityRows(steps) {
		parts := []string{}
		if r.Took != "" {
			parts = append(parts, r.Took)
		}
		for _, x := range r.exchanges[:min(len(r.exchanges), mostExchanges)] {
			parts = append(parts, strings.TrimSpace(x.Method+" "+x.URL+" "+plain.Status(x.Status)))
		}
		if r.Detail != "" {
			parts = append(parts, r.Detail)
		}
		lines = append(lines, HistoryLine{Change: true, Words: true, Text: r.Text, Detail: strings.Join(parts, " · ")})
	}
	return lines
}

// changeCount says how much changed: "1 change", "3 changes".
func changeCount(c *history.Changes) string {
	n := len(c.ScopesGained) + len(c.ScopesLost) + len(c.Claims) + c.MoreClaims
	return lang.N("{{.Count}} changes", n, map[string]any{"Count": n})
}

// changeLines say how the tokens differ from those before.
func changeLines(c *history.Changes) []HistoryLine {
	if c == nil {
		return nil
	}
	var lines []HistoryLine
	for _, s := range c.ScopesGained {
		lines = append(lines, HistoryLine{Change: true, Text: lang.L("+ permission"), Detail: s})
	}
	for _, s := range c.ScopesLost {
		lines = append(lines, HistoryLine{Change: true, Text: lang.L("− permission lost"), Detail: s})
	}
	for _, claim := range c.Claims {
		lines = append(lines, claimLine(claim))
	}
	if c.MoreClaims > 0 {
		lines = append(lines, HistoryLine{Change: true, Text: lang.N("{{.Count}} more claims changed", c.MoreClaims, map[string]any{"Count": c.MoreClaims})})
	}
	return lines
}

func claimLine(c history.ClaimChange) HistoryLine {
	name := map[string]any{"Claim": c.Claim}
	access := c.Token == history.AccessToken
	either := func(ofAccess, ofID string) string {
		if access {
			return ofAccess
		}
		return ofID
	}
	switch {
	case c.Before == "":
		return HistoryLine{Change: true, Text: either(lang.L("+ claim {{.Claim}} of the access token", name), lang.L("+ claim {{.Claim}}", name)), Detail: c.After}
	case c.After == "":
		return HistoryLine{Change: true, Text: either(lang.L("− claim {{.Claim}} of the access token lost", name), lang.L("− claim {{.Claim}} lost", name)), Detail: c.Before}
	}
	return HistoryLine{Change: true, Text: either(lang.L("~ claim {{.Claim}} of the access token", name), lang.L("~ claim {{.Claim}}", name)), Detail: c.Before + " → " + c.After}
}

// ToClipboard is who gets a token that is copied, as the history keeps it.
const ToClipboard = "the clipboard"
