package screen

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"github.com/claviger/claviger/ui/state"
	"github.com/claviger/claviger/ui/widget"
)

// clearing is a button that clears a list, after a yes.
type clearing struct {
	kit      *kit
	button   *widget.Button
	question *widget.Card
	answers  answers
	asked    bool
}

// newClearing returns the button and its question; next gets the keyboard once
// the list is cleared.
func newClearing(k *kit, question string, clear func(), next func() fyne.Focusable) *clearing {
	c := &clearing{kit: k}
	c.button = k.small(lang.L("Clear…"), widget.ButtonQuiet, k.store.AskClear)
	c.answers = newAnswers(k.button(lang.L("Cancel"), widget.ButtonQuiet, k.store.Cancel), k.button(lang.L("Clear"), widget.ButtonDanger, func() {
		clear()
		k.focus(next()) // the button goes
	}))
	c.question = widget.NewBarCard(widget.ToneWarn, widget.NewColumn(10, widget.NewBody(question), c.answers.row))
	c.question.Hide()
	return c
}

// render shows the button if there is something to clear.
func (c *clearing) render(st state.State, some bool) {
	asked := st.Clearing && some
	show(c.button, some)
	show(c.question, asked)
	if asked && !c.asked {
		c.kit.focus(c.answers.no)
	}
	if !asked && c.asked && some {
		c.kit.focus(c.button)
	}
	c.asked = asked
}
