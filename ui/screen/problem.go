package screen

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"github.com/claviger/claviger/auth/problem"
	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/widget"
	"github.com/claviger/claviger/ui/words"
)

// stop shows why a sign-in stopped.
type stop struct {
	kit     *kit
	page    *widget.Page
	head    head
	card    *widget.Card
	what    *widget.Text
	next    *widget.Text
	copied  *addresses
	open    *widget.Button
	again   *widget.Button
	moved   *widget.Button
	change  *widget.Button
	steps   *widget.StepList
	stopped *widget.Card
	ways    *fyne.Container
}

func newProblem(k *kit) page {
	p := &stop{kit: k, head: newHead("", ""), steps: k.steps()}
	s := k.store
	p.what = widget.NewSubtitle(lang.L("What to do"))
	p.next = widget.NewBody("")
	p.copied = newAddresses(k)
	p.open = k.button(lang.L("Open the registration page"), widget.ButtonPrimary, func() { s.OpenURL(s.State().Problem.Link) })
	p.again = k.button(lang.L("Try again"), widget.ButtonPrimary, s.SignIn.TryAgain)
	p.moved = k.button(lang.L("Sign in at the new address"), widget.ButtonDanger, s.SignIn.ConfirmMove)
	p.change = k.button(lang.L("Change permissions"), widget.ButtonQuiet, s.SignIn.ChangeOptions)
	p.ways = widget.NewFlow(10, 10, p.again, p.open, p.moved, p.change,
		k.button(lang.L("Another provider"), widget.ButtonQuiet, s.Home))
	p.card = widget.NewBarCard(widget.ToneBad, widget.NewColumn(10, p.what, widget.NewCopyArea(p.next), p.copied.box,
		p.ways))
	p.stopped = titled(lang.L("Where it stopped"), p.steps)
	p.page = widget.NewPage(p.head.Container, p.card, p.stopped)
	return p
}

func (p *stop) object() fyne.CanvasObject { return p.page }
func (p *stop) focus() fyne.Focusable     { return p.again }

func (p *stop) render(st state.State) {
	w := st.Problem
	p.head.title.SetText(w.Title)
	text := w.Detail
	if w.Code != "" {
		if text != "" {
			text = w.Code + " · " + text
		} else {
			text = w.Code
		}
	}
	p.head.text.SetText(text)
	show(p.head.text, text != "")
	bar := widget.ToneBad
	if w.Kind == problem.KindOffline || w.Kind == problem.KindRefused || w.Kind == problem.KindNeedsSignIn {
		bar = widget.ToneWarn
	}
	p.card.SetBar(bar)
	p.next.SetText(w.Next)
	show(p.next, w.Next != "")
	p.copied.set(state.RedirectURIs(w.Copy))
	show(p.copied.box, w.Copy != "")
	show(p.open, w.Link != "")
	// The main one is bright, and comes first.
	first, second := p.again, p.open
	if w.Link != "" {
		first, second = p.open, p.again
	}
	first.SetKind(widget.ButtonPrimary)
	second.SetKind(widget.ButtonQuiet)
	p.ways.Objects[0], p.ways.Objects[1] = first, second
	show(p.again, w.CanRetry)
	show(p.moved, w.Moved)
	show(p.change, len(w.Events) > 0) // nothing was asked if nothing began
	rows := words.StoppedRows(w.Events, w.Code)
	p.steps.Set(steps(rows))
	show(p.stopped, len(rows) > 0)
	p.page.Refresh()
}
