package screen

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"github.com/claviger/claviger/auth"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/theme"
	"github.com/claviger/claviger/ui/widget"
	"github.com/claviger/claviger/ui/words"
)

// activity shows the steps of the last sign-in in time, what ends when, and what happened
// since.
type activity struct {
	kit   *kit
	page  *widget.Page
	title *widget.Text
	after *widget.Text
	fall  *widget.Waterfall
	scale *widget.Text
	card  *widget.Card
	rows  []words.StepRow
	ends  *endsPart
	past  *historyPart
	// report comes once the history is there, which it would be below.
	report *widget.Card
	// account is whose activity is shown.
	account string
}

func newActivity(k *kit) tab {
	a := &activity{kit: k, past: newHistoryPart(k), ends: newEndsPart(), title: widget.NewSubtitle(""), after: widget.NewLabelMuted("")}
	a.fall = widget.NewWaterfall(func(i int) {
		if i < len(a.rows) {
			k.store.History.ToggleChanges(a.rows[i].Key())
		}
	}, func() *widget.KeyValue { return k.keyValue(0, true) })
	a.fall.SetKeys(k.keys)
	a.scale = widget.NewCaption(lang.L("Bars with gaps are shortened: they include your own time."))
	a.card = widget.NewCard(widget.NewColumn(10,
		widget.NewBeside(widget.Beside{Gap: theme.Gap, Break: 480}, a.title, a.after), a.fall, a.scale))
	a.report = titled(lang.L("Report"), widget.NewMuted(lang.L("What Claviger knows of this account and this computer, for a bug report: without names, addresses and secrets.")),
		widget.NewFlow(10, 10, k.button(lang.L("Save report…"), widget.ButtonQuiet, func() {
			k.files.Save(state.ReportName(k.store.State().Now), k.store.SaveReport)
		})))
	a.page = widget.NewSubpage(a.card, a.ends.card, a.past.card, a.report)
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
	a.rows = words.ActivityRows(acc.Steps)
	show(a.card, len(a.rows) > 0)
	a.past.set(st)
	show(a.report, !st.History.Loading)
	a.ends.set(st, acc)
	if len(a.rows) == 0 {
		return
	}
	a.title.SetText(words.ActivityTitle(acc.Steps, st.Now))
	text := ""
	if d := words.AfterBrowser(a.rows); d > 0 {
		text = lang.L("{{.Time}} after your browser came back", map[string]any{"Time": words.Took(d)})
	}
	a.after.SetText(text)
	show(a.after, text != "")
	bars := words.Waterfall(a.rows)
	broken := false
	spans := make([]widget.Span, len(a.rows))
	for i, r := range a.rows {
		spans[i] = widget.Span{
			Sign: stepSign(r.State), Text: r.Text, Time: r.Took,
			From: bars[i].From, To: bars[i].To, Quiet: r.Person, Broken: bars[i].Short,
			Facts: pairs(r.Facts()), Open: st.History.Open[r.Key()],
		}
		broken = broken || bars[i].Short
	}
	show(a.scale, broken)
	a.fall.Set(spans)
}

// endsPart is what ends of an account, on a line in time and in words.
type endsPart struct {
	card  *widget.Card
	line  *widget.Timeline
	list  *widget.KeyValue
	scale *widget.Text
}

func newEndsPart() *endsPart {
	e := &endsPart{line: widget.NewTimeline(), list: widget.NewKeyValue(190, nil)}
	e.scale = widget.NewMuted(lang.L("Not to scale: what is far away is drawn closer. A hollow mark is uncertain, or over."))
	e.card = titled(lang.L("What ends when"), e.line, e.list, e.scale)
	return e
}

func (e *endsPart) set(st state.State, acc *auth.Account) {
	ends, now := words.Endings(acc, st.Now)
	show(e.card, len(ends) > 0)
	moments, lines := make([]widget.Moment, len(ends)), make([]widget.KV, len(ends))
	for i, end := range ends {
		label := strconv.Itoa(i+1) + "  " + end.Title
		moments[i] = widget.Moment{Text: label + " " + end.When, At: end.At, Hollow: !end.Sure, Past: end.Past}
		lines[i] = widget.KV{Label: label, Value: end.When + "\n" + end.Note}
	}
	e.line.Set(lang.L("Now"), now, moments)
	e.list.Set(lines)
}
