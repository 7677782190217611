package words

import (
	"time"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth"
)

// ReceiptPart is one part of a sign-out with what came of it.
type ReceiptPart struct {
	Name    string
	Outcome string
	Text    string
}

// ReceiptParts are the parts of a receipt.
func ReceiptParts(r *auth.Receipt, now time.Time) []ReceiptPart {
	part := func(name string, res auth.Result) ReceiptPart {
		return ReceiptPart{name, res.Outcome, resultText(res, now)}
	}
	parts := []ReceiptPart{part(lang.L("Removed here"), r.Forgotten), part(lang.L("Access revoked"), r.Revoked)}
	// A proof that was not asked for, or waits with the rest, says nothing.
	silent := r.Proof.Outcome == "" || r.Proof.Outcome == auth.OutcomeNotAsked || r.Proof == auth.Result{Outcome: auth.OutcomePending}
	if !silent {
		parts = append(parts, part(lang.L("Proof"), r.Proof))
	}
	return append(parts, part(lang.L("Browser session"), r.Session))
}

// resultText says what came of one part of a sign-out.
func resultText(r auth.Result, now time.Time) string {
	if text := r.In(Said, func(t time.Time) string { return Clock(now, t) }); text != "" {
		return text
	}
	switch r.Outcome {
	case "done":
		return lang.L("Done.")
	case "failed":
		return lang.L("This failed.")
	case "not_asked":
		return lang.L("Not requested.")
	case "not_offered":
		return lang.L("The provider does not support this.")
	case "pending":
		return lang.L("Waiting for the network.")
	case "unknown":
		return lang.L("Unknown.")
	case "until_end":
		return lang.L("It expires on its own.")
	case "dropped":
		return lang.L("Nothing left to do.")
	}
	return ""
}

// PendingText says when what is left of a sign-out is tried again; "" if
// nothing is left.
func PendingText(r *auth.Receipt, now time.Time) (title, text string) {
	t := r.Retry
	if t == nil {
		return "", ""
	}
	if r.HeldBack() {
		return lang.L("Not revoked yet"), lang.L("Access is revoked as soon as the sign-out can no longer be undone.")
	}
	next := Clock(now, t.Next)
	switch {
	case !t.Next.After(now):
		next = lang.L("now")
	case t.Next.Sub(now) < time.Hour:
		next = Relative(now, t.Next)
	}
	text = lang.L("Claviger retries automatically, next {{.When}}.", map[string]any{"When": next})
	if t.Tries == 1 {
		text += " " + lang.L("Tried once so far.")
	} else if t.Tries > 1 {
		text += " " + lang.N("Tried {{.Count}} times so far.", t.Tries, map[string]any{"Count": t.Tries})
	}
	return lang.L("Waiting for the network"), text
}

// ReceiptSign says in a word what became of a sign-out at the provider.
func ReceiptSign(outcome string) StepState {
	switch outcome {
	case auth.OutcomeDone:
		return StepDone
	case auth.OutcomeFailed:
		return StepFailed
	case auth.OutcomeUnknown, auth.OutcomeUntilEnd:
		return StepNote
	default:
		return StepPending
	}
}

// receiptText says what became of a sign-out, in a phrase.
func receiptText(r *auth.Receipt) string {
	switch r.Revoked.Outcome {
	case auth.OutcomePending:
		return lang.L("access not revoked yet")
	case auth.OutcomeFailed:
		return lang.L("access not revoked")
	case auth.OutcomeNotAsked, auth.OutcomeNotOffered:
		return lang.L("removed here only")
	case auth.OutcomeDropped:
		return lang.L("nothing left to revoke")
	}
	switch r.Proof.Outcome {
	case auth.OutcomeDone:
		return lang.L("access revoked, verified")
	case auth.OutcomePending:
		return lang.L("access revoked, not yet verified")
	case auth.OutcomeUntilEnd:
		return lang.L("access revoked, last token expires on its own")
	}
	return lang.L("access revoked")
}

func receiptSign(r *auth.Receipt) HistorySign {
	switch {
	case r.Pending():
		return HistoryOffline
	case r.Revoked.Outcome == auth.OutcomeFailed, r.Proof.Outcome == auth.OutcomeFailed:
		return HistoryTrouble
	case r.Revoked.Outcome == auth.OutcomeDone:
		return HistoryFresh
	}
	return HistoryOut
}

// ReceiptLines are the lines of past sign-outs, grouped by day. Those of the accounts
// in open are unfolded.
func ReceiptLines(receipts []*auth.Receipt, open map[string]bool, now time.Time) []HistoryLine {
	var lines []HistoryLine
	last := ""
	for _, r := range receipts {
		if day := dayTitle(r.At, now); day != last {
			lines, last = append(lines, HistoryLine{Day: day}), day
		}
		who := r.Who
		if who == "" {
			who = lang.L("An account")
		}
		line := HistoryLine{
			Sign: receiptSign(r), Text: whoAt(who, r.ProviderName), Detail: receiptText(r), Time: r.At.In(now.Location()).Format("15:04"),
			Key: r.Account, Fold: lang.L("Receipt"), Open: open[r.Account],
		}
		lines = append(lines, line)
		if line.Open {
			for _, p := range ReceiptParts(r, now) {
				lines = append(lines, HistoryLine{Change: true, Words: true, Text: p.Name, Detail: p.Text})
			}
		}
	}
	return lines
}
