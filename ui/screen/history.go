package screen

import (
	"fyne.io/fyne/v2"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
	"github.com/claviger/claviger/ui/words"
)

// history is what happened with the account.
type history struct {
	card    *widget.Card
	count   *widget.Text
	clear   *clearing
	list    *widget.HistoryList
	more    *widget.Button
	empty   *widget.Text
	problem *widget.Notice
	lines   []words.HistoryLine
}

func newHistory(k *kit) *history {
	h := &history{count: widget.NewLabelMuted(""), problem: widget.NewNotice(widget.ToneWarn, "", "")}
	h.empty = widget.NewMuted("")
	h.list = widget.NewHistoryList(0, func(i int) {
		if i < len(h.lines) {
			k.store.ToggleChanges(h.lines[i].Key)
		}
	})
	h.list.SetKeys(k.keys)
	h.more = k.small("", widget.ButtonQuiet, func() {
		k.store.ShowAllHistory()
		k.focus(h.list) // the button is gone
	})
	h.clear = newClearing(k, "Clear this account's history? This cannot be undone.", k.store.ClearHistory,
		func() fyne.Focusable { return h.list })
	h.card = widget.NewCard(widget.NewColumn(theme.Gap,
		widget.NewRow(theme.Gap, 0, widget.NewSubtitle("History"), h.count, h.clear.button),
		h.clear.question,
		h.problem, h.empty, h.list, widget.NewFlow(0, 0, h.more)))
	return h
}

// set sets everything; the page around it lays it out.
func (h *history) set(st state.State) {
	p := st.History
	h.lines = p.Lines(st.Now)
	h.list.Set(happenings(h.lines))
	show(h.list, len(h.lines) > 0)
	h.count.SetText(p.Count())
	show(h.count, len(h.lines) > 0)
	h.clear.render(st, len(h.lines) > 0)
	h.empty.SetText("Sign-ins, refreshes and programs that got a token appear here.")
	if p.Loading {
		h.empty.SetText("One moment…")
	}
	show(h.empty, len(h.lines) == 0 && p.Problem == "")
	h.problem.Set(widget.ToneWarn, "", p.Problem)
	show(h.problem, p.Problem != "")
	h.more.SetText("Show " + p.More())
	show(h.more, p.Hidden() > 0)
}

func happenings(lines []words.HistoryLine) []widget.Happening {
	out := make([]widget.Happening, len(lines))
	for i, l := range lines {
		out[i] = widget.Happening{
			Day: l.Day, Sign: historySign(l.Sign), Text: l.Text, Detail: l.Detail, Change: l.Change, Words: l.Words,
			Time: l.Time, Fold: l.Fold, Open: l.Open,
		}
	}
	return out
}

func historySign(s words.HistorySign) widget.SignKind {
	switch s {
	case words.HistoryIn:
		return widget.SignActive
	case words.HistoryFresh:
		return widget.SignDone
	case words.HistoryHanded:
		return widget.SignInfo
	case words.HistoryOffline, words.HistoryOut:
		return widget.SignPending
	case words.HistoryTrouble:
		return widget.SignWarn
	case words.HistoryRefused:
		return widget.SignFailed
	case words.HistoryNone:
	}
	return widget.SignNone
}
