package screen

import (
	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
	"github.com/claviger/claviger/ui/words"
)

// historyPart is what happened with the account.
type historyPart struct {
	card    *widget.Card
	count   *widget.Text
	clear   *widget.Button
	list    *widget.HistoryList
	more    *widget.Button
	empty   *widget.EmptyState
	problem *widget.Notice
	lines   []words.HistoryLine
}

func newHistoryPart(k *kit) *historyPart {
	h := &historyPart{count: widget.NewLabelMuted(""), problem: widget.NewNotice(widget.ToneWarn, "", "")}
	h.empty = widget.NewEmptyState(widget.DrawingHistory, "", "", nil)
	h.list = widget.NewHistoryList(0, func(i int) {
		if i < len(h.lines) {
			k.store.History.ToggleChanges(h.lines[i].Key)
		}
	})
	h.list.SetKeys(k.keys)
	h.more = k.small("", widget.ButtonQuiet, func() {
		k.store.History.ShowAll()
		k.focus(h.list) // the button is gone
	})
	h.clear = k.small(lang.L("Clear"), widget.ButtonQuiet, func() {
		k.store.History.Clear()
		k.focus(h.list) // the button goes
	})
	h.card = widget.NewCard(widget.NewColumn(theme.Gap,
		widget.NewRow(theme.Gap, 0, widget.NewSubtitle(lang.L("History")), h.count, h.clear),
		h.problem, h.empty.Container, h.list, widget.NewFlow(0, 0, h.more)))
	return h
}

// set sets everything; the page around it lays it out.
func (h *historyPart) set(st state.State) {
	p := st.History
	h.lines = p.Lines(st.Now)
	h.list.Set(happenings(h.lines))
	show(h.list, len(h.lines) > 0)
	h.count.SetText(p.Count())
	show(h.count, len(h.lines) > 0)
	show(h.clear, len(h.lines) > 0)
	h.empty.SetText(lang.L("Sign-ins, refreshes and programs that got a token appear here."))
	if p.Loading {
		h.empty.SetText(lang.L("One moment…"))
	}
	show(h.empty.Container, len(h.lines) == 0 && p.Problem == "")
	h.problem.Set(widget.ToneWarn, "", p.Problem)
	show(h.problem, p.Problem != "")
	h.more.SetText(lang.L("Show {{.Entries}}", map[string]any{"Entries": p.More()}))
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
