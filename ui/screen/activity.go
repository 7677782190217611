package screen

import (
	"fyne.io/fyne/v2"

	"claviger/auth"
	"claviger/ui/state"
	"claviger/ui/theme"
	"claviger/ui/widget"
)

// activity shows the steps of the last sign-in in time.
type activity struct {
	page  *widget.Page
	title *widget.Text
	after *widget.Text
	fall  *widget.Waterfall
	card  *widget.Card
	empty *widget.Card
}

func newActivity(*kit) tab {
	a := &activity{title: widget.NewSubtitle(""), after: widget.NewLabelMuted(""), fall: widget.NewWaterfall()}
	a.card = widget.NewCard(widget.NewColumn(10,
		widget.NewBeside(widget.Beside{Gap: theme.Gap, Break: 480}, a.title, a.after), a.fall))
	a.empty = widget.NewCard(widget.NewEmptyState("Nothing recorded", "The steps of the next sign-in appear here."))
	a.page = widget.NewSubpage(a.card, a.empty)
	return a
}

func (a *activity) object() fyne.CanvasObject { return a.page }

func (a *activity) render(st state.State, acc *auth.Account) {
	rows := state.ActivityRows(acc.Steps)
	show(a.card, len(rows) > 0)
	show(a.empty, len(rows) == 0)
	if len(rows) == 0 {
		a.page.Refresh()
		return
	}
	a.title.SetText(state.ActivityTitle(acc.Steps, st.Now))
	text := ""
	if d := state.AfterBrowser(rows); d > 0 {
		text = state.Took(d) + " after your browser came back"
	}
	a.after.SetText(text)
	bars := state.Waterfall(rows)
	spans := make([]widget.Span, len(rows))
	for i, r := range rows {
		spans[i] = widget.Span{
			Sign: stepSign(r.State), Text: r.Text, Time: r.Took,
			From: bars[i].From, To: bars[i].To, Quiet: r.Person,
		}
	}
	a.fall.Set(spans)
	a.page.Refresh()
}
