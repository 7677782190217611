package screen

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
	"github.com/claviger/claviger/ui/words"
)

// queue shows what waits for the network and the receipts of sign-outs.
type queue struct {
	kit      *kit
	page     *widget.Page
	head     head
	problem  *widget.Notice
	waits    *widget.HistoryList
	card     *widget.Card
	retry    *widget.Button
	back     *widget.Button
	receipts *widget.HistoryList
	none     *widget.EmptyState
	clear    *widget.Button
	lines    []words.HistoryLine
}

func newQueue(k *kit) page {
	s := k.store
	q := &queue{kit: k, problem: widget.NewNotice(widget.ToneWarn, "", ""), waits: widget.NewHistoryList(64, nil)}
	q.head = newHead("", "")
	q.retry = k.button(lang.L("Try now"), widget.ButtonPrimary, s.Queue.RetryNow)
	q.back = k.button(lang.L("Back"), widget.ButtonQuiet, s.Cancel)
	q.none = widget.NewEmptyState(widget.DrawingReceipts, "", lang.L("Receipts of sign-outs are kept here for 90 days."), nil)
	q.receipts = widget.NewHistoryList(0, func(i int) {
		if i < len(q.lines) {
			s.Queue.ToggleReceipt(q.lines[i].Key)
		}
	})
	q.receipts.SetKeys(k.keys)
	q.clear = k.small(lang.L("Clear"), widget.ButtonQuiet, func() {
		s.Queue.ClearReceipts()
		k.focus(q.back) // the button goes
	})
	q.card = titled(lang.L("Pending"), q.waits, widget.NewFlow(10, 10, q.retry))
	q.page = widget.NewPage(q.head.with(q.back), q.problem, q.card,
		widget.NewCard(widget.NewColumn(theme.Gap,
			widget.NewRow(theme.Gap, 0, widget.NewSubtitle(lang.L("Sign-outs")), q.clear), q.none.Container, q.receipts)))
	return q
}

func (q *queue) object() fyne.CanvasObject { return q.page }

func (q *queue) focus() fyne.Focusable {
	if q.card.Visible() {
		return q.retry
	}
	return q.back
}

func (q *queue) render(st state.State) {
	q.problem.Set(widget.ToneWarn, "", st.Queue.Problem)
	show(q.problem, st.Queue.Problem != "")
	rows := words.QueueRows(st.Waiting, st.Now)
	q.waits.Set(happenings(rows))
	if len(rows) == 0 && q.retry.HasFocus() {
		q.kit.focus(q.back) // the button goes
	}
	show(q.card, len(rows) > 0)
	q.head.title.SetText(lang.L("Nothing pending"))
	q.head.text.SetText(lang.L("All sign-outs are complete, and no account is offline."))
	switch {
	case len(rows) > 0:
		q.head.title.SetText(lang.L("Waiting for the network"))
		q.head.text.SetText(lang.L("Nothing is lost. Claviger retries automatically, and as soon as the network is back."))
	case st.Held():
		q.head.title.SetText(lang.L("Sign-outs"))
		q.head.text.SetText(lang.L("The last one can still be undone. Until then nothing is sent to the provider."))
	}
	setBusy(q.retry, st.Queue.Busy, lang.L("Try now"), lang.L("Trying…"))
	q.lines = st.ReceiptLines()
	q.receipts.Set(happenings(q.lines))
	show(q.receipts, len(q.lines) > 0)
	show(q.none.Container, len(q.lines) == 0)
	show(q.clear, st.Clearable())
	enable(q.clear, !st.Queue.Busy)
	q.page.Refresh()
}
