package state

import (
	"context"
	"slices"
	"time"

	"github.com/claviger/claviger/auth"
)

// QueuePage is the page of what waits for the network, and of the receipts of
// sign-outs.
type QueuePage struct {
	// Busy says that it is being tried or cleared now, Problem what cannot be
	// read.
	Busy    bool
	Problem string
	// Open are the accounts whose receipts are unfolded.
	Open map[string]bool
}

// QueueText says that something waits, for the list of accounts; "" where
// nothing does.
func (s State) QueueText() string {
	switch n := len(s.Waiting); n {
	case 0:
		return ""
	case 1:
		return "Offline. 1 task pending, retried automatically."
	default:
		return "Offline. " + itoa(n) + " tasks pending, retried automatically."
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

// ReceiptPart is one part of a sign-out with what came of it.
type ReceiptPart struct {
	Name    string
	Outcome string
	Text    string
}

// ReceiptParts are the parts of a receipt.
func ReceiptParts(r *auth.Receipt) []ReceiptPart {
	part := func(name string, res auth.Result) ReceiptPart { return ReceiptPart{name, res.Outcome, ResultText(res)} }
	parts := []ReceiptPart{part("Removed here", r.Forgotten), part("Access revoked", r.Revoked)}
	// A proof that was not asked for, or waits with the rest, says nothing.
	silent := r.Proof.Outcome == "" || r.Proof.Outcome == auth.OutcomeNotAsked || r.Proof == auth.Result{Outcome: auth.OutcomePending}
	if !silent {
		parts = append(parts, part("Proof", r.Proof))
	}
	return append(parts, part("Browser session", r.Session))
}

// PendingText says when what is left of a sign-out is tried again; "" where
// nothing is left.
func PendingText(r *auth.Receipt, now time.Time) (title, text string) {
	t := r.Retry
	if t == nil {
		return "", ""
	}
	text = "Claviger retries automatically, next "
	switch {
	case !t.Next.After(now):
		text += "now."
	case t.Next.Sub(now) < time.Hour:
		text += Relative(now, t.Next) + "."
	default:
		text += Clock(now, t.Next) + "."
	}
	if t.Tries == 1 {
		text += " Tried once so far."
	} else if t.Tries > 1 {
		text += " Tried " + itoa(t.Tries) + " times so far."
	}
	return "Waiting for the network", text
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
		return "waiting for the network"
	case auth.OutcomeFailed:
		return "access not revoked"
	case auth.OutcomeNotAsked, auth.OutcomeNotOffered:
		return "removed here only"
	case auth.OutcomeDropped:
		return "nothing left to revoke"
	}
	switch r.Proof.Outcome {
	case auth.OutcomeDone:
		return "access revoked, verified"
	case auth.OutcomePending:
		return "access revoked, not yet verified"
	case auth.OutcomeUntilEnd:
		return "access revoked, last token expires on its own"
	}
	return "access revoked"
}

// ReceiptLines are the lines of past sign-outs, by day, each of which unfolds.
func (s State) ReceiptLines() []HistoryLine {
	var lines []HistoryLine
	last := ""
	for _, r := range s.Receipts {
		if day := dayTitle(r.At, s.Now); day != last {
			lines, last = append(lines, HistoryLine{Day: day}), day
		}
		who := r.Who
		if who == "" {
			who = "An account"
		}
		line := HistoryLine{
			Sign: receiptSign(r), Text: whoAt(who, r.ProviderName), Detail: receiptText(r), Time: r.At.In(s.Now.Location()).Format("15:04"),
			Key: r.Account, Fold: "Receipt", Open: s.Queue.Open[r.Account],
		}
		lines = append(lines, line)
		if line.Open {
			for _, p := range ReceiptParts(r) {
				lines = append(lines, HistoryLine{Change: true, Words: true, Text: p.Name, Detail: p.Text})
			}
		}
	}
	return lines
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

// Clearable reports whether there are receipts that wait for nothing.
func (s State) Clearable() bool {
	return slices.ContainsFunc(s.Receipts, func(r *auth.Receipt) bool { return !r.Pending() })
}

// aftermath is what waits, and what became of sign-outs.
type aftermath struct {
	waiting  []auth.Waiting
	receipts []*auth.Receipt
	problem  error
}

// readQueue reads both. What can be read comes in spite of a problem.
func (s *Store) readQueue(ctx context.Context, accounts []*auth.Account) aftermath {
	waiting, err := s.sv.Queue.WaitingOf(ctx, accounts)
	receipts, receiptsErr := s.sv.Queue.Receipts(ctx)
	if err == nil {
		err = receiptsErr
	}
	return aftermath{waiting, receipts, err}
}

// setQueue takes it over, also on the page of the last sign-out.
func (s *Store) setQueue(st *State, q aftermath) {
	st.Waiting, st.Receipts, st.Queue.Problem = q.waiting, q.receipts, ""
	if q.problem != nil {
		st.Queue.Problem = oneLine(s.explain(q.problem, nil, ""))
	}
	if st.Receipt == nil {
		return
	}
	for _, r := range q.receipts {
		if r.Account == st.Receipt.Receipt.Account {
			c := *st.Receipt
			c.Receipt = *r
			st.Receipt = &c
		}
	}
}

// OpenQueue shows what waits for the network and the receipts of sign-outs.
func (s *Store) OpenQueue() {
	if s.st.Locked() {
		return
	}
	s.leave()
	s.update(func(st *State) { s.goTo(st, RouteQueue) })
	s.reload(nil)
}

// RetryNow tries everything that waits.
func (s *Store) RetryNow() { s.onQueue(s.sv.Queue.RetryNow) }

// ClearReceipts forgets the receipts of sign-outs that are over.
func (s *Store) ClearReceipts() {
	s.update(func(st *State) { st.Clearing = false })
	s.onQueue(func(ctx context.Context) error {
		_, err := s.sv.Queue.ClearReceipts(ctx, false)
		return err
	})
}

func (s *Store) onQueue(work func(context.Context) error) {
	if s.st.Queue.Busy {
		return
	}
	s.update(func(st *State) { st.Queue.Busy = true })
	s.run(slotQueue, func(j *job) {
		err := work(j)
		j.do(func() {
			s.update(func(st *State) { st.Queue.Busy = false })
			if isLocked(err) {
				s.update(func(st *State) { s.lockedNow(st) })
				return
			}
			s.reload(func(st *State) {
				if err != nil {
					s.setNotice(st, NoticeWarn, oneLine(s.explain(err, nil, "")))
				}
			})
		})
	})
}

// ToggleReceipt folds or unfolds a receipt.
func (s *Store) ToggleReceipt(account string) {
	s.update(func(st *State) { st.Queue.Open = flipped(st.Queue.Open, account) })
}
