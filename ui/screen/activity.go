package screen

import (
	"fyne.io/fyne/v2"
	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
	"github.com/claviger/claviger/ui/words"
)

// activity shows the steps of the last sign-in in time, and what happened since.
type activity struct {
	page  *widget.Page
	title *widget.Text
	after *widget.Text
	fall  *widget.Waterfall
	scale *widget.Text
	card  *widget.Card
	past  *history
	// account is whose activity is shown.
	account string
}

func newActivity(k *kit) tab {
	a := &activity{past: newHistory(k), title: widget.NewSubtitle(""), after: widget.NewLabelMuted(""), fall: widget.NewWaterfall()}
	a.scale = widget.NewCaption("Bars with gaps are shortened: they include your own time.")
	a.card = widget.NewCard(widget.NewColumn(10,
		widget.NewBeside(widget.Beside{Gap: theme.Gap, Break: 480}, a.title, a.after), a.fall, a.scale))
	a.page = widget.NewSubpage(a.card, a.past.card)
	return a
}

func (a *activity) object() fyne.CanvasObject { return a.page }

func (a *activity) render(st state.State, acc *auth.Account) {
	a.set(st, acc)
	if a.account != acc.ID {
		a.account = acc.ID
		a.page.ScrollToTop()
	}
	a.page.Refresh()
}

func (a *activity) tick(st state.State, acc *auth.Account) {
	a.set(st, acc)
	a.page.Settle()
}

func (a *activity) set(st state.State, acc *auth.Account) {
	rows := words.ActivityRows(acc.Steps)
	show(a.card, len(rows) > 0)
	a.past.set(st)
	if len(rows) == 0 {
		return
	}
	a.title.SetText(words.ActivityTitle(acc.Steps, st.Now))
	text := ""
	if d := words.AfterBrowser(rows); d > 0 {
		text = words.Took(d) + " after your browser came back"
	}
	a.after.SetText(text)
	show(a.after, text != "")
	bars := words.Waterfall(rows)
	broken := false
	spans := make([]widget.Span, len(rows))
	for i, r := range rows {
		spans[i] = widget.Span{
			Sign: stepSign(r.State), Text: r.Text, Time: r.Took,
			From: bars[i].From, To: bars[i].To, Quiet: r.Person, Broken: bars[i].Short,
		}
		broken = broken || bars[i].Short
	}
	show(a.scale, broken)
	a.fall.Set(spans)
}
