package state

import (
	"context"
	"slices"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/ui/words"
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

// ReceiptLines are the lines of past sign-outs, by day, each of which unfolds.
func (s State) ReceiptLines() []words.HistoryLine {
	return words.ReceiptLines(s.Receipts, s.Queue.Open, s.Now)
}

// Clearable reports whether there are receipts that wait for nothing.
func (s State) Clearable() bool {
	return slices.ContainsFunc(s.Receipts, func(r *auth.Receipt) bool { return !r.Pending() })
}

// Held reports whether a sign-out waits for nothing but the time in which it can be undone.
func (s State) Held() bool {
	return len(s.Waiting) == 0 && slices.ContainsFunc(s.Receipts, (*auth.Receipt).Pending)
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
		st.Queue.Problem = words.OneLine(s.explain(q.problem, nil, ""))
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
func (s *Store) RetryNow() {
	s.onQueue(func(ctx context.Context) (func(*State), error) { return nil, s.sv.Queue.RetryNow(ctx) })
}

// ClearReceipts forgets the receipts of sign-outs that are over.
func (s *Store) ClearReceipts() {
	s.onQueue(func(ctx context.Context) (then func(*State), err error) {
		cleared, err := s.sv.Queue.ClearReceipts(ctx, false)
		if cleared.Restore == nil {
			return nil, err
		}
		return func(st *State) {
			s.offerUndo(st, &Undo{Text: lang.L("The receipts were cleared."), Until: s.now().Add(st.undoTime()), restore: cleared.Restore})
		}, err
	})
}

// onQueue does something with what waits, and then what comes of it.
func (s *Store) onQueue(work func(context.Context) (then func(*State), err error)) {
	if s.st.Queue.Busy {
		return
	}
	s.update(func(st *State) { st.Queue.Busy = true })
	s.run(slotQueue, func(j *job) {
		then, err := work(j)
		j.do(func() {
			s.update(func(st *State) {
				st.Queue.Busy = false
				if then != nil && !isLocked(err) {
					then(st)
				}
			})
			if isLocked(err) {
				s.update(func(st *State) { s.lockedNow(st) })
				return
			}
			s.reload(func(st *State) {
				if err != nil {
					s.setNotice(st, NoticeWarn, words.OneLine(s.explain(err, nil, "")))
				}
			})
		})
	})
}

// ToggleReceipt folds or unfolds a receipt.
func (s *Store) ToggleReceipt(account string) {
	s.update(func(st *State) { st.Queue.Open = flipped(st.Queue.Open, account) })
}
