package state

import (
	"context"
	"errors"
	"slices"

	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/ui/words"
)

// Queue is the page of what waits for the network, and of the receipts of sign-outs.
type Queue struct {
	*base
	// reload lists the accounts again, and what waits.
	reload    func(then func(*State))
	offerUndo func(*State, *Undo)
}

// QueuePage is what it shows, beside what waits and the receipts.
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

// read reads both. What can be read comes in spite of a problem.
func (x *Queue) read(ctx context.Context, accounts []*auth.Account) aftermath {
	waiting, err := x.sv.Queue.WaitingOf(ctx, accounts)
	receipts, receiptsErr := x.sv.Queue.Receipts(ctx)
	if err == nil {
		err = receiptsErr
	}
	return aftermath{waiting, receipts, err}
}

// set takes it over, also on the page of the last sign-out.
func (x *Queue) set(st *State, q aftermath) {
	st.Waiting, st.Receipts, st.Queue.Problem = q.waiting, q.receipts, ""
	if q.problem != nil {
		st.Queue.Problem = words.OneLine(x.explain(q.problem, nil, ""))
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

// forget drops what was read.
func (x *Queue) forget(st *State) {
	x.drop(slotQueue)
	st.Receipt, st.Receipts, st.Waiting, st.Queue = nil, nil, nil, QueuePage{}
}

// Open shows what waits for the network and the receipts of sign-outs.
func (x *Queue) Open() {
	if x.st.Locked() {
		return
	}
	x.leave()
	x.update(func(st *State) { x.goTo(st, RouteQueue) })
	x.reload(nil)
}

// RetryNow tries everything that waits.
func (x *Queue) RetryNow() {
	x.do(func(ctx context.Context) (func(*State), error) { return nil, x.sv.Queue.RetryNow(ctx) })
}

// ClearReceipts forgets the receipts of sign-outs that are over.
func (x *Queue) ClearReceipts() {
	x.do(func(ctx context.Context) (then func(*State), err error) {
		cleared, err := x.sv.Queue.ClearReceipts(ctx, false)
		if cleared.Restore == nil {
			return nil, err
		}
		return func(st *State) {
			x.offerUndo(st, &Undo{Text: lang.L("The receipts were cleared."), Until: x.now().Add(st.undoTime()), restore: cleared.Restore})
		}, err
	})
}

// do does something with what waits, and then what comes of it.
func (x *Queue) do(work func(context.Context) (then func(*State), err error)) {
	if x.st.Queue.Busy {
		return
	}
	x.update(func(st *State) { st.Queue.Busy = true })
	x.run(slotQueue, func(j *job) {
		then, err := work(j)
		j.do(func() {
			x.update(func(st *State) {
				st.Queue.Busy = false
				if then != nil && !isLocked(err) {
					then(st)
				}
			})
			if isLocked(err) {
				x.update(x.lockedNow)
				return
			}
			x.reload(func(st *State) {
				if err != nil {
					x.setNotice(st, NoticeWarn, words.OneLine(x.explain(err, nil, "")))
				}
			})
		})
	})
}

// ToggleReceipt folds or unfolds a receipt.
func (x *Queue) ToggleReceipt(account string) {
	x.update(func(st *State) { st.Queue.Open = flipped(st.Queue.Open, account) })
}

// Save tries again to save what could not be saved.
func (x *Queue) Save() {
	x.DismissNotice()
	x.run(slotSave, func(j *job) {
		err := x.sv.Queue.RetryNow(j)
		j.commit(func(st *State) {
			switch {
			case isLocked(err):
				x.lockedNow(st)
			case errors.Is(err, auth.ErrNotStored):
				x.setNotice(st, NoticeWarn, words.OneLine(x.explain(err, nil, "")))
				st.Notice.Again = AgainSave
			default:
				x.setNotice(st, NoticeGood, lang.L("Saved."))
			}
		})
	})
}
